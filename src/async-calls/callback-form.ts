import type { ObjectResult, ResponseEntry } from './async-call.js';
import { writeResultDetail } from './result-detail-xml.js';
import type { ResultRow, StoredObject } from './results.repository.js';

export const FORM_TYPE = 'application/x-www-form-urlencoded';
const ASYNCHRONOUS = 'Asynchronous';

/**
 * The body of one callback. Fields in the contract's order; missing values are not included: StatusMessage and
 * ErrorCode of a success, ConversationID and SequenceCode of a call that stands alone, a ResultDetailXML that was not
 * asked for, a CorrelationID that was not given.
 */
export function renderCallbackForm(result: ResultRow, entry: ResponseEntry): string {
  const fields: readonly (readonly [string, string | number | null])[] = [
    ['RequestID', result.requestId],
    ['ConversationID', result.conversationId],
    ['OverallStatusCode', result.overallStatus],
    ['StatusCode', result.overallStatus === 'OK' ? 'OK' : 'Error'],
    ['StatusMessage', result.statusMessage],
    ['ErrorCode', result.errorCode],
    ['RequestType', ASYNCHRONOUS],
    ['ResultType', ASYNCHRONOUS],
    ['ResultDetailXML', entry.includeResults ? detailOf(result, entry) : null],
    ['SequenceCode', result.sequenceCode],
    ['CorrelationID', result.correlationId],
  ];
  const form = new URLSearchParams();
  for (const [name, value] of fields) if (value !== null) form.append(name, String(value));
  return form.toString();
}

function detailOf(result: ResultRow, { includeObjects, onlyIncludeBase }: ResponseEntry): string {
  const objects = onlyIncludeBase ? result.objects.map(toBase) : result.objects;
  return writeResultDetail({ ...result, objects }, { includeObjects });
}

/** An object without what enrichment put in. */
function toBase({ added, ...object }: StoredObject): ObjectResult {
  const given = Object.entries(object.properties).filter(([name]) => !added.includes(name));
  return { ...object, properties: Object.fromEntries(given) };
}
