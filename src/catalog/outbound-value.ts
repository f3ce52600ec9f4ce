import type { JsonValue } from '../http/json-value.js';
import type { WireType } from './service-definition.js';

/** A value as it may leave in a callback; integers beyond 2^53 are `bigint`. */
export type WireValue = string | number | bigint | boolean;

/** Longest digits read as an integer: reading digits into a bigint is quadratic, and no receiver knows more than 64 bits. */
const INTEGER_TEXT = /^[+-]?\d{1,40}$/;
const FLOAT_TEXT = /^[+-]?(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})(?:[eE][+-]?\d{1,3})?$/;
const DATETIME_TEXT =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s?(?:Z|z|([+-])(\d{2}):?(\d{2})?)?)?$/;

/**
 * A value for a callback as its declared type; `undefined` stands for "drop it". Everything that
 * `inbound-value.ts` accepts from a request passes here.
 *
 * Nothing is invented: a number is never a date (seconds or milliseconds?), a fraction never an integer, an object or a
 * list never a string.
 */
export function outboundValue(type: WireType, value: JsonValue): WireValue | undefined {
  switch (type) {
    case 'string':
      return toText(value);
    case 'integer':
      return toInteger(value);
    case 'float':
      return toFloat(value);
    case 'boolean':
      return toBoolean(value);
    case 'date':
      return toDate(value);
    case 'datetime':
      return toDateTime(value);
  }
}

function toText(value: JsonValue): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined;
  return typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : undefined;
}

function toInteger(value: JsonValue): number | bigint | undefined {
  if (typeof value === 'bigint') return narrow(value);
  // `+ 0` turns -0 into 0, which JSON cannot tell apart anyway.
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value + 0 : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  // BigInt() refuses a leading plus sign.
  return INTEGER_TEXT.test(text) ? narrow(BigInt(text.startsWith('+') ? text.slice(1) : text)) : undefined;
}

function toFloat(value: JsonValue): number | bigint | undefined {
  if (typeof value === 'bigint') return narrow(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (!FLOAT_TEXT.test(text)) return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number + 0 : undefined;
}

function toBoolean(value: JsonValue): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === 1 || value === 0) return value === 1;
  if (typeof value !== 'string') return undefined;
  const text = value.trim().toLowerCase();
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

/** The calendar day as written: a day of birth does not move because its writer sat in another time zone. */
function toDate(value: JsonValue): string | undefined {
  if (typeof value !== 'string') return undefined;
  return toDateTime(value) === undefined ? undefined : value.trim().slice(0, 10);
}

/** UTC, whole seconds, `Z`. Without an offset the text is taken for UTC, without a time for midnight. */
function toDateTime(value: JsonValue): string | undefined {
  if (typeof value !== 'string') return undefined;
  const match = DATETIME_TEXT.exec(value.trim());
  if (match === null) return undefined;
  const part = (index: number): number => Number(match[index] ?? 0);
  const [year, month, day] = [part(1), part(2), part(3)];
  const [hour, minute, second] = [part(4), part(5), part(6)];
  const [offsetHour, offsetMinute] = [part(8), part(9)];
  if (hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59) return undefined;
  const midnight = new Date(Date.UTC(year, month - 1, day));
  // Date.UTC rolls the 30th of February over into March, and the year 50 into 1950.
  if (midnight.getUTCFullYear() !== year || midnight.getUTCMonth() !== month - 1) return undefined;
  const offsetMinutes = (match[7] === '-' ? -1 : 1) * (offsetHour * 60 + offsetMinute);
  const at = midnight.getTime() + ((hour * 60 + minute - offsetMinutes) * 60 + second) * 1000;
  const text = new Date(at).toISOString();
  // Years outside 0000-9999 get a sign and six digits, which no receiver expects.
  return text.length === 24 ? `${text.slice(0, 19)}Z` : undefined;
}

function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
