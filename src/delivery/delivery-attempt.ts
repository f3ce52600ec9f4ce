import { Injectable } from '@nestjs/common';
import type { DeliveryAnswer, ErrorClass, Verdict } from './answer.js';
import { judgeAnswer } from './answer-policy.js';
import type { DeliveryChannel, Preparation } from './delivery-channel.js';
import { DeliveryClient } from './delivery-client.js';
import type { LeasedDelivery } from './delivery.js';
import { attemptsTotal } from './delivery.metrics.js';
import { effectOf } from './destination-effect.js';
import { planRetry } from './retry-schedule.js';
import type { Settlement } from './settlement.js';

/** Longest time one attempt may take. */
const ATTEMPT_MAX_MS = 30_000;
/** With less than this left an attempt could only arrive late. */
export const ATTEMPT_MIN_MS = 1_000;

/** Makes one attempt and says what becomes of the delivery. Writes nothing. */
@Injectable()
export class DeliveryAttempt {
  constructor(private readonly client: DeliveryClient) {}

  async make(channel: DeliveryChannel, delivery: LeasedDelivery, preparation: Preparation): Promise<Settlement> {
    switch (preparation.kind) {
      case 'deferred':
        return {
          delivery,
          status: 'pending',
          delayMs: preparation.delayMs,
          lastError: preparation.reason,
          attempt: null,
        };
      case 'held':
        return { delivery, status: 'held', delayMs: null, lastError: preparation.reason, attempt: null };
      case 'ready':
        return this.send(channel, delivery, preparation.headers);
      default:
        return preparation satisfies never;
    }
  }

  private async send(
    channel: DeliveryChannel,
    delivery: LeasedDelivery,
    headers: Readonly<Record<string, string>>,
  ): Promise<Settlement> {
    const startedAtMs = performance.now();
    const remainingMs = remainingOf(delivery, startedAtMs);
    if (remainingMs < ATTEMPT_MIN_MS) return expired(delivery);
    const requestBody = channel.render?.(delivery) ?? null;
    const answer = await this.client.send({
      url: delivery.url,
      method: delivery.method,
      contentType: delivery.contentType,
      body: requestBody ?? delivery.body,
      headers,
      timeoutMs: Math.min(ATTEMPT_MAX_MS, remainingMs),
      rules: { hosts: channel.policy.hosts, httpsAlways: channel.policy.httpsAlways },
      connections: channel.policy.inFlightPerDestination,
      destinationId: delivery.destinationId,
    });
    const verdict = channel.judge?.(answer, delivery) ?? judgeAnswer(answer, delivery.attemptCount);
    attemptsTotal.inc({ channel: channel.key, result: resultOf(verdict) });
    const effect = effectOf(channel.policy, answer, verdict);
    return { ...decide(channel, delivery, answer, verdict, { startedAtMs, requestBody }), effect };
  }
}

/** A delivery whose time is up before an attempt began. */
export function expired(delivery: LeasedDelivery): Settlement {
  return {
    delivery,
    status: 'expired',
    delayMs: null,
    lastError: 'its time was up before it could be delivered',
    attempt: null,
  };
}

/** Milliseconds until it expires; infinite when it never does. */
export function remainingOf(delivery: LeasedDelivery, nowMs: number): number {
  return delivery.expiresAtMs === null ? Number.POSITIVE_INFINITY : delivery.expiresAtMs - nowMs;
}

function decide(
  channel: DeliveryChannel,
  delivery: LeasedDelivery,
  answer: DeliveryAnswer,
  verdict: Verdict,
  made: { readonly startedAtMs: number; readonly requestBody: string | null },
): Settlement {
  const attempt = { ...made, answer, errorClass: verdict.kind === 'delivered' ? null : verdict.errorClass };
  switch (verdict.kind) {
    case 'delivered':
      return { delivery, status: 'delivered', delayMs: null, lastError: null, attempt };
    case 'dead':
      return { delivery, status: 'dead', delayMs: null, lastError: verdict.reason, attempt };
    case 'retry': {
      const why = sentenceOf(answer, verdict.errorClass);
      if (remainingOf(delivery, performance.now()) < ATTEMPT_MIN_MS) {
        return {
          delivery,
          status: 'expired',
          delayMs: null,
          lastError: `${why}; no time is left to try again`,
          attempt,
        };
      }
      const delayMs = planRetry({
        schedule: channel.policy.retryScheduleMs,
        attemptCount: delivery.attemptCount,
        repeatLast: channel.policy.repeatLastDelay,
        retryAfterMs: answer.retryAfterMs,
        overrideDelayMs: verdict.delayMs ?? null,
        random: Math.random,
      });
      if (delayMs === null) {
        return {
          delivery,
          status: 'dead',
          delayMs: null,
          lastError: `${why}; every attempt of the schedule was made`,
          attempt,
        };
      }
      return { delivery, status: 'pending', delayMs, lastError: why, attempt };
    }
    default:
      return verdict satisfies never;
  }
}

function sentenceOf(answer: DeliveryAnswer, errorClass: ErrorClass): string {
  return answer.status === null ? `${errorClass}: ${answer.error ?? 'no answer'}` : `answered ${answer.status}`;
}

function resultOf(verdict: Verdict): string {
  return verdict.kind === 'delivered' ? 'delivered' : verdict.errorClass;
}
