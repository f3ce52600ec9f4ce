import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRetryAfter } from './retry-after.js';

const NOW = Date.parse('2026-11-20T10:00:00Z');
const DAY = 86_400_000;

describe('parseRetryAfter', () => {
  it.each([
    ['0', 0],
    ['120', 120_000],
    [' 7 ', 7_000],
    ['1.5', 1_500],
    ['86401', DAY],
    ['99999999999999999999999999', DAY],
    ['9'.repeat(400), DAY],
    ['Fri, 20 Nov 2026 10:01:00 GMT', 60_000],
    ['Friday, 20-Nov-26 10:01:00 GMT', 60_000],
    ['Fri Nov 20 10:01:00 2026', 60_000],
    ['Fri, 20 Nov 2026 09:00:00 GMT', 0],
    ['Fri, 20 Nov 2099 09:00:00 GMT', DAY],
  ])('reads %j', (value, expected) => {
    expect(parseRetryAfter(value, NOW)).toBe(expected);
  });

  it.each([
    undefined,
    null,
    '',
    '  ',
    '-1',
    '+5',
    '1e3',
    'soon',
    'foo 1',
    '2026-11-20',
    'NaN',
    'Infinity',
    '0x10',
    '10, 20',
    'Fri, 99 Nov 2026 10:01:00 GMT',
  ])('takes %j for nothing', (value) => {
    expect(parseRetryAfter(value, NOW)).toBeNull();
  });

  it.each([
    [['5', '10'], 10_000],
    [['10', '5'], 10_000],
    [['0', 'soon'], 0],
    [['soon', 'Fri, 20 Nov 2026 10:01:00 GMT', '7'], 60_000],
    [['10, 20', '3'], 3_000],
    [['soon', ''], null],
    [[], null],
    [[null, 5, ['9'], '2'], 2_000],
  ])('takes the largest of %j', (value, expected) => {
    expect(parseRetryAfter(value, NOW)).toBe(expected);
  });

  it('throws for nothing whatever', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const wait = parseRetryAfter(value, NOW);
        expect(wait === null || (wait >= 0 && wait <= DAY)).toBe(true);
      }),
    );
  });

  it('reads every whole number of seconds up to a day exactly', () => {
    fc.assert(
      fc.property(fc.nat(86_400), (seconds) => {
        expect(parseRetryAfter(String(seconds), NOW)).toBe(seconds * 1000);
      }),
    );
  });

  it('reads every date a server can write', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 200_000 }), (seconds) => {
        const wait = parseRetryAfter(new Date(NOW + seconds * 1000).toUTCString(), NOW);
        expect(wait).toBe(Math.min(Math.max(seconds * 1000, 0), DAY));
      }),
    );
  });

  it('answers any text with null or something between nothing and a day', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const wait = parseRetryAfter(text, NOW);
        expect(wait === null || (Number.isInteger(wait) && wait >= 0 && wait <= DAY)).toBe(true);
      }),
    );
  });
});
