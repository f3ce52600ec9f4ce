import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../http/json-body.js';
import { validateEnvelope } from './envelope.js';
import { isSurelyWellFormed } from './envelope-shortcut.js';
import { leadRequest } from './intake.fixtures.js';

/** Every place in a JSON value, as the keys that lead to it. */
function placesOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, member]) => placesOf(member, [...path, key]))];
}

/** The request with one place replaced, or removed when the value is undefined. */
function spoil(path: readonly string[], value: unknown): JsonObject {
  const request = structuredClone(leadRequest()) as Record<string, unknown>;
  const last = path[path.length - 1] ?? '';
  const parent = path
    .slice(0, -1)
    .reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, request);
  if (value === undefined) Reflect.deleteProperty(parent, last);
  else parent[last] = value;
  return request as JsonObject;
}

const anyPlace = fc.constantFrom(...placesOf(leadRequest()).filter((path) => path.length > 0));
const anyValue = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(undefined, null, '', 'x\n', {}, [], [[]], [null], ['x'], [{}], { constructor: 1 }, 0, true),
);

function isValid(body: JsonObject): boolean {
  try {
    validateEnvelope(body);
    return true;
  } catch {
    return false;
  }
}

describe('the shortcut', () => {
  it('takes the usual request without asking the DTO', () => {
    expect(isSurelyWellFormed(leadRequest() as JsonObject)).toBe(true);
  });

  it('never takes what the DTO refuses', () => {
    let refused = 0;
    fc.assert(
      fc.property(anyPlace, anyValue, (path, value) => {
        const taken = isSurelyWellFormed(spoil(path, value));
        const valid = isValid(spoil(path, value));
        if (!valid) refused++;
        expect(taken && !valid).toBe(false);
      }),
      { numRuns: 3000 },
    );
    expect(refused).toBeGreaterThan(300);
  });

  it('never takes a key that hides a class, which the DTO refuses too', () => {
    for (const path of [['constructor'], ['objectData', 'constructor'], ['context', 'constructor']]) {
      expect(isSurelyWellFormed(spoil(path, 'x'))).toBe(false);
      expect(isValid(spoil(path, 'x'))).toBe(false);
    }
  });
});
