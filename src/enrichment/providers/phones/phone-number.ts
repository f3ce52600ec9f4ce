import { isNoPhoneNumber } from './phone-lookalikes.js';
import { isBareNumber, phoneParts, readPart } from './phone-parts.js';
import type { PhoneLibrary } from './phone-library.js';
import { isAside, phoneReader, type PhoneReading } from './phone-reading.js';
import { plainPhoneText } from './phone-text.js';

/** The findings about a phone number. */
export interface PhoneFacts {
  readonly status: 'valid' | 'possible' | 'invalid';
  readonly e164?: string;
  readonly type?: string;
  readonly country?: string;
  readonly national?: string;
  readonly extension?: string;
  /** Whether the number said its country itself, by a plus or a prefix for calls abroad. */
  readonly isInternational?: boolean;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  FIXED_LINE: 'fixedLine',
  MOBILE: 'mobile',
  FIXED_LINE_OR_MOBILE: 'fixedLineOrMobile',
  TOLL_FREE: 'tollFree',
  PREMIUM_RATE: 'premiumRate',
  SHARED_COST: 'sharedCost',
  VOIP: 'voip',
  PERSONAL_NUMBER: 'personal',
  PAGER: 'pager',
  UAN: 'companyWide',
  VOICEMAIL: 'voicemail',
};
const INVALID: PhoneFacts = Object.freeze({ status: 'invalid' });

let loading: Promise<PhoneLibrary> | undefined;

/** Loads the library (150 kB of numbering plans) at the first call; every later call gets the same one. */
export function loadPhoneLibrary(): Promise<PhoneLibrary> {
  loading ??= import('libphonenumber-js/max');
  return loading;
}

/**
 * Reads a number as people type it. Of several, the first counts, and only when all of them can be told apart.
 *
 * @param country ISO alpha-2: where a number without a country code belongs. Without it, that number is at most
 *   possible, and has neither E.164 nor country.
 */
export function inspectPhone(text: string, country: string | null, library: PhoneLibrary): PhoneFacts {
  const plain = plainPhoneText(text);
  if (plain === null || !/\d/u.test(plain) || isNoPhoneNumber(plain)) return INVALID;
  const read = phoneReader(country !== null && library.isSupportedCountry(country) ? country : null, library);
  if (isBareNumber(plain)) return factsOf(read(plain), undefined);
  const parts = phoneParts(plain).map(readPart);
  const phones = parts.filter(({ text: part, isFax }) => !isFax && /\d/u.test(part));
  const [first, ...others] = phones;
  if (first === undefined || isNoPhoneNumber(first.text)) return INVALID;
  const reading = read(first.text);
  const isCertain = others.every((other) => isAside(other.text, read));
  return factsOf(isCertain || typeof reading !== 'object' ? reading : 'possible', first.extension);
}

function factsOf(reading: PhoneReading, extension: string | undefined): PhoneFacts {
  if (reading === 'invalid') return INVALID;
  if (reading === 'possible') return { status: 'possible', extension };
  const { number, type, isInternational, national = number.formatNational() } = reading;
  return {
    status: type === undefined ? 'possible' : 'valid',
    e164: number.number,
    type: type === undefined ? undefined : (TYPE_NAMES[type] ?? 'other'),
    country: number.country,
    national,
    extension,
    isInternational,
  };
}
