import { type ResultType, readProperties, RESULT_TYPES } from './result-properties.js';
import { readCursor, type RetrieveQuery } from './retrieve-cursor.js';
import { readInteger } from '../soap/xml-values.js';
import { readFilter } from './retrieve-filter.js';
import { RetrieveRefusal } from './retrieve-refusal.js';
import { childOf, childrenOf, textOf, type XmlElement } from '../soap/xml-element.js';

const START = Object.freeze({ after: null, within: null });
const PROPERTIES_MAX = 100;

/** Reads a `RetrieveRequestMsg`. A continued request need not repeat the question. @throws RetrieveRefusal. */
export function readRetrieveRequest(message: XmlElement): RetrieveQuery {
  const request = childOf(message, 'RetrieveRequest');
  // The Ruby SDK puts it where the schema has the whole RetrieveRequest.
  const cursor = textOf(request ?? message, 'ContinueRequest');
  if (cursor !== null) return readCursor(cursor);
  if (request === null) throw new RetrieveRefusal('The RetrieveRequest is missing');
  const type = readType(request);
  const names = childrenOf(request, 'Properties').map(({ text }) => text.trim());
  if (names.length > PROPERTIES_MAX) throw new RetrieveRefusal('There are too many Properties');
  const filter = childOf(request, 'Filter');
  return {
    type,
    properties: readProperties(
      type,
      names.filter((name) => name !== ''),
    ),
    filter: filter === null ? null : readFilter(filter),
    batchSize: readBatchSize(request),
    from: START,
  };
}

function readType(request: XmlElement): ResultType {
  const asked = textOf(request, 'ObjectType')?.toLowerCase();
  const found = RESULT_TYPES.find((type) => type.toLowerCase() === asked);
  if (found !== undefined) return found;
  throw new RetrieveRefusal(`The ObjectType must be ${RESULT_TYPES.join(' or ')}`);
}

function readBatchSize(request: XmlElement): number | null {
  const options = childOf(request, 'Options');
  const size = options === null ? null : readInteger(options, 'BatchSize');
  if (size === null || size >= 1) return size;
  throw new RetrieveRefusal('BatchSize of the Options must be a whole number, at least 1');
}
