import { isArray, ValidateBy } from 'class-validator';
import { didYouMean } from '../config/did-you-mean.js';

/** Longer text is no misspelling, and comparing it letter by letter takes time. */
const SUGGEST_MAX = 64;

/** Says what a value may be, and which one was meant if that is near; the value itself stays out. */
export function oneOfMessage(values: readonly string[], value: unknown): string {
  if (isArray(value)) return `must be one value, not a list: one of ${values.join(', ')}`;
  return `must be one of ${values.join(', ')}${suggestion(values, value)}`;
}

/** Text that is one of a fixed set, in this very spelling. A parameter that was given twice, or a list, is refused. */
export function IsOneOf(values: readonly string[]): PropertyDecorator {
  return ValidateBy({
    name: 'isOneOf',
    validator: {
      validate: (value) => typeof value === 'string' && values.includes(value),
      defaultMessage: (args) => oneOfMessage(values, args?.value),
    },
  });
}

/** A list of values of a fixed set, at least one. */
export function AreAllOf(values: readonly string[]): PropertyDecorator {
  return ValidateBy({
    name: 'areAllOf',
    validator: {
      validate: (value) => isArray<unknown>(value) && value.length > 0 && value.every((item) => isIn(values, item)),
      defaultMessage: (args) => {
        const list: unknown = args?.value;
        if (isArray<unknown>(list) && list.length === 0) return `must name one of ${values.join(', ')}`;
        const wrong = isArray<unknown>(list) ? list.find((item) => !isIn(values, item)) : list;
        return `must be one of ${values.join(', ')}, or a list of them${suggestion(values, wrong)}`;
      },
    },
  });
}

function isIn(values: readonly string[], item: unknown): boolean {
  return typeof item === 'string' && values.includes(item);
}

function suggestion(values: readonly string[], value: unknown): string {
  if (typeof value !== 'string' || value.length > SUGGEST_MAX) return '';
  const meant = didYouMean(value.trim(), values);
  return meant === null ? '' : `; did you mean ${meant}?`;
}
