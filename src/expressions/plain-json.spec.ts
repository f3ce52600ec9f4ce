import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toPlainJson, UnfitResultError } from './plain-json.js';

const MANY = 1_000_000;

describe('toPlainJson', () => {
  it('copies every JSON value as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const copy = toPlainJson(value, MANY);
        expect(copy).toEqual(value);
        if (typeof value === 'object' && value !== null) expect(copy).not.toBe(value);
      }),
    );
  });

  it("makes arrays of JSONata's sequences", () => {
    const sequence = Object.assign([1, 2], { sequence: true, keepSingleton: true });
    expect(Object.keys(toPlainJson(sequence, MANY) as object)).toEqual(['0', '1']);
  });

  it('keeps __proto__ as a name like any other', () => {
    const copy = toPlainJson(JSON.parse('{"__proto__":{"x":1}}'), MANY);
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect(JSON.stringify(copy)).toBe('{"__proto__":{"x":1}}');
  });

  it('leaves nothing as nothing, and out of an object', () => {
    expect(toPlainJson(undefined, MANY)).toBeUndefined();
    expect(JSON.stringify(toPlainJson({ a: undefined, b: [undefined] }, MANY))).toBe('{"b":[null]}');
  });

  it.each([
    ['a function', () => 1, 'RESULT_NOT_JSON'],
    ['a function within', { a: [() => 1] }, 'RESULT_NOT_JSON'],
    ['a lambda of JSONata', { _jsonata_lambda: true }, 'RESULT_NOT_JSON'],
    ['a function of JSONata', { _jsonata_function: true }, 'RESULT_NOT_JSON'],
    ['NaN', NaN, 'RESULT_NOT_JSON'],
    ['an infinite number', [Infinity], 'RESULT_NOT_JSON'],
    ['a symbol', Symbol('x'), 'RESULT_NOT_JSON'],
    ['a long text', 'x'.repeat(MANY), 'RESULT_TOO_LARGE'],
    ['a long list', Array.from({ length: MANY / 4 }, () => 1), 'RESULT_TOO_LARGE'],
    ['long names', { ['x'.repeat(MANY)]: 1 }, 'RESULT_TOO_LARGE'],
    ['a deep list', nest(70), 'RESULT_TOO_DEEP'],
  ])('refuses %s', (_, value, failure) => {
    expect(() => toPlainJson(value, MANY)).toThrow(UnfitResultError);
    expect(() => toPlainJson(value, MANY)).toThrow(failure);
  });
});

function nest(depth: number): unknown {
  return depth === 0 ? [] : [nest(depth - 1)];
}
