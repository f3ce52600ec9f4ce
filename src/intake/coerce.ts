import type { JsonValue } from '../http/json-value.js';
import type { WireType } from '../catalog/service-definition.js';

const INTEGER = /^[+-]?\d{1,309}$/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;

/**
 * The value as its declared type, the same value when it already is one, or undefined when there is no way that
 * loses nothing ("12" is an integer, "12.5" is not).
 */
export function coerce(value: JsonValue, type: WireType): JsonValue | undefined {
  switch (type) {
    case 'string':
      if (typeof value === 'string') return value;
      return typeof value === 'object' ? undefined : String(value);
    case 'integer':
      return coerceInteger(value);
    case 'float':
      return coerceFloat(value);
    case 'boolean':
      return coerceBoolean(value);
    case 'date':
    case 'datetime':
      return coerceDate(value, type);
  }
}

function coerceInteger(value: JsonValue): JsonValue | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (!INTEGER.test(text)) return undefined;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text.replace(/^\+/, ''));
}

function coerceFloat(value: JsonValue): JsonValue | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value !== 'string' || !NUMBER.test(value.trim())) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

function coerceBoolean(value: JsonValue): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === 1 || value === 0) return value === 1;
  if (typeof value !== 'string') return undefined;
  const text = value.trim().toLowerCase();
  if (text === 'true' || text === '1') return true;
  return text === 'false' || text === '0' ? false : undefined;
}

/** Dates in text stay as they are written: their zone and precision are the sender's. Numbers are Unix milliseconds. */
function coerceDate(value: JsonValue, type: 'date' | 'datetime'): string | undefined {
  if (typeof value === 'string') return Number.isNaN(Date.parse(value)) ? undefined : value;
  if (typeof value !== 'number') return undefined;
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return undefined;
  return type === 'date' ? date.toISOString().slice(0, 10) : date.toISOString();
}
