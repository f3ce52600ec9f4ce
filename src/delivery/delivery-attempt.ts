import { Injectable, Logger } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { failpoint } from '../config/failpoints.js';
import { tallies } from '../statistics/tallies.js';
import { tracing } from '../telemetry/current-tracing.js';
import type { DeliveryAnswer, ErrorClass, Verdict } from './answer.js';
import { judgeAnswer } from './answer-policy.js';
import { beginAttempt, endAttempt, headersWithin } from './attempt-span.js';
import type { DeliveryChannel, DeliveryPolicy, Preparation, ReadyPreparation } from './delivery-channel.js';
import { DeliveryClient } from './delivery-client.js';
import type { LeasedDelivery } from './delivery.js';
import { attemptSeconds, attemptsTotal } from './delivery.metrics.js';
import { effectOf } from './destination-effect.js';
import { settleInternal, traceOf } from './internal-failure.js';
import { OWN_REASONS } from './own-reasons.js';
import { Redaction } from './redaction.js';
import type { RegisteredAddress } from './registered-address.js';
import { secretsOf } from './prepared-secrets.js';
import { planRetry } from './retry-schedule.js';
import {
  cancelled,
  dead,
  delivered,
  expired,
  held,
  type RecordedAttempt,
  type Settlement,
  waits,
} from './settlement.js';
import { signWebhook } from './signature.js';

type Made = Pick<RecordedAttempt, 'startedAtMs' | 'requestBody' | 'url'>;

/** The state of an attempt until its answer comes. */
interface SentAttempt extends Omit<Made, 'url'> {
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

/**
 * Makes one attempt and says what becomes of the delivery. Writes nothing. An error of this process's own, before the
 * request or after its answer, is an attempt too: without one the delivery would have no outcome and no end.
 */
@Injectable()
export class DeliveryAttempt {
  private readonly log = new Logger('Delivery');

  constructor(
    private readonly client: DeliveryClient,
    private readonly config: AppConfig,
  ) {}

  /** No async functions: a thousand wait here for their receivers, and each would keep the frames of all its callers. */
  make(channel: DeliveryChannel, delivery: LeasedDelivery, preparation: Preparation): Settlement | Promise<Settlement> {
    switch (preparation.kind) {
      case 'deferred':
        return waits(delivery, preparation.delayMs, preparation.reason);
      case 'held':
        return held(delivery, preparation.reason);
      case 'cancelled':
        return cancelled(delivery, preparation.reason);
      case 'ready':
        return moved(delivery, preparation) ?? this.trySend(channel, delivery, preparation);
      case 'failed':
        return this.failed(channel, delivery, performance.now(), preparation.error);
      default:
        throw new UnknownKindError(preparation satisfies never);
    }
  }

  /** The settlement of a delivery for which this process failed before a request was made. */
  failed(
    channel: DeliveryChannel | null,
    delivery: LeasedDelivery,
    startedAtMs: number,
    error: unknown,
    sent: { readonly requestBody: string | null; readonly answer: DeliveryAnswer } | null = null,
  ): Settlement {
    const message = `delivery ${delivery.id} failed in this process: ${traceOf(error)}`;
    this.log.error(tracing === null ? message : { message, ...tracing.attemptFieldsOf(delivery.ownerId, delivery) });
    attemptsTotal.inc({ channel: delivery.channel, result: 'internal' });
    const { requestBody = null, answer = null } = sent ?? {};
    return settleInternal({ delivery, policy: channel?.policy ?? null, startedAtMs, requestBody, answer, error });
  }

  /** Ends requests under way: the process stops. */
  interrupt(): void {
    this.client.interrupt();
  }

  private trySend(
    channel: DeliveryChannel,
    delivery: LeasedDelivery,
    preparation: ReadyPreparation,
  ): Settlement | Promise<Settlement> {
    const startedAtMs = performance.now();
    try {
      return this.send(channel, delivery, preparation, startedAtMs);
    } catch (error) {
      return this.failed(channel, delivery, startedAtMs, error);
    }
  }

  private send(
    channel: DeliveryChannel,
    delivery: LeasedDelivery,
    preparation: ReadyPreparation,
    startedAtMs: number,
  ): Settlement | Promise<Settlement> {
    const remainingMs = remainingOf(delivery, startedAtMs);
    if (remainingMs < ATTEMPT_MIN_MS) return expired(delivery);
    const requestBody = channel.render?.(delivery) ?? null;
    const body = requestBody ?? delivery.body;
    const headers = signedHeaders(preparation, delivery, body);
    if (headers === null) return held(delivery, OWN_REASONS.secretMalformed);
    failpoint('deliver.before-send');
    const { url, method, contentType } = preparation.address ?? delivery;
    const traces = tracing;
    const span = traces === null ? null : beginAttempt(traces, channel, delivery, { url, method });
    const given = this.client.send({
      url: preparation.secretUrl ?? url,
      method,
      contentType,
      body,
      headers: span === null ? headers : headersWithin(span, preparation, headers),
      timeoutMs: Math.min(ATTEMPT_MAX_MS, remainingMs),
      rules: channel.policy,
      // As many as there are places: a request that has one never waits for a connection.
      connections: this.config.delivery.concurrency,
    });
    const sent: SentAttempt = { channel, delivery, preparation, headers, startedAtMs, requestBody };
    if (traces === null || span === null) return given.then((answer) => this.tryConclude(sent, answer));
    return given.then((answer) => {
      const settlement = this.tryConclude(sent, answer);
      endAttempt(traces, span, settlement);
      return settlement;
    });
  }

