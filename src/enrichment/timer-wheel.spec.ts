import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TimerWheel } from './timer-wheel.js';

describe('TimerWheel', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('fires every deadline once, never early and at most two ticks late', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3_000), fc.nat(5_000)), { minLength: 1, maxLength: 40 }), (plans) => {
        const wheel = new TimerWheel(10, 16);
        const late: number[] = [];
        plans.forEach(([startMs, delayMs]) => {
          setTimeout(() => {
            const due = performance.now() + delayMs;
            wheel.schedule(delayMs, () => late.push(performance.now() - due));
          }, startMs);
        });
        vi.advanceTimersByTime(8_100);
        expect(late).toHaveLength(plans.length);
        expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...late)).toBeLessThanOrEqual(20);
        expect(wheel.size).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it('never fires what was cancelled, even by another deadline of the same tick', () => {
    const wheel = new TimerWheel(10, 16);
    const fired: string[] = [];
    const first = wheel.schedule(100, () => fired.push('cancelled before'));
    wheel.cancel(first);
    wheel.cancel(first);
    wheel.schedule(200, () => {
      fired.push('canceller');
      wheel.cancel(victim);
    });
    const victim = wheel.schedule(200, () => fired.push('victim'));
    vi.advanceTimersByTime(1_000);
    expect(fired).toEqual(['canceller']);
    expect(wheel.size).toBe(0);
  });

  it('takes new deadlines from a deadline', () => {
    const wheel = new TimerWheel(10, 4);
    const fired: number[] = [];
    const again = (): void => {
      fired.push(performance.now());
      if (fired.length < 5) wheel.schedule(25, again);
    };
    wheel.schedule(25, again);
    vi.advanceTimersByTime(300);
    expect(fired).toHaveLength(5);
  });

  it('keeps no interval when nothing waits', () => {
    const wheel = new TimerWheel(10, 16);
    expect(vi.getTimerCount()).toBe(0);
    wheel.cancel(wheel.schedule(50, () => undefined));
    vi.advanceTimersByTime(100);
    expect(vi.getTimerCount()).toBe(0);
    wheel.schedule(50, () => undefined);
    wheel.stop();
    expect(vi.getTimerCount()).toBe(0);
    expect(wheel.size).toBe(0);
  });

  it('catches up after the event loop stood still', () => {
    let now = 0;
    const wheel = new TimerWheel(10, 16, () => now);
    const fired: string[] = [];
    wheel.schedule(50, () => fired.push('a'));
    wheel.schedule(400, () => fired.push('b'));
    now = 1_000;
    vi.advanceTimersByTime(10);
    expect(fired).toEqual(['a', 'b']);
  });
});
