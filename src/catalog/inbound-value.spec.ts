import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../http/json-value.js';
import { inboundValue } from './inbound-value.js';
import { outboundValue } from './outbound-value.js';
import type { WireType } from './service-definition.js';

const TYPES: readonly WireType[] = ['string', 'integer', 'float', 'boolean', 'date', 'datetime'];

describe('a value of a request', () => {
  it.each<[JsonValue, WireType, unknown]>([
    [7, 'string', '7'],
    [true, 'string', 'true'],
    [12345678901234567890n, 'string', '12345678901234567890'],
    [{}, 'string', undefined],
    [Number.POSITIVE_INFINITY, 'string', undefined],
    ['12', 'integer', 12],
    [' -3 ', 'integer', -3],
    ['-0', 'integer', 0],
    ['+12345678901234567890', 'integer', 12345678901234567890n],
    ['9'.repeat(40), 'integer', BigInt('9'.repeat(40))],
    ['9'.repeat(41), 'integer', undefined],
    ['12.5', 'integer', undefined],
    [12.5, 'integer', undefined],
    [2 ** 53, 'integer', undefined],
    [1e300, 'integer', undefined],
    ['', 'integer', undefined],
    ['0x10', 'integer', undefined],
    ['1e3', 'float', 1000],
    ['.5', 'float', 0.5],
    ['1e999', 'float', undefined],
    ['1e-1000', 'float', undefined],
    [Number.POSITIVE_INFINITY, 'float', undefined],
    ['NaN', 'float', undefined],
    [true, 'float', undefined],
    ['False', 'boolean', false],
    [' 1 ', 'boolean', true],
    ['0', 'boolean', false],
    [1, 'boolean', true],
    [2, 'boolean', undefined],
    ['01', 'boolean', undefined],
    ['yes', 'boolean', undefined],
    [[], 'boolean', undefined],
    ['2024-05-01', 'date', '2024-05-01'],
    [' 2024-05-01T23:30:00-05:00 ', 'date', '2024-05-01T23:30:00-05:00'],
    ['2024-05-01 10:20', 'datetime', '2024-05-01 10:20'],
    ['2024-05-01T10:20:30,5+0200', 'datetime', '2024-05-01T10:20:30,5+0200'],
    [0, 'date', '1970-01-01'],
    [0, 'datetime', '1970-01-01T00:00:00.000Z'],
    [-1, 'date', '1969-12-31'],
    [1e300, 'datetime', undefined],
    [253402300800000, 'date', undefined],
    [-62198755200000, 'datetime', undefined],
    [1767225600000n, 'datetime', undefined],
    ['soon', 'date', undefined],
    // `Date.parse` takes each of these for a date, some of them for another one than is written.
    ['foo 1', 'date', undefined],
    ['1', 'date', undefined],
    ['2024', 'date', undefined],
    ['2024-05', 'date', undefined],
    ['2024-5-1', 'date', undefined],
    ['5/1/2024', 'date', undefined],
    ['May 1, 2024', 'date', undefined],
    ['Wed, 01 May 2024 10:00:00 GMT', 'datetime', undefined],
    ['2026-02-30', 'date', undefined],
    ['2026-05-01T24:00:00Z', 'datetime', undefined],
    ['+012026-01-01', 'date', undefined],
    ['9999-12-31T23:30:00-01:00', 'datetime', undefined],
  ])('%o as %s is %o', (value, type, expected) => {
    expect(inboundValue(type, value)).toStrictEqual(expected);
  });

  it('stays as it is when it is read again', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(...TYPES), (value, type) => {
        const once = inboundValue(type, value);
        if (once !== undefined) expect(inboundValue(type, once)).toStrictEqual(once);
      }),
    );
  });
});

const blanks = fc.constantFrom('', ' ', '\t', '\n ');
const padded = (texts: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(blanks, texts, blanks).map((parts) => parts.join(''));

const integers = fc.oneof(
  fc.bigInt({ min: -(10n ** 40n) + 1n, max: 10n ** 40n - 1n }),
  fc.maxSafeInteger().map(BigInt),
  fc.constantFrom(0n, 2n ** 53n, -(2n ** 53n), 2n ** 53n - 1n),
);
const signs = fc.constantFrom('', '+');
const integerTexts = fc.tuple(signs, integers).map(([sign, n]) => (n < 0n ? String(n) : `${sign}${n}`));

const floatTexts = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc
    .tuple(fc.constantFrom('', '+', '-'), fc.nat().map(String), fc.constantFrom('', '.', '.5', 'e3', 'E-7', '.25e+2'))
    .map((parts) => parts.join('')),
);

const booleanTexts = fc.constantFrom('true', 'TRUE', 'false', 'False', '1', '0', '2', 'yes', '01');

