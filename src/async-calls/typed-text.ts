import type { WireType } from '../catalog/service-definition.js';
import type { JsonValue } from '../http/json-value.js';

const INTEGER = /^[+-]?\d{1,309}$/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;
const BOOLEANS: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false };

/** A property's text as the type its field declares; undefined when it is no value of that type. */
export function typedText(text: string, type: WireType): JsonValue | undefined {
  const trimmed = text.trim();
  switch (type) {
    case 'string':
      return text;
    case 'integer': {
      if (!INTEGER.test(trimmed)) return undefined;
      const number = Number(trimmed);
      return Number.isSafeInteger(number) ? number : BigInt(trimmed.replace(/^\+/, ''));
    }
    case 'float': {
      const number = NUMBER.test(trimmed) ? Number(trimmed) : Number.NaN;
      return Number.isFinite(number) ? number : undefined;
    }
    case 'boolean': {
      const word = trimmed.toLowerCase();
      return Object.hasOwn(BOOLEANS, word) ? BOOLEANS[word] : undefined;
    }
    case 'date':
    case 'datetime':
      return Number.isNaN(Date.parse(trimmed)) ? undefined : trimmed;
  }
}
