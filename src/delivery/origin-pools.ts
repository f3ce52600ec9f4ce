import { type Connect, type ExchangeOptions, OriginPool } from './origin-pool.js';

const IDLE_MS = 60_000;

/**
 * The connections to every origin, shared by all destinations there: a fan-out to fifty URLs of one host pays for a few
 * handshakes, not for fifty. How many requests a destination may have under way is the stage's business, so no
 * request waits here for a neighbour that hangs. Least recently used pools are closed when there are too many, idle ones after a
 * minute; what is under way in a closed pool still ends.
 */
export class OriginPools {
  private readonly entries = new Map<string, OriginPool>();
  private readonly sweeper: NodeJS.Timeout;

  constructor(
    private readonly connect: Connect,
    private readonly maxPools = 512,
    private readonly idleMs = IDLE_MS,
  ) {
    this.sweeper = setInterval(() => this.closeIdle(), Math.max(idleMs / 4, 10));
    this.sweeper.unref();
  }

  /** How many origins have connections. */
  get size(): number {
    return this.entries.size;
  }

  /** Sends over the origin's pool. */
  dispatch(connections: number, url: Pick<URL, 'origin'>, options: ExchangeOptions): void {
    const key = `${connections} ${url.origin}`;
    const known = this.entries.get(key);
    if (known !== undefined) return known.dispatch(options);
    const entry = new OriginPool(url.origin, connections, this.connect);
    this.entries.set(key, entry);
    entry.dispatch(options);
    if (this.entries.size > this.maxPools) this.closeEldest();
  }

  /** Resolves when what is under way has ended; every exchange has a deadline, so this does too. */
  async close(): Promise<void> {
    clearInterval(this.sweeper);
    const pools = [...this.entries.values()].map((entry) => entry.close());
    this.entries.clear();
    await Promise.all(pools);
  }

  /** Ends every connection, also those with an exchange under way. */
  async destroy(): Promise<void> {
    clearInterval(this.sweeper);
    const pools = [...this.entries.values()].map((entry) => entry.destroy());
    this.entries.clear();
    await Promise.all(pools);
  }

  private closeEldest(): void {
    let eldest: [string, OriginPool] | null = null;
    for (const entry of this.entries) {
      if (eldest === null || entry[1].lastUsedAt < eldest[1].lastUsedAt) eldest = entry;
    }
    if (eldest !== null) this.closeEntry(...eldest);
  }

  private closeIdle(): void {
    const before = performance.now() - this.idleMs;
    for (const [key, entry] of this.entries) {
      if (entry.inFlight === 0 && entry.lastUsedAt < before) this.closeEntry(key, entry);
    }
  }

  private closeEntry(key: string, entry: OriginPool): void {
    this.entries.delete(key);
    // Graceful: resolves once its last exchange has ended, and no caller waits for that.
    void entry.close();
  }
}
