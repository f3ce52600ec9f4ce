// Time zones of countries, regions and postal codes, where towns and their people are counted.
import { askProvider } from '../scoring/ask-provider.mjs';

/** The provider takes a region for a zone if so many of its people live there. */
const ENOUGH = 0.995;
const SEASONS = ['2026-01-15T12:00:00Z', '2026-07-15T12:00:00Z'].map((text) => new Date(text));
/** Clocks are compared over the year from then, so the day of the run does not matter. */
const ASKED_AT = Date.parse('2026-01-01T12:00:00Z');
const clocks = new Map();

export default {
  title: 'Time zones of places (wrong: another clock)',
  corpus: 'contact-zones.tsv',
  provider: 'business-day',
  reach: { right: 95, wrong: 1 },
  key: (row) => `${row.country} ${row.region} ${row.postal}`,
  /** @param dist absolute path of the built dist. */
  async answers(dist) {
    const ask = await askProvider(dist, 'business-day', () => ASKED_AT);
    return async ({ country, region, postal }) => {
      const fields = { country, ...(region !== '' && { state: region }), ...(postal !== '' && { postalCode: postal }) };
      return (await ask(fields)).contactTimeZone ?? null;
    };
  },
  judge({ zones }, answer) {
    const shares = sharesByClock(zones);
    const isSettled = Math.max(...shares.values()) >= ENOUGH;
    if (answer === null) return isSettled ? 'silent' : 'right';
    return (shares.get(clockOf(answer)) ?? 0) >= ENOUGH ? 'right' : 'wrong';
  },
  subsets: [
    { title: 'countries', of: (row) => row.kind === 'country' },
    { title: 'regions of countries with several', of: (row) => row.kind === 'region' },
    { title: 'postal codes', of: (row) => row.kind === 'postal code', reach: { wrong: 1 } },
  ],
};

/** "Europe/Madrid 0.95 Atlantic/Canary 0.05" by what the clocks show in January and July. */
function sharesByClock(zones) {
  const words = zones.split(' ');
  const shares = new Map();
  for (let at = 0; at < words.length; at += 2) {
    const clock = clockOf(words[at]);
    shares.set(clock, (shares.get(clock) ?? 0) + Number(words[at + 1]));
  }
  return shares;
}

function clockOf(zone) {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  const clock = SEASONS.map((season) => format.format(season)).join(' ');
  clocks.set(zone, clock);
  return clock;
}
