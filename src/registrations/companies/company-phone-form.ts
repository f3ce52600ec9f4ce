import { parsePhoneNumberFromString, type PhoneNumber } from 'libphonenumber-js/min';
import type { JsonValue } from '../../http/json-value.js';
import type { ApiVersion } from './company-api-version.js';
import type { EventEntity } from './company-entity.js';

/** Where entities hold a phone number, at any depth. */
const PHONE_KEY = 'mdn';
/** The company's own: a member of its choice may be called anything. */
const CUSTOM_FIELDS = 'custom_fields';
/** Bare digits are read as a number of this country, as the first version of the API has them. */
const HOME = 'US';
const HOME_CODE = '1';
/** Country code and number without a plus; shorter ones would be guesses. */
const BARE_INTERNATIONAL = /^[1-9]\d{10,14}$/;

/**
 * The entity with its phone numbers in the form of an API version: 1 is ten digits (`2995551234`), 2 is E.164
 * (`+12995551234`). Null leaves them as they were published. Text that is no phone number stays.
 */
export function withPhoneForm(entity: EventEntity, version: ApiVersion | null): EventEntity {
  if (version === null) return entity;
  return Object.fromEntries(Object.entries(entity).map(([key, value]) => [key, convert(key, value, version)]));
}

function convert(key: string, value: JsonValue, version: ApiVersion): JsonValue {
  if (key === CUSTOM_FIELDS || value === null) return value;
  if (isList(value)) return value.map((item) => convert(key, item, version));
  if (typeof value === 'object') return withPhoneForm(value, version);
  if (key !== PHONE_KEY || typeof value === 'boolean') return value;
  return toForm(String(value), version) ?? value;
}

/** @returns null for what is no phone number. */
function toForm(text: string, version: ApiVersion): string | null {
  const parsed = parse(text);
  if (parsed === null) return null;
  // Ten digits of another country would be taken for an American number: version 1 has no form for those.
  const isHome = parsed.countryCallingCode === HOME_CODE;
  return version === 1 && isHome ? parsed.nationalNumber : parsed.number;
}

function parse(text: string): PhoneNumber | null {
  const readings = BARE_INTERNATIONAL.test(text) ? [text, `+${text}`] : [text];
  for (const reading of readings) {
    const parsed = parsePhoneNumberFromString(reading, { defaultCountry: HOME, extract: false });
    // Possible, not valid: plans gain areas, and an extension would be lost.
    if (parsed?.isPossible() === true && parsed.ext === undefined) return parsed;
  }
  return null;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
