import { EnrichmentError } from '../../enrichment-provider.js';
import { stopped } from './step-time.js';

interface Turn {
  readonly deadlineMs: number;
  readonly begin: () => void;
  readonly refuse: (error: Error) => void;
}

/** Turns that became late while the process was busy are made up for, so long at most: no burst follows a stall. */
const CATCH_UP_MS = 20;

/**
 * Gives out beginnings at a rate, in the order in which they were asked for. One that goes away takes no turn: those behind
 * it move up.
 */
export class TurnLine {
  private readonly line = new Set<Turn>();
  private nextTurnMs = -Infinity;
  private pausedUntilMs = -Infinity;
  private timer: NodeJS.Timeout | undefined;

  /** @param spacingMs least time between two beginnings; 0: none */
  constructor(private readonly spacingMs: number) {}

  /** No turn comes before, because the system asked for it. Those that would be too late then are told at once. */
  pauseUntil(atMs: number): void {
    this.pausedUntilMs = Math.max(this.pausedUntilMs, atMs);
    let startMs = this.nextStartMs;
    for (const turn of [...this.line]) {
      if (startMs > turn.deadlineMs) turn.refuse(tooLate());
      else startMs += this.spacingMs;
    }
    this.arm();
  }

  /**
   * Resolves when it is the caller's turn.
   * @throws EnrichmentError when that would be after `deadlineMs` (performance.now()), or the signal aborts first.
   */
  async take(deadlineMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw stopped();
    const now = performance.now();
    const startMs = Math.max(now, this.nextStartMs) + this.line.size * this.spacingMs;
    if (startMs > deadlineMs) throw tooLate();
    if (startMs > now) await this.wait(deadlineMs, signal);
    else this.count(now);
  }

  /** A turn that was taken and came to nothing. */
  giveBack(): void {
    this.nextTurnMs -= this.spacingMs;
    this.arm();
  }

  private get nextStartMs(): number {
    return Math.max(this.nextTurnMs, this.pausedUntilMs);
  }

  private wait(deadlineMs: number, signal: AbortSignal): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const end = (): void => {
        signal.removeEventListener('abort', abort);
        this.line.delete(turn);
      };
      const turn: Turn = {
        deadlineMs,
        begin: () => {
          end();
          resolve();
        },
        refuse: (error) => {
          end();
          reject(error);
        },
      };
      const abort = (): void => turn.refuse(stopped());
      signal.addEventListener('abort', abort, { once: true });
      this.line.add(turn);
      this.arm();
    });
  }

  private arm(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.line.size === 0) return;
    this.timer = setTimeout(() => this.callUp(), Math.max(this.nextStartMs - performance.now(), 0));
  }

  private callUp(): void {
    const now = performance.now();
    for (const turn of this.line) {
      // Timers of Node come up to a millisecond early.
      if (this.nextStartMs > now + 1) break;
      if (now > turn.deadlineMs) {
        turn.refuse(tooLate());
        continue;
      }
      this.count(now);
      turn.begin();
    }
    this.arm();
  }

  private count(now: number): void {
    const isBehind = this.line.size > 0;
    this.nextTurnMs = Math.max(this.nextStartMs, isBehind ? now - CATCH_UP_MS : now) + this.spacingMs;
  }
}

function tooLate(): EnrichmentError {
  return new EnrichmentError('RATE_LIMIT_EXCEEDED', 'the rate limit leaves no time for this request');
}
