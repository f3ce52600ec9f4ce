/** How long a value from elsewhere is used. */
export interface Keeping {
  /** Younger than this it is used as it is; older, it is fetched again. */
  readonly freshMs: number;
  /** As long as fetching fails, it is used up to this age. */
  readonly usableMs: number;
  /** The time between two attempts at least, whoever asks. */
  readonly pauseMs: number;
}

/**
 * A value that is fetched from elsewhere and kept: one attempt under way at a time, and a pause between attempts, so that no
 * caller can make this process hammer the other side. While fetching fails the last value is used, up to an age.
 */
export class KeptValue<Value> {
  private kept: { readonly value: Value; readonly atMs: number } | null = null;
  private pending: Promise<Value> | null = null;
  private lastAttemptMs = -Infinity;
  private failure: Error | null = null;

  constructor(
    private readonly fetch: () => Promise<Value>,
    private readonly keeping: Keeping,
    private readonly onFailure: (error: Error) => void,
  ) {}

  /** @throws the failure of the last attempt where no value is young enough to be used. */
  async get(): Promise<Value> {
    const ageMs = this.ageMs();
    if (this.kept !== null && ageMs < this.keeping.freshMs) return this.kept.value;
    if (this.kept === null || ageMs >= this.keeping.usableMs) return this.attempt();
    const { value } = this.kept;
    const attempt = this.attempt().catch(() => value);
    // After a failure callers do not wait for the other side again: the next attempt is in the background.
    return this.failure === null ? attempt : value;
  }

  /** Fetches again unless that was tried a moment ago. @throws as {@link get}. */
  async renewed(): Promise<Value> {
    return this.isPausing() ? this.get() : this.attempt();
  }

  private attempt(): Promise<Value> {
    if (this.pending !== null) return this.pending;
    if (this.isPausing() && this.failure !== null) return Promise.reject(this.failure);
    this.lastAttemptMs = performance.now();
    this.pending = this.fetchOnce().finally(() => (this.pending = null));
    return this.pending;
  }

  private async fetchOnce(): Promise<Value> {
    try {
      const value = await this.fetch();
      this.kept = { value, atMs: performance.now() };
      this.failure = null;
      return value;
    } catch (error) {
      this.failure = error as Error;
      this.onFailure(this.failure);
      throw error;
    }
  }

  private ageMs(): number {
    return this.kept === null ? Infinity : performance.now() - this.kept.atMs;
  }

  private isPausing(): boolean {
    return performance.now() - this.lastAttemptMs < this.keeping.pauseMs;
  }
}
