import { expect, it } from 'vitest';
import { meaningsOf } from './word-lists.js';

it('gives the meaning of every word, and the last of those that claim one', () => {
  expect([...meaningsOf({ net: 'nte ent', org: 'ogr ent' })]).toEqual([
    ['nte', 'net'],
    ['ent', 'org'],
    ['ogr', 'org'],
  ]);
});
