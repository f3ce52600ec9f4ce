import type { ResultFilter } from '../async-call.js';
import { UUID } from '../../http/uuid.pipe.js';
import { readProperties, RESULT_TYPES, type ResultType } from './result-properties.js';
import { equality } from './retrieve-filter.js';
import { RetrieveRefusal } from './retrieve-refusal.js';

/** The question, and where to go on. */
export interface RetrieveQuery {
  readonly type: ResultType;
  readonly properties: readonly string[];
  readonly filter: ResultFilter | null;
  /** Results a page has at most; null: as many as we like. */
  readonly batchSize: number | null;
  readonly from: RetrievePlace;
}

/** Where a page begins. */
export interface RetrievePlace {
  /** Calls up to here have been shown. */
  readonly after: string | null;
  /** So many objects of this call have been shown; null: none of any. */
  readonly within: { readonly requestId: string; readonly shown: number } | null;
}

const CURSOR = /^[\w-]{1,8192}$/;
/** That of a filter, and what its lists of values add. */
const DEPTH_MAX = 20;

/**
 * The RequestID of an answer with more to come, which the client sends back as ContinueRequest: the whole query, so that
 * any process can go on with it and nothing is remembered. It is no secret and no permission: what it finds are the
 * caller's own results, with any text in it.
 */
export function writeCursor({ type, properties, filter, batchSize, from }: RetrieveQuery): string {
  const { after, within } = from;
  return Buffer.from(JSON.stringify({ type, properties, filter, batchSize, after, within })).toString('base64url');
}

/** @throws RetrieveRefusal for what was never written here. */
export function readCursor(text: string): RetrieveQuery {
  if (!CURSOR.test(text)) throw unknown();
  try {
    const plain = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Record<string, unknown>;
    const type = RESULT_TYPES.find((one) => one === plain['type']);
    // One that was written by a version before has no size.
    const { properties, filter, batchSize = null, after, within } = plain;
    if (type === undefined || !isTexts(properties) || !(after === null || isId(after))) throw unknown();
    if (batchSize !== null && !isCount(batchSize)) throw unknown();
    return {
      type,
      properties: readProperties(type, properties),
      filter: filter === null ? null : checkFilter(filter, 1),
      batchSize,
      from: { after, within: within === null ? null : checkWithin(within) },
    };
  } catch {
    throw unknown();
  }
}

function checkFilter(plain: unknown, depth: number): ResultFilter {
  const part = plain as Record<string, unknown>;
  const { property, equals, operator } = part;
  if ((property === 'RequestID' || property === 'ConversationID') && typeof equals === 'string') {
    return equality(property, equals);
  }
  if ((operator !== 'AND' && operator !== 'OR') || depth > DEPTH_MAX) throw unknown();
  return { operator, left: checkFilter(part['left'], depth + 1), right: checkFilter(part['right'], depth + 1) };
}

function checkWithin(plain: unknown): RetrievePlace['within'] {
  const { requestId, shown } = plain as Record<string, unknown>;
  if (!isId(requestId) || !isCount(shown)) throw unknown();
  return { requestId, shown };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function unknown(): RetrieveRefusal {
  return new RetrieveRefusal('The ContinueRequest is unknown');
}
