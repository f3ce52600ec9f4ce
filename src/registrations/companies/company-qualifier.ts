import type { JsonValue } from '../../http/json-value.js';
import type { RequestProblem } from '../../http/request-error.js';
import { type CompanyEventType, qualifierKeysOf } from './company-event-types.js';

/** The values that narrow a registration down, e.g. `{list_id: 7}`; as its writer spelled it. */
export type Qualifier = Readonly<Record<string, string | number>>;

/** A qualifier as a request has it. Undefined: the request says nothing about it; null: none is wished. */
export interface QualifierReading {
  readonly qualifier: Qualifier | null | undefined;
  readonly problems: readonly RequestProblem[];
}

const VALUE_MAX = 255;
const PLAIN = /^[^\p{Cc}\p{Cs}]+$/u;

/** One spelling per qualifier, so that equal ones are equal as text: 7 and "7" name the same list. '' for none. */
export function qualifierKey(qualifier: Qualifier | null): string {
  if (qualifier === null) return '';
  return JSON.stringify(
    Object.entries(qualifier)
      .map(([name, value]) => [name, String(value)])
      .sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
  );
}

/**
 * Reads the qualifier of a type from a body, under the type's own key or a sibling's. `others` are keys of types
 * with which this one has nothing in common.
 */
export function readQualifier(
  type: CompanyEventType,
  body: Readonly<Record<string, JsonValue>>,
  keys: readonly string[],
): QualifierReading {
  const own = qualifierKeysOf(type);
  const given = keys.filter((key) => Object.hasOwn(body, key));
  // A client that sends every key with null for what it does not mean says nothing by it.
  const strangers = given.filter((key) => !own.includes(key) && !isNothing(body[key]));
  const problems: RequestProblem[] = strangers.map((field) => ({
    field,
    message:
      own.length === 0 ? `does not go with ${type.name}, which has no qualifier` : `does not go with ${type.name}`,
  }));
  const mine = own.filter((key) => given.includes(key));
  const [first] = mine;
  if (first === undefined) return { qualifier: undefined, problems };
  const readings = mine.map((key) => readMembers(type, key, body[key] ?? null));
  problems.push(...readings.flatMap((reading) => reading.problems));
  const found = readings.map(({ qualifier }) => qualifier).filter((one) => one != null);
  if (new Set(found.map(qualifierKey)).size > 1) {
    problems.push({ field: first, message: `says something else than ${mine.slice(1).join(' and ')}` });
  }
  return { qualifier: found[0] ?? null, problems };
}

function isNothing(value: JsonValue | undefined): boolean {
  return value == null || (typeof value === 'object' && Object.keys(value).length === 0);
}

function readMembers(type: CompanyEventType, key: string, value: JsonValue): QualifierReading {
  if (value === null) return { qualifier: null, problems: [] };
  if (typeof value !== 'object' || Array.isArray(value)) {
    return { qualifier: undefined, problems: [{ field: key, message: 'must be an object' }] };
  }
  const problems: RequestProblem[] = [];
  const members: [string, string | number][] = [];
  for (const [name, member] of Object.entries(value as Readonly<Record<string, JsonValue>>)) {
    const field = `${key}.${name}`;
    if (!type.qualifier.includes(name)) problems.push({ field, message: 'is not a known field' });
    else if (member === null) continue;
    else if (isQualifying(member)) members.push([name, typeof member === 'bigint' ? String(member) : member]);
    else problems.push({ field, message: `must be a whole number or text of at most ${VALUE_MAX} characters` });
  }
  const [needed = ''] = type.qualifier;
  if (problems.length === 0 && members.length > 0 && !type.loose && !members.some(([name]) => name === needed)) {
    problems.push({ field: `${key}.${needed}`, message: `Missing required field: ${needed}` });
  }
  return { qualifier: members.length === 0 ? null : Object.fromEntries(members), problems };
}

function isQualifying(value: JsonValue): value is string | number | bigint {
  if (typeof value === 'string') return value.length <= VALUE_MAX && PLAIN.test(value);
  return typeof value === 'bigint' || Number.isSafeInteger(value);
}
