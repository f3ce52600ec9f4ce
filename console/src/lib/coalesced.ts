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

/** The shortest time between two requests, and the longest that it grows to. */
export interface Gap {
  readonly gapMs: number;
  readonly longestGapMs: number;
}

/** Changes a second that nobody can follow by reading: ten actions with their callbacks. */
const READABLE_PER_SECOND = 20;
const SECOND = 1_000;

/**
 * Asks for one thing again and again, at most once in a time, however often it is told to. The first request goes out at
 * once. Those that come in the gap after it are one, which goes out at its end: so the last change is always seen. While
 * more changes than a person can read, the gap doubles from request to request.
 */
export class Coalesced {
  private startedAt = -Infinity;
  private cancel: (() => void) | null = null;
  private isBusy = false;
  private again = false;
  /** Since the last request was begun. */
  private changed = 0;
  private nowGapMs: number;

  constructor(
    private readonly work: () => Promise<unknown>,
    private readonly gap: Gap,
    private readonly timers: Timers = REAL_TIMERS,
  ) {
    this.nowGapMs = gap.gapMs;
  }

  /** @param changed how many things changed, as far as it is known */
  request(changed = 0): void {
    this.changed += changed;
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
    return Math.max(0, this.startedAt + this.nowGapMs - this.timers.now());
  }

  /** By the changes since the request before: a rest of any length brings the short gap back. */
  private nextGapMs(now: number): number {
    const { gapMs, longestGapMs } = this.gap;
    const seconds = Math.max(now - this.startedAt, gapMs) / SECOND;
    const isReadable = this.changed / seconds <= READABLE_PER_SECOND;
    return isReadable ? gapMs : Math.min(2 * this.nowGapMs, longestGapMs);
  }

  private async run(): Promise<void> {
    this.cancel = null;
    const now = this.timers.now();
    this.nowGapMs = this.nextGapMs(now);
    this.startedAt = now;
    this.changed = 0;
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
