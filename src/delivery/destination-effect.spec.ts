import { describe, expect, it } from 'vitest';
import type { DeliveryAnswer } from './answer.js';
import { judgeAnswer } from './answer-policy.js';
import type { DeliveryPolicy } from './delivery-channel.js';
import { type DestinationEffect, effectOf } from './destination-effect.js';

const HOUR = 60 * 60 * 1_000;
const POLICY: DeliveryPolicy = {
  retryScheduleMs: [0],
  repeatLastDelay: true,
  inFlightPerDestination: 16,
  atMostOnce: false,
  hosts: null,
  httpsAlways: false,
  disableOnGone: true,
};

function effect(given: Partial<DeliveryAnswer>, policy: Partial<DeliveryPolicy> = {}): DestinationEffect {
  const answer: DeliveryAnswer = {
    status: 200,
    errorClass: null,
    error: null,
    requestStarted: true,
    resolvedIp: '127.0.0.1',
    timing: { totalMs: 1, dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: 1 },
    retryAfterMs: null,
    headers: null,
    excerpt: null,
    ...given,
  };
  return effectOf({ ...POLICY, ...policy }, answer, judgeAnswer(answer));
}

describe('effectOf', () => {
  it.each([500, 502, 503, 504, 408, 425])('counts %i as a failure', (status) => {
    expect(effect({ status })).toEqual({ outcome: 'failed', throttleMs: null, disable: null });
  });

  it.each(['dns', 'connect', 'tls', 'timeout', 'reset', 'protocol'] as const)(
    'counts %s as a failure',
    (errorClass) => {
      expect(effect({ status: null, errorClass }).outcome).toBe('failed');
    },
  );

  it.each([200, 204, 301, 400, 401, 403, 404, 410, 422, 429])('takes %i for a sign of life', (status) => {
    expect(effect({ status }).outcome).toBe('alive');
  });

  it('throttles as long as 429 and 503 ask, a moment when 429 names no time, and not when it names none at all', () => {
    expect(effect({ status: 429, retryAfterMs: 7_000 }).throttleMs).toBe(7_000);
    expect(effect({ status: 503, retryAfterMs: 7_000 }).throttleMs).toBe(7_000);
    expect(effect({ status: 429 }).throttleMs).toBe(1_000);
    expect(effect({ status: 429, retryAfterMs: 0 }).throttleMs).toBeNull();
    expect(effect({ status: 404, retryAfterMs: 7_000 }).throttleMs).toBeNull();
  });

  it('never throttles for longer than the policy allows', () => {
    expect(effect({ status: 429, retryAfterMs: 24 * HOUR }).throttleMs).toBe(HOUR);
    expect(effect({ status: 429, retryAfterMs: 24 * HOUR }, { throttleMaxMs: 60_000 }).throttleMs).toBe(60_000);
  });

  it('disables for 410 where the policy says so', () => {
    expect(effect({ status: 410 }).disable).toMatch(/gone for good/);
    expect(effect({ status: 410 }, { disableOnGone: false }).disable).toBeNull();
    expect(effect({ status: 404 }).disable).toBeNull();
  });
});
