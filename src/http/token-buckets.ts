interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

const KEPT_MAX = 10_000;

/**
 * Token buckets by key: so many at once, and so many a second after that. Kept in the memory of one process: behind
 * several API replicas a key gets as many times as much.
 */
export class TokenBuckets {
  /** The least recently used first. */
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly capacity: number,
    private readonly perSecond: number,
  ) {}

  /** Milliseconds until the key has a token; 0 when it has one now. Takes none. */
  waitMs(key: string, nowMs = performance.now()): number {
    const { tokens } = this.refilled(key, nowMs);
    return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) * 1_000) / this.perSecond);
  }

  /** Takes a token, if there is one. @returns milliseconds to wait for the next one; 0 when there was one. */
  take(key: string, nowMs = performance.now()): number {
    const waitMs = this.waitMs(key, nowMs);
    const { tokens, atMs } = this.refilled(key, nowMs);
    this.buckets.delete(key);
    this.buckets.set(key, { tokens: waitMs === 0 ? tokens - 1 : tokens, atMs });
    if (this.buckets.size > KEPT_MAX) this.forgetOne();
    return waitMs;
  }

  private refilled(key: string, nowMs: number): Bucket {
    const bucket = this.buckets.get(key);
    if (bucket === undefined) return { tokens: this.capacity, atMs: nowMs };
    // A clock that goes back earns nothing, now or later.
    const atMs = Math.max(bucket.atMs, nowMs);
    const earned = ((atMs - bucket.atMs) * this.perSecond) / 1_000;
    return { tokens: Math.min(bucket.tokens + earned, this.capacity), atMs };
  }

  /** The key gets a full bucket again. To forget all at once lost: any ten thousand keys freed every other. */
  private forgetOne(): void {
    const [oldest] = this.buckets.keys();
    if (oldest !== undefined) this.buckets.delete(oldest);
  }
}

/** The `Retry-After` of a wait in milliseconds: whole seconds, at least one. */
export function toRetryAfterSeconds(waitMs: number): number {
  return Math.max(Math.ceil(waitMs / 1_000), 1);
}
