import { describe, expect, it } from 'vitest';
import { CompanyRateLimit } from './company-rate-limit.js';

describe('CompanyRateLimit', () => {
  it('gives a hundred at once, then one every ten milliseconds, and never saves up more than a hundred', () => {
    const limit = new CompanyRateLimit();
    const take = (nowMs: number, count: number): number =>
      Array.from({ length: count }, () => limit.take('a', nowMs)).filter((wait) => wait === 0).length;
    expect(take(0, 150)).toBe(100);
    expect(limit.take('a', 0)).toBe(10);
    expect(take(10, 5)).toBe(1);
    expect(take(1_010, 200)).toBe(100);
    expect(take(3_600_000, 200)).toBe(100);
  });

  it('counts every company apart', () => {
    const limit = new CompanyRateLimit();
    for (let count = 0; count < 100; count += 1) limit.take('a', 0);
    expect([limit.take('a', 0), limit.take('b', 0)]).toEqual([10, 0]);
  });
});
