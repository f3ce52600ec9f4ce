import { outboundValue, type WireValue } from '../../catalog/outbound-value.js';
import { type RichType, wireType } from '../../catalog/service-definition.js';
import type { JsonValue } from '../../http/json-value.js';
import { STRING_MAX_BYTES, TEXT_MAX_BYTES } from '../marketo-limits.js';

const INT32_MAX = 2 ** 31 - 1;
const INT32_MIN = -(2 ** 31);
/** A change of a score; a plain number replaces it. */
const SCORE_CHANGE = /^[+-]\d{1,10}$/;

const encoder = new TextEncoder();

/**
 * A value as a field or attribute of Marketo takes it; undefined stands for "leave it out". Texts are cut, numbers out of
 * range are not: another number would be a wrong one. The text `null`, which clears a text field, is a text like others.
 */
export function marketoValue(type: RichType, value: JsonValue): WireValue | undefined {
  if (value === null) return undefined;
  if (type === 'score' && typeof value === 'string' && SCORE_CHANGE.test(value.trim())) {
    return isInt32(Number(value)) ? value.trim() : undefined;
  }
  const wire = outboundValue(wireType(type), value);
  if (typeof wire === 'string') return cutTo(type === 'text' ? TEXT_MAX_BYTES : STRING_MAX_BYTES, wire);
  const isWhole = type === 'integer' || type === 'score';
  return isWhole && !isInt32(Number(wire)) ? undefined : wire;
}

/** A value of a field that an administrator mapped and the definition does not know: its own type, as a short text. */
export function undeclaredValue(value: JsonValue): WireValue | undefined {
  switch (typeof value) {
    case 'string':
      return marketoValue('string', value);
    case 'number':
    case 'bigint':
      return marketoValue(Number.isInteger(Number(value)) ? 'integer' : 'float', value);
    case 'boolean':
      return value;
    default:
      return undefined;
  }
}

/** The text, or as much of it as fits into so many bytes of UTF-8: never a part of a character. */
export function cutTo(maxBytes: number, text: string): string {
  // A character has three bytes per UTF-16 unit at most, so most texts need no look.
  if (text.length * 3 <= maxBytes) return text;
  const { read } = encoder.encodeInto(text, new Uint8Array(maxBytes));
  return text.slice(0, read);
}

function isInt32(number: number): boolean {
  return number >= INT32_MIN && number <= INT32_MAX;
}
