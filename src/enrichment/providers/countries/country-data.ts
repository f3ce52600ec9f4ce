import { readFile } from 'node:fs/promises';
import { countryKey, countryWords } from './country-key.js';

/** A country as ISO 3166-1 has it, with its English name. */
export interface Country {
  readonly alpha2: string;
  readonly alpha3: string;
  readonly name: string;
}

/** A name that several countries bear, and the languages in which it is one country's own. */
export interface SharedName {
  readonly codes: readonly string[];
  /** Alpha-2 by language subtag ("nb"). */
  readonly byLanguage: ReadonlyMap<string, string>;
}

/** Alpha-2 where one country bears the name. */
export type NameReading = string | SharedName;

/** The lists of codes and names, as {@link countryKey} spells names. */
export interface CountryData {
  readonly countries: ReadonlyMap<string, Country>;
  /** Alpha-2 by alpha-2, alpha-3 and numeric code of three digits. */
  readonly byCode: ReadonlyMap<string, string>;
  readonly byName: ReadonlyMap<string, NameReading>;
}

/** In the place of codes: a short form that means something else. */
const NOBODY = '-';

/** English words that a name may lack: "Republic (of the) Congo". */
const OPTIONAL_WORDS = new Set(['of', 'the', 'and']);

/** A name's words without those that mean nothing. */
export function tellingWords(words: readonly string[]): string[] {
  return words.filter((word) => !OPTIONAL_WORDS.has(word));
}

/** Reads the two lists, about 27,000 names, in some 20 ms. */
export async function readCountryData(): Promise<CountryData> {
  const [names, aliases] = await Promise.all([readRows('country-names.tsv'), readRows('country-aliases.tsv')]);
  const countries = new Map<string, Country>();
  const byCode = new Map<string, string>();
  const byName = new Map<string, NameReading>();
  for (const row of names) {
    if (row.startsWith('?')) {
      addShared(row, byName);
      continue;
    }
    const [alpha2 = '', alpha3 = '', numeric = '', name = '', keys = ''] = row.split('\t');
    countries.set(alpha2, { alpha2, alpha3, name });
    for (const code of [alpha2, alpha3, numeric]) byCode.set(code, alpha2);
    for (const key of keys.split(' ')) byName.set(key, alpha2);
    byName.set(countryKey(name), alpha2);
  }
  addAliases(aliases, byName);
  return { countries, byCode, byName };
}

async function readRows(name: string): Promise<string[]> {
  const text = await readFile(new URL(`../data/${name}`, import.meta.url), 'utf8');
  return text.split('\n').filter((row) => row !== '' && !row.startsWith('# '));
}

function addShared(row: string, byName: Map<string, NameReading>): void {
  const [, key = '', ...readings] = row.split('\t');
  const byLanguage = new Map<string, string>();
  const codes = readings.map((reading) => {
    const [code = '', ...languages] = reading.split(' ');
    for (const language of languages) byLanguage.set(language, code);
    return code;
  });
  byName.set(key, { codes, byLanguage });
}

function addAliases(rows: readonly string[], byName: Map<string, NameReading>): void {
  const shorter = new Map<string, NameReading>();
  for (const row of rows) {
    const [list = '', names = ''] = row.split('\t');
    const codes = list === NOBODY ? [] : list.split(' ');
    for (const name of names.split(' | ')) {
      const words = countryWords(name);
      const key = words.join('');
      const reading = codes.length === 1 ? list : shareOf(codes, byName.get(key));
      byName.set(key, reading);
      shorter.set(tellingWords(words).join(''), reading);
    }
  }
  for (const [key, reading] of shorter) if (!byName.has(key)) byName.set(key, reading);
}

/** Keeps what the generated list knows about the name's languages. */
function shareOf(codes: readonly string[], listed: NameReading | undefined): SharedName {
  const byLanguage = listed === undefined || typeof listed === 'string' ? new Map<string, string>() : listed.byLanguage;
  return { codes, byLanguage };
}
