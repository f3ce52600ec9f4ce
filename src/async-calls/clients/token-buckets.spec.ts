import { expect, it } from 'vitest';
import { TokenBuckets } from './token-buckets.js';

it('gives so many at once, and then so many a second, to each key by itself', () => {
  const buckets = new TokenBuckets(3, 2);
  for (let n = 0; n < 3; n += 1) {
    expect(buckets.waitMs('a', 0)).toBe(0);
    buckets.take('a', 0);
  }
  expect([buckets.waitMs('a', 0), buckets.waitMs('b', 0), buckets.waitMs('a', 400)]).toEqual([500, 0, 100]);
  expect(buckets.waitMs('a', 500)).toBe(0);
  buckets.take('a', 500);
  expect(buckets.waitMs('a', 500)).toBe(500);
  expect(buckets.waitMs('a', 100_000)).toBe(0);
});

it('is not confused by a clock that goes back, and forgets rather than grow', () => {
  const buckets = new TokenBuckets(1, 1);
  buckets.take('a', 1_000);
  expect(buckets.waitMs('a', 0)).toBe(1_000);
  for (let n = 0; n < 10_000; n += 1) buckets.take(`k${n}`, 1_000);
  expect(buckets.waitMs('a', 1_000)).toBe(0);
});
