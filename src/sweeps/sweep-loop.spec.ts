import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SweepLoop } from './sweep-loop.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('SweepLoop', () => {
  it('tells an outage once, and its end only when a sweep has looked at something again', async () => {
    const told: string[] = [];
    vi.spyOn(Logger.prototype, 'log').mockImplementation((message: unknown) => void told.push(String(message)));
    vi.spyOn(Logger.prototype, 'error').mockImplementation((message: unknown) => void told.push(String(message)));
    const away = new Error('away');
    const outcomes: (boolean | null | Error)[] = [false, away, null, away, null, false, null];
    let swept = 0;
    const loop = new SweepLoop({
      name: 'Test',
      everyMs: 10,
      jitter: 0,
      sweep: () => {
        const outcome = outcomes[swept];
        swept += 1;
        return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome ?? null);
      },
    });
    loop.start();
    await vi.advanceTimersByTimeAsync(10 * outcomes.length);
    await loop.stop();
    expect(swept).toBe(outcomes.length);
    expect(told).toEqual(['sweep failed, trying again: away', 'sweeps again']);
  });
});
