import type { ObjectResult } from './async-call.js';
import { writeObjectResult } from './result-xml.js';
import { PARTNER_API, XSI } from './soap-envelope.js';

/** Writes `ResultDetailXML`: the results as a synchronous answer would carry them, as a document of its own. */
export function writeResultDetail(
  objectType: string,
  objects: readonly ObjectResult[],
  { includeObjects }: { readonly includeObjects: boolean },
): string {
  const results = objects.map((object) => writeObjectResult(objectType, object, includeObjects)).join('');
  return `<CreateResponse xmlns="${PARTNER_API}" xmlns:xsi="${XSI}">${results}</CreateResponse>`;
}
