import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WireType } from '../catalog/service-definition.js';
import { outboundValue, type WireValue } from '../catalog/outbound-value.js';
import type { JsonValue } from '../http/json-value.js';
import { keepsRequest, type WrittenField } from './write-policy.js';

function field(type: WireType, write: 'whenEmpty' | 'whenDifferent'): WrittenField {
  return { name: 'found', type, rule: { write, compareWith: 'given' } };
}

const isKept = (
  write: 'whenEmpty' | 'whenDifferent',
  type: WireType,
  given: JsonValue | undefined,
  found: WireValue,
): boolean => keepsRequest(field(type, write), found, given === undefined ? {} : { given });

const EMPTY: readonly (readonly [string, JsonValue | undefined])[] = [
  ['that is missing', undefined],
  ['of null', null],
  ['of an empty text', ''],
  ['of spaces', '  \t\n'],
  ['of a no-break space', '\u00A0'],
  ['of an ideographic space', '\u3000'],
  ['of a zero-width space and a byte order mark', '\u200B\uFEFF'],
  ['of a Hangul filler', '\u3164'],
];

const FULL: readonly (readonly [string, JsonValue])[] = [
  ['of a text', 'x'],
  ['of a dash', '-'],
  ['of n/a', 'n/a'],
  ['of 0', 0],
  ['of false', false],
  ['of a long integer', 2n ** 63n],
  ['of an emoji', '🏳️'],
  ['of a list, which no field can be', []],
];

describe('whenEmpty', () => {
  it.each(EMPTY)('writes into a value %s', (_what, given) => {
    expect(isKept('whenEmpty', 'string', given, 'found')).toBe(false);
  });

  it.each(FULL)('keeps a value %s', (_what, given) => {
    expect(isKept('whenEmpty', 'string', given, 'found')).toBe(true);
  });

  it('does not write nothing into nothing', () => {
    expect(isKept('whenEmpty', 'string', null, ' ')).toBe(true);
  });

  it('does not find what every object inherits', () => {
    const rule = { write: 'whenEmpty', compareWith: 'constructor' } as const;
    expect(keepsRequest({ name: 'a', type: 'string', rule }, 'found', {})).toBe(false);
  });
});

describe('whenDifferent', () => {
  it.each<readonly [WireType, JsonValue, WireValue]>([
    ['integer', '5', 5],
    ['integer', ' +5 ', 5],
    ['integer', 5n, 5],
    ['integer', '9007199254740993', 9007199254740993n],
    ['float', '2.50', 2.5],
    ['float', 3, 3],
    ['boolean', 'TRUE', true],
    ['boolean', 0, false],
    ['string', 5, '5'],
    ['string', true, 'true'],
    ['string', 'Zoë', 'Zoë'],
    ['date', '2026-01-31T23:30:00-05:00', '2026-01-31'],
    ['datetime', '2026-01-31T12:00:00+02:00', '2026-01-31T10:00:00Z'],
    ['datetime', '2026-01-31', '2026-01-31T00:00:00Z'],
  ])('keeps the same %s: %s', (type, given, found) => {
    expect(isKept('whenDifferent', type, given, found)).toBe(true);
  });

  it.each<readonly [WireType, JsonValue | undefined, WireValue]>([
    ['string', 'ada', 'Ada'],
    ['string', ' Ada', 'Ada'],
    ['string', '05', '5'],
    ['string', 'Zoe\u0308', 'Zoë'],
    ['string', undefined, 'Ada'],
    ['integer', 5, 6],
    ['integer', '5.5', 5],
    ['integer', '9007199254740992', 9007199254740993n],
    ['boolean', 'yes', true],
    ['boolean', null, false],
    ['date', '31.01.2026', '2026-01-31'],
    ['datetime', '2026-01-31T12:00:00Z', '2026-01-31T12:00:01Z'],
    ['string', { a: 1 }, '[object Object]'],
  ])('writes another %s over %s: %s', (type, given, found) => {
    expect(isKept('whenDifferent', type, given, found)).toBe(false);
  });

  it('does not write nothing over nothing', () => {
    expect(isKept('whenDifferent', 'string', null, '')).toBe(true);
    expect(isKept('whenDifferent', 'string', 'x', '')).toBe(false);
  });

  it('keeps what the callback itself would carry back, of every type', () => {
    const types: WireType[] = ['string', 'integer', 'float', 'boolean', 'date', 'datetime'];
    const values = fc.oneof(
      fc.string(),
      fc.double({ noNaN: true }),
      fc.bigInt(),
      fc.boolean(),
      fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') }).map((date) => date.toISOString()),
    );
    fc.assert(
      fc.property(fc.constantFrom(...types), values, (type, given) => {
        const found = outboundValue(type, given);
        if (found !== undefined) expect(isKept('whenDifferent', type, given, found)).toBe(true);
      }),
    );
  });
});
