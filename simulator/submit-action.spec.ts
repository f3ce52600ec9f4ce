import { describe, expect, it } from 'vitest';
import { retryAfterMs } from './submit-action.js';

describe('retryAfterMs', () => {
  it.each([
    ['0', 0],
    ['3', 3000],
    ['soon', null],
    [undefined, null],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ])('reads %s as %s', (header, milliseconds) => {
    expect(retryAfterMs(header)).toBe(milliseconds);
  });

  it('reads a date ahead as the time until then', () => {
    const waitMs = retryAfterMs(new Date(Date.now() + 10_000).toUTCString());
    expect(waitMs).toBeGreaterThan(8000);
    expect(waitMs).toBeLessThanOrEqual(10_000);
  });
});
