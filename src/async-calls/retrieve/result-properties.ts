import type { ObjectResult, StoredResult } from '../async-call.js';
import { writeResultDetail } from '../result-detail-xml.js';
import { RetrieveRefusal } from './retrieve-refusal.js';

/** Types that can be retrieved: one per call, and one per object. */
export const RESULT_TYPES = ['ResultMessage', 'ResultItem'] as const;
export type ResultType = (typeof RESULT_TYPES)[number];

/** A call's result, and the object it is about in a ResultItem. */
export interface ResultSource {
  readonly result: StoredResult;
  readonly object: ObjectResult | null;
}

type Reader = (source: ResultSource) => string | number | null;

/** Every documented property, in the order in which it is written. */
const PROPERTIES: readonly (readonly [name: string, read: Reader])[] = [
  ['RequestID', ({ result }) => result.requestId],
  ['ResultID', ({ result }) => result.requestId],
  ['ConversationID', ({ result }) => result.conversationId],
  ['OverallStatusCode', ({ result }) => result.overallStatusCode],
  ['StatusCode', ({ result, object }) => (object === null ? result.statusCode : object.ok ? 'OK' : 'Error')],
  ['StatusMessage', ({ result, object }) => (object === null ? result.statusMessage : object.statusMessage)],
  ['OrdinalID', ({ object }) => object?.ordinal ?? null],
  ['ErrorCode', ({ result, object }) => (object === null ? result.errorCode : object.errorCode)],
  ['RequestType', () => 'Asynchronous'],
  ['ResultType', () => 'Asynchronous'],
  ['ResultDetailXML', detailOf],
  ['SequenceCode', ({ result }) => result.sequenceCode],
  ['CallsInConversation', ({ result }) => result.callsInConversation],
  ['CreatedDate', ({ result }) => result.createdAt.toISOString()],
  // A result is written once.
  ['ModifiedDate', ({ result }) => result.createdAt.toISOString()],
  ['CorrelationID', ({ result }) => result.correlationId],
  ['RequestObjectType', ({ result }) => result.objectType],
  // Documented, and never filled here: a result is known by its RequestID, and a client has one account.
  ...[
    'Client',
    'Client.ID',
    'CustomerKey',
    'ID',
    'ObjectID',
    'ObjectState',
    'Owner',
    'PartnerKey',
    'PartnerProperties',
  ].map((name) => [name, () => null] as const),
];
/** Only in answers to who asks for it: the same value under another name. */
const ALIAS = 'ResultID';
const OF_OBJECTS = 'OrdinalID';

/** The properties asked for, under their own spelling and in their order; all of the type's when none are named. */
export function readProperties(type: ResultType, names: readonly string[]): string[] {
  const known = PROPERTIES.map(([name]) => name).filter((name) => type === 'ResultItem' || name !== OF_OBJECTS);
  if (names.length === 0) return known.filter((name) => name !== ALIAS);
  const asked = new Set(names.map((name) => name.toLowerCase()));
  const found = known.filter((name) => asked.has(name.toLowerCase()));
  if (found.length < asked.size) {
    throw new RetrieveRefusal(`Not all Properties are fields of ${type}, which has ${known.join(', ')}`);
  }
  return found;
}

/** Values of the properties that have one. */
export function valuesOf(source: ResultSource, names: readonly string[]): [name: string, value: string | number][] {
  return PROPERTIES.flatMap(([name, read]) => {
    const value = names.includes(name) ? read(source) : null;
    return value === null ? [] : [[name, value] as [string, string | number]];
  });
}

function detailOf({ result, object }: ResultSource): string {
  const objects = object === null ? result.objects : [object];
  return writeResultDetail({ ...result, objects }, { includeObjects: true });
}
