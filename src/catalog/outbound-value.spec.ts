import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../http/json-value.js';
import type { WireType } from './service-definition.js';
import { outboundValue, type WireValue } from './outbound-value.js';

const BEYOND = 9007199254740993n;

const cases: [WireType, JsonValue, WireValue | undefined][] = [
  ['string', 'as it is ', 'as it is '],
  ['string', '', ''],
  ['string', 12.5, '12.5'],
  ['string', BEYOND, '9007199254740993'],
  ['string', true, 'true'],
  ['string', Number.NaN, undefined],
  ['string', ['a'], undefined],
  ['string', { a: 1 }, undefined],
  ['integer', 42, 42],
  ['integer', -0, 0],
  ['integer', ' +42 ', 42],
  ['integer', '-7', -7],
  ['integer', '9007199254740993', BEYOND],
  ['integer', BEYOND, BEYOND],
  ['integer', 5n, 5],
  ['integer', 2 ** 53, undefined],
  ['integer', 1.5, undefined],
  ['integer', '1.5', undefined],
  ['integer', '1e3', undefined],
  ['integer', '0x10', undefined],
  ['integer', '', undefined],
  ['integer', true, undefined],
  ['integer', '9'.repeat(41), undefined],
  ['float', 1.5, 1.5],
  ['float', '-.5e2', -50],
  ['float', '3.', 3],
  ['float', BEYOND, BEYOND],
  ['float', Number.POSITIVE_INFINITY, undefined],
  ['float', '1e999', undefined],
  ['float', 'NaN', undefined],
  ['float', '', undefined],
  ['boolean', false, false],
  ['boolean', ' TRUE ', true],
  ['boolean', 'false', false],
  ['boolean', 1, true],
  ['boolean', 0, false],
  ['boolean', 2, undefined],
  ['boolean', 'yes', undefined],
  ['date', '2024-02-29', '2024-02-29'],
  ['date', ' 2026-05-01T00:30:00+02:00', '2026-05-01'],
  ['date', '2023-02-29', undefined],
  ['date', '2026-13-01', undefined],
  ['date', '2026-01-00', undefined],
  ['date', '2026-04-31', undefined],
  ['date', '0050-01-01', undefined],
  ['date', '01/05/2026', undefined],
  ['date', '2026-05-01T25:00', undefined],
  ['date', 1767225600000, undefined],
  ['datetime', '2026-05-01T10:20:30Z', '2026-05-01T10:20:30Z'],
  ['datetime', '2026-05-01T10:20:30.987Z', '2026-05-01T10:20:30Z'],
  ['datetime', '2026-05-01T00:30:00+02:00', '2026-04-30T22:30:00Z'],
  ['datetime', '2026-12-31T23:30:00-0100', '2027-01-01T00:30:00Z'],
  ['datetime', '2026-05-01 10:20', '2026-05-01T10:20:00Z'],
  ['datetime', '2026-05-01', '2026-05-01T00:00:00Z'],
  ['datetime', '2026-02-30T00:00:00Z', undefined],
  ['datetime', '2026-05-01T10:60:00Z', undefined],
  ['datetime', '9999-12-31T23:30:00-01:00', undefined],
  ['datetime', 'tomorrow', undefined],
  ['datetime', 1767225600, undefined],
];

describe('outboundValue', () => {
  it.each(cases)('as %s, %o becomes %o', (type, value, expected) => {
    expect(outboundValue(type, value)).toStrictEqual(expected);
  });

  it('reads every instant a Date can write within four-digit years', () => {
    const min = new Date('1000-01-01T00:00:00Z');
    const max = new Date('9999-12-31T23:59:59Z');
    fc.assert(
      fc.property(fc.date({ min, max, noInvalidDate: true }), (date) => {
        const text = date.toISOString();
        expect(outboundValue('datetime', text)).toBe(`${text.slice(0, 19)}Z`);
        expect(outboundValue('date', text)).toBe(text.slice(0, 10));
      }),
    );
  });

  it('changes nothing when it is applied to its own result', () => {
    const types: WireType[] = ['string', 'integer', 'float', 'boolean', 'date', 'datetime'];
    const texts = fc.oneof(fc.string(), fc.bigInt().map(String), fc.double().map(String));
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.oneof(texts, fc.double(), fc.bigInt(), fc.boolean()), (type, value) => {
        const once = outboundValue(type, value);
        if (once !== undefined) expect(outboundValue(type, once)).toStrictEqual(once);
      }),
    );
  });
});
