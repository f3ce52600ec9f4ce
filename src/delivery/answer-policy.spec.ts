import { describe, expect, it } from 'vitest';
import { judgeAnswer } from './answer-policy.js';
import type { DeliveryAnswer } from './answer.js';

function answer(status: number | null, rest: Partial<DeliveryAnswer> = {}): DeliveryAnswer {
  return {
    status,
    errorClass: null,
    error: null,
    requestStarted: true,
    resolvedIp: null,
    timing: { totalMs: 1, dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null },
    retryAfterMs: null,
    headers: null,
    excerpt: null,
    ...rest,
  };
}

describe('judgeAnswer', () => {
  it.each([200, 201, 202, 204, 299])('takes %i for delivered', (status) => {
    expect(judgeAnswer(answer(status))).toEqual({ kind: 'delivered' });
  });

  it.each([301, 302, 303, 307, 308, 304])(
    'refuses the redirect %i, twice with patience and then for good',
    (status) => {
      expect(judgeAnswer(answer(status), 1)).toEqual({ kind: 'retry', errorClass: 'redirect' });
      expect(judgeAnswer(answer(status), 2)).toEqual({ kind: 'retry', errorClass: 'redirect' });
      expect(judgeAnswer(answer(status), 3)).toMatchObject({ kind: 'dead', errorClass: 'redirect' });
    },
  );

  it('disables a receiver that is gone', () => {
    expect(judgeAnswer(answer(410))).toMatchObject({ kind: 'dead', errorClass: 'client_error', disable: true });
  });

  it.each([401, 403])('gives up on %i as a matter of credentials', (status) => {
    const verdict = judgeAnswer(answer(status));
    expect(verdict).toMatchObject({ kind: 'dead', errorClass: 'auth' });
    expect(verdict).not.toHaveProperty('disable');
  });

  it.each([400, 402, 404, 405, 409, 413, 415, 422, 451])('gives up on %i', (status) => {
    expect(judgeAnswer(answer(status))).toMatchObject({ kind: 'dead', errorClass: 'client_error' });
  });

  it('throttles the destination on 429, and wherever a time is named', () => {
    expect(judgeAnswer(answer(429))).toEqual({ kind: 'retry', errorClass: 'throttled', throttle: true });
    expect(judgeAnswer(answer(503, { retryAfterMs: 5_000 }))).toMatchObject({ kind: 'retry', throttle: true });
    expect(judgeAnswer(answer(503))).toEqual({ kind: 'retry', errorClass: 'server_error' });
  });

  it.each([408, 425])('tries again after %i', (status) => {
    expect(judgeAnswer(answer(status))).toEqual({ kind: 'retry', errorClass: 'client_error' });
  });

  it.each([500, 501, 502, 504, 599])('tries again after %i', (status) => {
    expect(judgeAnswer(answer(status))).toEqual({ kind: 'retry', errorClass: 'server_error' });
  });

  it.each(['address', 'dns', 'connect', 'tls', 'timeout', 'reset', 'protocol'] as const)(
    'tries again when no status came: %s',
    (errorClass) => {
      expect(judgeAnswer(answer(null, { errorClass }))).toEqual({ kind: 'retry', errorClass });
    },
  );
});
