import { CountryAddress, FLAGS, settleByLanguage } from './country-address.js';
import { CountryCodes } from './country-codes.js';
import { readCountryData, type Country } from './country-data.js';
import { countryKey } from './country-key.js';
import { CountryPhrases } from './country-phrases.js';
import { countryOfState } from './country-places.js';

/** Finds countries by name in 148 languages, by code, locale or flag, and at the end of addresses. */
export interface CountryIndex {
  /**
   * @param language of the text ("nb", "pt-BR"), where a name is one country's in this language and another's elsewhere.
   * @returns null when the text names no country, more than one, or one of several.
   */
  find(text: string, language?: string | null): Country | null;
}

/** No country's name is longer in any language; longer texts are letters. */
const LONGEST_NAME = 120;
const OUTER_MARKS = /^[\s"'“”„«».,;:!?*#([{-]+|[\s"'“”„«»,;:!?*#)\]}-]+$/gu;
const LETTERS = /^[a-z][a-z ]*[a-z]$/i;
const NOT_ASCII = /[^\x20-\x7E]/;

let loading: Promise<CountryIndex> | undefined;

/** Reads the lists at the first call; every later call gets the same index. */
export function loadCountryIndex(): Promise<CountryIndex> {
  loading ??= buildIndex().catch((error: unknown) => {
    // A file that could not be opened once may be opened the next time.
    loading = undefined;
    throw error;
  });
  return loading;
}

async function buildIndex(): Promise<CountryIndex> {
  const { countries, byCode, byName } = await readCountryData();
  const codes = new CountryCodes(byCode);
  const phrases = new CountryPhrases(byName);
  const address = new CountryAddress(phrases, codes);

  const findCode = (text: string, language: string | null): string | null => {
    const bare = (NOT_ASCII.test(text) ? text.normalize('NFKC') : text).trim();
    const trimmed = LETTERS.test(bare) ? bare : bare.replace(OUTER_MARKS, '');
    const code = codes.read(trimmed);
    if (code !== null && !isCapitalised(trimmed)) return code;
    if (NOT_ASCII.test(bare) && bare.search(FLAGS) >= 0) return address.read(bare, language);
    if (address.isChoice(bare)) return null;
    const name = phrases.read(bare);
    // "NGA" is Nigeria's code, "Nga" is Vietnamese for Russia.
    if (code !== null) return name === null || name === code ? code : null;
    if (typeof name === 'string') return name;
    if (name !== null) return settleByLanguage(name, language);
    return (
      codes.readOther(trimmed) ??
      countryOfState(countryKey(bare)) ??
      address.read(bare, language) ??
      address.readJoined(bare) ??
      readNameWithCode(bare, codes, phrases)
    );
  };
  return {
    find(text, language) {
      if (text.length === 2) {
        const coded = countries.get(text);
        if (coded !== undefined) return coded;
      }
      if (text.length > LONGEST_NAME) return null;
      const code = findCode(text, primaryLanguage(language ?? null));
      return code === null ? null : (countries.get(code) ?? null);
    },
  };
}

/** "DE Germany", "Germany DE": a name and its own code, with nothing between them. */
function readNameWithCode(text: string, codes: CountryCodes, phrases: CountryPhrases): string | null {
  const match = /^([A-Z]{2,3}) (.+)$|^(.+) ([A-Z]{2,3})$/u.exec(text);
  if (match === null) return null;
  const code = codes.readLetters(match[1] ?? match[4] ?? '');
  return code !== null && phrases.read(match[2] ?? match[3] ?? '') === code ? code : null;
}

/** "Nga": codes are written in capitals or in small letters. */
function isCapitalised(text: string): boolean {
  return /^\p{Lu}\p{Ll}+$/u.test(text);
}

function primaryLanguage(tag: string | null): string | null {
  return tag === null ? null : (/^[a-z]{2,3}(?![a-z])/.exec(tag.toLowerCase())?.[0] ?? null);
}
