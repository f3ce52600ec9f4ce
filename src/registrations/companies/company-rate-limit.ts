import { Injectable } from '@nestjs/common';

/** Requests per second of one company, of one process. */
export const REQUESTS_PER_SECOND = 100;
const KEPT_MAX = 10_000;

interface Bucket {
  tokens: number;
  atMs: number;
}

/**
 * A token bucket per company: a hundred at once, and a hundred a second after that. Kept in the memory of one process:
 * behind several API replicas a company gets as many times as much.
 */
@Injectable()
export class CompanyRateLimit {
  private readonly buckets = new Map<string, Bucket>();

  /** Takes a token. @returns milliseconds to wait for the next one; 0 when there was one. */
  take(company: string, nowMs = performance.now()): number {
    const bucket = this.buckets.get(company) ?? { tokens: REQUESTS_PER_SECOND, atMs: nowMs };
    const earned = ((nowMs - bucket.atMs) * REQUESTS_PER_SECOND) / 1_000;
    bucket.tokens = Math.min(bucket.tokens + Math.max(earned, 0), REQUESTS_PER_SECOND);
    bucket.atMs = nowMs;
    if (!this.buckets.has(company)) this.keep(company, bucket);
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * 1_000) / REQUESTS_PER_SECOND);
    bucket.tokens -= 1;
    return 0;
  }

  private keep(company: string, bucket: Bucket): void {
    // Forgetting a bucket gives its company a full one: harmless, and there are never that many.
    if (this.buckets.size >= KEPT_MAX) this.buckets.clear();
    this.buckets.set(company, bucket);
  }
}
