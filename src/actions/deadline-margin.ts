const SHARE = 0.1;
const LEAST_MS = 6_000;
const MOST_MS = 60_000;

/**
 * How long before its deadline an unfinished action is finished with a TIMEOUT callback, so that the callback still
 * arrives in time. {@link ActionsRepository} has the same formula in SQL; a spec holds them together.
 */
export function deadlineMarginMs(timeoutMs: number): number {
  return Math.min(Math.max(timeoutMs * SHARE, LEAST_MS), MOST_MS);
}
