/** Rings due later than this are left to the listeners' polls. */
const FARTHEST_MS = 60_000;
/** Delayed rings due within the same slot share a timer. */
const SLOT_MS = 50;

export interface BellOptions {
  /** Carries one ring; a rejection is the bell's to swallow after `onError`. */
  readonly send: () => Promise<void> | void;
  /** Least time between the starts of two sends, in milliseconds. */
  readonly gapMs: number;
  readonly onError: (error: unknown) => void;
}

/** Merges the rings of one stage in this process: while a send is under way, or within the gap, further rings become one. */
export class Bell {
  private rung = false;
  private underway = false;
  private lastStartMs = -Infinity;
  private timer: NodeJS.Timeout | undefined;
  private readonly delayed = new Map<number, NodeJS.Timeout>();
  private closed = false;

  constructor(private readonly options: BellOptions) {}

  /** Never throws and never calls `send` before it returns. */
  ring(): void {
    if (this.closed) return;
    this.rung = true;
    this.schedule();
  }

  /** Timers of this process: a ring lost with it is made up for by the listeners' polls, and Redis stays empty. */
  ringLater(delayMs: number): void {
    if (this.closed || delayMs > FARTHEST_MS) return;
    const slot = Math.ceil((performance.now() + delayMs) / SLOT_MS);
    if (this.delayed.has(slot)) return;
    const timer = setTimeout(
      () => {
        this.delayed.delete(slot);
        this.ring();
      },
      slot * SLOT_MS - performance.now(),
    ).unref();
    this.delayed.set(slot, timer);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    for (const timer of this.delayed.values()) clearTimeout(timer);
    this.delayed.clear();
  }

  private schedule(): void {
    if (this.timer !== undefined || this.underway) return;
    const waitMs = Math.max(0, this.lastStartMs + this.options.gapMs - performance.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.send();
    }, waitMs);
  }

  private async send(): Promise<void> {
    if (this.closed || !this.rung) return;
    this.rung = false;
    this.underway = true;
    this.lastStartMs = performance.now();
    try {
      await this.options.send();
    } catch (error) {
      this.options.onError(error);
    } finally {
      this.underway = false;
      if (this.rung) this.schedule();
    }
  }
}
