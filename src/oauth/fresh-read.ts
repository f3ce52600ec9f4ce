/** One reading: when it began, by the process's clock, and its value once it is there. */
interface Round<Value> {
  readonly begunMs: number;
  readonly value: Promise<Value>;
  isOver: boolean;
}

/**
 * Shares readings of something in Postgres: one under way at a time, and every caller gets a value that was read not
 * longer ago than it asks for. Age counts from before the statement was sent: a value is never older than it says, however
 * long the answer took.
 */
export class FreshRead<Value> {
  /** The one that began last. */
  private last: Round<Value> | null = null;
  /** The value of the last one that is done. */
  private done: { readonly begunMs: number; readonly value: Value } | null = null;

  constructor(private readonly read: () => Promise<Value>) {}

  /** The value of a reading that is done, at once; null when there is none that young. */
  find(maxAgeMs: number): Value | null {
    const { done } = this;
    return done !== null && done.begunMs >= performance.now() - maxAgeMs ? done.value : null;
  }

  /** Begins a reading unless one is under way, and waits for nothing. */
  renew(): void {
    if (this.last === null || this.last.isOver) this.begin();
  }

  /**
   * A value of a reading that began at most `maxAgeMs` before this call and fits, else one that began after it.
   * @throws as the reading does.
   */
  async get(maxAgeMs: number, fits: (value: Value) => boolean): Promise<Value> {
    const askedMs = performance.now();
    const known = this.find(maxAgeMs);
    if (known !== null && fits(known)) return known;
    for (;;) {
      const round = this.last;
      if (round !== null && round.begunMs >= askedMs) return round.value;
      if (round !== null && !round.isOver) {
        // A failure of an earlier reading is not the answer: this caller's own one may succeed.
        const value = await round.value.catch(() => null);
        if (value !== null && round.begunMs >= askedMs - maxAgeMs && fits(value)) return value;
      }
      if (this.last === round) this.begin();
    }
  }

  private begin(): void {
    const round: Round<Value> = { begunMs: performance.now(), value: this.read(), isOver: false };
    this.last = round;
    round.value.then(
      (value) => {
        round.isOver = true;
        this.done = { begunMs: round.begunMs, value };
      },
      // Those who wait for it are told; the next caller reads again.
      () => (round.isOver = true),
    );
  }
}
