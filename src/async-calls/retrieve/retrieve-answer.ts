import { type ResultSource, valuesOf } from './result-properties.js';
import type { RetrieveQuery } from './retrieve-cursor.js';
import type { RetrieveRefusal } from './retrieve-refusal.js';
import { PARTNER_API } from '../soap/soap-envelope.js';
import { xmlElement } from '../soap/xml-text.js';

/** Writes a page of results; `requestId` is what to continue with, when there is more. */
export function writeRetrieved(
  query: Pick<RetrieveQuery, 'type' | 'properties'>,
  sources: readonly ResultSource[],
  requestId: string,
  hasMore: boolean,
): string {
  const results = sources.map((source) => {
    const values = valuesOf(source, query.properties).map(([name, value]) => xmlElement(name, value));
    return `<Results xsi:type="${query.type}">${values.join('')}</Results>`;
  });
  return writeResponse(hasMore ? 'MoreDataAvailable' : 'OK', requestId, results.join(''));
}

/** Writes why nothing was retrieved. Clients take what is between the first colon and the second for the reason. */
export function writeRetrieveRefused(refusal: RetrieveRefusal, requestId: string): string {
  return writeResponse(`Error: ${refusal.message.replaceAll(':', ',')}`, requestId, '');
}

function writeResponse(overallStatus: string, requestId: string, results: string): string {
  return (
    `<RetrieveResponseMsg xmlns="${PARTNER_API}">${xmlElement('OverallStatus', overallStatus)}` +
    `${xmlElement('RequestID', requestId)}${results}</RetrieveResponseMsg>`
  );
}
