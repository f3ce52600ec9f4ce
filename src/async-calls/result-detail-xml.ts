import type { ObjectResult } from './async-call.js';
import { writeObjectResult } from './result-xml.js';
import { PARTNER_API } from './soap/soap-envelope.js';
import { XSI } from './soap/xml-reader.js';
import { xmlOptional } from './soap/xml-text.js';

interface DetailedResult {
  readonly objectType: string;
  readonly correlationId: string | null;
  readonly objects: readonly ObjectResult[];
}

/** Writes `ResultDetailXML`: the results as a synchronous answer would carry them, as a document of its own. */
export function writeResultDetail(
  { objectType, correlationId, objects }: DetailedResult,
  { includeObjects }: { readonly includeObjects: boolean },
): string {
  const results = objects.map((object) => writeObjectResult(objectType, object, includeObjects)).join('');
  const correlation = xmlOptional('CorrelationID', correlationId);
  return `<CreateResponse xmlns="${PARTNER_API}" xmlns:xsi="${XSI}">${results}${correlation}</CreateResponse>`;
}
