import type { CallProblem, CallResult } from '../async-call.js';
import { writeObjectResult, writeResult } from '../result-xml.js';
import { PARTNER_API } from '../soap/soap-envelope.js';
import { xmlElement, xmlOptional } from '../soap/xml-text.js';

/** Says that a call is stored, one result per object: received and queued, not executed. */
export function writeQueued(requestId: string, objectCount: number): string {
  const results = Array.from({ length: objectCount }, (_, ordinal) =>
    writeResult({ statusCode: 'OK', statusMessage: 'Queued', ordinal, errorCode: null }),
  );
  return writeCreateResponse(results.join(''), requestId, 'OK');
}

/** Says what became of a call that was waited for. */
export function writeFinished(
  objectType: string,
  { requestId, correlationId, overallStatus, objects }: CallResult,
): string {
  const results = objects.map((object) => writeObjectResult(objectType, object, true));
  return writeCreateResponse(results.join(''), requestId, overallStatus, correlationId);
}

/** Says why a call was not taken, or that its result is not there yet: one result for the whole call. */
export function writeRefused(requestId: string, { code, message }: CallProblem, ordinal: number | null = null): string {
  const line = { statusCode: 'Error', statusMessage: message, ordinal: ordinal ?? 0, errorCode: code } as const;
  return writeCreateResponse(writeResult(line), requestId, 'Error');
}

function writeCreateResponse(
  results: string,
  requestId: string,
  overallStatus: string,
  correlationId: string | null = null,
): string {
  return (
    `<CreateResponse xmlns="${PARTNER_API}">${results}` +
    `${xmlElement('RequestID', requestId)}${xmlElement('OverallStatus', overallStatus)}` +
    `${xmlOptional('CorrelationID', correlationId)}</CreateResponse>`
  );
}
