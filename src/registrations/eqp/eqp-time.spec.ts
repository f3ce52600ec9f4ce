import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMoment } from './eqp-time.js';

describe('a moment of this API', () => {
  it.each([
    ['2022-08-25 19:20:21', '2022-08-25 19:20:21'],
    ['2026-11-21T08:00:00Z', '2026-11-21 08:00:00'],
    ['2026-11-21T08:00:00.999+02:00', '2026-11-21 06:00:00'],
    ['2024-02-29 00:00:00', '2024-02-29 00:00:00'],
  ])('%s is %s', (text, moment) => expect(readMoment(text)).toBe(moment));

  it.each([
    '2026-02-29 00:00:00',
    '2026-13-01 00:00:00',
    '2026-01-01 24:00:01',
    '2026-01-01 10:60:00',
    '2026-11-21T08:00:00',
    '2026-11-21',
    '1969-12-31 23:59:59',
    'now',
    '',
  ])('%s is none', (text) => expect(readMoment(text)).toBeNull());

  it('is read back as it was written', () => {
    const moments = fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true });
    fc.assert(
      fc.property(moments, (date) => {
        const wire = date.toISOString().slice(0, 19).replace('T', ' ');
        expect(readMoment(wire)).toBe(wire);
        expect(readMoment(date.toISOString())).toBe(wire);
      }),
    );
  });
});
