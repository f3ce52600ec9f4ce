import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Bell, IDS_PER_RING } from './bell.js';

describe('a bell', () => {
  const sent: string[][] = [];
  const errors: unknown[] = [];
  let outcome: () => Promise<void>;
  const make = (gapMs = 0, sideBySide = 1): Bell =>
    new Bell({
      send: (ids) => {
        sent.push([...ids]);
        return outcome();
      },
      sideBySide,
      gapMs,
      onError: (error) => errors.push(error),
    });

  beforeEach(() => {
    vi.useFakeTimers();
    sent.length = errors.length = 0;
    outcome = () => Promise.resolve();
  });
  afterEach(() => vi.useRealTimers());

  it('never sends before ring returns', async () => {
    make().ring(['a']);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toEqual([['a']]);
  });

  it('keeps the gap between two rings and merges what comes meanwhile', async () => {
    const bell = make(10);
    bell.ring(['a']);
    await vi.advanceTimersByTimeAsync(1);
    bell.ring(['b']);
    await vi.advanceTimersByTimeAsync(5);
    bell.ring(['c', 'b']);
    expect(sent).toEqual([['a']]);
    await vi.advanceTimersByTimeAsync(10);
    expect(sent).toEqual([['a'], ['b', 'c']]);
  });

  it('merges rings while one is under way and tells of a failed one', async () => {
    let fail: (error: Error) => void = () => undefined;
    outcome = () => new Promise((_, reject) => (fail = reject));
    const bell = make();
    bell.ring(['a']);
    await vi.advanceTimersByTimeAsync(1);
    bell.ring(['b']);
    bell.ring([]);
    await vi.advanceTimersByTimeAsync(100);
    expect(sent).toEqual([['a']]);
    fail(new Error('away'));
    await vi.advanceTimersByTimeAsync(1);
    expect(errors).toEqual([new Error('away')]);
    expect(sent).toEqual([['a'], ['b']]);
  });

  it('drops ids beyond one ring', async () => {
    make().ring(Array.from({ length: 1_000 }, (_, number) => String(number)));
    await vi.advanceTimersByTimeAsync(1);
    expect(sent.map((ids) => ids.length)).toEqual([IDS_PER_RING]);
  });

  it('shares a timer among delayed rings of the same moment', async () => {
    const bell = make();
    for (let number = 0; number < 500; number += 1) bell.ringLater([String(number % 3)], 1_000);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(999);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(60);
    expect(sent).toEqual([['0', '1', '2']]);
  });

  it('leaves the far future to the polls', () => {
    make().ringLater(['a'], 3_600_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is silent once closed, delayed rings too', async () => {
    const bell = make();
    bell.ring(['a']);
    bell.ringLater(['b'], 100);
    bell.close();
    bell.ring(['c']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sent).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
