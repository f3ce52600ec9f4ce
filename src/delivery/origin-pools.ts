import { isIP, type Socket } from 'node:net';
import { Client, Pool, type buildConnector, type Dispatcher } from 'undici';
import { ConnectionTiming } from './connection-timing.js';
import { HttpExchange, type ExchangeConnection } from './http-exchange.js';

const HEADERS_TIMEOUT_MS = 15_000;

/** Silence after which a body is given up; the status line is the answer already. */
const BODY_SILENCE_MS = 5_000;

const IDLE_MS = 60_000;

/** Opens one socket; returns it at once, calls back when it can carry requests. */
export type Connect = (options: buildConnector.Options, callback: buildConnector.Callback) => Socket;

/** undici hands these on to the connection untouched; the exchange travels in them to learn who carries it. */
export interface ExchangeOptions extends Dispatcher.DispatchOptions {
  readonly exchange: HttpExchange;
}

interface PoolEntry {
  readonly pool: Pool;
  inFlight: number;
  lastUsedAt: number;
}

/** One connection that tells every exchange it takes whose clock to read. */
class ObservedClient extends Client implements ExchangeConnection {
  timing: ConnectionTiming | null = null;
  readonly named: boolean;

  constructor(origin: URL, options: Client.Options, connect: Connect) {
    super(origin, {
      ...options,
      connect: (target, callback) => {
        const timing = new ConnectionTiming();
        this.timing = timing;
        timing.observe(connect(target, callback), target.protocol === 'https:');
      },
    });
    this.named = isIP(origin.hostname.replace(/^\[|\]$/g, '')) === 0;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if ('exchange' in options && options.exchange instanceof HttpExchange) options.exchange.assign(this);
    return super.dispatch(options, handler);
  }
}

/**
 * The connections to every destination, one pool each with its own cap. Least recently used pools are closed when
 * there are too many, idle ones after a minute; what is under way in a closed pool still ends.
 */
export class OriginPools {
  private readonly entries = new Map<string, PoolEntry>();
  private readonly sweeper: NodeJS.Timeout;

  constructor(
    private readonly connect: Connect,
    private readonly maxPools = 512,
    private readonly idleMs = IDLE_MS,
  ) {
    this.sweeper = setInterval(() => this.closeIdle(), Math.max(idleMs / 4, 10));
    this.sweeper.unref();
  }

  /** How many destinations have connections. */
  get size(): number {
    return this.entries.size;
  }

  /** Sends over the destination's pool. The returned function says that the exchange has ended. */
  dispatch(destinationId: string, connections: number, url: URL, options: ExchangeOptions): () => void {
    const key = `${connections} ${url.origin} ${destinationId}`;
    const entry = this.entries.get(key) ?? this.open(url, connections);
    // Re-inserted: the map's order is the order of use.
    this.entries.delete(key);
    this.entries.set(key, entry);
    if (this.entries.size > this.maxPools) this.closeEldest();
    entry.inFlight += 1;
    entry.pool.dispatch(options, options.exchange);
    return () => {
      entry.inFlight -= 1;
      entry.lastUsedAt = performance.now();
    };
  }

  /** Resolves when what is under way has ended; every exchange has a deadline, so this does too. */
  async close(): Promise<void> {
    clearInterval(this.sweeper);
    const pools = [...this.entries.values()].map((entry) => entry.pool.close());
    this.entries.clear();
    await Promise.all(pools);
  }

  /** Ends every connection, whatever it carries or waits for. */
  async destroy(): Promise<void> {
    clearInterval(this.sweeper);
    const pools = [...this.entries.values()].map((entry) => entry.pool.destroy());
    this.entries.clear();
    await Promise.all(pools);
  }

  private open(url: URL, connections: number): PoolEntry {
    const pool = new Pool(url.origin, {
      connections: Math.max(connections, 1),
      headersTimeout: HEADERS_TIMEOUT_MS,
      bodyTimeout: BODY_SILENCE_MS,
      pipelining: 1,
      // Unused, but the pool would build a connector of its own, with a session cache.
      connect: (target, callback) => this.connect(target, callback),
      factory: (origin, options) => new ObservedClient(origin, options, this.connect),
    });
    return { pool, inFlight: 0, lastUsedAt: performance.now() };
  }

  private closeEldest(): void {
    const [eldest] = this.entries;
    if (eldest !== undefined) this.closeEntry(...eldest);
  }

  private closeIdle(): void {
    const before = performance.now() - this.idleMs;
    for (const [key, entry] of this.entries) {
      if (entry.inFlight === 0 && entry.lastUsedAt < before) this.closeEntry(key, entry);
    }
  }

  private closeEntry(key: string, entry: PoolEntry): void {
    this.entries.delete(key);
    // Graceful: resolves once its last exchange has ended, and nobody waits for that.
    void entry.pool.close();
  }
}
