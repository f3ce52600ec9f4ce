import { type ExpressionOutcome, toFailure } from './expression-outcome.js';
import { UnfitResultError } from './plain-json.js';

/**
 * The codes that authors meet, in words. JSONata's own messages quote values, and a value may be a person's data: they
 * never leave the thread.
 */
const WORDS: Readonly<Record<string, string>> = Object.freeze({
  D1001: 'a number is out of range',
  D1002: 'only a number can be negated',
  D2014: 'the range (..) is too long',
  D3001: 'the number is infinite or none',
  D3030: 'the value cannot be read as a number',
  D3110: 'the value is no ISO 8601 time',
  D3137: '$error was called',
  D3138: '$single found several values',
  D3139: '$single found no value',
  D3141: '$assert failed',
  T0410: 'an argument has the wrong type',
  T0411: 'the context value has the wrong type',
  T1003: 'a key of an object is no text',
  T1005: 'a function was called that does not exist',
  T1006: 'a function was called that does not exist',
  T2001: 'the left side of the operator is no number',
  T2002: 'the right side of the operator is no number',
  T2003: 'the left side of the range (..) is no whole number',
  T2004: 'the right side of the range (..) is no whole number',
  T2009: 'the two sides of the operator are of different types',
  T2010: 'a side of the comparison is neither number nor text',
});
const CODE = /^[A-Z]\d{4}$/;
/** Operators and names of functions, which stand in the source. */
const TOKEN = /^[\w<>=!+\-*/%&.~:]{1,40}$/;

/** Says what an evaluation threw, without a value of the subject. */
export function describeFailure(thrown: unknown): ExpressionOutcome {
  if (thrown instanceof UnfitResultError) return toFailure(thrown.failure);
  const { code, position, token } = (thrown ?? {}) as { code?: unknown; position?: unknown; token?: unknown };
  if (typeof code !== 'string' || !CODE.test(code)) return toFailure('EXPRESSION_FAILED');
  const words = WORDS[code] ?? 'the expression failed';
  const near = typeof token === 'string' && TOKEN.test(token) ? `, near "${token}"` : '';
  const place = typeof position === 'number' ? ` at character ${position}` : '';
  return { kind: 'error', code, message: `${words} (JSONata ${code}${place}${near})` };
}
