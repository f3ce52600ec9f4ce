/**
 * One text for values that mean the same: keys in order, maps as lists of their entries, no functions. So the same files
 * have the same text in every process, whatever comments and order of keys they have.
 */
export function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) => toCanonical(one));
}

/** The same with keys in the order that they have: providers may go by it, as by the first entry that fits. */
export function textInOrder(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) => toJson(one));
}

function toJson(value: unknown): unknown {
  if (value instanceof Map) return [...value];
  // JSON knows neither, and null is another value.
  if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))) return `number ${value}`;
  return value;
}

function toCanonical(given: unknown): unknown {
  const value = toJson(given);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
