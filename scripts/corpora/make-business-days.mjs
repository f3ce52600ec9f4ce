// Makes test/corpora/business-days.tsv: the next slot on the eve of every holiday and at other moments, by packages that
// know one country each. None of them made the provider's lists.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { writeCorpus } from './corpus-file.mjs';
import { installPackages } from './packages.mjs';

const CALENDARS = {
  BR: '@brazilian-utils/brazilian-utils@2.4.0',
  CN: 'chinese-workday@1.16.1',
  CO: 'colombian-holidays@5.0.11',
  DE: 'feiertagejs@1.5.1',
  FI: 'finnish-holidays-js@1.1.2',
  IS: 'fridagar@4.2.2',
  JP: '@holiday-jp/holiday_jp@2.5.1',
  KR: '@hyunbinseo/holidays-kr@5.2027.1',
  PL: 'poland-public-holidays@4.0.0',
  SE: 'se-bank-holidays@1.1.7',
  US: '@18f/us-federal-holidays@4.0.0',
};
const CLOCK = 'luxon@3.7.2';
const { folder, require } = installPackages([...Object.values(CALENDARS), CLOCK]);
const { DateTime } = require('luxon');
const nameOf = (spec) => spec.slice(0, spec.lastIndexOf('@'));
const load = (country) => require(nameOf(CALENDARS[country]));

const [FIRST, LAST] = [2026, 2030];
/** Moments of a year besides the eves. */
const OTHERS = 90;
const LAENDER = 'BB BE BW BY HB HE HH MV NI NW RP SH SL SN ST TH'.split(' ');

const iso = (date) => new Date(date).toISOString().slice(0, 10);
/** Local dates of those packages that count in the machine's own zone. */
const localIso = (date) => DateTime.fromJSDate(date).toISODate();
const daysOf = (year) =>
  Array.from({ length: 366 }, (_, day) => iso(Date.UTC(year, 0, 1 + day))).filter((date) => date.startsWith(`${year}`));

const kr = await import(require.resolve(nameOf(CALENDARS.KR)));
// Its entry for require() is no CommonJS, though it says so.
const cn = await import(join(folder, 'node_modules', 'chinese-workday', 'src', 'index.js'));
const se = load('SE');

/** Days off of each place, Monday to Sunday; with the years its package knows. */
const PLACES = [
  ...LAENDER.map((land) => ({
    country: 'DE',
    region: land,
    zone: 'Europe/Berlin',
    days: (year) =>
      load('DE')
        .getHolidays(year, land)
        .map(({ dateString }) => dateString),
  })),
  ...[
    ['NY', 'America/New_York'],
    ['CO', 'America/Denver'],
    ['WA', 'America/Los_Angeles'],
  ].map(([region, zone]) => ({
    country: 'US',
    region,
    zone,
    days: (year) =>
      [year, year + 1].flatMap((one) =>
        load('US')
          .allForYear(one)
          .map(({ dateString }) => dateString),
      ),
  })),
  {
    country: 'BR',
    region: '',
    zone: 'America/Sao_Paulo',
    postal: '01310-100',
    days: (year) =>
      load('BR')
        .getHolidays(year)
        .filter(({ type }) => type === 'national')
        .map(({ date }) => localIso(date)),
  },
  {
    country: 'CN',
    zone: 'Asia/Shanghai',
    last: 2026,
    days: (year) => weekdays(year).filter((date) => !cn.isWorkday(date)),
  },
  {
    country: 'CO',
    zone: 'America/Bogota',
    days: (year) =>
      load('CO')
        .getHolidaysForYear(year)
        .map(({ celebrationDate }) => celebrationDate),
  },
  {
    country: 'FI',
    zone: 'Europe/Helsinki',
    days: (year) =>
      load('FI')
        .year(year)
        .map(({ month, day }) => iso(Date.UTC(year, month - 1, day))),
  },
  {
    country: 'IS',
    zone: 'Atlantic/Reykjavik',
    days: (year) =>
      load('IS')
        .getHolidays(year)
        .map(({ date }) => iso(date)),
  },
  {
    country: 'JP',
    zone: 'Asia/Tokyo',
    days: (year) =>
      load('JP')
        .between(new Date(Date.UTC(year, 0, 1)), new Date(Date.UTC(year, 11, 31)))
        .map(({ date }) => iso(date)),
  },
  {
    country: 'KR',
    zone: 'Asia/Seoul',
    last: 2027,
    days: async (year) => Object.keys(await kr.getHolidayPreset(`${year}`)),
  },
  {
    country: 'PL',
    zone: 'Europe/Warsaw',
    days: (year) =>
      load('PL')
        .getHolidaysInYear(year)
        .map(({ date }) => iso(date)),
  },
  {
    country: 'SE',
    zone: 'Europe/Stockholm',
    days: (year) => daysOf(year).filter((date) => se.isHoliday(new Date(`${date}T00:00`))),
  },
];

