import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WireType } from '../catalog/service-definition.js';
import { coerce } from './coerce.js';

const TYPES: readonly WireType[] = ['string', 'integer', 'float', 'boolean', 'date', 'datetime'];

describe('coerce', () => {
  it.each<[unknown, WireType, unknown]>([
    [7, 'string', '7'],
    [true, 'string', 'true'],
    [12345678901234567890n, 'string', '12345678901234567890'],
    [{}, 'string', undefined],
    ['12', 'integer', 12],
    [' -3 ', 'integer', -3],
    ['+12345678901234567890', 'integer', 12345678901234567890n],
    ['12.5', 'integer', undefined],
    [12.5, 'integer', undefined],
    ['', 'integer', undefined],
    ['0x10', 'integer', undefined],
    ['1e3', 'float', 1000],
    ['.5', 'float', 0.5],
    ['1e999', 'float', undefined],
    ['NaN', 'float', undefined],
    [true, 'float', undefined],
    ['False', 'boolean', false],
    [1, 'boolean', true],
    [2, 'boolean', undefined],
    ['2024-05-01', 'date', '2024-05-01'],
    [0, 'date', '1970-01-01'],
    [0, 'datetime', '1970-01-01T00:00:00.000Z'],
    [1e300, 'datetime', undefined],
    ['soon', 'date', undefined],
    [[], 'boolean', undefined],
  ])('reads %o as %s', (value, type, expected) => {
    expect(coerce(value as never, type)).toEqual(expected);
  });

  it('leaves what it coerced alone when asked again', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...TYPES), (value, type) => {
        const once = coerce(value as never, type);
        if (once !== undefined) expect(coerce(once, type)).toBe(once);
      }),
    );
  });
});
