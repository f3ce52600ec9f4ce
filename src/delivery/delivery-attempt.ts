import { Injectable } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { failpoint } from '../config/failpoints.js';
import type { DeliveryAnswer, ErrorClass, Verdict } from './answer.js';
import { judgeAnswer } from './answer-policy.js';
import type { DeliveryChannel, DeliveryPolicy, Preparation, ReadyPreparation } from './delivery-channel.js';
import { DeliveryClient } from './delivery-client.js';
import type { LeasedDelivery } from './delivery.js';
import { attemptSeconds, attemptsTotal } from './delivery.metrics.js';
import { effectOf } from './destination-effect.js';
import { Redaction } from './redaction.js';
import { planRetry } from './retry-schedule.js';
import type { RecordedAttempt, Settlement } from './settlement.js';
import { signWebhook } from './signature.js';

type Made = Pick<RecordedAttempt, 'startedAtMs' | 'requestBody'>;

/** What is kept of an attempt until its answer comes. */
interface SentAttempt extends Made {
  readonly channel: DeliveryChannel;
  readonly delivery: LeasedDelivery;
  readonly preparation: ReadyPreparation;
  /** As sent, signature included. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Longest time one attempt may take. */
const ATTEMPT_MAX_MS = 30_000;
/** With less than this left an attempt could only arrive late. */
export const ATTEMPT_MIN_MS = 1_000;

/** Makes one attempt and says what becomes of the delivery. Writes nothing. */
@Injectable()
export class DeliveryAttempt {
  constructor(
    private readonly client: DeliveryClient,
    private readonly config: AppConfig,
  ) {}

  /** No async functions: a thousand wait here for their receivers, and each would keep the frames of all its callers. */
  make(channel: DeliveryChannel, delivery: LeasedDelivery, preparation: Preparation): Settlement | Promise<Settlement> {
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
        return this.send(channel, delivery, preparation);
      default:
        return preparation satisfies never;
    }
  }

  private send(
    channel: DeliveryChannel,
    delivery: LeasedDelivery,
    preparation: ReadyPreparation,
  ): Settlement | Promise<Settlement> {
    const startedAtMs = performance.now();
    const remainingMs = remainingOf(delivery, startedAtMs);
    if (remainingMs < ATTEMPT_MIN_MS) return expired(delivery);
    const requestBody = channel.render?.(delivery) ?? null;
    const body = requestBody ?? delivery.body;
    const headers = signedHeaders(preparation, delivery, body);
    if (headers === null) {
      const lastError = 'a signing secret of its registration is malformed';
      return { delivery, status: 'held', delayMs: null, lastError, attempt: null };
    }
    failpoint('deliver.before-send');
    const given = this.client.send({
      url: delivery.url,
      method: delivery.method,
      contentType: delivery.contentType,
      body,
      headers,
      timeoutMs: Math.min(ATTEMPT_MAX_MS, remainingMs),
      rules: channel.policy,
      // As many as there are places: a request that has one never waits for a connection.
      connections: this.config.delivery.concurrency,
    });
    const sent: SentAttempt = { channel, delivery, preparation, headers, startedAtMs, requestBody };
    return given.then((answer) => conclude(sent, answer));
  }
}

/** What an answer makes of the delivery. */
function conclude(sent: SentAttempt, given: DeliveryAnswer): Settlement {
  failpoint('deliver.after-answer');
  const { channel, delivery, preparation } = sent;
  // From here on nobody sees the request's own secrets, neither a channel nor a log nor the database.
  const redaction = new Redaction(sent.headers, preparation.signingSecrets);
  const answer = redaction.redactAnswer(given);
  const made = { startedAtMs: sent.startedAtMs, requestBody: sent.requestBody };
  if (answer.errorClass === 'interrupted') return interrupted(channel.policy, delivery, answer, made);
  const verdict = channel.judge?.(answer, delivery, preparation) ?? judgeAnswer(answer, delivery.attemptCount);
  attemptsTotal.inc({ channel: channel.key, result: resultOf(verdict) });
  attemptSeconds.observe({ channel: channel.key }, answer.timing.totalMs / 1_000);
  const effect = effectOf(channel.policy, answer, verdict);
  const decided = decide(channel, delivery, answer, verdict, made);
  const lastError = decided.lastError === null ? null : redaction.redactText(decided.lastError);
  return { ...decided, lastError, effect };
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

/** The channel's headers and, where it has signing secrets, the signature of these very bytes; null: it cannot sign. */
function signedHeaders(
  { headers, signingSecrets }: ReadyPreparation,
  delivery: LeasedDelivery,
  body: string,
): Readonly<Record<string, string>> | null {
  if (signingSecrets === undefined || signingSecrets.length === 0) return headers;
  const timestampSeconds = Math.floor(Date.now() / 1_000);
  const signature = signWebhook({ id: delivery.eventId, timestampSeconds, body }, signingSecrets);
  return signature === null ? null : { ...headers, ...signature };
}

/** This process stopped first. That is no fault of the receiver: nothing is counted, and it is due again at once. */
function interrupted(policy: DeliveryPolicy, delivery: LeasedDelivery, answer: DeliveryAnswer, made: Made): Settlement {
  if (!answer.requestStarted) return { delivery, status: 'pending', delayMs: 0, lastError: null, attempt: null };
  const attempt = { ...made, answer, errorClass: 'interrupted' } as const;
  if (policy.atMostOnce) {
    const lastError = 'OUTCOME_UNKNOWN: the process stopped while the request was under way';
    return { delivery, status: 'dead', delayMs: null, lastError, attempt };
  }
  return { delivery, status: 'pending', delayMs: 0, lastError: sentenceOf(answer, 'interrupted'), attempt };
}

function decide(
  channel: DeliveryChannel,
  delivery: LeasedDelivery,
  answer: DeliveryAnswer,
  verdict: Verdict,
  made: Made,
): Settlement {
  const attempt = { ...made, answer, errorClass: verdict.kind === 'delivered' ? null : verdict.errorClass };
  switch (verdict.kind) {
    case 'delivered':
      return { delivery, status: 'delivered', delayMs: null, lastError: null, attempt };
    case 'dead':
      return { delivery, status: 'dead', delayMs: null, lastError: verdict.reason, attempt };
    case 'retry': {
      const why = sentenceOf(answer, verdict.errorClass);
      if (channel.policy.atMostOnce) {
        return { delivery, status: 'dead', delayMs: null, lastError: onceOnly(why, answer), attempt };
      }
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

/** Why a channel that sends at most once does not try again; an unknown outcome is said to be one. */
function onceOnly(why: string, answer: DeliveryAnswer): string {
  if (!answer.requestStarted) return `${why}; no request was made, and this channel tries only once`;
  return answer.status === null ? `OUTCOME_UNKNOWN: ${why}` : `${why}; this channel sends only once`;
}

function resultOf(verdict: Verdict): string {
  return verdict.kind === 'delivered' ? 'delivered' : verdict.errorClass;
}
