import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Fields } from '../../../actions/action-input.js';
import { describeEnrichmentProvider, sampleContext, sampleSubject } from '../../provider-conformance.js';
import { fieldsOf, group, lead } from '../providers.fixtures.js';
import { BusinessDayProvider } from './business-day.provider.js';
import { civilDay } from './civil-day.js';
import { readPlaces, type Places } from './place.js';
import { readWorkingCalendar, type WorkingCalendar } from './working-calendar.js';

/** The answer of the provider at a moment, "2026-11-30T09:00Z". */
function findAt(
  moment: string,
  fields: Fields,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Readonly<Record<string, unknown>>> {
  return fieldsOf(new BusinessDayProvider(() => Date.parse(moment)), fields, settings);
}

const NOON = '2026-12-01T12:00:00Z';

describe('BusinessDayProvider', () => {
  it('says when, where and on which days', async () => {
    expect(await findAt('2026-12-23T19:30:00Z', { country: 'Germany', state: 'Bayern' })).toEqual({
      nextContactAt: '2026-12-24T08:00:00Z',
      nextContactLocalTime: '2026-12-24T09:00:00+01:00',
      contactTimeZone: 'Europe/Berlin',
      isWorkingTimeNow: false,
      workingDays: 'Mon Tue Wed Thu Fri',
      nextHolidayDate: '2026-12-25',
      nextHolidayName: 'Christmas Day',
      contactTimeStatus: 'known',
    });
  });

  it.each<[string, string, Fields, string]>([
    ['in working time, the time to act', '2026-12-01T10:00:30Z', { country: 'DE' }, '2026-12-01T11:16:00+01:00'],
    ['just before closing, the next day', '2026-12-01T15:45:00Z', { country: 'DE' }, '2026-12-02T09:00:00+01:00'],
    ['at night, the morning', '2026-12-01T01:00:00Z', { country: 'DE' }, '2026-12-01T09:00:00+01:00'],
    ['Friday evening, Monday', '2026-12-04T20:00:00Z', { country: 'DE' }, '2026-12-07T09:00:00+01:00'],
    ['the year end', '2026-12-31T20:00:00Z', { country: 'DE' }, '2027-01-04T09:00:00+01:00'],
    [
      'the year end, Scotland',
      '2026-12-31T20:00:00Z',
      { country: 'GB', state: 'Scotland' },
      '2027-01-05T09:00:00+00:00',
    ],
    ['the day the clock goes forward', '2027-03-26T20:00:00Z', { country: 'PL' }, '2027-03-30T09:00:00+02:00'],
    ['the day the clock goes back', '2026-10-23T20:00:00Z', { country: 'DE' }, '2026-10-26T09:00:00+01:00'],
    ['Egypt after its clock goes forward', '2027-04-29T18:00:00Z', { country: 'EG' }, '2027-05-02T09:00:00+03:00'],
    ['a half-hour zone', '2027-01-04T20:00:00Z', { country: 'IN', state: 'Karnataka' }, '2027-01-05T09:00:00+05:30'],
    ['a zone of 45 minutes', '2027-01-06T20:00:00Z', { country: 'NP' }, '2027-01-07T09:00:00+05:45'],
    ['the Chatham Islands', '2027-02-09T06:00:00Z', { country: 'NZ', zip: '8942' }, '2027-02-10T09:00:00+13:45'],
    ['far east of the date line', '2027-01-11T18:00:00Z', { country: 'TO' }, '2027-01-12T09:00:00+13:00'],
    ['far west of the date line', '2027-01-12T05:00:00Z', { country: 'AS' }, '2027-01-12T09:00:00-11:00'],
    ['Newfoundland', '2027-01-12T22:00:00Z', { country: 'CA', zip: 'A1B 2C3' }, '2027-01-13T09:00:00-03:30'],
    [
      'Christmas on a Saturday, England',
      '2027-12-24T18:00:00Z',
      { country: 'UK', zip: 'SW1A 1AA' },
      '2027-12-29T09:00:00+00:00',
    ],
    [
      'Independence Day on a Sunday',
      '2027-07-02T22:00:00Z',
      { country: 'US', zip: '10001' },
      '2027-07-06T09:00:00-04:00',
    ],
    [
      'Independence Day on a Saturday',
      '2026-07-02T22:00:00Z',
      { country: 'US', zip: '10001' },
      '2026-07-06T09:00:00-04:00',
    ],
    [
      'Australia Day on a Sunday',
      '2031-01-24T10:00:00Z',
      { country: 'AU', state: 'Victoria' },
      '2031-01-28T09:00:00+11:00',
    ],
    ['a holiday on Sunday moves in Japan', '2027-03-19T10:00:00Z', { country: 'JP' }, '2027-03-23T09:00:00+09:00'],
    ['Friday in the Emirates, before noon', '2027-01-08T04:00:00Z', { country: 'AE' }, '2027-01-08T09:00:00+04:00'],
    ['Friday in the Emirates, after noon', '2027-01-08T08:30:00Z', { country: 'AE' }, '2027-01-11T09:00:00+04:00'],
    ['Friday in Saudi Arabia', '2027-01-07T18:00:00Z', { country: 'SA' }, '2027-01-10T09:00:00+03:00'],
    ['Friday in Egypt', '2027-01-14T18:00:00Z', { country: 'EG' }, '2027-01-17T09:00:00+02:00'],
    ['Friday in Israel', '2027-01-14T18:00:00Z', { country: 'IL' }, '2027-01-17T09:00:00+02:00'],
    ['Sunday in Bangladesh', '2027-01-09T18:00:00Z', { country: 'BD' }, '2027-01-10T09:00:00+06:00'],
    ['Saturday in Nepal', '2027-01-22T18:00:00Z', { country: 'NP' }, '2027-01-25T09:00:00+05:45'],
    ['Corpus Christi in Bavaria', '2027-05-26T20:00:00Z', { country: 'DE', state: 'BY' }, '2027-05-28T09:00:00+02:00'],
    [
      'Corpus Christi in Berlin',
      '2027-05-26T20:00:00Z',
      { country: 'DE', state: 'Berlin' },
      '2027-05-27T09:00:00+02:00',
    ],
    ['Corpus Christi, anywhere in Germany', '2027-05-26T20:00:00Z', { country: 'DE' }, '2027-05-28T09:00:00+02:00'],
    ['a moon that may be late', '2027-03-08T18:00:00Z', { country: 'SA' }, '2027-03-16T09:00:00+03:00'],
    [
      'Réunion by its postal code',
      '2027-01-12T20:00:00Z',
      { country: 'FR', zip: '97400' },
      '2027-01-13T09:00:00+04:00',
    ],
    ['Puerto Rico by its state', '2027-02-01T22:00:00Z', { country: 'US', state: 'PR' }, '2027-02-02T09:00:00-04:00'],
  ])('finds the next slot: %s', async (_, moment, fields, expected) => {
    expect((await findAt(moment, fields)).nextContactLocalTime).toBe(expected);
  });
});

describe('the time zone', () => {
  it.each<[string, Fields, string | undefined]>([
    ['one zone', { country: 'France' }, 'Europe/Paris'],
    ['zones with one clock', { country: 'AR' }, 'America/Argentina/Buenos_Aires'],
    ['a zone that nearly no one lives in', { country: 'NZ' }, 'Pacific/Auckland'],
    ['several zones and no evidence', { country: 'US' }, undefined],
    ['several zones and no evidence, two of them', { country: 'PT' }, undefined],
    ['a state', { country: 'US', state: 'California' }, 'America/Los_Angeles'],
    ['a code of a state', { country: 'US', state: 'US-CA' }, 'America/Los_Angeles'],
    ['a state with two zones', { country: 'US', state: 'TN' }, undefined],
    ['a state with two zones and a postal code', { country: 'US', state: 'TN', zip: '37902' }, 'America/New_York'],
    ['a postal code that lost its zero', { country: 'US', zip: 2139 }, 'America/New_York'],
    ['a postal code with a number of the street', { country: 'US', zip: '94105-1234' }, 'America/Los_Angeles'],
    ['a state and a postal code that disagree', { country: 'US', state: 'CA', zip: '10001' }, undefined],
    [
      'a state and a postal code of one zone that disagree',
      { country: 'US', state: 'NJ', zip: '10001' },
      'America/New_York',
    ],
    ['a postal code that is none', { country: 'US', zip: '1' }, undefined],
    ['a post office of the army', { country: 'US', zip: '09012' }, undefined],
    ['a zone that is told', { country: 'US', timeZone: 'America/Chicago' }, 'America/Chicago'],
    ['a zone that is told, in small letters', { country: 'US', timeZone: 'america/chicago' }, 'America/Chicago'],
    ['a told zone with the clock of the place', { country: 'DK', timeZone: 'Europe/Berlin' }, 'Europe/Copenhagen'],
    ['a told zone of elsewhere', { country: 'DE', timeZone: 'America/New_York' }, undefined],
    ['a told zone and a state that disagree', { country: 'US', state: 'CA', timeZone: 'America/Chicago' }, undefined],
    ['an abbreviation', { country: 'US', timeZone: 'EST' }, undefined],
    ['an offset', { country: 'US', timeZone: 'GMT-5' }, undefined],
    ['an offset of the list', { country: 'US', timeZone: 'Etc/GMT+5' }, undefined],
    ['a zone that does not exist', { country: 'US', timeZone: 'America/Gotham' }, undefined],
    ['a province in Cyrillic letters', { country: 'RU', region: 'Новосибирская' }, 'Asia/Novosibirsk'],
    ['the Canary Islands', { country: 'ES', zip: '35001' }, 'Atlantic/Canary'],
    ['Queensland, whose clock stays', { country: 'AU', state: 'QLD' }, 'Australia/Brisbane'],
    ['Brazil by its postal code', { country: 'BR', zip: '69005-010' }, 'America/Manaus'],
  ])('is settled by evidence alone: %s', async (_, fields, expected) => {
    const found = await findAt(NOON, fields);
    expect(found.contactTimeZone).toBe(expected);
    if (expected === undefined) {
      expect(found).not.toHaveProperty('nextContactAt');
      expect(found).toMatchObject({ contactTimeStatus: 'noTimeZone' });
    }
  });

  it('leaves what is the same in all of them', async () => {
    // A Sunday everywhere in the United States.
    expect(await findAt('2026-12-06T16:00:00Z', { country: 'US' })).toMatchObject({
      isWorkingTimeNow: false,
      workingDays: 'Mon Tue Wed Thu Fri',
    });
    expect(await findAt('2026-12-07T15:00:00Z', { country: 'US' })).not.toHaveProperty('isWorkingTimeNow');
  });

  it('is that of the settings where the record leaves several', async () => {
    const settings = { timeZones: { US: 'America/New_York' } };
    expect(await findAt(NOON, { country: 'US' }, settings)).toMatchObject({ contactTimeZone: 'America/New_York' });
    const stated = { country: 'US', state: 'CA' };
    expect(await findAt(NOON, stated, settings)).toMatchObject({ contactTimeZone: 'America/Los_Angeles' });
  });
});

describe('what is not known', () => {
  it.each<[Fields, string]>([
    [{}, 'missing'],
    [{ country: 'n/a' }, 'missing'],
    [{ country: 'Atlantis' }, 'unknown'],
    [{ country: ['DE'] }, 'unknown'],
    [{ country: 'Congo' }, 'unknown'],
  ])('says of %j: %s', async (fields, status) => {
    expect(await findAt(NOON, fields)).toEqual({ contactTimeStatus: status });
  });

  it('gives the time zone alone where no holidays are listed', async () => {
    expect(await findAt(NOON, { country: 'Ukraine' })).toEqual({
      contactTimeZone: 'Europe/Kyiv',
      contactTimeStatus: 'noCalendar',
    });
  });

  it('ends where the lists end', async () => {
    expect(await findAt('2031-12-31T20:00:00Z', { country: 'DE', state: 'BE' })).toEqual({
      contactTimeZone: 'Europe/Berlin',
      isWorkingTimeNow: false,
      workingDays: 'Mon Tue Wed Thu Fri',
      contactTimeStatus: 'noSlot',
    });
  });

  it.each<[string, string, Fields]>([
    ['a holiday of some regions', '2027-05-27T10:00:00Z', { country: 'DE' }],
    ['a day that the moon decides', '2027-03-10T09:00:00Z', { country: 'SA' }],
    ['a day that a decree may give', '2027-10-06T02:00:00Z', { country: 'CN' }],
    ['half a day', '2027-01-08T09:00:00Z', { country: 'AE' }],
    ['a Saturday on which some work', '2027-01-09T06:00:00Z', { country: 'IN', state: 'KA' }],
  ])('is silent about the working time of now: %s', async (_, moment, fields) => {
    expect(await findAt(moment, fields)).not.toHaveProperty('isWorkingTimeNow');
  });

  it('is silent about the next holiday when another may come before it', async () => {
    expect(await findAt('2027-05-20T10:00:00Z', { country: 'DE' })).not.toHaveProperty('nextHolidayDate');
    expect(await findAt('2027-05-20T10:00:00Z', { country: 'DE', state: 'BY' })).toMatchObject({
      nextHolidayDate: '2027-05-27',
      nextHolidayName: 'Corpus Christi',
    });
    expect(await findAt('2027-05-17T10:00:00Z', { country: 'DE' })).toMatchObject({ nextHolidayDate: '2027-05-17' });
  });
});

describe('the settings', () => {
  it.each<[string, string, Readonly<Record<string, unknown>>, string]>([
    ['hours of all', '2026-12-01T20:00:00Z', { hours: '08:30-12:00' }, '2026-12-02T08:30:00+01:00'],
    ['hours of the country', '2026-12-01T20:00:00Z', { hours: { DE: '10:00-18:00' } }, '2026-12-02T10:00:00+01:00'],
    ['hours of others', '2026-12-01T20:00:00Z', { hours: { FR: '10:00-18:00' } }, '2026-12-02T09:00:00+01:00'],
    ['a lunch break', '2026-12-01T11:10:00Z', { hours: ['09:00-12:00', '13:30-17:00'] }, '2026-12-01T13:30:00+01:00'],
    ['a lead time', '2026-12-01T08:00:00Z', { leadTime: '24h' }, '2026-12-02T09:01:00+01:00'],
    ['no lead time', '2026-12-01T10:00:00Z', { leadTime: '0m' }, '2026-12-01T11:01:00+01:00'],
    ['time that must remain', '2026-12-01T13:00:00Z', { remainingTime: '4h' }, '2026-12-02T09:00:00+01:00'],
    ['a closed day', '2026-12-01T20:00:00Z', { closed: '2026-12-02' }, '2026-12-03T09:00:00+01:00'],
    ['a day closed every year', '2026-12-23T20:00:00Z', { closed: ['12-24'] }, '2026-12-28T09:00:00+01:00'],
    ['closed weeks', '2026-12-23T20:00:00Z', { closed: ['2026-12-24/2027-01-08'] }, '2027-01-11T09:00:00+01:00'],
    ['six days a week', '2026-12-04T20:00:00Z', { workingDays: { DE: ['mon', 'sat'] } }, '2026-12-05T09:00:00+01:00'],
    [
      'four days a week',
      '2026-12-03T20:00:00Z',
      { workingDays: ['mon', 'tue', 'wed', 'thu'] },
      '2026-12-07T09:00:00+01:00',
    ],
    [
      'hours the clock skips',
      '2027-03-27T20:00:00Z',
      { hours: '02:30-04:30', workingDays: ['sun'] },
      '2027-03-28T03:30:00+02:00',
    ],
    [
      'hours the clock shows twice',
      '2026-10-24T20:00:00Z',
      { hours: '02:30-05:00', workingDays: ['sun'] },
      '2026-10-25T02:30:00+01:00',
    ],
  ])('set %s', async (_, moment, settings, expected) => {
    expect((await findAt(moment, { country: 'DE', state: 'BE' }, settings)).nextContactLocalTime).toBe(expected);
  });

  it('name fields to read and to write', async () => {
    const settings = { countryFrom: 'land', regionFrom: ['bundesland'], to: { at: 'callAt' } };
    expect(await findAt(NOON, { land: 'Schweiz', bundesland: 'ZH' }, settings)).toMatchObject({
      callAt: '2026-12-01T12:16:00Z',
    });
  });

  it.each<[Readonly<Record<string, unknown>>, string]>([
    [{ hour: '09:00-17:00' }, 'settings.hour is not a setting'],
    [{ hours: '9-17' }, 'settings.hours must be hours'],
    [{ hours: '17:00-09:00' }, 'settings.hours must be hours'],
    [{ hours: '09:00-24:30' }, 'settings.hours must be hours'],
    [{ hours: [] }, 'settings.hours must be hours'],
    [{ hours: ['13:00-17:00', '09:00-12:00'] }, 'settings.hours must be hours'],
    [{ hours: null }, 'settings.hours must be hours'],
    [{ hours: { Germany: '09:00-17:00' } }, 'settings.hours.Germany must be a two-letter country code'],
    [{ hours: { DE: 9 } }, 'settings.hours.DE must be hours'],
    [{ workingDays: ['monday'] }, 'settings.workingDays must be a list of some of mon'],
    [{ workingDays: [] }, 'settings.workingDays must be a list'],
    [{ workingDays: ['mon', 'mon'] }, 'settings.workingDays must be a list'],
    [{ workingDays: { IN: 'mon' } }, 'settings.workingDays.IN must be a list'],
    [{ closed: '24.12.' }, 'settings.closed must be a list of days'],
    [{ closed: ['02-30'] }, 'settings.closed must be a list of days'],
    [{ closed: ['2026-02-29'] }, 'settings.closed must be a list of days'],
    [{ closed: ['2027-01-02/2026-12-24'] }, 'settings.closed must be a list of days'],
    [{ closed: ['2026-01-01/2099-12-24'] }, 'settings.closed must be a list of days'],
    [{ closed: [1224] }, 'settings.closed must be a list of days'],
    [{ leadTime: 15 }, 'settings.leadTime must be a duration'],
    [{ leadTime: '90s' }, 'settings.leadTime must be a duration of whole minutes'],
    [{ leadTime: '15d' }, 'settings.leadTime must be a duration'],
    [{ remainingTime: '-5m' }, 'settings.remainingTime must be a duration'],
    [{ timeZones: 'Europe/Berlin' }, 'settings.timeZones must map countries'],
    [{ timeZones: { US: 'EST' } }, 'settings.timeZones.US must be a time zone'],
    [{ timeZones: { us: 'America/New_York' } }, 'settings.timeZones.us must be a two-letter country code'],
    [{ countryFrom: [] }, 'settings.countryFrom must be the name of a field'],
    [{ to: { slot: 'x' } }, 'settings.to.slot is not a setting'],
    [{ on: 'lead' }, 'settings.on must be account or people'],
  ])('are refused: %j', (settings, problem) => {
    const problems = new BusinessDayProvider().validateSettings(settings);
    expect(problems).toEqual([expect.stringContaining(problem)]);
  });
});

describe('every slot', () => {
  let places: Places;
  let calendar: WorkingCalendar;
  beforeAll(async () => {
    [places, calendar] = await Promise.all([readPlaces(), readWorkingCalendar()]);
  });

  it('lies in the future, in working hours, and on no day of rest or holiday', async () => {
    const records = fc.constantFrom<Fields>(
      ...'DE FR GB AE SA EG IL IN NP JP CN KR TR IR BD MY AU BR NZ TO WS PT CL MA LB PY'
        .split(' ')
        .map((country) => ({ country })),
      { country: 'US', state: 'NY' },
      { country: 'US', zip: '99546' },
      { country: 'CA', state: 'NL', zip: 'A1A1A1' },
      { country: 'AU', zip: '2898' },
      { country: 'AU', state: 'SA' },
      { country: 'MY', state: 'Kelantan' },
      { country: 'DE', state: 'BY' },
    );
    const hours = fc.constantFrom('09:00-17:00', '00:00-24:00', '01:30-02:45', '00:00-01:00', '22:00-24:00');
    const moments = fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2031-10-01') });
    let found = 0;
    await fc.assert(
      fc.asyncProperty(records, hours, moments, async (fields, open, now) => {
        const settings = { hours: open, remainingTime: '5m' };
        const answer = await fieldsOf(new BusinessDayProvider(() => now), fields, settings);
        const local = answer.nextContactLocalTime;
        if (typeof local !== 'string' || typeof answer.contactTimeZone !== 'string') return;
        found += 1;
        expect(Date.parse(textOf(answer.nextContactAt))).toBeGreaterThan(now);
        expect(Date.parse(local)).toBe(Date.parse(textOf(answer.nextContactAt)));
        const at = Temporal.Instant.from(local).toZonedDateTimeISO(answer.contactTimeZone);
        expect(local.startsWith(at.toPlainDateTime().toString())).toBe(true);
        const [from = '', to = ''] = open.split('-');
        const time = at.toPlainTime().toString();
        expect(time >= from && time < `${to}:00`, `${time} in ${open}`).toBe(true);
        const place = places.find(
          {
            country: textOf(fields.country),
            region: typeof fields.state === 'string' ? fields.state : null,
            postalCode: typeof fields.zip === 'string' ? fields.zip : null,
            timeZone: null,
          },
          now,
        );
        expect(calendar.kindOf(place, civilDay(at.year, at.month, at.day))).toBe('working');
        expect(answer.workingDays === undefined || textOf(answer.workingDays).includes(dayName(at.dayOfWeek))).toBe(
          true,
        );
      }),
      { numRuns: 1_500 },
    );
    expect(found).toBeGreaterThan(1_000);
  });
});

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function dayName(day: number): string {
  return ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'][day - 1] ?? '';
}

describe('people of an account', () => {
  it('have places of their own', async () => {
    const provider = new BusinessDayProvider(() => Date.parse(NOON));
    const account = group({ country: 'DE' }, { country: 'JP' }, { country: 'FR' });
    const found = await provider.enrich(sampleSubject(account), {}, sampleContext());
    expect(found.people?.get('r1')?.fields?.contactTimeZone).toBe('Asia/Tokyo');
    expect(found.people?.get('r2')?.fields?.contactTimeZone).toBe('Europe/Paris');
    const ofAccount = await provider.enrich(sampleSubject(account), { on: 'account' }, sampleContext());
    expect(ofAccount.accountFields?.contactTimeZone).toBe('Europe/Berlin');
  });
});

describeEnrichmentProvider(
  () => new BusinessDayProvider(() => Date.parse(NOON)),
  [
    { name: 'a lead with country and state', entity: lead({ country: 'US', state: 'NY', zip: '10001' }), settings: {} },
    {
      name: 'a lead with all settings',
      entity: lead({ country: 'DE', state: 'BY', postalCode: '80331', timeZone: 'Europe/Berlin' }),
      settings: {
        hours: { default: '09:00-17:00', DE: ['08:00-12:00', '13:00-17:00'] },
        workingDays: { IN: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
        closed: ['12-24', '2026-12-27/2026-12-31'],
        leadTime: '1h',
        remainingTime: '30m',
        timeZones: { US: 'America/New_York' },
        countryFrom: ['country'],
        to: { at: 'callAt' },
      },
    },
    {
      name: 'people of an account',
      entity: group({ country: 'DE' }, { country: 'JP' }, { country: 'x' }),
      settings: {},
    },
  ],
);
