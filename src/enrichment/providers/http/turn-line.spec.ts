import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StepGate } from './step-gate.js';
import { TurnLine } from './turn-line.js';

const NEVER = new AbortController().signal;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Takes turns side by side. @returns what became of each, as it happens: the millisecond of its turn, or a code. */
function takeAll(line: TurnLine, count: number, withinMs = 60_000, signals: readonly AbortSignal[] = []) {
  const startedMs = performance.now();
  const ends: (number | string)[] = [];
  for (let index = 0; index < count; index += 1) {
    line.take(startedMs + withinMs, signals[index] ?? NEVER).then(
      () => (ends[index] = Math.round(performance.now() - startedMs)),
      (error: unknown) => (ends[index] = (error as { code: string }).code),
    );
  }
  return ends;
}

describe('turns', () => {
  it('come at their rate, in order', async () => {
    const ends = takeAll(new TurnLine(100), 4);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ends).toEqual([0, 100, 200, 300]);
  });

  it('that go away are given to those behind them', async () => {
    const going = new AbortController();
    const line = new TurnLine(100);
    const ends = takeAll(line, 5, 60_000, [NEVER, going.signal, going.signal, NEVER, NEVER]);
    await vi.advanceTimersByTimeAsync(50);
    going.abort();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ends).toEqual([0, 'TIMEOUT', 'TIMEOUT', 100, 200]);
  });

  it('of those that would be too late are refused at once, and room that others left is theirs again', async () => {
    const going = new AbortController();
    const line = new TurnLine(100);
    const ends = takeAll(line, 5, 250, [NEVER, going.signal, going.signal]);
    await vi.advanceTimersByTimeAsync(0);
    expect(ends).toEqual([0, undefined, undefined, 'RATE_LIMIT_EXCEEDED', 'RATE_LIMIT_EXCEEDED']);
    going.abort();
    const later = takeAll(line, 2, 250);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(later).toEqual([100, 200]);
  });

  it('that come to nothing are another’s', async () => {
    const line = new TurnLine(100);
    await line.take(60_000, NEVER);
    const ends = takeAll(line, 2);
    line.giveBack();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ends).toEqual([0, 100]);
  });

  it('wait for a pause, of whatever length, and those that cannot are told at once', async () => {
    const line = new TurnLine(100);
    const ends = takeAll(line, 3, 500);
    const patient = takeAll(line, 1, 5_000);
    await vi.advanceTimersByTimeAsync(0);
    line.pauseUntil(performance.now() + 1_000);
    line.giveBack();
    await vi.advanceTimersByTimeAsync(0);
    expect(ends).toEqual([0, 'RATE_LIMIT_EXCEEDED', 'RATE_LIMIT_EXCEEDED']);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(patient).toEqual([1_000]);
  });

  it('are not made up for after a stall: no burst follows', async () => {
    const line = new TurnLine(1);
    const ends = takeAll(line, 500);
    await vi.advanceTimersByTimeAsync(0);
    // The clock goes on, and no timer is served meanwhile.
    vi.setSystemTime(Date.now() + 400);
    await vi.advanceTimersByTimeAsync(100);
    expect(ends.filter((end) => end !== undefined).length).toBeLessThanOrEqual(125);
  });
});

describe('the door of a step', () => {
  it('keeps no turn of a request that was never sent', async () => {
    const gate = new StepGate({ concurrency: 1, spacingMs: 1_000 });
    await gate.enter(60_000, NEVER);
    gate.leave(false);
    const startedMs = performance.now();
    await gate.enter(60_000, NEVER);
    expect(performance.now() - startedMs).toBeLessThan(1);
    gate.leave(true);
    const next = gate.enter(60_000, NEVER);
    await vi.advanceTimersByTimeAsync(1_000);
    await next;
    expect(Math.round(performance.now() - startedMs)).toBe(1_000);
  });
});
