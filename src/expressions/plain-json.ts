import type { OwnFailure } from './expression-outcome.js';

const DEPTH_MAX = 64;
/** Quotes, a comma and the like around every value. */
const VALUE_BYTES = 4;

/** A result that may not leave its thread. */
export class UnfitResultError extends Error {
  constructor(readonly failure: OwnFailure) {
    super(failure);
    this.name = 'UnfitResultError';
  }
}

/**
 * Copies a result of JSONata as plain JSON: its sequences become arrays, properties of its own kinds go.
 * @param maxBytes about the length of its JSON text; counted while copying, so a larger one is never copied whole
 * @throws UnfitResultError for functions, NaN, too much or too deep
 */
export function toPlainJson(value: unknown, maxBytes: number): unknown {
  let leftBytes = maxBytes;
  const spend = (bytes: number): void => {
    leftBytes -= bytes;
    if (leftBytes < 0) throw new UnfitResultError('RESULT_TOO_LARGE');
  };
  const copy = (one: unknown, depth: number): unknown => {
    if (depth > DEPTH_MAX) throw new UnfitResultError('RESULT_TOO_DEEP');
    spend(VALUE_BYTES);
    switch (typeof one) {
      case 'string':
        spend(one.length);
        return one;
      case 'number':
        if (!Number.isFinite(one)) throw new UnfitResultError('RESULT_NOT_JSON');
        return one;
      case 'boolean':
      case 'bigint':
      case 'undefined':
        return one;
      case 'object':
        return one === null ? null : copyObject(one, depth);
      default:
        throw new UnfitResultError('RESULT_NOT_JSON');
    }
  };
  const copyObject = (one: object, depth: number): unknown => {
    if (Array.isArray(one)) return Array.from(one, (item: unknown) => copy(item ?? null, depth + 1));
    if ('_jsonata_lambda' in one || '_jsonata_function' in one) throw new UnfitResultError('RESULT_NOT_JSON');
    const entries: [string, unknown][] = [];
    for (const [name, inner] of Object.entries(one)) {
      if (inner === undefined) continue;
      spend(name.length);
      entries.push([name, copy(inner, depth + 1)]);
    }
    return Object.fromEntries(entries);
  };
  return copy(value, 0);
}