function weekdays(year) {
  return daysOf(year).filter((date) => DateTime.fromISO(date).weekday < 6);
}

/** A number from 0 to below `limit` that stays when the corpus is made again. */
function choose(limit, key) {
  return createHash('sha256').update(key).digest().readUInt32BE(4) % limit;
}

const rows = [];
for (const { country, region = '', postal = '', zone, last = LAST, days } of PLACES) {
  const off = new Set();
  for (let year = FIRST; year <= last; year += 1) for (const date of await days(year)) off.add(date);
  const isWorking = (date) => date.weekday < 6 && !off.has(date.toISODate());
  const add = (at, kind) => {
    // The minute after a quarter of an hour; a quarter of an hour must be left until five.
    const earliest = at.plus({ minutes: 16 }).startOf('minute');
    const open = (day) => day.set({ hour: 9, minute: 0, second: 0, millisecond: 0 });
    const slots = [];
    for (let day = earliest.startOf('day'); slots.length < 6; day = day.plus({ days: 1 })) {
      if (day.year > last) return;
      const slot = earliest > open(day) ? earliest : open(day);
      if (isWorking(day) && slot.plus({ minutes: 15 }) <= day.set({ hour: 17 })) slots.push(slot);
    }
    const text = (slot) => slot.toUTC().toISO({ suppressMilliseconds: true });
    rows.push([country, region, postal, zone, text(at), kind, text(slots[0]), slots.slice(1).map(text).join(' ')]);
  };
  for (const date of [...off].sort()) {
    const day = DateTime.fromISO(date, { zone });
    if (day.weekday < 6 && day.year <= last && date > `${FIRST}-01-01`)
      add(day.minus({ days: 1 }).set({ hour: 20, minute: 7 }), 'eve of a holiday');
  }
  for (let year = FIRST; year <= last; year += 1) {
    for (let index = 0; index < OTHERS; index += 1) {
      const key = `${country} ${region} ${year} ${index}`;
      const minute = choose(365 * 1_440, key);
      add(DateTime.fromISO(`${year}-01-01`, { zone }).plus({ minutes: minute }), 'any moment');
    }
  }
}
const unique = [...new Map(rows.map((row) => [row.slice(0, 5).join(' '), row])).values()];

writeCorpus('business-days.tsv', {
  sources: [...Object.values(CALENDARS).map((spec) => `${spec}: days off`), `${CLOCK}: time zones`],
  licence: 'MIT, ISC, CC0-1.0 (dates alone were taken)',
  madeBy: 'scripts/corpora/make-business-days.mjs',
  notes: [
    'zone: the time zone meant. at: the moment of asking. slot: the next time within 09:00 and 17:00 of a working day, 15 minutes from then at least',
    'later: the openings of the five working days after it; a slot there is no mistake, but later than needed',
    'where the package knows the holidays of the state alone, the provider may know one of the region too',
  ],
  columns: ['country', 'region', 'postal', 'zone', 'at', 'kind', 'slot', 'later'],
  rows: unique,
});
console.log(`${unique.length} rows`);
