import { BadRowError } from './bad-row.error.js';
import { isServerAway } from './sql-state.js';

/** It is unknown whether the statement was committed: the connection broke or its time was up. */
export class OutcomeUnknownError extends Error {
  readonly code = 'OUTCOME_UNKNOWN';

  constructor(cause: unknown) {
    super('The database did not confirm the write; it may or may not have happened.', { cause });
    this.name = 'OutcomeUnknownError';
  }
}

export interface BatcherOptions<Item, Result> {
  /** Most items in one statement. */
  readonly max: number;
  /** Items with the same key share one row of the statement and one result; rows are written sorted by it. */
  readonly key: (item: Item) => string;
  /** Size of an item in bytes; a statement stops growing at {@link STATEMENT_BYTES_MAX}. Without it only `max` counts. */
  readonly weigh?: (item: Item) => number;
  /**
   * Least time between the beginnings of two statements, in milliseconds; absent: none. An idle batcher writes at once,
   * a busy one collects: statements of three rows cost each row several times what statements of thirty do.
   */
  readonly paceMs?: number;
  /** Writes the items and answers one result per item, in their order. Must be safe to repeat after a rollback. */
  readonly write: (items: readonly Item[]) => Promise<readonly Result[]>;
}

/** Two hundred of the largest requests would be a statement of more than a gigabyte. */
const STATEMENT_BYTES_MAX = 16 * 1024 * 1024;

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Coalesces single writes into sets: what arrives while a statement is in flight goes into the next one, and
 * nothing waits when it is idle. One statement in flight is enough: it reached 4.1 times the rate of prepared
 * single inserts, and a second one in flight gained nothing.
 */
export class Batcher<Item, Result> {
  private queue: Waiting<Item, Result>[] = [];
  private inFlight = 0;
  private flushing = false;
  private draining = false;
  private beganAtMs = -Infinity;
  private endPause: (() => void) | null = null;
  private idle: (() => void)[] = [];

  constructor(private readonly options: BatcherOptions<Item, Result>) {}

  /** Items not yet answered for, those in flight included. */
  get waiting(): number {
    return this.queue.length + this.inFlight;
  }

  submit(item: Item): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.queue.push({ item, resolve, reject });
      if (this.queue.length >= this.options.max) this.endPause?.();
      if (this.flushing) return;
      this.flushing = true;
      // Not at once: what else arrives in this turn of the event loop joins the same statement.
      setImmediate(() => void this.flush());
    });
  }

  /** Resolves when nothing waits any more. */
  async drained(): Promise<void> {
    if (!this.flushing) return;
    this.draining = true;
    this.endPause?.();
    await new Promise<void>((resolve) => this.idle.push(resolve));
    this.draining = false;
  }

  private async flush(): Promise<void> {
    while (this.queue.length > 0) {
      await this.pace();
      const count = this.countNext();
      const taken = this.queue.slice(0, count);
      this.queue = this.queue.slice(count);
      this.inFlight = taken.length;
      await this.write(this.groupByKey(taken), true);
      this.inFlight = 0;
    }
    this.flushing = false;
    for (const resolve of this.idle.splice(0)) resolve();
  }

  /** An item that fills a statement by itself does not wait. */
  private async pace(): Promise<void> {
    const waitMs = this.beganAtMs + (this.options.paceMs ?? 0) - performance.now();
    if (waitMs > 0 && this.queue.length < this.options.max && !this.draining) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.endPause = resolve;
        timer = setTimeout(resolve, waitMs);
      });
      clearTimeout(timer);
      this.endPause = null;
    }
    this.beganAtMs = performance.now();
  }

  /** How many of the queue fit into one statement; at least one. */
  private countNext(): number {
    const most = Math.min(this.queue.length, this.options.max);
    const { weigh } = this.options;
    if (weigh === undefined) return most;
    let bytes = 0;
    for (let count = 0; count < most; count += 1) {
      bytes += weigh((this.queue[count] as Waiting<Item, Result>).item);
      if (bytes > STATEMENT_BYTES_MAX) return Math.max(1, count);
    }
    return most;
  }

  /** Sorted: unsorted overlapping batches of two processes deadlock, even with ON CONFLICT DO NOTHING. */
  private groupByKey(taken: readonly Waiting<Item, Result>[]): Waiting<Item, Result>[][] {
    const groups = new Map<string, Waiting<Item, Result>[]>();
    for (const waiting of taken) {
      const key = this.options.key(waiting.item);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [waiting]);
      else group.push(waiting);
    }
    return [...groups.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
  }

  private async write(groups: readonly Waiting<Item, Result>[][], mayRepeat: boolean): Promise<void> {
    const firsts = groups.map((group) => (group[0] as Waiting<Item, Result>).item);
    let results: readonly Result[];
    try {
      results = await this.options.write(firsts);
    } catch (error) {
      await this.recover(groups, error, mayRepeat);
      return;
    }
    groups.forEach((group, index) => {
      for (const waiting of group) waiting.resolve(results[index] as Result);
    });
  }

  private async recover(groups: readonly Waiting<Item, Result>[][], error: unknown, mayRepeat: boolean): Promise<void> {
    switch (classifyWriteError(error)) {
      case 'conflict':
        if (mayRepeat) {
          await this.write(groups, false);
          return;
        }
        break;
      case 'bad-row':
        if (groups.length > 1) {
          const half = groups.length >> 1;
          await this.write(groups.slice(0, half), true);
          await this.write(groups.slice(half), true);
          return;
        }
        break;
      case 'unknown':
        for (const group of groups) for (const waiting of group) waiting.reject(new OutcomeUnknownError(error));
        return;
      case 'other':
        break;
    }
    for (const group of groups) for (const waiting of group) waiting.reject(error);
  }
}

/** Reads an SQLSTATE: `bad-row` offends by itself, `conflict` may be repeated, `unknown` had no answer. */
export function classifyWriteError(error: unknown): 'bad-row' | 'conflict' | 'unknown' | 'other' {
  if (error instanceof BadRowError) return 'bad-row';
  const code = (error as { code?: unknown } | null | undefined)?.code;
  if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code)) return isProgrammingError(error) ? 'other' : 'unknown';
  if (code === '40P01' || code === '40001') return 'conflict';
  if (code.startsWith('22') || code.startsWith('23')) return 'bad-row';
  return isServerAway(code) ? 'unknown' : 'other';
}

/** Whether an error says that our code is wrong, not that something is away. A thrown value that is no error does. */
export function isProgrammingError(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
}
