import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextDelayMs, planRetry } from './retry-schedule.js';

const schedule = fc.array(fc.nat(86_400_000), { minLength: 1, maxLength: 12 });
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('nextDelayMs', () => {
  it('walks the schedule: its first delay comes before the first attempt', () => {
    expect([0, 1, 2, 3].map((made) => nextDelayMs([0, 5_000, 300_000], made, false))).toEqual([
      0,
      5_000,
      300_000,
      null,
    ]);
  });

  it('repeats the last delay when asked to', () => {
    expect([2, 3, 99].map((made) => nextDelayMs([0, 2_000, 10_000], made, true))).toEqual([10_000, 10_000, 10_000]);
  });

  it('has ended after one attempt on a schedule of one, and at once on an empty one', () => {
    expect(nextDelayMs([0], 1, false)).toBeNull();
    expect(nextDelayMs([], 0, true)).toBeNull();
  });

  it('ends exactly with the schedule unless the last delay repeats', () => {
    fc.assert(
      fc.property(schedule, fc.nat(40), (delays, made) => {
        expect(nextDelayMs(delays, made, false) === null).toBe(made >= delays.length);
        expect(nextDelayMs(delays, made, true)).toBe(delays[Math.min(made, delays.length - 1)]);
      }),
    );
  });
});

describe('planRetry', () => {
  it('never comes before the schedule or Retry-After, and never more than a tenth later', () => {
    const retryAfter = fc.option(fc.nat(86_400_000));
    const override = fc.option(fc.nat(60_000));
    fc.assert(
      fc.property(
        schedule,
        fc.nat(20),
        retryAfter,
        override,
        random,
        (delays, attemptCount, retryAfterMs, own, roll) => {
          const question = { schedule: delays, attemptCount, retryAfterMs, overrideDelayMs: own, random: () => roll };
          const floor = Math.max(own ?? nextDelayMs(delays, attemptCount, true) ?? 0, retryAfterMs ?? 0);
          const planned = planRetry({ ...question, repeatLast: true });
          expect(Number.isInteger(planned)).toBe(true);
          expect(planned).toBeGreaterThanOrEqual(floor);
          expect(planned).toBeLessThanOrEqual(floor * 1.1);
          if (attemptCount >= delays.length) expect(planRetry({ ...question, repeatLast: false })).toBeNull();
        },
      ),
    );
  });

  it('lets an override shorten the delay but not outlive the schedule', () => {
    const question = {
      schedule: [0, 5_000],
      repeatLast: false,
      retryAfterMs: null,
      overrideDelayMs: 0,
      random: () => 0.5,
    };
    expect(planRetry({ ...question, attemptCount: 1 })).toBe(0);
    expect(planRetry({ ...question, attemptCount: 2 })).toBeNull();
  });
});
