import type { PhoneLibrary, PhoneNumber, PhoneRegion, PhoneType } from './phone-library.js';
import { isFiller } from './phone-lookalikes.js';
import { digitsOf } from './phone-text.js';
import { typeOfNumber } from './phone-type.js';

/** Digits as they stand in a text. */
export interface WrittenDigits {
  readonly digits: string;
  /** The digits before the first space or sign. */
  readonly firstGroup: string;
  /** Whether a zero stands in brackets: callers leave it out, or do not. */
  readonly hasLooseZero: boolean;
}

/** A number in a country's plan. */
export interface PlannedNumber {
  readonly number: PhoneNumber;
  /** Undefined when the number is in no known range: not valid, but of a length that there is. */
  readonly type: PhoneType | undefined;
  /** Whether the digits said the country themselves. */
  readonly isInternational: boolean;
  /** As it is written at home, where that was asked for already. */
  readonly national?: string;
}

/** Why digits gave no number: they may be one somewhere, or they cannot. */
export type NoNumber = 'possible' | 'invalid';

/** Habits of dialling that left the plans, after the country code. */
const FORMER: Readonly<Record<string, readonly (readonly [RegExp, string])[]>> = {
  // Until 2019 Mexicans dialled 1 to a mobile from abroad, 044 or 045 at home, 01 to another city.
  '52': [[/^(?:1|01|044|045)(\d{10})$/u, '$1']],
  // 9 and 15 both mean a mobile: the one is dialled from abroad, the other at home. Some write both.
  '54': [
    [/^9(\d{2})15(\d{8})$/u, '9$1$2'],
    [/^9(\d{3})15(\d{7})$/u, '9$1$2'],
    [/^9(\d{4})15(\d{6})$/u, '9$1$2'],
  ],
};

/** Numbers of no known country. A few islands have four or five digits; so have room numbers. */
const SHORTEST = 6;
const LONGEST = 15;
/** Longest number of a country with trunk prefix and without; more digits have a country code. */
const LONGEST_AT_HOME = 11;

/** Reads digits that begin with a country code. */
export function readInternational(written: WrittenDigits, library: PhoneLibrary): PlannedNumber | NoNumber {
  const { digits, hasLooseZero } = written;
  const number = library.parsePhoneNumberFromString(`+${digits}`);
  if (number === undefined) return 'invalid';
  if (isFiller(number.nationalNumber)) return number.isPossible() ? 'possible' : 'invalid';
  const valid = ifValid(number, true, library);
  if (valid !== null) return valid;
  const code = number.countryCallingCode;
  const others = formerly(code, digits.slice(code.length)).map((rest) => code + rest);
  // "+48 (0)22 …": the zero is written where the plan has none, or has one no longer.
  if (hasLooseZero && digits.startsWith(`${code}0`)) others.push(code + digits.slice(code.length + 1));
  for (const other of others) {
    const repaired = ifValid(library.parsePhoneNumberFromString(`+${other}`), true, library);
    if (repaired !== null) return repaired;
  }
  return number.isPossible() ? { number, type: undefined, isInternational: true } : 'invalid';
}

/** Reads digits as they are dialled in a country; only valid ones give a number. */
export function readNational(
  written: WrittenDigits,
  region: PhoneRegion,
  library: PhoneLibrary,
): PlannedNumber | NoNumber {
  const { digits } = written;
  if (isFiller(digits)) return 'invalid';
  const read = (text: string): PhoneNumber | undefined =>
    library.parsePhoneNumberFromString(text, { defaultCountry: region, extract: false });
  const code = library.getCountryCallingCode(region);
  const number = read(digits);
  // "011 49 …" of the United States: the prefix is the country's, the country code the number's own.
  const home = ifValid(number, number?.countryCallingCode !== code, library);
  if (home !== null) {
    if (isFiller(home.number.nationalNumber)) return 'invalid';
    return home.isInternational || digits.startsWith('0') ? home : decide(home, written, code, library);
  }
  const others = formerly(code, digits);
  if (written.hasLooseZero && digits.startsWith('0')) others.push(digits.slice(1));
  for (const other of others) {
    const repaired = ifValid(read(other), false, library);
    if (repaired !== null) return repaired;
  }
  const abroad = digits.startsWith('0') ? 'invalid' : readInternational(written, library);
  if (typeof abroad === 'object' && abroad.type !== undefined)
    return abroad.number.countryCallingCode === code ? { ...abroad, isInternational: false } : 'possible';
  return number?.isPossible() === true ? 'possible' : 'invalid';
}

/**
 * Digits valid in their country that may be a country code and a number as well. A trunk prefix, or the whole number as it
 * is written at home, speaks for home; otherwise it is left open.
 */
function decide(
  found: PlannedNumber,
  { digits, firstGroup }: WrittenDigits,
  code: string,
  library: PhoneLibrary,
): PlannedNumber | NoNumber {
  const national = found.number.formatNational();
  const home = { ...found, national };
  const isAsAtHome = digitsOf(national) === digits;
  if (isAsAtHome && !digits.startsWith(code)) return home;
  const abroad = ifValid(library.parsePhoneNumberFromString(`+${digits}`), false, library);
  if (abroad === null || abroad.number.number === home.number.number) return home;
  if (abroad.number.countryCallingCode !== code) return isAsAtHome ? home : 'possible';
  const hasCode = firstGroup === code || abroad.type === 'MOBILE' || digits.length > LONGEST_AT_HOME;
  return hasCode ? abroad : 'possible';
}

/** Digits of no known country. */
export function readUnplanned({ digits }: WrittenDigits): NoNumber {
  const isLikely = digits.length >= SHORTEST && digits.length <= LONGEST && !isFiller(digits);
  return isLikely ? 'possible' : 'invalid';
}

/** With the metadata of types a number is valid when it has one; asking for both would sort it twice. */
function ifValid(
  number: PhoneNumber | undefined,
  isInternational: boolean,
  library: PhoneLibrary,
): PlannedNumber | null {
  if (number === undefined) return null;
  const type = typeOfNumber(number, library);
  return type === undefined ? null : { number, type, isInternational };
}

function formerly(code: string, rest: string): string[] {
  return (FORMER[code] ?? [])
    .filter(([pattern]) => pattern.test(rest))
    .map(([pattern, replacement]) => rest.replace(pattern, replacement));
}
