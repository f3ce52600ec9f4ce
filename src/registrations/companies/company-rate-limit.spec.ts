import { expect, it } from 'vitest';
import { CompanyRateLimit } from './company-rate-limit.js';

it('lets every company have a hundred requests at once, then one every ten milliseconds', () => {
  const limit = new CompanyRateLimit();
  for (let count = 0; count < 100; count += 1) expect(limit.take('a', 0)).toBe(0);
  expect([limit.take('a', 0), limit.take('b', 0), limit.take('a', 10)]).toEqual([10, 0, 0]);
});
