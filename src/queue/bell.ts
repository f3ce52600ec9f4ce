/** Most ids that travel in one ring; the listener looks for more by itself. */
export const IDS_PER_RING = 200;
/** Rings due later than this are left to the listeners' polls. */
const FARTHEST_MS = 60_000;
/** Delayed rings due within the same slot share a timer. */
const SLOT_MS = 50;

export interface BellOptions {
  /** Carries one ring; a rejection is the bell's to swallow after `onError`. */
  readonly send: (ids: readonly string[]) => Promise<void> | void;
  /** How many sends may be under way. */
  readonly sideBySide: number;
  /** Least time between the starts of two sends, in milliseconds. */
  readonly gapMs: number;
  readonly onError: (error: unknown) => void;
}

/**
 * Merges the rings of one stage in this process: while sends are under way, or within the gap, further rings become
 * one. Bounded: ids beyond {@link IDS_PER_RING} are dropped, for a ring is a hint and its listener claims what is due.
 */
export class Bell {
  private readonly ids = new Set<string>();
  private rung = false;
  private underway = 0;
  private lastStartMs = -Infinity;
  private timer: NodeJS.Timeout | undefined;
  private readonly delayed = new Map<number, { readonly timer: NodeJS.Timeout; readonly ids: Set<string> }>();
  private closed = false;

  constructor(private readonly options: BellOptions) {}

  /** Never throws and never calls `send` before it returns. */
  ring(ids: Iterable<string>): void {
    if (this.closed) return;
    merge(this.ids, ids);
    this.rung = true;
    this.schedule();
  }

  /** Timers of this process: a ring lost with it is made up for by the listeners' polls, and Redis stays empty. */
  ringLater(ids: Iterable<string>, delayMs: number): void {
    if (this.closed || delayMs > FARTHEST_MS) return;
    const slot = Math.ceil((performance.now() + delayMs) / SLOT_MS);
    const waiting = this.delayed.get(slot);
    if (waiting !== undefined) {
      merge(waiting.ids, ids);
      return;
    }
    const late = merge(new Set(), ids);
    const timer = setTimeout(
      () => {
        this.delayed.delete(slot);
        this.ring(late);
      },
      slot * SLOT_MS - performance.now(),
    ).unref();
    this.delayed.set(slot, { timer, ids: late });
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    for (const { timer } of this.delayed.values()) clearTimeout(timer);
    this.delayed.clear();
    this.ids.clear();
  }

  private schedule(): void {
    if (this.timer !== undefined || this.underway >= this.options.sideBySide) return;
    const waitMs = Math.max(0, this.lastStartMs + this.options.gapMs - performance.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.send();
    }, waitMs);
  }

  private async send(): Promise<void> {
    if (this.closed || !this.rung) return;
    const ids = [...this.ids];
    this.ids.clear();
    this.rung = false;
    this.underway += 1;
    this.lastStartMs = performance.now();
    try {
      await this.options.send(ids);
    } catch (error) {
      this.options.onError(error);
    } finally {
      this.underway -= 1;
      if (this.rung) this.schedule();
    }
  }
}

function merge(into: Set<string>, ids: Iterable<string>): Set<string> {
  for (const id of ids) {
    if (into.size >= IDS_PER_RING) break;
    into.add(id);
  }
  return into;
}
