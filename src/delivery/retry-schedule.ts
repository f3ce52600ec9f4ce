/** Most that jitter adds, as a share of the delay: enough to spread a crowd, little enough to keep a schedule's word. */
const JITTER = 0.1;

/** Everything that decides when the next attempt is due. All times in milliseconds. */
export interface RetryQuestion {
  /** Delay before attempt 1, 2, 3, … */
  readonly schedule: readonly number[];
  /** Attempts made on this schedule so far. */
  readonly attemptCount: number;
  /** Whether the last delay repeats for ever. */
  readonly repeatLast: boolean;
  /** The wait that the receiver asked for; null when it did not. */
  readonly retryAfterMs: number | null;
  /** Replaces the schedule's delay (not its end); undefined or null leaves it. */
  readonly overrideDelayMs?: number | null;
  /** Uniform in [0, 1), as `Math.random`. */
  readonly random: () => number;
}

/** The delay before the attempt that follows `attemptCount` attempts; null when the schedule has ended. */
export function nextDelayMs(schedule: readonly number[], attemptCount: number, repeatLast: boolean): number | null {
  return schedule[attemptCount] ?? (repeatLast ? schedule.at(-1) : undefined) ?? null;
}

/**
 * Milliseconds until the next attempt, or null when there is none. Retry-After is a floor and jitter only adds,
 * so a receiver is never asked earlier than it wished.
 */
export function planRetry(question: RetryQuestion): number | null {
  const scheduled = nextDelayMs(question.schedule, question.attemptCount, question.repeatLast);
  if (scheduled === null) return null;
  const override = question.overrideDelayMs ?? scheduled;
  const delay = Math.max(Number.isNaN(override) ? scheduled : override, question.retryAfterMs ?? 0, 0);
  return delay + Math.floor(delay * JITTER * question.random());
}
