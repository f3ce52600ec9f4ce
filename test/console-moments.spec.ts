import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asLocal, toInstant, toLocalText, zoneName } from '../console/src/lib/moments.js';

const before = process.env['TZ'];

describe('times in the filters of the console', () => {
  beforeAll(() => {
    process.env['TZ'] = 'Europe/Berlin';
  });
  afterAll(() => {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  });

  it.each([
    ['2026-11-20', '2026-11-19T23:00:00Z'],
    ['2026-11-20 14:30', '2026-11-20T13:30:00Z'],
    ['2026-07-20T14:30:05', '2026-07-20T12:30:05Z'],
    ['2026-11-20T14:30:00Z', '2026-11-20T14:30:00Z'],
    ['2026-02-31', '2026-02-31'],
    ['2026-11-20 25:00', '2026-11-20 25:00'],
    ['yesterday', 'yesterday'],
    ['', ''],
  ])('%s of the reader is %s to the service', (text, instant) => {
    expect(toInstant(text)).toBe(instant);
  });

  it.each([
    ['2026-11-19T23:00:00Z', '2026-11-20'],
    ['2026-11-20T13:30:00Z', '2026-11-20 14:30'],
    ['2026-11-20', '2026-11-20 01:00'],
    ['2026-99-99', '2026-99-99'],
    ['yesterday', 'yesterday'],
    ['', ''],
  ])('%s of the address is shown as %s', (value, text) => {
    expect(toLocalText(value)).toBe(text);
  });

  it('the zone has a name', () => {
    expect(zoneName()).toMatch(/CE?S?T|GMT\+/);
  });
});

describe('moments in the console', () => {
  const now = new Date(2026, 10, 29, 0, 5);

  it.each([
    [new Date(2026, 10, 29, 23, 59), false],
    [new Date(2026, 10, 28, 23, 59), true],
    [new Date(2026, 10, 30, 0, 1), true],
    [new Date(2025, 10, 29, 0, 5), true],
  ])('%s has a date: that is %s', (moment, hasDate) => {
    expect(/Nov/.test(asLocal(moment, now))).toBe(hasDate);
  });
});
