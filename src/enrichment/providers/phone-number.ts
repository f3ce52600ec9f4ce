import type * as phoneNumbers from 'libphonenumber-js/max';

/** The part of libphonenumber-js (build with the metadata for number types) this service uses. */
export type PhoneLibrary = Pick<typeof phoneNumbers, 'parsePhoneNumberFromString' | 'isSupportedCountry'>;

/** What a phone number turned out to be. */
export interface PhoneFacts {
  readonly status: 'valid' | 'possible' | 'invalid';
  readonly e164?: string;
  readonly type?: string;
  readonly country?: string;
  readonly national?: string;
  readonly extension?: string;
}

/** Two numbers with extensions still fit; anything longer is no phone number. */
const LONGEST_NUMBER = 80;
const DATE = /^\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d{2}$|^(?:19|20)\d{2}[./-]\d{1,2}[./-]\d{1,2}$/;
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

let loading: Promise<PhoneLibrary> | undefined;

/** Loads the library (150 kB of numbering plans) at the first call; every later call gets the same one. */
export function loadPhoneLibrary(): Promise<PhoneLibrary> {
  loading ??= import('libphonenumber-js/max');
  return loading;
}

/** Reads a number as people type it; `country` (ISO alpha-2) is where a number without a prefix belongs. */
export function inspectPhone(text: string, country: string | null, library: PhoneLibrary): PhoneFacts {
  if (text.length > LONGEST_NUMBER || DATE.test(text)) return { status: 'invalid' };
  const reading = bestReading(text.normalize('NFKC'), country, library);
  if (reading === null) return { status: 'invalid' };
  const { number, status } = reading;
  const type = number.getType();
  return {
    status,
    e164: number.number,
    type: type === undefined ? undefined : (TYPE_NAMES[type] ?? 'other'),
    country: number.country,
    national: number.formatNational(),
    extension: number.ext,
  };
}

interface Reading {
  readonly number: phoneNumbers.PhoneNumber;
  readonly status: 'valid' | 'possible';
}

/** The first reading that is valid, else the first that is possible. */
function bestReading(text: string, country: string | null, library: PhoneLibrary): Reading | null {
  const region = country !== null && library.isSupportedCountry(country) ? country : undefined;
  let possible: Reading | null = null;
  for (const reading of readings(text)) {
    const number = library.parsePhoneNumberFromString(reading, region);
    if (number === undefined) continue;
    if (number.isValid()) return { number, status: 'valid' };
    if (possible === null && number.isPossible()) possible = { number, status: 'possible' };
  }
  return possible;
}

/** "+49 (0)30 …" has a zero nobody dials; "0049 …" and "49 30 …" lack a plus; "030 1 / 0171 2" are two numbers. */
function readings(text: string): string[] {
  const bare = text
    .replace(/^\s*(?:tel|phone|mobile|mob|fon|telefon|handy|t|m|p)\b\.?\s*:?\s*/iu, '')
    .replace(/\(0\)/gu, ' ');
  const digits = bare.replace(/\D/gu, '');
  const all = [bare];
  const [first = ''] = bare.split(/\s*(?:\/|;|,|\bor\b|\boder\b)\s*(?=[+0(])/u);
  if (first !== bare && first.replace(/\D/gu, '').length >= 6) all.push(first);
  if (/^\s*00/u.test(bare)) all.push(`+${digits.slice(2)}`);
  else if (!bare.includes('+') && digits.length >= 10 && digits.length <= 15 && !/[\p{L}/]/u.test(bare))
    all.push(`+${digits}`);
  return all;
}