  private tryConclude(sent: SentAttempt, answer: DeliveryAnswer): Settlement {
    try {
      if (answer.errorClass !== 'internal') return conclude(sent, answer);
      return this.failed(sent.channel, sent.delivery, sent.startedAtMs, new ExchangeError(), { ...sent, answer });
    } catch (error) {
      return this.failed(sent.channel, sent.delivery, sent.startedAtMs, error, { ...sent, answer });
    }
  }
}

/** A channel said what its port does not know: an error, or the delivery would be settled as nothing at all. */
class UnknownKindError extends TypeError {
  override readonly name = 'UnknownKindError';

  constructor(_said: never) {
    super('a channel answered with an unknown kind');
  }
}

/** The exchange itself failed; its log line, just before, says where. */
class ExchangeError extends Error {
  override readonly name = 'ExchangeError';
}

/** The consequence of an answer for the delivery. */
function conclude(sent: SentAttempt, given: DeliveryAnswer): Settlement {
  failpoint('deliver.after-answer');
  const { channel, delivery, preparation } = sent;
  // From here on the request's own secrets are gone: no channel, log or table sees them.
  const redaction = new Redaction(sent.headers, secretsOf(preparation));
  const answer = redaction.redactAnswer(given);
  const made = { startedAtMs: sent.startedAtMs, requestBody: sent.requestBody, url: preparation.address?.url ?? null };
  if (answer.errorClass === 'interrupted') return interrupted(channel.policy, delivery, answer, made);
  const verdict = channel.judge?.(answer, delivery, preparation) ?? judgeAnswer(answer, delivery.attemptCount);
  attemptsTotal.inc({ channel: channel.key, result: resultOf(verdict) });
  attemptSeconds.observe({ channel: channel.key }, answer.timing.totalMs / 1_000);
  tallies.attempted(channel.owner, delivery.destinationId, errorNameOf(answer, verdict), answer.timing.totalMs);
  const effect = effectOf(channel.policy, answer, verdict);
  const decided = decide(channel, delivery, answer, verdict, made);
  const lastError = decided.lastError === null ? null : redaction.redactText(decided.lastError);
  const movesTo = preparation.address;
  return isElsewhere(delivery, movesTo)
    ? { ...decided, lastError, effect, movesTo }
    : { ...decided, lastError, effect };
}

/** Its registration has another origin now: breaker, throttle and caps are those of that one, so it is claimed anew. */
function moved(delivery: LeasedDelivery, { address }: ReadyPreparation): Settlement | null {
  if (address === undefined || address.destination.id === delivery.destinationId) return null;
  return { ...waits(delivery, 0, null), movesTo: address };
}

/** Whether the row of the delivery still says where it went before. */
function isElsewhere(
  { url, method, contentType }: LeasedDelivery,
  address: RegisteredAddress | undefined,
): address is RegisteredAddress {
  return (
    address !== undefined && (address.url !== url || address.method !== method || address.contentType !== contentType)
  );
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
  if (!answer.requestStarted) return waits(delivery, 0, null);
  const attempt = { ...made, answer, errorClass: 'interrupted' } as const;
  if (policy.atMostOnce) {
    return dead(delivery, 'OUTCOME_UNKNOWN: the process stopped while the request was under way', attempt);
  }
  return waits(delivery, 0, sentenceOf(answer, 'interrupted'), attempt);
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
      return delivered(delivery, attempt);
    case 'dead':
      return dead(delivery, verdict.reason, attempt);
    case 'retry': {
      const why = sentenceOf(answer, verdict.errorClass);
      if (channel.policy.atMostOnce) return dead(delivery, onceOnly(why, answer), attempt);
      if (remainingOf(delivery, performance.now()) < ATTEMPT_MIN_MS) {
        return expired(delivery, `${why}; no time is left to try again`, attempt);
      }
      const delayMs = planRetry({
        schedule: channel.policy.retryScheduleMs,
        attemptCount: delivery.attemptCount,
        repeatLast: channel.policy.repeatLastDelay,
        retryAfterMs: answer.retryAfterMs,
        overrideDelayMs: verdict.delayMs ?? null,
        random: Math.random,
      });
      if (delayMs === null) return dead(delivery, `${why}; every attempt of the schedule was made`, attempt);
      return waits(delivery, delayMs, why, attempt);
    }
    default:
      throw new UnknownKindError(verdict satisfies never);
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

/** As statistics call a failure; null: the receiver took it. */
function errorNameOf(answer: DeliveryAnswer, verdict: Verdict): string | null {
  return verdict.kind === 'delivered' ? null : sentenceOf(answer, verdict.errorClass);
}
