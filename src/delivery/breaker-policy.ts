const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** When a destination that fails is left alone, and for how long. */
export interface BreakerPolicy {
  /** Transient failures in a row, counted in one process, that open it. */
  readonly consecutiveFailures: number;
  /** Share of failures (0 to 1) among the calls of the window that opens it too; absent: only failures in a row do. */
  readonly failureShare?: number;
  /** Length of the window in milliseconds. */
  readonly windowMs?: number;
  /** With fewer calls in the window its share says nothing. */
  readonly minCalls?: number;
  /** Open for this long at first, in milliseconds; doubles with every probe that fails. */
  readonly openFirstMs: number;
  readonly openMaxMs: number;
}

/** For the endpoints customers register: slow to give up, long to stay away. */
export const REGISTRATION_BREAKER: BreakerPolicy = Object.freeze({
  consecutiveFailures: 5,
  failureShare: 0.7,
  windowMs: 5 * MINUTE,
  minCalls: 10,
  openFirstMs: 30 * SECOND,
  openMaxMs: 15 * MINUTE,
});
