import type { BreakerPolicy } from './breaker-policy.js';

/** The window is counted in this many parts: old calls leave it part by part. */
const PARTS = 10;
const WINDOW_MS = 5 * 60 * 1_000;
const MIN_CALLS = 10;

/** The verdict of one attempt on its destination: it answered, or it failed in a way that may pass. */
export type AttemptOutcome = 'alive' | 'failed';

/** Calls that started in the same part of the window. */
export interface WindowPart {
  /** Number of the part since the clock's zero. */
  readonly part: number;
  readonly calls: number;
  readonly failures: number;
}

/** The memory of a closed breaker. */
export interface BreakerTally {
  readonly inARow: number;
  /** Oldest first; empty where the policy has no share. */
  readonly window: readonly WindowPart[];
}

/** Nothing counted yet. */
export const EMPTY_TALLY: BreakerTally = Object.freeze({ inARow: 0, window: Object.freeze([]) });

/** Counts one attempt of a closed breaker. @returns the new tally, or `opens` when that was one failure too many. */
export function countAttempt(
  tally: BreakerTally,
  policy: BreakerPolicy,
  outcome: AttemptOutcome,
  nowMs: number,
): BreakerTally | 'opens' {
  const failed = outcome === 'failed';
  const inARow = failed ? tally.inARow + 1 : 0;
  const window = policy.failureShare === undefined ? tally.window : slide(tally.window, policy, failed, nowMs);
  // A call that went well never opens anything, even if an older one leaving the window changed the share.
  if (!failed) return { inARow, window };
  if (inARow >= policy.consecutiveFailures || isShareReached(window, policy)) return 'opens';
  return { inARow, window };
}

/** Whether the tally holds nothing a fresh one would not. */
export function isBlank(tally: BreakerTally): boolean {
  return tally.inARow === 0 && tally.window.length === 0;
}

function slide(
  window: readonly WindowPart[],
  policy: BreakerPolicy,
  failed: boolean,
  nowMs: number,
): readonly WindowPart[] {
  const part = Math.floor(nowMs / ((policy.windowMs ?? WINDOW_MS) / PARTS));
  const kept = window.filter((one) => one.part > part - PARTS && one.part < part);
  const last = window.at(-1);
  const calls = last?.part === part ? last.calls : 0;
  const failures = last?.part === part ? last.failures : 0;
  return [...kept, { part, calls: calls + 1, failures: failures + (failed ? 1 : 0) }];
}

function isShareReached(window: readonly WindowPart[], policy: BreakerPolicy): boolean {
  if (policy.failureShare === undefined) return false;
  let calls = 0;
  let failures = 0;
  for (const part of window) {
    calls += part.calls;
    failures += part.failures;
  }
  return calls >= (policy.minCalls ?? MIN_CALLS) && failures >= calls * policy.failureShare;
}
