import { EnrichmentError } from '../../enrichment-provider.js';
import { stopped } from './step-time.js';
import { TurnLine } from './turn-line.js';

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
  private readonly turns: TurnLine;

  constructor(private readonly limits: GateLimits) {
    this.turns = new TurnLine(limits.spacingMs);
  }

  /** How many may ask side by side without waiting here; null: they have turns, and the more ask the longer each waits. */
  get atOnce(): number | null {
    return this.limits.spacingMs === 0 ? this.limits.concurrency : null;
  }

  get waiting(): number {
    return this.line.size;
  }

  /** No request begins before, because the system asked for it. */
  pauseUntil(atMs: number): void {
    this.turns.pauseUntil(atMs);
  }

  /**
   * Resolves when a request may begin; {@link leave} must follow.
   * @throws EnrichmentError when that would be after `deadlineMs` (performance.now()), or the signal aborts first.
   */
  async enter(deadlineMs: number, signal: AbortSignal): Promise<void> {
    if (this.underWay < this.limits.concurrency) this.underWay += 1;
    else await this.wait(deadlineMs, signal);
    try {
      await this.turns.take(deadlineMs, signal);
    } catch (error) {
      this.handOn();
      throw error;
    }
  }

  /** @param begun whether the request was sent; the turn of one that was not is another's. */
  leave(begun: boolean): void {
    if (!begun) this.turns.giveBack();
    this.handOn();
  }

  /** Hands the place to the next in line. */
  private handOn(): void {
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
}
