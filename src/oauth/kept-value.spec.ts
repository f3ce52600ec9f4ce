import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KeptValue } from './kept-value.js';

const KEEPING = { freshMs: 1_000, usableMs: 10_000, pauseMs: 100 };

let fetched: number;
let failing: boolean;
let told: string[];
let kept: KeptValue<number>;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  fetched = 0;
  failing = false;
  told = [];
  kept = new KeptValue(
    () => {
      fetched += 1;
      return failing ? Promise.reject(new Error('away')) : Promise.resolve(fetched);
    },
    KEEPING,
    (error) => told.push(error.message),
  );
});
afterEach(() => {
  vi.useRealTimers();
});

const later = (ms: number): void => void vi.advanceTimersByTime(ms);

describe('a value from elsewhere', () => {
  it('is fetched once for all who ask, and again when it is no longer fresh', async () => {
    expect(await Promise.all([kept.get(), kept.get()])).toEqual([1, 1]);
    later(999);
    expect(await kept.get()).toBe(1);
    later(1);
    expect(await kept.get()).toBe(2);
  });

  it('is used while fetching fails, without waiting, and no longer than it may be', async () => {
    await kept.get();
    failing = true;
    later(1_000);
    expect(await kept.get()).toBe(1);
    expect(told).toEqual(['away']);
    later(8_000);
    expect(await kept.get()).toBe(1);
    later(1_000);
    await expect(kept.get()).rejects.toThrow('away');
    failing = false;
    later(100);
    expect(await kept.get()).toBe(4);
  });

  it('that cannot be had at first is asked for again after a pause only', async () => {
    failing = true;
    await expect(kept.get()).rejects.toThrow('away');
    await expect(kept.get()).rejects.toThrow('away');
    expect(fetched).toBe(1);
    later(100);
    failing = false;
    expect(await kept.get()).toBe(2);
  });

  it('is renewed on demand, but not more often than the pause allows', async () => {
    expect(await kept.get()).toBe(1);
    expect(await kept.renewed()).toBe(1);
    later(100);
    expect(await kept.renewed()).toBe(2);
    expect(await kept.renewed()).toBe(2);
  });
});
