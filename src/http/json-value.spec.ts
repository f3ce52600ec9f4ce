import { expect, it } from 'vitest';
import { isJsonObject } from './json-value.js';

it.each<[unknown, boolean]>([
  [{}, true],
  [{ length: 0 }, true],
  [Object.create(null), true],
  [[], false],
  [null, false],
  [undefined, false],
  ['{}', false],
  [1n, false],
  [() => null, false],
])('%o is an object: %s', (value, is) => {
  expect(isJsonObject(value)).toBe(is);
});
