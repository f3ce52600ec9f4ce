import { isJsonObject } from '../../http/json-value.js';

const UNSTORABLE_TEXT = /[\u0000\p{Cs}]/u;

/**
 * Why a value cannot be stored as a JSON object and read back unchanged; null: it can. Postgres has
 * no NUL and no half of a surrogate pair, and a number beyond 2^53 would come back as another one.
 */
export function describeUnstorable(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be an object';
  return describeMember(value);
}

function describeMember(value: unknown): string | null {
  if (typeof value === 'string') {
    return UNSTORABLE_TEXT.test(value) ? 'holds text with NUL or half a surrogate pair' : null;
  }
  if (typeof value === 'bigint') return 'holds a number beyond 2^53';
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, member] of Object.entries(value)) {
    const problem = describeMember(key) ?? describeMember(member);
    if (problem !== null) return problem;
  }
  return null;
}

/** Objects are merged member by member, everything else is replaced; neither side is changed. */
export function mergeJson(
  stored: Readonly<Record<string, unknown>>,
  update: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged = new Map(Object.entries(stored));
  for (const [key, value] of Object.entries(update)) {
    const before = merged.get(key);
    merged.set(key, isJsonObject(before) && isJsonObject(value) ? mergeJson(before, value) : value);
  }
  return Object.fromEntries(merged);
}
