import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TableKey } from './table-key.js';

const plain = new TableKey([]);
const folded = new TableKey(['case', 'accents']);

describe('TableKey', () => {
  it.each([
    ['Straße', 'STRASSE'],
    ['Ødegård', 'odegard'],
    ['Łódź', 'lodz'],
    ['ΟΔΟΣ', 'οδος'],
    ['e\u0301', 'É'],
    ['Ａｃｍｅ', 'acme'],
    [' New \t York ', 'new york'],
    ['İstanbul', 'istanbul'],
    ['ıssız', 'ISSIZ'],
    ['Ærø', 'aero'],
  ])('takes %j and %j for the same where case and accents do not count', (one, other) => {
    expect(folded.fold(one)).toBe(folded.fold(other));
  });

  it.each([
    ['か', 'が'],
    ['a.b@c.example', 'ab@c.example'],
    ['O-1', 'O1'],
    ['7', '07'],
  ])('tells %j from %j all the same', (one, other) => {
    expect(folded.fold(one)).not.toBe(folded.fold(other));
  });

  it('counts neither composition nor spaces, and everything else, where nothing is folded', () => {
    expect(plain.fold('e\u0301  x ')).toBe('é x');
    expect(plain.fold('É')).not.toBe(plain.fold('é'));
    expect(plain.fold('é')).not.toBe(plain.fold('e'));
  });

  it('tells parts of a key apart', () => {
    expect(plain.digest(['ab', 'c'])).not.toBe(plain.digest(['a', 'bc']));
    expect(plain.digest(['ab', 'c'])).toMatch(/^[0-9a-f]{32}$/);
  });

  it.each([[['']], [['a', ' ']], [['a\0b']]])('has no key for %j', (cells) => {
    expect(plain.digest(cells)).toBeNull();
  });

  it('folds what is folded to itself', () => {
    for (const key of [plain, folded, new TableKey(['case']), new TableKey(['accents'])]) {
      fc.assert(
        fc.property(fc.string({ unit: 'grapheme' }), (text) => {
          expect(key.fold(key.fold(text))).toBe(key.fold(text));
        }),
      );
    }
  });
});
