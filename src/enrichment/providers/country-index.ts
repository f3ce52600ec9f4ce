import { COUNTRY_ALIASES } from './country-aliases.js';
import { foldText } from './field-values.js';

/** A country as ISO 3166-1 has it, with its English name. */
export interface Country {
  readonly alpha2: string;
  readonly alpha3: string;
  readonly name: string;
}

/** Finds countries by name in any of about 80 languages, by alpha-2, alpha-3 or numeric code, or by locale. */
export interface CountryIndex {
  /** @returns null when the text names no country, or more than one. */
  find(text: string): Country | null;
}

/** No country's name is longer in any language; longer texts are addresses. */
const LONGEST_NAME = 120;

let loading: Promise<CountryIndex> | undefined;

/** Builds the index (about 12,000 names, a tenth of a second) at the first call; every later call gets the same one. */
export function loadCountryIndex(): Promise<CountryIndex> {
  loading ??= buildIndex();
  return loading;
}

async function buildIndex(): Promise<CountryIndex> {
  const { default: iso } = await import('i18n-iso-countries');
  const countries = new Map<string, Country>();
  const byCode = new Map<string, Country>();
  for (const [alpha2, alpha3] of Object.entries(iso.getAlpha2Codes())) {
    const country = { alpha2, alpha3, name: plainName(iso.getName(alpha2, 'en') ?? alpha2) };
    countries.set(alpha2, country);
    for (const code of [alpha2, alpha3, iso.alpha2ToNumeric(alpha2)]) if (code !== undefined) byCode.set(code, country);
  }
  for (const [code, alpha2] of [
    ['UK', 'GB'],
    ['EL', 'GR'],
  ] as const)
    addName(byCode, code, countries.get(alpha2));
  const byName = new Map<string, Country>();
  for (const [alpha2, names] of Object.entries(COUNTRY_ALIASES)) {
    for (const name of names) addName(byName, name, countries.get(alpha2));
  }
  // English first: where two languages use one name for two countries, the English reading stays.
  for (const language of ['en', ...iso.getSupportedLanguages()]) {
    for (const [alpha2, names] of Object.entries(iso.getNames(language, { select: 'all' }))) {
      for (const name of names) addName(byName, foldText(name), countries.get(alpha2));
    }
  }
  return { find: (text) => findCountry(text, byCode, byName) };
}

function addName(names: Map<string, Country>, name: string, country: Country | undefined): void {
  if (country !== undefined && name !== '' && !names.has(name)) names.set(name, country);
}

/** "Taiwan, Province of China" is the register's wording, not what anybody wants to read in a field. */
function plainName(name: string): string {
  const [head = name] = name.split(', ');
  return name.includes('People') || name.startsWith('Korea') || name.startsWith('Congo') ? name : head;
}

function findCountry(
  text: string,
  byCode: ReadonlyMap<string, Country>,
  byName: ReadonlyMap<string, Country>,
): Country | null {
  if (text.length > LONGEST_NAME) return null;
  const bare = text.trim();
  const code = byCode.get(/^\d{1,3}$/.test(bare) ? bare.padStart(3, '0') : bare.replace(/\./g, '').toUpperCase());
  if (code !== undefined) return code;
  const locale = /^[a-z]{2,3}[-_](?:[A-Z][a-z]{3}[-_])?([A-Z]{2})$/u.exec(bare)?.[1];
  if (locale !== undefined) return byCode.get(locale) ?? null;
  const folded = foldText(bare);
  const whole = byName.get(folded) ?? byName.get(folded.replace(/^the /u, ''));
  return whole ?? findInside(bare, byCode, byName);
}

/** "Berlin, Germany", "Germany (DE)", "DE - Germany": the last part, then the first. */
function findInside(
  text: string,
  byCode: ReadonlyMap<string, Country>,
  byName: ReadonlyMap<string, Country>,
): Country | null {
  const parts = text.split(/[,;/|()]| [-–] /u).map((part) => part.trim());
  if (parts.length < 2) return null;
  // "San Francisco, CA": two letters behind a city are more often a state of the US than Canada.
  const isCode = (part: string): boolean => part.length === 2 && text.includes(',');
  for (const part of [...parts].reverse()) {
    const found = byName.get(foldText(part)) ?? (isCode(part) ? undefined : byCode.get(part.toUpperCase()));
    if (found !== undefined) return found;
  }
  return null;
}
