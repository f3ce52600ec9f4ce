// Makes test/corpora/contact-zones.tsv: countries, regions and postal codes with the time zone of their towns, by
// packages that know where towns are.
import { createHash } from 'node:crypto';
import { writeCorpus } from './corpus-file.mjs';
import { installPackages } from './packages.mjs';

const TOWNS = 'city-timezones@1.3.4';
const CODES = 'zipcodes@8.0.0';
const MAP = '@photostructure/tz-lookup@11.7.0';
const { require } = installPackages([TOWNS, CODES, MAP]);
const { cityMapping } = require('city-timezones');
const { codes } = require('zipcodes');
const zoneAt = require('@photostructure/tz-lookup');

/** One in so many postal codes. */
const SHARE_OF_CODES = 14;
const rows = [];

const byCountry = groupBy(
  cityMapping.filter(({ iso2, timezone }) => /^[A-Z]{2}$/.test(iso2) && timezone),
  (town) => town.iso2,
);
for (const [country, towns] of [...byCountry].sort()) {
  rows.push([country, '', '', zonesOf(towns), 'country']);
  const provinces = groupBy(
    towns.filter(({ province }) => province),
    (town) => town.province,
  );
  if (new Set(towns.map(({ timezone }) => timezone)).size < 2) continue;
  for (const [province, own] of [...provinces].sort()) rows.push([country, province, '', zonesOf(own), 'region']);
}

for (const { zip, state, latitude, longitude, country } of Object.values(codes)) {
  const isChosen = createHash('sha256').update(`zone ${zip}`).digest().readUInt32BE(4) % SHARE_OF_CODES === 0;
  // Codes of the armed forces have no place.
  if (!isChosen || !latitude || ['AA', 'AE', 'AP'].includes(state)) continue;
  const zone = zoneAt(latitude, longitude);
  rows.push([country === 'Canada' ? 'CA' : 'US', '', zip, `${zone} 1`, 'postal code']);
}

function groupBy(list, keyOf) {
  const groups = new Map();
  for (const one of list) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}

/** Zones with the share of the people who live in them. */
function zonesOf(towns) {
  const people = new Map();
  for (const { timezone, pop } of towns) people.set(timezone, (people.get(timezone) ?? 0) + Math.max(pop, 1));
  const all = [...people.values()].reduce((sum, count) => sum + count, 0);
  return [...people]
    .sort(([, a], [, b]) => b - a)
    .map(([zone, count]) => `${zone} ${(count / all).toFixed(4)}`)
    .join(' ');
}

writeCorpus('contact-zones.tsv', {
  sources: [
    `${TOWNS}: 7,300 towns with province, people and time zone`,
    `${CODES}: one in ${SHARE_OF_CODES} postal codes of the United States and Canada, with its place`,
    `${MAP}: the time zone of the place`,
  ],
  licence: 'MIT (city-timezones), BSD (zipcodes), CC0-1.0 (tz-lookup)',
  madeBy: 'scripts/corpora/make-contact-zones.mjs',
  notes: ['zones: each zone of the towns, with the share of the people who live there'],
  columns: ['country', 'region', 'postal', 'zones', 'kind'],
  rows,
});
console.log(`${rows.length} rows`);
