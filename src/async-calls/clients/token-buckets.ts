interface Bucket {
  tokens: number;
  atMs: number;
}

const KEPT_MAX = 10_000;

/**
 * Token buckets by key: so many at once, and so many a second after that. Kept in the memory of one process: behind
 * several API replicas a key gets as many times as much.
 */
export class TokenBuckets {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly capacity: number,
    private readonly perSecond: number,
  ) {}

  /** Milliseconds until the key has a token; 0 when it has one now. Takes none. */
  waitMs(key: string, nowMs = performance.now()): number {
    const tokens = this.tokensOf(key, nowMs);
    return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) * 1_000) / this.perSecond);
  }

  /** Takes a token, if there is one. */
  take(key: string, nowMs = performance.now()): void {
    const tokens = this.tokensOf(key, nowMs);
    // Forgetting gives every key a full bucket: harmless, and there are never that many.
    if (!this.buckets.has(key) && this.buckets.size >= KEPT_MAX) this.buckets.clear();
    this.buckets.set(key, { tokens: Math.max(tokens - 1, 0), atMs: nowMs });
  }

  private tokensOf(key: string, nowMs: number): number {
    const bucket = this.buckets.get(key);
    if (bucket === undefined) return this.capacity;
    const earned = (Math.max(nowMs - bucket.atMs, 0) * this.perSecond) / 1_000;
    return Math.min(bucket.tokens + earned, this.capacity);
  }
}
