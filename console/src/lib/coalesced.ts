/** The clock and the timers, so that a test can move them. */
export interface Timers {
  readonly now: () => number;
  readonly after: (ms: number, work: () => void) => () => void;
}

export const REAL_TIMERS: Timers = {
  now: () => performance.now(),
  after: (ms, work) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * Asks for one thing again and again, at most once in a time, however often it is told to. The first request goes out at
 * once. Those that come in the gap after it are one, which goes out at its end: so the last change is always seen.
 */
export class Coalesced {
  private startedAt = -Infinity;
  private cancel: (() => void) | null = null;
  private isBusy = false;
  private again = false;

  constructor(
    private readonly work: () => Promise<unknown>,
    private readonly gapMs: number,
    private readonly timers: Timers = REAL_TIMERS,
  ) {}

  request(): void {
    // An answer that is under way may be older than the change.
    if (this.isBusy) this.again = true;
    else this.cancel ??= this.timers.after(this.waitMs(), () => void this.run());
  }

  stop(): void {
    this.cancel?.();
    this.cancel = null;
    this.again = false;
  }

  private waitMs(): number {
    return Math.max(0, this.startedAt + this.gapMs - this.timers.now());
  }

  private async run(): Promise<void> {
    this.cancel = null;
    this.startedAt = this.timers.now();
    this.isBusy = true;
    try {
      await this.work();
    } finally {
      this.isBusy = false;
      const { again } = this;
      this.again = false;
      if (again) this.request();
    }
  }
}
