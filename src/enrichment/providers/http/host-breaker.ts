import { type BreakerTally, countAttempt, EMPTY_TALLY } from '../../../delivery/breaker.js';
import type { BreakerPolicy } from '../../../delivery/breaker-policy.js';

const SECOND = 1_000;

/** Steps wait for an answer, callbacks do not: a system that fails is left alone for seconds, not for minutes. */
export const STEP_BREAKER: BreakerPolicy = Object.freeze({
  consecutiveFailures: 10,
  failureShare: 0.7,
  windowMs: 30 * SECOND,
  minCalls: 20,
  openFirstMs: 2 * SECOND,
  openMaxMs: 60 * SECOND,
});

/** Leaves one host alone while it fails, and lets one request through when it may be well again. */
export class HostBreaker {
  private tally: BreakerTally = EMPTY_TALLY;
  private openUntilMs: number | null = null;
  private openForMs = 0;
  private probing = false;

  constructor(
    private readonly policy: BreakerPolicy = STEP_BREAKER,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get isOpen(): boolean {
    return this.openUntilMs !== null;
  }

  /** @returns null when a request may go, otherwise how long the host is still left alone, in milliseconds. */
  enter(): number | null {
    if (this.openUntilMs === null) return null;
    const waitMs = this.openUntilMs - this.now();
    if (waitMs > 0) return waitMs;
    if (this.probing) return SECOND;
    this.probing = true;
    return null;
  }

  /** A request that was let through has ended; `none`: it says nothing of the host. @returns whether this opened it. */
  leave(outcome: 'alive' | 'failed' | 'none'): boolean {
    if (this.openUntilMs !== null) return this.leaveOpen(outcome);
    if (outcome === 'none') return false;
    const tally = countAttempt(this.tally, this.policy, outcome, this.now());
    if (tally !== 'opens') {
      this.tally = tally;
      return false;
    }
    this.open(this.policy.openFirstMs);
    return true;
  }

  /** Requests that were under way when it opened end as well: they only count when they are the probe. */
  private leaveOpen(outcome: 'alive' | 'failed' | 'none'): boolean {
    if (!this.probing) {
      if (outcome === 'alive') this.close();
      return false;
    }
    this.probing = false;
    if (outcome === 'alive') this.close();
    else if (outcome === 'failed') this.open(Math.min(this.openForMs * 2, this.policy.openMaxMs));
    return false;
  }

  private open(forMs: number): void {
    this.openForMs = forMs;
    this.openUntilMs = this.now() + forMs;
    this.tally = EMPTY_TALLY;
    this.probing = false;
  }

  private close(): void {
    this.openUntilMs = null;
    this.openForMs = 0;
    this.tally = EMPTY_TALLY;
  }
}