const two = (n: number): string => String(n).padStart(2, '0');
/** Days, hours and offsets a little beyond what exists, so that both answers come up. */
const momentTexts = fc
  .record({
    year: fc.integer({ min: 0, max: 10_050 }).map((year) => String(year).padStart(4, '0')),
    month: fc.integer({ min: 0, max: 13 }).map(two),
    day: fc.integer({ min: 0, max: 32 }).map(two),
    time: fc.option(
      fc.tuple(
        fc.constantFrom('T', ' ', 't'),
        fc.integer({ min: 0, max: 24 }).map(two),
        fc.integer({ min: 0, max: 60 }).map(two),
        fc.option(fc.tuple(fc.integer({ min: 0, max: 60 }).map(two), fc.constantFrom('', '.5', ',987', '.123456789'))),
        fc.constantFrom('', 'Z', ' Z', 'z', '+02:00', '-0930', '+14', '-23:59', '+24:00'),
      ),
    ),
  })
  .map(({ year, month, day, time }) => {
    if (time === null) return `${year}-${month}-${day}`;
    const [separator, hour, minute, second, zone] = time;
    const seconds = second === null ? '' : `:${second.join('')}`;
    return `${year}-${month}-${day}${separator}${hour}:${minute}${seconds}${zone}`;
  });

/** Every kind of JSON, and many texts that stand for a value of some type. */
const values: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.jsonValue() as fc.Arbitrary<JsonValue>,
  integers,
  fc.double(),
  fc.integer({ min: -70_000_000_000_000, max: 260_000_000_000_000 }),
  fc.boolean(),
  fc.constantFrom('foo 1', '2024-05', '5/1/2024', 'Wed, 01 May 2024 10:00:00 GMT', 'NaN', 'Infinity', '0x10', '1e999'),
  padded(fc.oneof(fc.string(), integerTexts, floatTexts, booleanTexts, momentTexts)),
);

/** The meaning of a value, read apart from the code under test; equal meanings are equal texts. */
function meaningOf(type: WireType, value: JsonValue): string {
  const whole = typeof value === 'object' ? '' : String(value);
  const text = whole.trim();
  switch (type) {
    case 'string':
      return whole;
    case 'integer':
      return String(BigInt(text.replace('+', '')));
    case 'float':
      return typeof value === 'bigint' ? String(Number(value)) : String(Number(text) + 0);
    case 'boolean':
      return String(text === '1' || text.toLowerCase() === 'true');
    case 'date':
      return typeof value === 'number' ? new Date(value).toISOString().slice(0, 10) : text.slice(0, 10);
    case 'datetime':
      return String(Math.floor((typeof value === 'number' ? Math.trunc(value) : instantOf(text)) / 1000));
  }
}

/** The text in the one form that V8 reads by the book: with seconds, a point and an offset with a colon. */
function instantOf(text: string): number {
  const parts = /^(.{10})(?:.(\d\d:\d\d)(:\d\d)?(?:[.,](\d+))? ?(?:z|([+-]\d\d):?(\d\d)?)?)?$/i.exec(text);
  const [, day = '', minutes = '00:00', seconds = ':00', fraction = '0', hours, rest = '00'] = parts ?? [];
  return Date.parse(
    `${day}T${minutes}${seconds}.${fraction.slice(0, 3)}${hours === undefined ? 'Z' : `${hours}:${rest}`}`,
  );
}

describe('intake and callback', () => {
  it.each(TYPES)('agree on every %s: what is accepted can be written, and means the same', (type) => {
    let accepted = 0;
    fc.assert(
      fc.property(values, (value) => {
        const taken = inboundValue(type, value);
        if (taken === undefined) return;
        accepted += 1;
        const written = outboundValue(type, taken);
        expect(written, 'accepted, and dropped by the callback').toBeDefined();
        expect(meaningOf(type, written ?? null)).toBe(meaningOf(type, value));
      }),
      { numRuns: 2_000 },
    );
    // A property over values that are all refused would hold whatever the code does.
    expect(accepted).toBeGreaterThan(20);
  });

  it.each<[WireType, fc.Arbitrary<string>]>([
    ['string', fc.string()],
    ['integer', padded(integerTexts)],
    ['float', padded(fc.double({ noNaN: true, noDefaultInfinity: true }).map(String))],
    ['boolean', padded(fc.constantFrom('true', 'false', 'TRUE', '1', '0'))],
    [
      'date',
      padded(fc.date({ min: new Date('0100-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }).map(iso)),
    ],
    [
      'datetime',
      padded(fc.date({ min: new Date('0100-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }).map(iso)),
    ],
  ])('take every %s in plain spelling', (type, texts) => {
    fc.assert(fc.property(texts, (text) => inboundValue(type, text) !== undefined));
  });
});

function iso(date: Date): string {
  return date.toISOString();
}
