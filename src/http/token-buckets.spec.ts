import { describe, expect, it } from 'vitest';
import { TokenBuckets, toRetryAfterSeconds } from './token-buckets.js';

describe('token buckets', () => {
  it('give so many at once, and then so many a second, to each key by itself', () => {
    const buckets = new TokenBuckets(3, 2);
    for (let n = 0; n < 3; n += 1) {
      expect(buckets.waitMs('a', 0)).toBe(0);
      expect(buckets.take('a', 0)).toBe(0);
    }
    expect([buckets.waitMs('a', 0), buckets.waitMs('b', 0), buckets.waitMs('a', 400)]).toEqual([500, 0, 100]);
    expect([buckets.take('a', 400), buckets.take('a', 500), buckets.take('a', 500)]).toEqual([100, 0, 500]);
    expect(buckets.waitMs('a', 100_000)).toBe(0);
  });

  it('save up no more than their size, and lose nothing to takes in vain', () => {
    const buckets = new TokenBuckets(100, 100);
    const take = (nowMs: number, count: number): number =>
      Array.from({ length: count }, () => buckets.take('a', nowMs)).filter((waitMs) => waitMs === 0).length;
    expect(take(0, 150)).toBe(100);
    for (let nowMs = 1; nowMs < 10; nowMs += 1) expect(buckets.take('a', nowMs)).toBeGreaterThan(0);
    expect(take(10.5, 5)).toBe(1);
    expect(take(1_011, 200)).toBe(100);
    expect(take(3_600_000, 200)).toBe(100);
  });

  it('earn nothing from a clock that goes back and forth', () => {
    const buckets = new TokenBuckets(1, 1);
    expect(buckets.take('a', 1_000)).toBe(0);
    expect([buckets.take('a', 0), buckets.take('a', 1_000), buckets.take('a', 0)]).toEqual([1_000, 1_000, 1_000]);
    expect(buckets.take('a', 2_000)).toBe(0);
  });

  it('forget the key that is longest unused rather than grow', () => {
    const buckets = new TokenBuckets(1, 0.001);
    buckets.take('old', 0);
    buckets.take('busy', 0);
    for (let n = 0; n < 9_998; n += 1) buckets.take(`k${n}`, 0);
    buckets.take('busy', 0);
    expect([buckets.waitMs('old', 0), buckets.waitMs('busy', 0)]).toEqual([1_000_000, 1_000_000]);
    buckets.take('one more', 0);
    expect([buckets.waitMs('old', 0), buckets.waitMs('busy', 0), buckets.waitMs('k0', 0)]).toEqual([
      0, 1_000_000, 1_000_000,
    ]);
  });
});

it.each([
  [0.1, 1],
  [1, 1],
  [1_000, 1],
  [1_001, 2],
  [60_000, 60],
])('a wait of %s ms is a Retry-After of %s', (waitMs, seconds) => {
  expect(toRetryAfterSeconds(waitMs)).toBe(seconds);
});
