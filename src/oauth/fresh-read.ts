/** One reading: when it began, by the process's clock, and its value once it is there. */
interface Round<Value> {
  readonly begunMs: number;
  readonly value: Promise<Value>;
  /** Null until it is there. */
  result: { readonly value: Value } | null;
  isOver: boolean;
}

/**
 * Shares readings of something in Postgres: one under way at a time, and every caller gets a value that was read not
 * longer ago than it asks for. Age counts from before the statement was sent: a value is never older than it says, however
 * long the answer took.
 */
export class FreshRead<Value> {
  private last: Round<Value> | null = null;

  constructor(private readonly read: () => Promise<Value>) {}

  /** The value of a reading that is done, at once; null when there is none that young. */
  find(maxAgeMs: number): Value | null {
    const { last } = this;
    const result = last?.result ?? null;
    if (last === null || result === null || last.begunMs < performance.now() - maxAgeMs) return null;
    return result.value;
  }

  /**
   * A value of a reading that began at most `maxAgeMs` before this call and fits, else one that began after it.
   * @throws as the reading does.
   */
  async get(maxAgeMs: number, fits: (value: Value) => boolean): Promise<Value> {
    const askedMs = performance.now();
    for (;;) {
      const round = this.last;
      if (round !== null && round.begunMs >= askedMs - maxAgeMs) {
        const isNew = round.begunMs >= askedMs;
        // A failure of an earlier reading is not the answer: this caller's own one may succeed.
        const value = isNew ? await round.value : await round.value.catch(() => null);
        if (value !== null && (isNew || fits(value))) return value;
      } else if (round !== null && !round.isOver) {
        await round.value.catch(() => null);
      }
      if (this.last === round) this.begin();
    }
  }

  private begin(): void {
    const round: Round<Value> = { begunMs: performance.now(), value: this.read(), result: null, isOver: false };
    this.last = round;
    round.value
      .then((value) => (round.result = { value }))
      // Those who wait for it are told; a reading that fails with no one waiting is tried again by the next.
      .catch(() => null)
      .finally(() => (round.isOver = true));
  }
}
