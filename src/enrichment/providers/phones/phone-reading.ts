import type { PhoneLibrary, PhoneRegion } from './phone-library.js';
import { withoutWordsBehind, withoutWordsInFront } from './phone-parts.js';
import {
  readInternational,
  readNational,
  readUnplanned,
  type NoNumber,
  type PlannedNumber,
  type WrittenDigits,
} from './phone-plan.js';
import { digitsOf } from './phone-text.js';
import { dialledLetters } from './phone-vanity.js';

/** A number of a plan, or why there is none. */
export type PhoneReading = PlannedNumber | NoNumber;

/** Reads a text without labels and extension: digits, signs, letters in place of digits, words at an end. */
export type PhoneReader = (text: string) => PhoneReading;

/** "+", "++", "(+", "00", "0 0", with the brackets people add. */
const ABROAD = /^[\s(./-]*(?:\++[\s()+]*(?:00)?|0\s?0(?=[\s()./-]*[1-9]))[\s().-]*/u;
const PLUS = /^[\s(]*\+/u;
/** Russians write their trunk prefix behind a plus; no country code is 8. */
const PLUS_EIGHT = /^[\s(]*\+\s*8[\s().-]+(?=\d)/u;
const SEVEN_REGIONS: ReadonlySet<string | null> = new Set(['RU', 'KZ']);
/** The signs that {@link readSigns} splits at. */
const SPLITTER = /\/|\s-\s/u;
const CORE = /^[\s+\d().\-/]+$/u;
const LOOSE_ZERO = /\(\s*0\s*\)|^\D*\d{1,3}[\s./-]+0[\s./-]/u;
/** At most as many digits behind a sign are another ending of the number in front, or an extension. */
const LONGEST_ENDING = 5;
const SHORTEST_NUMBER = 6;
/** Digits in front of a word that could be a number's: "0800", "1-800". */
const SHORTEST_PREFIX = 4;
const BEGINS_NUMBER = /^[\s(]*(?:\+|0)/u;
/** Digits of a national number that a word behind them does not make doubtful. */
const CERTAIN_DIGITS = 9;
/** "9-17 Uhr": digits that are none of the number's. */
const HOURS = /\d[\s.]*(?:uhr|hrs?|h|[ap]\.?m|ч|час\p{L}*|時|点|시)(?!\p{L})/iu;
/** Types with numbers that are printed as words outside of North America. */
const WORD_TYPES: ReadonlySet<string | undefined> = new Set([
  'TOLL_FREE',
  'PREMIUM_RATE',
  'SHARED_COST',
  'PERSONAL_NUMBER',
  'UAN',
]);

/** A reader for numbers of one country, or of none that is known. */
export function phoneReader(region: PhoneRegion | null, library: PhoneLibrary): PhoneReader {
  const read = (text: string): PhoneReading => {
    if (!/\p{L}/u.test(text)) return CORE.test(text) ? readSigns(text, readDigits) : 'invalid';
    return readWithWords(text, read, readDigits);
  };
  const readDigits = (text: string): PhoneReading => readCore(text, region, library);
  return read;
}

/** Whether a text behind a number leaves it as it is: a remark, another ending, or a number of its own. */
export function isAside(text: string, read: PhoneReader): boolean {
  return digitsOf(text).length <= LONGEST_ENDING || beginsNumber(text) || isValid(read(text));
}

function readCore(text: string, region: PhoneRegion | null, library: PhoneLibrary): PhoneReading {
  const digits = digitsOf(text);
  const prefix = ABROAD.exec(text)?.[0];
  if (prefix === undefined) return readHome(written(digits, text), region, library);
  if (text.indexOf('+', prefix.length) >= 0) return 'invalid';
  const behind = digitsOf(text.slice(prefix.length));
  if (PLUS_EIGHT.test(text) && behind.length === 11)
    return SEVEN_REGIONS.has(region) ? readInternational(written(`7${behind.slice(1)}`, text), library) : 'possible';
  // "+0171 …": a trunk prefix behind the plus, so the country is still unsaid.
  if (behind.startsWith('0')) return readHome(written(behind, text), region, library);
  const abroad = readInternational(written(behind, text.slice(prefix.length)), library);
  if (PLUS.test(text)) return abroad;
  // "0011 49 …" of Australia begins with two zeros too.
  if (region === null) return isValid(abroad) ? abroad : readUnplanned(written(digits, text));
  // "001 65 …" of Hong Kong: its prefix is 001, elsewhere 00 and country code 1.
  const home = readNational(written(digits, text), region, library);
  if (!isValid(home)) return typeof abroad === 'object' && !isValid(abroad) ? 'possible' : abroad;
  if (!isValid(abroad)) return home;
  return abroad.number.number === home.number.number ? abroad : 'possible';
}

function readHome(digits: WrittenDigits, region: PhoneRegion | null, library: PhoneLibrary): PhoneReading {
  return region === null ? readUnplanned(digits) : readNational(digits, region, library);
}

/** A slash, or a dash between spaces, parts an area code from its number, or two numbers, or two endings of one. */
function readSigns(text: string, readDigits: PhoneReader): PhoneReading {
  const whole = readDigits(text);
  if (SPLITTER.test(text)) return readGroups(text.split(/\s*\/\s*|\s+-\s+/u), whole, readDigits);
  if (isValid(whole)) return whole;
  // "212 555 0123-204" where numbers have one length.
  const first = /^(.*\d)\s*[-(]+\d{1,5}\)?$/u.exec(text)?.[1];
  const reading = first === undefined ? whole : readDigits(first);
  return isValid(reading) ? reading : whole;
}

function readGroups(groups: readonly string[], whole: PhoneReading, readDigits: PhoneReader): PhoneReading {
  for (let at = 1; at < groups.length; at += 1) {
    const first = readDigits(groups.slice(0, at).join(' '));
    if (!isValid(first)) continue;
    const rest = groups.slice(at);
    if (rest.every((group) => digitsOf(group).length <= 2)) return first;
    const [next = ''] = rest;
    if (!isValid(whole)) {
      const isSplit = beginsNumber(rest.join(' ')) || rest.every((group) => isAside(group, readDigits));
      return isSplit ? first : 'possible';
    }
    const areNumbers = isValid(readDigits(rest.join(' '))) || rest.every((group) => isValid(readDigits(group)));
    if (areNumbers) return BEGINS_NUMBER.test(next) ? first : 'possible';
    if (digitsOf(next).length <= LONGEST_ENDING) return 'possible';
    break;
  }
  // "030 123 / 0171 456": two numbers, of which the first lacks something.
  const areMany = groups.some((group, at) => {
    const before = digitsOf(groups.slice(0, at).join(''));
    return before.length >= SHORTEST_NUMBER && beginsNumber(group);
  });
  if (areMany) return 'possible';
  return whole;
}

function readWithWords(text: string, read: PhoneReader, readDigits: PhoneReader): PhoneReading {
  if (HOURS.test(text)) return 'possible';
  const behind = withoutWordsBehind(text);
  if (behind !== null) {
    const reading = read(behind);
    if (isValid(reading))
      return reading.isInternational || digitsOf(behind).length >= CERTAIN_DIGITS ? reading : 'possible';
  }
  const letters = dialledLetters(text);
  if (letters !== null) {
    const reading = readDigits(letters);
    if (!isValid(reading)) return digitsOf(text).length < SHORTEST_PREFIX ? 'invalid' : reading;
    return isPrintedAsWord(reading, letters) ? reading : 'possible';
  }
  const inFront = withoutWordsInFront(text);
  const reading = inFront === null ? 'invalid' : read(inFront);
  return typeof reading === 'object' && !reading.isInternational ? 'possible' : reading;
}

/** Outside of North America the number must be as it is written at home: a word has no room for a guess. */
function isPrintedAsWord({ number, type, isInternational }: PlannedNumber, letters: string): boolean {
  if (number.countryCallingCode === '1') return true;
  if (!WORD_TYPES.has(type)) return false;
  return isInternational || digitsOf(number.formatNational()) === letters;
}

/** Whether a text begins with a plus or a trunk prefix, and is long enough to be a number. */
function beginsNumber(text: string): boolean {
  return BEGINS_NUMBER.test(text) && digitsOf(text).length >= SHORTEST_NUMBER;
}

function written(digits: string, text: string): WrittenDigits {
  const firstGroup = /\d+/u.exec(text)?.[0] ?? '';
  return { digits, firstGroup, hasLooseZero: LOOSE_ZERO.test(text) };
}

function isValid(reading: PhoneReading): reading is PlannedNumber {
  return typeof reading === 'object' && reading.type !== undefined;
}
