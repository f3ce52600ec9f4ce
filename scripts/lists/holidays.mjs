// `node scripts/lists/holidays.mjs`: makes the lists of public holidays and week-ends that the product ships.
// Needs python3 with the package `holidays` of the version below (`pip install holidays==…`), and the npm registry.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPackages } from '../corpora/packages.mjs';

const VERSION = '0.105';
const CLDR = 'cldr-core@48.2.0';
/** Laws and decrees of later years are not known. */
const [FIRST_YEAR, LAST_YEAR] = [2026, 2031];
const folder = join(import.meta.dirname, '..', '..', 'src', 'enrichment', 'providers', 'data');

/** Regions with a country code of their own are no part of the country here. */
const COUNTRIES_THEMSELVES = {
  FR: ['971', '972', '973', '974', '976', 'BL', 'MF', 'NC', 'PF', 'PM', 'TF', 'WF'],
  US: ['AS', 'GU', 'MP', 'PR', 'UM', 'VI'],
};
/** Countries whose other regions have days of a town alone. */
const REGIONS_WITH_DAYS = { IT: ['BZ'], PT: ['20', '30'], CV: [], SV: [], NI: [] };
/** Of the regions listed, the country has more: their days hold only there. */
const HAS_OTHER_REGIONS = new Set(['FR', 'GQ', 'SH', 'IT', 'PT']);

/** Days of rest (1 is Monday) where the sources lack or mistake them, with the days that are not sure. */
const WEEK_ENDS = [
  ['AE', '*', '6 7', '', 'since 2022; public offices close on Friday at noon'],
  ['AF', '*', '5', '4 6', 'Friday alone is sure'],
  ['BD', '*', '5 6', '', 'Friday and Saturday'],
  ['BN', '*', '5 7', '6', 'Friday and Sunday'],
  ['DJ', '*', '5', '6', 'Friday alone is sure'],
  ['IR', '*', '5', '4 6', 'Saturday was voted for, Thursday is half a day'],
  ['LY', '*', '5 6', '', 'Friday and Saturday'],
  ['MV', '*', '5 6', '', 'Friday and Saturday'],
  ['MR', '*', '7', '5 6', 'Saturday and Sunday since 2014; sources disagree'],
  ['MY', '02', '5 6', '', 'Kedah'],
  ['MY', '03', '5 6', '', 'Kelantan'],
  ['MY', '11', '5 6', '', 'Terengganu'],
  ['NP', '*', '6', '7', 'Saturday alone is sure'],
  ['PS', '*', '5', '6 7', 'Friday alone is sure'],
  ['SO', '*', '5', '4 6', 'Friday alone is sure'],
];
/** Days around a holiday that a decree may add a few weeks before; as months and days, or as a name and its neighbours. */
const BY_DECREE = {
  CN: [
    { from: '12-30', to: '01-03' },
    { name: 'Chinese New Year', before: 2, after: 9 },
    { name: 'Tomb-Sweeping', before: 2, after: 2 },
    { from: '04-30', to: '05-06' },
    { name: 'Dragon Boat', before: 2, after: 2 },
    { name: 'Mid-Autumn', before: 2, after: 2 },
    { from: '09-30', to: '10-09' },
  ],
};

/** Days of the Islamic calendar. They begin when the moon is seen, except where the calendar is calculated for years. */
const BY_THE_MOON =
  /\b(?:eid|id-ul|arafah?|ashura|mawlid|mouloud|maouloud|prophet|islamic|hijri|hijra|ramadan|muharram|nuzul|hari raya|bakri|fitr|adha|tabaski|miraj|isra)\b/iu;
const CALCULATED = new Set(['TR']);

const source = readSource();
const { require } = installPackages([CLDR]);
const { weekendStart, weekendEnd } = require('cldr-core/supplemental/weekData.json').supplemental.weekData;

const codes = Object.keys(source.countries).filter((code) => source.countries[code].days.length > 0);
write('holidays.tsv', {
  about: `Public holidays of ${codes.length} countries and their regions, ${FIRST_YEAR} to ${LAST_YEAR}.`,
  notes: [
    'kinds: public; estimated: the day may move by one, e.g. with the sighting of the moon; partial: a part of the day or',
    '  of the people; decree: the government may give or take this day a few weeks before',
    'region *: all regions. dates: a year, then its months and days',
  ],
  columns: 'country | regions | kind | name | dates',
  rows: codes.flatMap((code) => [...holidayRows(code), ...decreeRows(code)]),
});
write('holiday-regions.tsv', {
  about: 'Regions whose holidays differ, and their names.',
  notes: ['code +: the country has other regions, without days of their own'],
  columns: 'country | code | names',
  rows: codes.flatMap(regionRows),
});
write('week-ends.tsv', {
  about: 'Days on which a country does not work; 1 is Monday. On days that are not sure the sources disagree.',
  notes: [`source: weekData of ${CLDR}, Unicode-3.0; where it and holidays ${VERSION} say otherwise, see the script`],
  columns: 'country | region | days of rest | days not sure',
  rows: codes.flatMap(weekEndRows),
});

function readSource() {
  const script = join(import.meta.dirname, 'holidays-source.py');
  const options = { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'inherit'] };
  const { status, stdout } = spawnSync('python3', [script, `${FIRST_YEAR}`, `${LAST_YEAR}`], options);
  if (status !== 0) throw new Error(`python3 could not read the package holidays: pip install holidays==${VERSION}`);
  const read = JSON.parse(stdout);
  if (read.version !== VERSION) throw new Error(`holidays ${read.version} is installed, ${VERSION} is wanted`);
  return read;
}

