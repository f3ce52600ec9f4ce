import type { AttemptTiming, DeliveryAnswer } from './answer.js';
import type { DeliveryPolicy } from './delivery-channel.js';
import type { LeasedDelivery } from './delivery.js';
import { planRetry } from './retry-schedule.js';
import { dead, type RecordedAttempt, type Settlement, waits } from './settlement.js';

/** How much of a stack is logged: enough to find the line. */
const FRAMES = 4;
/** For a delivery of which not even the schedule can be read. */
const UNPLANNED_DELAY_MS = 60_000;

const NO_TIMING: AttemptTiming = { totalMs: 0, dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null };

/** Names an error for a row or a response: never its message, which may quote what was sent. */
export function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return `a thrown ${error === null ? 'null' : typeof error}`;
  const code: unknown = (error as NodeJS.ErrnoException).code;
  const name = /^\w{1,64}$/.test(error.name) ? error.name : 'Error';
  return typeof code === 'string' && /^\w{1,64}$/.test(code) ? `${name} ${code}` : name;
}

/** The name of an error and the lines of code it came through, for the log: again without its message. */
export function traceOf(error: unknown): string {
  const stack = error instanceof Error && typeof error.stack === 'string' ? error.stack : '';
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return [nameOf(error), ...frames.slice(0, FRAMES).map((frame) => frame.trim())].join(' ');
}

/** The answer of an exchange in which an error of this process's own was thrown. */
export function internalAnswer(error: unknown, known: Partial<DeliveryAnswer> = {}): DeliveryAnswer {
  return {
    status: null,
    requestStarted: false,
    resolvedIp: null,
    timing: NO_TIMING,
    retryAfterMs: null,
    ...known,
    errorClass: 'internal',
    error: `An error in this process: ${nameOf(error)}.`,
    headers: null,
    excerpt: null,
  };
}

/** The known facts about an attempt that ended in an error of this process's own. */
export interface FailedAttempt {
  readonly delivery: LeasedDelivery;
  /** Null when it cannot be had: the delivery then waits a minute. */
  readonly policy: DeliveryPolicy | null;
  readonly startedAtMs: number;
  readonly requestBody: string | null;
  /** The answer, as far as it was known when the error came; only its status, times and address are kept. */
  readonly answer: DeliveryAnswer | null;
  readonly error: unknown;
}

/**
 * The settlement of that attempt: recorded as `internal`, tried again on the channel's schedule, and nothing is held
 * against the destination. A channel that sends at most once does not try again.
 */
export function settleInternal(failed: FailedAttempt): Settlement {
  const { delivery, policy, error } = failed;
  const answer = internalAnswer(error, failed.answer ?? {});
  const attempt: RecordedAttempt = {
    startedAtMs: failed.startedAtMs,
    requestBody: failed.requestBody,
    answer,
    errorClass: 'internal',
  };
  const met = answer.status === null ? '' : `; the receiver had answered ${answer.status}`;
  const why = `internal: ${nameOf(error)} in this process${met}`;
  if (policy?.atMostOnce === true) {
    const lastError = answer.requestStarted ? `OUTCOME_UNKNOWN: ${why}` : `${why}; this channel tries only once`;
    return dead(delivery, lastError, attempt);
  }
  const delayMs = policy === null ? UNPLANNED_DELAY_MS : delayOf(policy, delivery, answer);
  if (delayMs !== null) return waits(delivery, delayMs, why, attempt);
  return dead(delivery, `${why}; every attempt of the schedule was made`, attempt);
}

function delayOf(policy: DeliveryPolicy, delivery: LeasedDelivery, answer: DeliveryAnswer): number | null {
  return planRetry({
    schedule: policy.retryScheduleMs,
    attemptCount: delivery.attemptCount,
    repeatLast: policy.repeatLastDelay,
    retryAfterMs: answer.retryAfterMs,
    random: Math.random,
  });
}
