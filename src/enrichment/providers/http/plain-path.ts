/** Names from the input to a value, e.g. `answer`, `company`, `name`. */
export type PlainPath = readonly string[];

const PATH = /^\s*(?:answer|status|found|fields|account)(?:\.[A-Za-z_][A-Za-z0-9_]*)*\s*$/;
/** Words that JSONata reads otherwise. */
const WORDS = new Set(['and', 'or', 'in', 'true', 'false', 'null', 'function']);

/** The path, where an expression is nothing but one: it is walked here and now, a thread costs fifty times as much. */
export function findPlainPath(source: string): PlainPath | null {
  if (!PATH.test(source)) return null;
  const names = source.trim().split('.');
  return names.some((name) => WORDS.has(name)) ? null : names;
}

/** @returns null when a list stands on the way, which JSONata reads item by item. */
export function walk(input: object, path: PlainPath): { readonly value: unknown } | null {
  let value: unknown = input;
  for (const name of path) {
    if (Array.isArray(value)) return null;
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return { value: undefined };
    value = (value as Record<string, unknown>)[name];
  }
  return Array.isArray(value) ? null : { value };
}
