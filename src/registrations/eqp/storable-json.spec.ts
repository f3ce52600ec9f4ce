import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeUnstorable, mergeJson } from './storable-json.js';

describe('a section of a profile', () => {
  it('is an object that Postgres can store and JSON can give back', () => {
    expect(describeUnstorable({ a: [1, null, { b: 'ä 😀' }] })).toBeNull();
    for (const value of [null, 1, 'x', []]) expect(describeUnstorable(value)).toBe('must be an object');
    expect(describeUnstorable({ a: ['x\u0000'] })).toContain('NUL');
    expect(describeUnstorable({ 'x\u0000': 1 })).toContain('NUL');
    expect(describeUnstorable({ a: '\ud800' })).toContain('surrogate');
    expect(describeUnstorable({ a: { b: 2n ** 60n } })).toContain('2^53');
  });

  it('is merged member by member; lists and values are replaced', () => {
    const before = { a: { b: 1, c: [1, 2] }, d: 'x' };
    expect(mergeJson(before, { a: { c: [3] }, e: null })).toEqual({ a: { b: 1, c: [3] }, d: 'x', e: null });
    expect(before).toEqual({ a: { b: 1, c: [1, 2] }, d: 'x' });
  });

  it('is the same after the same update twice', () => {
    const objects = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(objects, objects, (stored, update) => {
        const once = mergeJson(stored, update);
        expect(mergeJson(once, update)).toEqual(once);
      }),
    );
  });
});
