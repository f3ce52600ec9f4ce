import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readIsoMoment, writeMoment } from './iso-moment.js';

const read = (text: string): string | null => {
  const moment = readIsoMoment(text);
  return moment === null ? null : writeMoment(moment);
};

describe('readIsoMoment', () => {
  it.each([
    ['2010-01-01T00:00Z', '2010-01-01T00:00:00Z'],
    ['2013-08-01T15:42:23Z', '2013-08-01T15:42:23Z'],
    ['2013-08-01T15:42:23.999Z', '2013-08-01T15:42:23Z'],
    ['2013-08-01T15:42:23,5+02:00', '2013-08-01T13:42:23Z'],
    ['2013-08-01T15:42:23-0530', '2013-08-01T21:12:23Z'],
    ['2013-08-01T15:42:23+02', '2013-08-01T13:42:23Z'],
    ['2013-08-01 15:42:23z', '2013-08-01T15:42:23Z'],
    ['2013-08-01T15:42:23', '2013-08-01T15:42:23Z'],
    ['2013-08-01T15', '2013-08-01T15:00:00Z'],
    ['2013-08-01T15:42.5Z', '2013-08-01T15:42:30Z'],
    ['20130801T154223Z', '2013-08-01T15:42:23Z'],
    ['20130801', '2013-08-01T00:00:00Z'],
    ['2013-08-01', '2013-08-01T00:00:00Z'],
    ['2013-08', '2013-08-01T00:00:00Z'],
    ['2013', '2013-01-01T00:00:00Z'],
    ['2013-213', '2013-08-01T00:00:00Z'],
    ['2013213T12Z', '2013-08-01T12:00:00Z'],
    ['2013-W31-4', '2013-08-01T00:00:00Z'],
    ['2013W314T00:00Z', '2013-08-01T00:00:00Z'],
    ['2016-12-31T24:00:00Z', '2017-01-01T00:00:00Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00Z'],
    ['2024-02-29', '2024-02-29T00:00:00Z'],
  ])('reads %s as %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each([
    '',
    'now',
    '2013-02-29',
    '2013-13-01',
    '2013-00-01',
    '2013-08-32',
    '2013-366',
    '2013-000',
    '2013-W53-1',
    '2013-W00-1',
    '2013-08-01T25:00',
    '2013-08-01T24:01',
    '2013-08-01T12:60',
    '2013-08-01T12:00+24:00',
    '2013-08-01T12:00:00ZZ',
    '1375371743',
    '+2013-08-01',
    '0000-01-01',
    ' 2013-08-01',
  ])('takes %j for no moment', (text) => {
    expect(readIsoMoment(text)).toBeNull();
  });

  it('reads what it writes, for every second there is', () => {
    const moment = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(moment, (date) => {
        const text = writeMoment(date);
        expect(read(text)).toBe(text);
        expect(read(date.toISOString())).toBe(text);
      }),
    );
  });
});