/** The regions whose days count. A code has no blanks: the others are towns. */
function regionsOf(code) {
  const all = source.countries[code].regions.filter(
    (region) => /^[0-9A-Z]{1,3}$/.test(region) && !COUNTRIES_THEMSELVES[code]?.includes(region),
  );
  return REGIONS_WITH_DAYS[code] ?? all;
}

function holidayRows(code) {
  const regions = regionsOf(code);
  const all = source.countries[code].regions;
  const byRow = new Map();
  for (const { date, estimated, partial, regions: names } of source.countries[code].days) {
    const isByTheMoon = !CALCULATED.has(code) && Object.values(names).some((name) => BY_THE_MOON.test(name));
    const kind = partial ? 'partial' : estimated || isByTheMoon ? 'estimated' : 'public';
    const everywhere = all.length === 0 || all.every((region) => region in names);
    for (const [name, where] of byName(names, everywhere ? [...all, '*'] : regions)) {
      const isNationwide = everywhere || (where.length === regions.length && !HAS_OTHER_REGIONS.has(code));
      const key = [code, isNationwide ? '*' : where.sort().join(' '), kind, name].join('\t');
      byRow.set(key, (byRow.get(key) ?? new Set()).add(date));
    }
  }
  return [...byRow].map(([key, dates]) => `${key}\t${shorten([...dates].sort())}`).sort();
}

/** Regions by the name they give a day; a day of all regions has the commonest name. */
function byName(names, regions) {
  const found = new Map();
  for (const region of regions) {
    if (!(region in names)) continue;
    const name = plainName(names[region]);
    found.set(name, [...(found.get(name) ?? []), region]);
  }
  const [first] = [...found].sort(([, a], [, b]) => b.length - a.length);
  const reached = [...found.values()].flat();
  if (first !== undefined && reached.length === regions.filter((region) => region !== '*').length)
    return [[first[0], reached]];
  return [...found];
}

function plainName(name) {
  return name
    .replace(/ \((?:observed, estimated|estimated|substituted from [\d/.-]+)\)/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

function decreeRows(code) {
  const days = new Map();
  for (const rule of BY_DECREE[code] ?? []) {
    for (const date of decreed(code, rule)) days.set(date, true);
  }
  const dates = [...days.keys()].filter((date) => date >= `${FIRST_YEAR}` && date < `${LAST_YEAR + 1}`).sort();
  return dates.length === 0 ? [] : [`${code}\t*\tdecree\tDay off\t${shorten(dates)}`];
}

function decreed(code, { name, before, after, from, to }) {
  if (name !== undefined) {
    return source.countries[code].days
      .filter((day) => Object.values(day.regions).some((one) => one.includes(name)))
      .flatMap(({ date }) => range(shift(date, -before), shift(date, after)));
  }
  const dates = [];
  for (let year = FIRST_YEAR - 1; year <= LAST_YEAR; year += 1) {
    dates.push(...range(`${year}-${from}`, `${to < from ? year + 1 : year}-${to}`));
  }
  return dates;
}

function shift(date, days) {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
}

function range(first, last) {
  const dates = [];
  for (let date = first; date <= last; date = shift(date, 1)) dates.push(date);
  return dates;
}

/** "2026 0101 0406 2027 0101". */
function shorten(dates) {
  let year = '';
  return dates
    .flatMap((date) => {
      const day = date.slice(5).replace('-', '');
      if (date.startsWith(year) && year !== '') return [day];
      year = date.slice(0, 4);
      return [year, day];
    })
    .join(' ');
}

function regionRows(code) {
  const { names } = source.countries[code];
  const regions = regionsOf(code);
  const rows = regions.map((region) => {
    const own = Object.keys(names).filter((name) => names[name] === region && name !== region);
    return `${code}\t${region}\t${own.join(' | ')}`;
  });
  return HAS_OTHER_REGIONS.has(code) && rows.length > 0 ? [...rows, `${code}\t+\t`] : rows;
}

function weekEndRows(code) {
  const byHand = WEEK_ENDS.filter(([country]) => country === code);
  const rows = byHand.map(([country, region, rest, unsure]) => [country, region, rest, unsure].join('\t'));
  if (byHand.some(([, region]) => region === '*')) return rows;
  const one = cldrWeekEnd(code);
  const other = source.countries[code].weekend.map((day) => day + 1);
  const rest = one.filter((day) => other.includes(day));
  const unsure = [...one, ...other].filter((day) => !rest.includes(day)).sort();
  return [[code, '*', rest.join(' '), unsure.join(' ')].join('\t'), ...rows];
}

function cldrWeekEnd(code) {
  const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
  const start = days.indexOf(weekendStart[code] ?? weekendStart['001']);
  const end = days.indexOf(weekendEnd[code] ?? weekendEnd['001']);
  const found = [];
  for (let day = start; ; day = (day + 1) % 7) {
    found.push(day + 1);
    if (day === end) return found.sort();
  }
}

function write(name, { about, notes, columns, rows }) {
  const header = [
    about,
    `source: holidays ${VERSION} (PyPI), by the rules of scripts/lists/holidays.mjs`,
    'licence of the source: MIT, see holidays.LICENSES.txt',
    `made: ${new Date().toISOString().slice(0, 10)} (node scripts/lists/holidays.mjs)`,
    ...notes,
    `columns: ${columns}`,
  ];
  writeFileSync(join(folder, name), `${[...header.map((line) => `# ${line}`), ...rows].join('\n')}\n`);
  console.log(`${name}: ${rows.length} lines`);
}
