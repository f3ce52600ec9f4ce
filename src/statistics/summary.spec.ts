import { describe, expect, it } from 'vitest';
import { shareOf, summarise } from './summary.js';
import { bucketOf } from './tallies.js';

describe('a summary', () => {
  it('of nothing has no percentiles', () => {
    expect(summarise([])).toEqual({
      accepted: 0,
      attempts: 0,
      delivered: 0,
      failed: 0,
      p50Ms: null,
      p95Ms: null,
      errors: [],
    });
  });

  it('adds up rows of several steps', () => {
    const fast = `ms:${bucketOf(10)}`;
    const slow = `ms:${bucketOf(4_000)}`;
    const found = summarise([
      { name: 'accepted', count: 5 },
      { name: 'accepted', count: 6 },
      { name: 'delivered', count: 10 },
      { name: 'failed', count: 1 },
      { name: slow, count: 1 },
      { name: fast, count: 4 },
      { name: fast, count: 5 },
    ]);
    expect(found).toMatchObject({ accepted: 11, delivered: 10, failed: 1 });
    expect(found.p50Ms).toBeGreaterThan(7);
    expect(found.p50Ms).toBeLessThan(13);
    expect(found.p95Ms).toBeGreaterThan(3_000);
    expect(found.p95Ms).toBeLessThan(5_000);
  });

  it('interpolates a percentile between the bounds of its bucket: services with other times have other numbers', () => {
    // 724 to 1,024 ms; what is below takes 600 ms.
    const slow = `ms:${bucketOf(900)}`;
    const fast = `ms:${bucketOf(600)}`;
    const p95 = (slowCount: number): number | null =>
      summarise([
        { name: fast, count: 100 - slowCount },
        { name: slow, count: slowCount },
      ]).p95Ms;
    expect(p95(6)).toBe(774);
    expect(p95(10)).toBe(874);
    expect(p95(100)).toBe(1_009);
    expect(p95(0)).toBeLessThanOrEqual(724);
  });

  it('shows the five most frequent errors, and keeps a colon in a name', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f:g'];
    const found = summarise(names.map((name, index) => ({ name: `error:${name}`, count: index + 1 })));
    expect(found.errors).toEqual([
      { error: 'f:g', count: 6 },
      { error: 'e', count: 5 },
      { error: 'd', count: 4 },
      { error: 'c', count: 3 },
      { error: 'b', count: 2 },
    ]);
  });

  it('has a share only where something ended', () => {
    expect(shareOf(0, 0)).toBeNull();
    expect(shareOf(1, 4)).toBe(0.25);
    expect(shareOf(5, 4)).toBe(1);
  });
});
