// `node scripts/corpora/make-country-names.mjs`: writes test/corpora/country-names.tsv.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeCorpus } from './corpus-file.mjs';
import { installPackages } from './packages.mjs';

const CLDR = 'cldr-localenames-full@48.2.0';
/** English names of ISO 3166-1: of today with "(the)", of today inverted, of 2013 inverted. */
const ISO = ['country-list@2.4.1', 'iso-3166@4.4.0', 'iso-3166-1-alpha-2@1.0.2'];
/** Languages of fewer names are sketches. */
const NAMES_OF_A_LANGUAGE = 240;

const { folder, require } = installPackages([CLDR, 'cldr-core@48.2.0', ...ISO]);
const { iso31661 } = require('iso-3166');
const assigned = new Set([...iso31661.map(({ alpha2 }) => alpha2), 'XK']);

/** @type {Map<string, { source: string, codes: Map<string, string[]> }>} languages by code by name, first source wins */
const cases = new Map();
const isoCodes = new Map(iso31661.flatMap(({ alpha2, alpha3 }) => [alpha2, alpha3].map((code) => [code, alpha2])));
const codesInstead = [];
const add = (source, code, name, language) => {
  const text = name.normalize('NFC').replace(/\s+/gu, ' ').trim();
  if (isoCodes.has(text) && isoCodes.get(text) !== code) {
    codesInstead.push(`${text} (${language})`);
    return;
  }
  const known = cases.get(text) ?? { source, codes: new Map() };
  cases.set(text, known);
  const languages = known.codes.get(code) ?? [];
  known.codes.set(code, languages.includes(language) ? languages : [...languages, language]);
};

const languages = new Set();
for (const { language, territories } of readTerritories()) {
  for (const [key, name] of Object.entries(territories)) {
    const code = key.slice(0, 2);
    if (!/^[A-Z]{2}(-alt-.+)?$/.test(key) || !assigned.has(code) || name === code) continue;
    languages.add(language);
    add('cldr', code, name, language);
  }
}
for (const { code, name } of require('country-list').getData()) add('iso', code, name, 'en');
for (const { alpha2, name } of iso31661) add('iso', alpha2, name, 'en');
for (const [code, name] of Object.entries(require('iso-3166-1-alpha-2').getData())) {
  if (assigned.has(code)) add('iso', code, name, 'en');
}
for (const { code, name } of readEveryday()) {
  const claims = cases.get(name)?.codes;
  // A hand-written "-" says that the name alone decides nothing, whatever a register calls one of its bearers.
  if (code === '-') cases.set(name, { source: 'everyday', codes: new Map(claims ?? []).set('-', ['en']) });
  else add('everyday', code, name, 'en');
}

const rows = [...cases].map(([name, { source, codes }]) => [
  name,
  [...codes.keys()].sort().join(' '),
  [...codes].map(([, known]) => known.slice(0, 3).join(' ')).join(' '),
  source,
]);
writeCorpus('country-names.tsv', {
  sources: [
    `${CLDR}: names and alternative names of ${assigned.size} codes in ${languages.size} languages and their regions`,
    `${ISO.join(', ')}: English names of ISO 3166-1, with "(the)" and inverted`,
    'scripts/corpora/everyday-country-names.tsv: by hand',
  ],
  licence: 'Unicode-3.0 (CLDR), MIT (the others)',
  madeBy: 'scripts/corpora/make-country-names.mjs',
  notes: [
    'codes: the right answer; several codes or "-": the name alone decides nothing, and no answer is the right one',
    `left out, because it is another country's code of ISO 3166-1: ${[...new Set(codesInstead)].join(', ')}`,
    'languages: the first three in which a country bears the name',
  ],
  columns: ['name', 'codes', 'languages', 'source'],
  rows,
});
console.error(`${rows.length} names in ${languages.size} languages`);

function readTerritories() {
  const main = join(folder, 'node_modules/cldr-localenames-full/main');
  const locales = readdirSync(main).flatMap((locale) => {
    const file = join(main, locale, 'territories.json');
    if (!existsSync(file)) return [];
    const { territories } = JSON.parse(readFileSync(file, 'utf8')).main[locale].localeDisplayNames;
    return [{ locale, language: locale.split('-')[0], territories }];
  });
  const full = new Set(
    locales
      .filter(({ locale, language }) => locale === language)
      .filter(({ territories }) => countNames(territories) >= NAMES_OF_A_LANGUAGE)
      .map(({ language }) => language),
  );
  return locales.filter(({ language }) => full.has(language));
}

function countNames(territories) {
  return Object.entries(territories).filter(([key, name]) => /^[A-Z]{2}$/.test(key) && key !== name).length;
}

function readEveryday() {
  return readFileSync(join(import.meta.dirname, 'everyday-country-names.tsv'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('# '))
    .flatMap((line) => {
      const [code, names] = line.split('\t');
      return names.split(' | ').map((name) => ({ code, name }));
    });
}
