// The names of countries that ship, from public packages: `npm run lists` writes them.
// Needs a build: names are spelled by the key the service looks them up with.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPackages } from '../corpora/packages.mjs';

const root = join(import.meta.dirname, '..', '..');
const CLDR = 'cldr-localenames-full@48.2.0';
const CODES = 'cldr-core@48.2.0';
const SECOND = 'i18n-iso-countries@7.14.0';

/** Names fewer than this make a language a sketch, whose names were never checked. */
const NAMES_OF_A_LANGUAGE = 240;

/** Everyday English names where CLDR abbreviates, or two countries would look alike. */
const ENGLISH = {
  CD: 'Democratic Republic of the Congo',
  CG: 'Republic of the Congo',
  FK: 'Falkland Islands',
  GS: 'South Georgia and the South Sandwich Islands',
  HM: 'Heard Island and McDonald Islands',
  HK: 'Hong Kong',
  MF: 'Saint Martin',
  MM: 'Myanmar',
  MO: 'Macao',
  PS: 'Palestine',
  SX: 'Sint Maarten',
  VC: 'Saint Vincent and the Grenadines',
  UM: 'United States Minor Outlying Islands',
};

/** Codes that CLDR names and ISO 3166-1 does not assign, by the country they belong to. */
const PARTS = { AC: 'SH', DG: 'IO', EA: 'ES', IC: 'ES', TA: 'SH' };

/** Languages of the second source that were read through; the others hold machine translations. */
const READ =
  'en de fr es it pt nl da sv nb nn fi hu pl cs ca gl eu zh ja ko ru uk el tr id vi he af sl ro hr ku br'.split(' ');
/** Names of the second source that are wrong, or that two countries share. */
const REFUSED = new Set([
  'BQ Nederlandske Antiller',
  'CD Congo',
  'CD República Popular do Congo',
  'CG Công-gô',
  'CG Κονγκό',
  'CG 콩고',
  'DO 多米尼加',
  'GF Гвиана',
  'GF Гвіана',
  'MY Bán đảo Mã Lai',
]);

/** "package@version" of every source. */
export const COUNTRY_SOURCES = [CLDR, CODES, SECOND];

/**
 * @param packages "package@version" of each source; the pinned ones by default.
 * @returns the text of the list.
 */
export async function makeCountryNames(packages = COUNTRY_SOURCES) {
  const { countryKey } = await import(join(root, 'dist/src/enrichment/providers/countries/country-key.js'));
  const { folder, require } = installPackages(packages);
  const locales = readLocales(join(folder, 'node_modules/cldr-localenames-full/main'));
  const mappings = require('cldr-core/supplemental/codeMappings.json').supplemental.codeMappings;
  const iso = require('i18n-iso-countries');
  const codes = Object.keys(iso.getAlpha2Codes()).sort();

  /** @type {Map<string, Map<string, Set<string>>>} languages by code by key */
  const bearers = new Map();
  const add = (name, code, language) => {
    const key = countryKey(name);
    if (key === '') return;
    const ofKey = bearers.get(key) ?? new Map();
    bearers.set(key, ofKey);
    ofKey.set(code, (ofKey.get(code) ?? new Set()).add(language));
  };
  for (const { language, names } of locales) {
    for (const { code, name } of names) {
      const owner = PARTS[code] ?? code;
      if (!codes.includes(owner)) continue;
      add(name, owner, language);
      if (language === 'de') add(withoutUmlauts(name), owner, language);
    }
  }
  addSecondSource(iso, require, bearers, countryKey, add);

  const english = new Map(
    locales
      .find(({ locale }) => locale === 'en')
      .names.filter(({ alternative }) => !alternative)
      .map(({ code, name }) => [code, ENGLISH[code] ?? plainEnglish(name)]),
  );
  const unique = new Map(codes.map((code) => [code, []]));
  const shared = [];
  for (const [key, ofKey] of bearers) {
    const [[code]] = ofKey;
    if (ofKey.size === 1) unique.get(code).push(key);
    else shared.push([key, ofKey]);
  }
  const lines = codes.map((code) => {
    const { _alpha3: alpha3, _numeric: numeric } = mappings[code];
    return [code, alpha3, numeric, english.get(code), unique.get(code).sort().join(' ')].join('\t');
  });
  shared.sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [key, ofKey] of shared) {
    const readings = [...ofKey]
      .sort()
      .map(([code, languages]) => [code, ...exclusive(code, languages, ofKey)].join(' '));
    lines.push(['?', key, ...readings].join('\t'));
  }
  const languages = new Set(locales.map(({ language }) => language));
  const header = [
    `Names of the countries of ISO 3166-1 and of Kosovo in ${languages.size} languages, as the service looks them up.`,
    `source: ${CLDR} (all locales, alternative forms too) and ${CODES} (codes), Unicode-3.0: see country-names.LICENSES.txt`,
    `source: ${SECOND} (${READ.length} languages, where no name of CLDR says otherwise), MIT, see country-names.LICENSES.txt`,
    'licence of the sources: MIT, Unicode-3.0',
    `made: ${new Date().toISOString().slice(0, 10)} (npm run lists)`,
    'columns: alpha-2 | alpha-3 | numeric | English name | keys apart by spaces',
    'columns of names that countries share: ? | key | a country and the languages in which the name is its own | …',
  ];
  return [...header.map((line) => `# ${line}`), ...lines].join('\n') + '\n';
}

