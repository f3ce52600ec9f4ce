import fc from 'fast-check';
import { expect, it } from 'vitest';
import { storableDelayMs, storableText, storableTextOrNull } from './storable.js';

it.each([
  ['plain', 'plain'],
  ['Zoë 😀', 'Zoë 😀'],
  ['a\0b', 'a\ufffdb'],
  ['\ud800 x \udc00', '\ufffd x \ufffd'],
  ['\udc00\ud800😀', '\ufffd\ufffd😀'],
])('stores %j as %j', (text, stored) => {
  expect(storableText(text)).toBe(stored);
});

it('leaves nothing that PostgreSQL refuses, and nothing else changed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const stored = storableText(text);
      expect(stored).not.toContain('\0');
      expect(Buffer.from(stored, 'utf8').toString('utf8')).toBe(stored);
      expect(stored).toBe(text.replaceAll('\0', '\ufffd'));
    }),
  );
  expect(storableTextOrNull(undefined)).toBeNull();
});

it.each([
  [Number.NaN, 60_000],
  [Number.POSITIVE_INFINITY, 366 * 86_400_000],
  [-5, 0],
  [1_500, 1_500],
])('waits for %s ms as %i', (delayMs, stored) => {
  expect(storableDelayMs(delayMs)).toBe(stored);
});
