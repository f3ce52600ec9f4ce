import { EnrichmentError } from '../../enrichment-provider.js';

interface Waiting {
  readonly enter: () => void;
  readonly giveUp: (error: Error) => void;
}

/** How many requests of a step may be under way, and how often one may begin; per process. */
export interface GateLimits {
  readonly concurrency: number;
  /** Least time between two beginnings, in milliseconds; 0: none. */
  readonly spacingMs: number;
}

/** The door of one step: requests wait here in their order, and go away when their time is up. */
export class StepGate {
  private underWay = 0;
  private readonly line = new Set<Waiting>();
  private nextStartMs = 0;

  constructor(private readonly limits: GateLimits) {}

  get waiting(): number {
    return this.line.size;
  }

  /** Nobody begins before, because the system asked for it. */
  pauseUntil(atMs: number): void {
    this.nextStartMs = Math.max(this.nextStartMs, atMs);
  }

  /**
   * Resolves when a request may begin; {@link leave} must follow.
   * @throws EnrichmentError when that would be after `deadlineMs` (performance.now()), or the signal aborts first.
   */
  async enter(deadlineMs: number, signal: AbortSignal): Promise<void> {
    if (this.underWay < this.limits.concurrency) this.underWay += 1;
    else await this.wait(deadlineMs, signal);
    try {
      await this.takeTurn(deadlineMs, signal);
    } catch (error) {
      this.leave();
      throw error;
    }
  }

  /** Hands the place to the next in line. */
  leave(): void {
    const [next] = this.line;
    if (next === undefined) {
      this.underWay -= 1;
      return;
    }
    this.line.delete(next);
    next.enter();
  }

  private wait(deadlineMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw stopped();
    return new Promise<void>((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        this.line.delete(waiting);
      };
      const waiting: Waiting = {
        enter: () => {
          end();
          resolve();
        },
        giveUp: (error) => {
          end();
          reject(error);
        },
      };
      const abort = (): void => waiting.giveUp(stopped());
      const late = (): void =>
        waiting.giveUp(new EnrichmentError('TIMEOUT', 'no request of the step became free in time (concurrency)'));
      const timer = setTimeout(late, Math.max(deadlineMs - performance.now(), 0));
      signal.addEventListener('abort', abort, { once: true });
      this.line.add(waiting);
    });
  }

  /** Places in time are given out in order, and only to those that will still be there. */
  private async takeTurn(deadlineMs: number, signal: AbortSignal): Promise<void> {
    const now = performance.now();
    const startMs = Math.max(now, this.nextStartMs);
    if (startMs > deadlineMs) {
      throw new EnrichmentError('RATE_LIMIT_EXCEEDED', 'the rate limit leaves no time for this request');
    }
    if (this.limits.spacingMs > 0) this.nextStartMs = startMs + this.limits.spacingMs;
    if (startMs > now) await sleepUntil(startMs, signal);
    if (signal.aborted) throw stopped();
  }
}

/** The error of a step that was told to stop. */
export function stopped(): EnrichmentError {
  return new EnrichmentError('TIMEOUT', 'the step was stopped before an answer came');
}

/** Resolves at `atMs` (performance.now()), or as soon as the signal aborts. */
export function sleepUntil(atMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.max(atMs - performance.now(), 0));
    signal.addEventListener('abort', end, { once: true });
  });
}
