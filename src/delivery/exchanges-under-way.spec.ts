import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import type { DeliveryAnswer } from './answer.js';
import { overdueExchangesTotal } from './delivery.metrics.js';
import { ExchangesUnderWay } from './exchanges-under-way.js';
import { HttpExchange } from './http-exchange.js';

const newExchange = (): HttpExchange => new HttpExchange(() => undefined);

it('holds what a set would hold, whatever comes, goes, and goes twice', () => {
  const step = fc.record({ adds: fc.boolean(), which: fc.nat(1_000) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const underWay = new ExchangesUnderWay();
      const expected = new Set<HttpExchange>();
      const everything: HttpExchange[] = [];
      for (const { adds, which } of steps) {
        if (adds || everything.length === 0) {
          const exchange = newExchange();
          everything.push(exchange);
          underWay.add(exchange);
          expected.add(exchange);
        } else {
          const exchange = everything[which % everything.length] as HttpExchange;
          underWay.release(exchange);
          expected.delete(exchange);
        }
        expect(underWay.size).toBe(expected.size);
        expect(new Set(underWay.all())).toEqual(expected);
      }
    }),
    { numRuns: 50 },
  );
});

it('may be emptied while it is walked', () => {
  const underWay = new ExchangesUnderWay();
  for (let count = 0; count < 5; count += 1) underWay.add(newExchange());
  for (const exchange of underWay.all()) underWay.release(exchange);
  expect(underWay.size).toBe(0);
});

it('ends those that take too long, and its clock stands still while nothing is under way', () => {
  vi.useFakeTimers();
  try {
    const underWay = new ExchangesUnderWay();
    const endedAt: number[] = [];
    const startedAt = performance.now();
    // The first one leaves a gap for the last one in the very round that ends both.
    for (const timeoutMs of [400, 1_000, 400]) {
      underWay.add(new HttpExchange(() => endedAt.push(performance.now() - startedAt), timeoutMs));
    }
    vi.advanceTimersByTime(399);
    expect(endedAt).toEqual([]);
    vi.advanceTimersByTime(51);
    expect(endedAt).toHaveLength(2);
    expect(underWay.size).toBe(1);
    vi.advanceTimersByTime(700);
    expect(endedAt).toHaveLength(3);
    expect(Math.max(...endedAt)).toBeLessThanOrEqual(1_050);
    expect(vi.getTimerCount()).toBe(0);
    underWay.add(new HttpExchange(() => endedAt.push(0), 10));
    vi.advanceTimersByTime(60);
    expect(endedAt).toHaveLength(4);
  } finally {
    vi.useRealTimers();
  }
});

it.each([
  [
    'throws',
    () => {
      throw new TypeError('s3cret');
    },
  ],
  ['does nothing', () => undefined],
])(
  'one that outlives its time by a second, because ending it %s, is ended and counted; the others are as ever',
  async (_what, endIfDue) => {
    vi.useFakeTimers();
    const logged: string[] = [];
    vi.spyOn(Logger.prototype, 'error').mockImplementation((message: unknown) => void logged.push(String(message)));
    try {
      const before = (await overdueExchangesTotal.get()).values[0]?.value ?? 0;
      const underWay = new ExchangesUnderWay();
      const answers: DeliveryAnswer[] = [];
      const others: DeliveryAnswer[] = [];
      const stuck = new HttpExchange((answer) => answers.push(answer), 400);
      stuck.endIfDue = endIfDue;
      underWay.add(new HttpExchange((answer) => others.push(answer), 400));
      underWay.add(stuck);
      underWay.add(new HttpExchange((answer) => others.push(answer), 400));
      vi.advanceTimersByTime(450);
      expect(others).toHaveLength(2);
      vi.advanceTimersByTime(900);
      expect(answers).toEqual([]);
      vi.advanceTimersByTime(100);
      expect(answers).toMatchObject([{ status: null, errorClass: 'internal' }]);
      expect(underWay.size).toBe(0);
      expect(vi.getTimerCount()).toBe(0);
      expect((await overdueExchangesTotal.get()).values[0]?.value).toBe(before + 1);
      expect(logged.join()).toMatch(/outlived its time by a second/);
      expect(logged.join()).not.toContain('s3cret');
    } finally {
      vi.restoreAllMocks();
      vi.useRealTimers();
    }
  },
);
