import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RichType } from '../../catalog/service-definition.js';
import type { JsonValue } from '../../http/json-value.js';
import { cutTo, marketoValue, undeclaredValue } from './marketo-value.js';

describe('a value for Marketo', () => {
  it.each<[RichType, JsonValue, unknown]>([
    ['score', '+5', '+5'],
    ['score', ' -5 ', '-5'],
    ['score', '5', 5],
    ['score', 5, 5],
    ['score', '+99999999999', undefined],
    ['score', 'high', undefined],
    ['integer', 2 ** 31 - 1, 2 ** 31 - 1],
    ['integer', 2 ** 31, undefined],
    ['integer', -(2 ** 31) - 1, undefined],
    ['integer', 9007199254740993n, undefined],
    ['integer', 1.5, undefined],
    ['float', 1.5, 1.5],
    ['boolean', 'true', true],
    ['date', '2026-01-31T23:00:00Z', '2026-01-31'],
    ['datetime', '2026-01-31T12:00:00.999Z', '2026-01-31T12:00:00Z'],
    ['datetime', 'soon', undefined],
    ['string', 'null', 'null'],
    ['string', null, undefined],
    ['string', {}, undefined],
    ['string', 'ü'.repeat(200), 'ü'.repeat(127)],
    ['email', 'x'.repeat(300), 'x'.repeat(255)],
    ['url', 'x'.repeat(300), 'x'.repeat(255)],
    ['text', '€'.repeat(1_000), '€'.repeat(666)],
    ['text', '😀'.repeat(501), '😀'.repeat(500)],
  ])('of the type %s: case %#', (type, value, expected) => {
    expect(marketoValue(type, value)).toEqual(expected);
  });

  it.each<[JsonValue, unknown]>([
    ['text', 'text'],
    [5, 5],
    [1.5, 1.5],
    [2 ** 40, undefined],
    [true, true],
    [null, undefined],
    [{}, undefined],
    [[], undefined],
  ])('that is not declared: %j is %j', (value, expected) => {
    expect(undeclaredValue(value)).toEqual(expected);
  });

  it('is cut at a character, and never longer than it may be', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 0, max: 40 }), (text, most) => {
        const cut = cutTo(most, text);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(Math.max(most, 0));
        expect(text.startsWith(cut)).toBe(true);
        const isCutInside = /[\ud800-\udbff]$/.test(cut) && /^[\udc00-\udfff]/.test(text.slice(cut.length));
        expect(isCutInside).toBe(false);
      }),
    );
  });
});
