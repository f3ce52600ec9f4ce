import type { IncomingHttpHeaders } from 'node:http';
import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DeliveryAnswer } from './answer.js';
import { HttpExchange } from './http-exchange.js';

/** The controller that undici hands to a request; here it only tells whether it was aborted. */
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

describe('whatever goes wrong in an exchange', () => {
  const logged: string[] = [];
  beforeEach(() => {
    logged.length = 0;
    vi.spyOn(Logger.prototype, 'error').mockImplementation((message: unknown) => void logged.push(String(message)));
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  function answered(status: number, headers: unknown, bodies: readonly Buffer[] = []): DeliveryAnswer[] {
    const answers: DeliveryAnswer[] = [];
    const controller = new Controller();
    const exchange = new HttpExchange((answer) => answers.push(answer), 30_000);
    exchange.assign(OPEN);
    exchange.onRequestStart(controller);
    exchange.onResponseStart(controller, status, headers as IncomingHttpHeaders);
    for (const body of bodies) exchange.onResponseData(controller, body);
    exchange.onResponseEnd();
    return answers;
  }

  const name = fc.constantFrom(
    'retry-after',
    'content-encoding',
    'content-type',
    'date',
    'via',
    'server',
    'x',
    '__proto__',
  );
  const text = fc.string({ unit: 'binary', maxLength: 20_000 });
  const value = fc.oneof(text, fc.array(text), fc.array(fc.anything()), fc.anything());
  const headers = fc.oneof(
    fc.array(fc.tuple(name, value)).map((entries) => Object.fromEntries(entries)),
    fc.dictionary(fc.string(), value),
    fc.anything(),
  );

  it('headers of any shape end in one answer, which keeps the status', () => {
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 999 }), headers, (status, shape) => {
        const answers = answered(status, shape, [Buffer.from('body')]);
        expect(answers).toHaveLength(1);
        expect(answers[0]?.status).toBe(status);
        const { retryAfterMs = null, headers: kept = null } = answers[0] ?? {};
        expect(retryAfterMs === null || Number.isFinite(retryAfterMs)).toBe(true);
        for (const one of Object.values(kept ?? {})) expect(one).toBeTypeOf('string');
      }),
      { numRuns: 500 },
    );
  });

  it.each([200, 301, 429, 503])('Retry-After sent twice with %i counts at its largest', (status) => {
    expect(answered(status, { 'retry-after': ['3', '120'] })).toMatchObject([{ status, retryAfterMs: 120_000 }]);
  });

  it('headers that throw when they are read end as an internal error, with the status and without a message', () => {
    const trap = {
      get 'retry-after'(): string {
        throw new TypeError('s3cret');
      },
    };
    const [answer] = answered(503, trap);
    expect(answer).toMatchObject({ status: 503, errorClass: 'internal', requestStarted: true, headers: null });
    expect(answer?.error).toBe('An error in this process: TypeError.');
    expect(logged.join()).toMatch(/an answer could not be read: TypeError at .*http-exchange\.spec/);
    expect(logged.join() + JSON.stringify(answer)).not.toContain('s3cret');
  });

  it('a holder that throws keeps no answer back', () => {
    const answers: DeliveryAnswer[] = [];
    const exchange = new HttpExchange((answer) => answers.push(answer));
    exchange.pool = {
      release: () => {
        throw new Error('no');
      },
    };
    exchange.interrupt();
    expect(answers).toMatchObject([{ errorClass: 'interrupted' }]);
    expect(logged).toHaveLength(1);
  });

  it.each([new TypeError('s3cret'), null, undefined, 'text', Object.assign(new Error('x'), { code: 'EODD' })])(
    'an error of the process itself (%s) is an answer, given once',
    (error) => {
      const answers: DeliveryAnswer[] = [];
      const exchange = new HttpExchange((answer) => answers.push(answer));
      exchange.fail(error);
      exchange.fail(error);
      exchange.abandon(error);
      exchange.refuse('address', 'late');
      expect(answers).toHaveLength(1);
      expect(answers[0]).toMatchObject({ status: null, errorClass: 'internal', requestStarted: false });
      expect(JSON.stringify(answers) + logged.join()).not.toContain('s3cret');
    },
  );
});
