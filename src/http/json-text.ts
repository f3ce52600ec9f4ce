import { stringify } from 'lossless-json';

/**
 * Serializes a value as JSON; `bigint` becomes a bare integer, `undefined` members are left out.
 * @throws TypeError for what JSON cannot hold (cycles, a bare `undefined`).
 */
export function toJsonText(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    // JSON.stringify refuses bigint by throwing: asking it first costs nothing for the many values without one,
    // looking for one beforehand costs about as much as serializing.
    if (!(error instanceof TypeError) || !error.message.includes('BigInt')) throw error;
    text = stringify(value);
  }
  if (text === undefined) throw new TypeError('The value has no JSON form.');
  return text;
}

const CANONICAL_INTEGER = /^-?[1-9]\d*$|^0$/;

/**
 * The JSON value of an id: an integer when the id is one, otherwise the string as it came. Beyond 2^53 it is a
 * `bigint`, which {@link toJsonText} writes digit for digit.
 */
export function wireId(id: string): number | bigint | string {
  // "007" and "-0" stay strings: as numbers they would come back as 7 and 0, which are other ids.
  if (!CANONICAL_INTEGER.test(id)) return id;
  const number = Number(id);
  return Number.isSafeInteger(number) ? number : BigInt(id);
}
