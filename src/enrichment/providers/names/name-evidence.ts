import { meaningsOf } from '../word-lists.js';

/** Languages with habits that decide where letters leave a choice. `be` is Flemish, `en` also what Americans do. */
export type NameLanguage =
  | 'af'
  | 'be'
  | 'de'
  | 'en'
  | 'es'
  | 'fr'
  | 'hr'
  | 'hu'
  | 'it'
  | 'ja'
  | 'ko'
  | 'nl'
  | 'pl'
  | 'pt'
  | 'tr'
  | 'uz'
  | 'vi'
  | 'wo'
  | 'zh';

const COUNTRIES: Readonly<Record<NameLanguage, string>> = {
  af: 'ZA NA',
  be: 'BE',
  de: 'DE AT LI',
  en: 'US GB IE AU NZ CA PH',
  es: 'ES MX AR CO CL PE VE EC GT CU BO DO HN PY SV NI CR PA UY PR GQ',
  fr: 'FR LU MC',
  hr: 'HR SI BA RS ME',
  hu: 'HU',
  it: 'IT SM',
  ja: 'JP',
  ko: 'KR KP',
  nl: 'NL SR AW CW SX BQ',
  pl: 'PL CZ SK',
  pt: 'PT BR AO MZ CV GW ST TL',
  tr: 'TR AZ',
  uz: 'UZ',
  vi: 'VN',
  wo: 'SN GM ML GN CI BF MR',
  zh: 'CN TW MO HK SG',
};

const LANGUAGES: Readonly<Record<string, NameLanguage>> = {
  ...Object.fromEntries(Object.keys(COUNTRIES).map((code) => [code, code as NameLanguage])),
  az: 'tr',
  cs: 'pl',
  sk: 'pl',
  sl: 'hr',
  sr: 'hr',
  bs: 'hr',
  dutch: 'nl',
  english: 'en',
  french: 'fr',
  german: 'de',
  hungarian: 'hu',
  italian: 'it',
  japanese: 'ja',
  korean: 'ko',
  portuguese: 'pt',
  spanish: 'es',
  turkish: 'tr',
  vietnamese: 'vi',
  chinese: 'zh',
};

const BY_COUNTRY = meaningsOf(COUNTRIES);

/**
 * The habits that a request's language or else its country speaks for; null when they say nothing.
 *
 * @param language for example `nl`, `nl-BE`, `pt_BR` or `Dutch`. @param country ISO 3166-1 alpha-2 code.
 */
export function nameLanguage(language: string | null, country: string | null): NameLanguage | null {
  const [code = '', region] = language === null ? [] : language.toLowerCase().split(/[-_]/u);
  if (code === 'nl' && (region === 'be' || (region === undefined && country === 'BE'))) return 'be';
  // "be" alone is the code of Belarusian, which leaves nothing open.
  if (code === 'be') return null;
  if (Object.hasOwn(LANGUAGES, code)) {
    const stated = LANGUAGES[code] ?? null;
    // English is what forms are filled in everywhere: the country says more.
    if (stated !== 'en' || country === null) return stated;
  }
  return country === null ? null : (BY_COUNTRY.get(country) ?? null);
}
