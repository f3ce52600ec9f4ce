// Writes test/corpora/names.tsv: given and family names as people type them, and what they are.
import { createHash } from 'node:crypto';
import { writeCorpus } from './corpus-file.mjs';
import { installPackages } from './packages.mjs';

const FAKER = '@faker-js/faker@10.6.0';
const { require } = installPackages([FAKER]);
const { allLocales } = require('@faker-js/faker');

const PAIRS = 56;
// Country of each locale; those without given and family names of their own are left out, as is en_AU_ocker (jokes).
const COUNTRIES = {
  af_ZA: 'ZA',
  ar: 'EG',
  az: 'AZ',
  cs_CZ: 'CZ',
  da: 'DK',
  de: 'DE',
  de_AT: 'AT',
  de_CH: 'CH',
  dv: 'MV',
  el: 'GR',
  en: 'US',
  en_AU: 'AU',
  en_GH: 'GH',
  en_IN: 'IN',
  en_NG: 'NG',
  en_NP: 'NP',
  en_ZA: 'ZA',
  es: 'ES',
  es_MX: 'MX',
  fa: 'IR',
  fi: 'FI',
  fr: 'FR',
  fr_BE: 'BE',
  fr_CH: 'CH',
  fr_SN: 'SN',
  he: 'IL',
  hr: 'HR',
  hu: 'HU',
  hy: 'AM',
  id_ID: 'ID',
  it: 'IT',
  ja: 'JP',
  ka_GE: 'GE',
  ko: 'KR',
  ku_ckb: 'IQ',
  lv: 'LV',
  mk: 'MK',
  nb_NO: 'NO',
  nl: 'NL',
  nl_BE: 'BE',
  pl: 'PL',
  pt_BR: 'BR',
  pt_PT: 'PT',
  ro: 'RO',
  ro_MD: 'MD',
  ru: 'RU',
  sk: 'SK',
  sl_SI: 'SI',
  sr_RS_latin: 'RS',
  sv: 'SE',
  th: 'TH',
  tr: 'TR',
  uk: 'UA',
  ur: 'PK',
  uz_UZ_latin: 'UZ',
  vi: 'VN',
  yo_NG: 'NG',
  zh_CN: 'CN',
  zh_TW: 'TW',
  zu_ZA: 'ZA',
};
const FAMILY_FIRST = new Set(['hu', 'ja', 'ko', 'vi', 'zh_CN', 'zh_TW']);
const TOGETHER = new Set(['ko', 'zh_CN', 'zh_TW']);
// Two family names are the rule there.
const TWO_FAMILY_NAMES = new Set(['es', 'es_MX']);
const PARTICLES =
  /^(?:van|von|de|der|den|del|della|di|da|do|dos|das|du|le|la|las|los|el|al|bin|ter|ten|te|zu|y|e|af|d['’]\p{L}+)$/u;
// In the locale's own data, titles that are no words of address.
const NO_TITLES = new Set(['PhD.', 'Biedrs', 'Bsc', 'Msc', 'ބަނޑޭރި', 'ބޮޑު', 'އަމީރާ', 'އަމީރު']);

const byHash = (names, seed) => [...names].sort((a, b) => (hash(seed + a) < hash(seed + b) ? -1 : 1));
const hash = (text) => createHash('sha256').update(text).digest('hex');
const ofSex = (lists, sex) => [...new Set([...(lists?.[sex] ?? []), ...(lists?.generic ?? [])])];

/** Typing errors of the data: "Le gall", "BatinićŠantić", "COmfort", "RIS". */
function isSound(name) {
  if (name !== name.trim() || /[\d\u200B-\u200F]|\s\s/u.test(name) || /\p{Lu}{2}/u.test(name)) return false;
  if (/\p{Script=Latin}/u.test(name)) {
    const words = name.split(' ');
    return words.every((word) => /^\p{Lu}|^['’]/u.test(word) || PARTICLES.test(word)) && !/-\p{Ll}/u.test(name);
  }
  return true;
}

/** "DuBuque", "LaToya", "BatinićŠantić": capitals that no letters tell, so that only their splitting is asked. */
function hasInnerCapital(name) {
  return name.split(/[\s'’-]/u).some((word) => /\p{Ll}\p{Lu}/u.test(word.replace(/^Ma?c(?=\p{Lu})/u, '')));
}

function upper(text, locale) {
  return locale === 'tr' || locale === 'az' ? text.toLocaleUpperCase('tr') : text.toUpperCase();
}

function lower(text, locale) {
  return locale === 'tr' || locale === 'az' ? text.toLocaleLowerCase('tr') : text.toLowerCase();
}

const rows = [];
let unsound = 0;
for (const [locale, country] of Object.entries(COUNTRIES)) {
  const { person } = allLocales[locale];
  for (let index = 0; index < PAIRS; index += 1) {
    const sex = index % 2 === 0 ? 'female' : 'male';
    const sound = (lists, seed) => {
      const all = ofSex(lists, sex).map((name) => name.normalize('NFC'));
      const kept = byHash(all.filter(isSound), locale + seed);
      if (index < 2) unsound += all.length - kept.length;
      return kept;
    };
    const firsts = sound(person.first_name, 'first');
    const lasts = sound(person.last_name, 'last');
    const at = index >> 1;
    let first = firsts[at % firsts.length];
    let last = lasts[at % lasts.length];
    if (TWO_FAMILY_NAMES.has(locale)) last += ` ${lasts[(at + 31) % lasts.length]}`;
    const patronymics = locale === 'ru' || locale === 'uk' ? ofSex(person.middle_name, sex) : [];
    if (at % 2 === 0 && patronymics.length > 0) first += ` ${patronymics[at % patronymics.length]}`;
    // A second given name, and an initial, as English speakers write them.
    if (locale === 'en' && at % 3 === 1) first += ` ${firsts[(at + 17) % firsts.length]}`;
    if (/^en(?:_AU)?$/u.test(locale) && at % 3 === 2) first += ` ${'EYIAVBJ'[at % 7]}${at % 2 === 0 ? '.' : ''}`;
    if (first === last) continue;
    const isFamilyFirst = FAMILY_FIRST.has(locale);
    const space = TOGETHER.has(locale) ? '' : ' ';
    const full = isFamilyFirst ? `${last}${space}${first}` : `${first} ${last}`;
    const key = `${first} ${last}`;
    // Every other pair comes without its country: then only letters tell.
    const evidence = at % 2 === 0 ? country : '';
    const add = (form, firstName, lastName, fullName) =>
      rows.push([form, locale, evidence, firstName, lastName, fullName, first, last, key]);

    add('split', '', '', full);
    if (locale === 'ja') add('split', '', '', `${last}${first}`);
    const hasCase = first !== lower(first, locale) && !hasInnerCapital(key);
    const keepsLetters = lower(upper(key, locale), locale) === lower(key, locale);
    if (hasCase && keepsLetters) add('upper', upper(first, locale), upper(last, locale), '');
    if (hasCase) add('lower', lower(first, locale), lower(last, locale), '');
    if (hasCase && keepsLetters && at % 2 === 1) add('splitUpper', '', '', upper(full, locale));
    if (space === ' ' && at % 2 === 0) add('comma', '', '', `${last}, ${first}`);
    const titles = ofSex(person.prefix, sex).filter((title) => !NO_TITLES.has(title));
    if (titles.length > 0 && at % 2 === 1) add('title', '', '', `${titles[at % titles.length]} ${full}`);
  }
}

const unique = [...new Map(rows.map((row) => [row.join('\t'), row])).values()];
writeCorpus('names.tsv', {
  sources: [`${FAKER}: given and family names, patronymics and titles of ${Object.keys(COUNTRIES).length} locales`],
  licence: 'MIT (@faker-js/faker)',
  madeBy: 'scripts/corpora/make-names.mjs',
  notes: [
    'forms: split (full name as its country writes it), splitUpper (in capitals), comma (family name, given name), title',
    '  (with a word of address), upper and lower (two boxes, in one case)',
    'country: of the request, empty in every other pair; first and last are the truth, key tells the pair for the halves',
    `left out: ${unsound} names with typing errors ("Le gall"); capitals within a word ("DuBuque") are only split;`,
    '  capitals that lose a letter ("STRAUSS" for Strauß) are not asked',
  ],
  columns: ['form', 'locale', 'country', 'firstName', 'lastName', 'fullName', 'first', 'last', 'key'],
  rows: unique,
});
console.log(`${unique.length} rows`);
