import type { JsonValue } from '../http/json-value.js';
import { outboundValue } from './outbound-value.js';
import type { WireType } from './service-definition.js';

/** XML and forms write a boolean as a digit. */
const DIGITS: ReadonlyMap<string, boolean> = new Map([
  ['1', true],
  ['0', false],
]);

/**
 * A value of a request as its declared type; undefined when there is no way that loses nothing ("12" is an integer,
 * "12.5" is not). A value accepted here can be written by {@link outboundValue} and means the same there.
 *
 * It takes more than may leave: a digit for a boolean, and Unix milliseconds for a date. Dates in text stay as they are
 * written, because their zone and precision are the sender's.
 */
export function inboundValue(type: WireType, value: JsonValue): JsonValue | undefined {
  switch (type) {
    case 'boolean':
      return outboundValue(type, typeof value === 'string' ? (DIGITS.get(value.trim()) ?? value) : value);
    case 'date':
    case 'datetime':
      return toMoment(type, value);
    default:
      return outboundValue(type, value);
  }
}

function toMoment(type: 'date' | 'datetime', value: JsonValue): string | undefined {
  const text = typeof value === 'number' ? isoOf(type, value) : value;
  return typeof text === 'string' && outboundValue(type, text) !== undefined ? text.trim() : undefined;
}

/** Years beyond 9999 get a sign and six digits: that is no date here, cut to a day or not. */
function isoOf(type: 'date' | 'datetime', unixMs: number): string | undefined {
  const moment = new Date(unixMs);
  if (Number.isNaN(moment.getTime())) return undefined;
  const text = moment.toISOString();
  return type === 'date' ? text.slice(0, 10) : text;
}
