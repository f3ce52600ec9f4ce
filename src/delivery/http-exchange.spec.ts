import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DeliveryAnswer } from './answer.js';
import { HttpExchange } from './http-exchange.js';

/** What undici hands to a request; here it only tells whether it was aborted. */
class Controller {
  aborted = false;
  readonly paused = false;
  readonly reason = null;
  readonly rawHeaders = null;
  readonly rawTrailers = null;
  pause = (): void => undefined;
  resume = (): void => undefined;
  abort(): void {
    this.aborted = true;
  }
}

const OPEN = { timing: null, named: false };

describe('an exchange that takes too long', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function begin(timeoutMs: number): {
    readonly answers: DeliveryAnswer[];
    readonly controller: Controller;
    readonly exchange: HttpExchange;
    readonly endsAfter: (ms: number) => void;
  } {
    const answers: DeliveryAnswer[] = [];
    const controller = new Controller();
    const exchange = new HttpExchange((answer) => answers.push(answer), timeoutMs);
    const endsAfter = (ms: number): void => {
      vi.advanceTimersByTime(ms - 1);
      exchange.endIfDue(performance.now());
      expect(answers).toEqual([]);
      vi.advanceTimersByTime(1);
      exchange.endIfDue(performance.now());
      exchange.endIfDue(performance.now());
      expect(answers).toHaveLength(1);
    };
    return { answers, controller, exchange, endsAfter };
  }

  it('waits for a connection until its deadline, and is aborted if one comes later', () => {
    const { answers, controller, exchange, endsAfter } = begin(20_000);
    endsAfter(20_000);
    const error = 'No connection became free after 20000 ms.';
    expect(answers).toMatchObject([{ status: null, errorClass: 'timeout', error, requestStarted: false }]);
    exchange.onRequestStart(controller);
    expect(controller.aborted).toBe(true);
  });

  it.each([
    ['15 s after the request, however long it waited before', 30_000, 10_000, 15_000, 15_000],
    ['at its deadline, where that comes first', 12_000, 2_000, 10_000, 12_000],
  ])('gets no status line: ends %s', (_when, timeoutMs, waitsMs, endsAfterMs, saysMs) => {
    const { answers, controller, exchange, endsAfter } = begin(timeoutMs);
    vi.advanceTimersByTime(waitsMs);
    exchange.assign(OPEN);
    exchange.onRequestStart(controller);
    exchange.onResponseStart(controller, 103, {});
    endsAfter(endsAfterMs);
    const error = `No answer came after ${saysMs} ms.`;
    expect(answers).toMatchObject([{ status: null, errorClass: 'timeout', error, requestStarted: true }]);
    expect(controller.aborted).toBe(true);
  });

  it.each([
    ['success', 200, null],
    ['failure', 500, Buffer.from('dripdripdripdrip')],
  ])('has its answer when a body drips for more than 5 s: a %s', (_name, status, excerpt) => {
    const { answers, controller, exchange, endsAfter } = begin(30_000);
    exchange.assign(OPEN);
    exchange.onRequestStart(controller);
    vi.advanceTimersByTime(14_000);
    exchange.onResponseStart(controller, status, {});
    for (let drops = 0; drops < 4; drops += 1) {
      vi.advanceTimersByTime(1_000);
      exchange.endIfDue(performance.now());
      exchange.onResponseData(controller, Buffer.from('drip'));
    }
    endsAfter(1_000);
    expect(answers).toMatchObject([{ status, errorClass: null, error: null, excerpt }]);
    expect(controller.aborted).toBe(true);
  });
});

it('leaves whoever holds it, once, before it answers', () => {
  const happened: string[] = [];
  const exchange = new HttpExchange(() => happened.push('answered'));
  exchange.underWay = { release: (one) => happened.push(one === exchange ? 'under way no more' : 'another') };
  exchange.pool = { release: (one) => happened.push(one === exchange ? 'out of its pool' : 'another') };
  exchange.interrupt();
  exchange.interrupt();
  expect(happened).toEqual(['under way no more', 'out of its pool', 'answered']);
});
