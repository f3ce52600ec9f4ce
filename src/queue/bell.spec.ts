import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Bell } from './bell.js';

describe('a bell', () => {
  let sent = 0;
  const errors: unknown[] = [];
  let outcome: () => Promise<void>;
  const make = (gapMs = 0): Bell =>
    new Bell({
      send: () => {
        sent += 1;
        return outcome();
      },
      gapMs,
      onError: (error) => errors.push(error),
    });

  beforeEach(() => {
    vi.useFakeTimers();
    sent = errors.length = 0;
    outcome = () => Promise.resolve();
  });
  afterEach(() => vi.useRealTimers());

  it('never sends before ring returns', async () => {
    make().ring();
    expect(sent).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toBe(1);
  });

  it('keeps the gap between two rings and merges what comes meanwhile', async () => {
    const bell = make(10);
    bell.ring();
    await vi.advanceTimersByTimeAsync(1);
    bell.ring();
    await vi.advanceTimersByTimeAsync(5);
    bell.ring();
    expect(sent).toBe(1);
    await vi.advanceTimersByTimeAsync(10);
    expect(sent).toBe(2);
    await vi.advanceTimersByTimeAsync(100);
    expect(sent).toBe(2);
  });

  it('merges rings while one is under way and tells of a failed one', async () => {
    let fail: (error: Error) => void = () => undefined;
    outcome = () => new Promise((_, reject) => (fail = reject));
    const bell = make();
    bell.ring();
    await vi.advanceTimersByTimeAsync(1);
    bell.ring();
    bell.ring();
    await vi.advanceTimersByTimeAsync(100);
    expect(sent).toBe(1);
    fail(new Error('away'));
    await vi.advanceTimersByTimeAsync(1);
    expect(errors).toEqual([new Error('away')]);
    expect(sent).toBe(2);
    await vi.advanceTimersByTimeAsync(100);
    expect(sent).toBe(2);
  });

  it('shares a timer among delayed rings of the same moment', async () => {
    const bell = make();
    for (let number = 0; number < 500; number += 1) bell.ringLater(1_000);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(999);
    expect(sent).toBe(0);
    await vi.advanceTimersByTimeAsync(60);
    expect(sent).toBe(1);
  });

  it('leaves the far future to the polls', () => {
    make().ringLater(3_600_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is silent once closed, delayed rings too', async () => {
    const bell = make();
    bell.ring();
    bell.ringLater(100);
    bell.close();
    bell.ring();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sent).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