function readLocales(folder) {
  const sketches = new Map();
  const locales = readdirSync(folder).flatMap((locale) => {
    const file = readJson(join(folder, locale, 'territories.json'));
    if (file === null) return [];
    const names = Object.entries(file.main[locale].localeDisplayNames.territories)
      .map(([key, name]) => ({ code: key.slice(0, 2), alternative: key.length > 2, key, name }))
      .filter(({ key, code, name }) => /^[A-Z]{2}(-alt-.+)?$/.test(key) && name !== code);
    const [language] = locale.split('-');
    if (language === locale) sketches.set(language, names.length < NAMES_OF_A_LANGUAGE);
    return [{ locale, language, names }];
  });
  return locales.filter(({ language }) => sketches.get(language) === false);
}

function addSecondSource(iso, require, bearers, countryKey, add) {
  const known = new Map([...bearers].map(([key, ofKey]) => [key, new Set(ofKey.keys())]));
  for (const language of READ) {
    iso.registerLocale(require(`i18n-iso-countries/langs/${language}.json`));
    for (const [code, names] of Object.entries(iso.getNames(language, { select: 'all' }))) {
      for (const name of names) {
        if (!known.has(countryKey(name)) && !REFUSED.has(`${code} ${name}`)) add(name, code, language);
      }
    }
  }
}

/** Languages in which no other country bears the name. */
function exclusive(code, languages, ofKey) {
  return [...languages]
    .filter((language) => ![...ofKey].some(([other, theirs]) => other !== code && theirs.has(language)))
    .sort();
}

/** German keyboards abroad: "Oesterreich". */
function withoutUmlauts(name) {
  const digraphs = { ä: 'ae', ö: 'oe', ü: 'ue', Ä: 'Ae', Ö: 'Oe', Ü: 'Ue' };
  return name.replace(/[äöüÄÖÜ]/gu, (letter) => digraphs[letter]);
}

function plainEnglish(name) {
  return name
    .replace(/ & /g, ' and ')
    .replace(/\bSt\. /g, 'Saint ')
    .replace(/’/g, "'");
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** @returns the licence texts of those sources whose names are in the list. */
export function readCountryLicences() {
  const { folder } = installPackages(COUNTRY_SOURCES);
  const texts = [CLDR, SECOND].map((from) => {
    const name = from.slice(0, from.lastIndexOf('@'));
    return `Data of ${from}\n\n${readFileSync(join(folder, 'node_modules', name, 'LICENSE'), 'utf8').trim()}\n`;
  });
  return texts.join('\n\n');
}
