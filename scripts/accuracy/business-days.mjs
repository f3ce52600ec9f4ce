// The next slot on eves of holidays and at other moments, in countries whose days off a package of their own knows.
import { askProvider } from '../scoring/ask-provider.mjs';

export default {
  title: 'Next contact slots (wrong: not in working time)',
  corpus: 'business-days.tsv',
  provider: 'business-day',
  reach: { right: 98, wrong: 0, count: { silent: 0 } },
  key: (row) => `${row.country} ${row.region} ${row.at.slice(0, 10)}`,
  /** @param dist absolute path of the built dist. */
  async answers(dist) {
    let now = 0;
    const ask = await askProvider(dist, 'business-day', () => now);
    return async ({ country, region, postal, at }) => {
      now = Date.parse(at);
      const fields = { country, ...(region !== '' && { state: region }), ...(postal !== '' && { postalCode: postal }) };
      return (await ask(fields)).nextContactAt ?? null;
    };
  },
  judge({ slot, later }, answer) {
    if (answer === null) return 'silent';
    if (answer === slot) return 'right';
    return later.split(' ').includes(answer) ? 'near' : 'wrong';
  },
  subsets: [
    { title: 'eves of holidays', of: (row) => row.kind === 'eve of a holiday', reach: { wrong: 0 } },
    { title: 'any moment', of: (row) => row.kind === 'any moment', reach: { right: 98 } },
    { title: 'German Länder', of: (row) => row.country === 'DE' },
    { title: 'China, Japan and Korea', of: (row) => ['CN', 'JP', 'KR'].includes(row.country) },
  ],
  peers: [
    {
      package: 'date-holidays@3.37.0',
      ranked: true,
      why: 'its public holidays, Saturday and Sunday off, the time zone told',
      answers(require) {
        const moment = require('moment-timezone');
        const Holidays = require('date-holidays');
        const calendars = new Map();
        return ({ country, region, zone, at }) => {
          const place = `${country} ${country === 'BR' ? '' : region}`.trim();
          const calendar = calendars.get(place) ?? { holidays: new Holidays(...place.split(' ')), years: new Map() };
          calendars.set(place, calendar);
          const earliest = moment.tz(at, zone).add(16, 'minutes').startOf('minute');
          for (
            let day = earliest.clone().startOf('day'), days = 0;
            days < 30;
            day = day.clone().add(1, 'day'), days += 1
          ) {
            const off = publicDays(calendar, day.year());
            const open = moment.tz(`${day.format('YYYY-MM-DD')}T09:00`, zone);
            const close = moment.tz(`${day.format('YYYY-MM-DD')}T17:00`, zone);
            const slot = moment.max(open, earliest);
            if (day.isoWeekday() > 5 || off.has(day.format('YYYY-MM-DD'))) continue;
            if (slot.clone().add(15, 'minutes').isAfter(close)) continue;
            return slot.utc().format();
          }
          return null;
        };
      },
    },
  ],
};

function publicDays({ holidays, years }, year) {
  const known = years.get(year);
  if (known !== undefined) return known;
  const days = new Set();
  for (const { type, start, end } of holidays.getHolidays(year)) {
    if (type !== 'public') continue;
    // Days of more than 24 hours end at the start of the day after.
    for (let at = start.getTime(); at < end.getTime(); at += 86_400_000) days.add(dateAt(at, holidays));
  }
  years.set(year, days);
  return days;
}

function dateAt(at, holidays) {
  const [zone] = holidays.getTimezones();
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(at);
}
