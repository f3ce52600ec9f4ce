import type { JsonValue } from '../http/json-value.js';

const MAX_ID_LENGTH = 255;
// Control characters, and halves of surrogate pairs: Postgres would store those as another character.
const FORBIDDEN = /[\p{Cc}\p{Cs}]/u;

/** An id as a string, or null when the value cannot be one: ids are strings or integers of at most 255 characters. */
export function readEntityId(value: JsonValue | undefined): string | null {
  switch (typeof value) {
    case 'string':
      return value.length <= MAX_ID_LENGTH && value.trim() !== '' && !FORBIDDEN.test(value) ? value : null;
    case 'number':
      return Number.isInteger(value) ? BigInt(value).toString() : null;
    case 'bigint': {
      const digits = value.toString();
      return digits.length <= MAX_ID_LENGTH ? digits : null;
    }
    default:
      return null;
  }
}
