import { isIP, type Socket } from 'node:net';
import { Client, Pool, type buildConnector, type Dispatcher } from 'undici';
import { AnswerHead, HEADERS_MAX_BYTES, readThrough } from '../http/answer-head.js';
import { ConnectionTiming } from './connection-timing.js';
import { HttpExchange, type ExchangeConnection, type ExchangeHolder } from './http-exchange.js';

/** Connections an origin may have in the making while none stands. */
const FIRST_CONNECTIONS = 4;

/** Opens one socket; returns it at once, calls back when it can carry requests. */
export type Connect = (options: buildConnector.Options, callback: buildConnector.Callback) => Socket;

/** undici hands these on to the connection untouched; the exchange travels in them to learn who carries it. */
export interface ExchangeOptions extends Dispatcher.DispatchOptions {
  readonly exchange: HttpExchange;
}

/** One connection that tells every exchange that it takes which clock to read, and how its answer begins. */
class ObservedClient extends Client implements ExchangeConnection {
  timing: ConnectionTiming | null = null;
  head: AnswerHead | null = null;
  readonly named: boolean;

  constructor(origin: URL, options: Client.Options, connect: Connect) {
    super(origin, {
      ...options,
      connect: (target, callback) => {
        const timing = new ConnectionTiming();
        this.timing = timing;
        const socket = connect(target, callback);
        timing.observe(socket, target.protocol === 'https:');
        this.head = new AnswerHead();
        readThrough(socket, this.head);
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
 * The connections to one origin, made a few at a time: as many as stand already, at least {@link FIRST_CONNECTIONS}.
 * Three hundred handshakes at once kept every other request of the process waiting for a second; after a few the answers
 * of a quick receiver come sooner than another connection would.
 */
export class OriginPool implements ExchangeHolder {
  inFlight = 0;
  lastUsedAt = performance.now();
  private readonly pool: Pool;
  private readonly waiting = new Map<HttpExchange, ExchangeOptions>();
  /** How many connections stood when it was last counted: below it nothing has to be counted. */
  private standing = 0;
  private pumping = false;
  private closing = false;

  constructor(origin: string, connections: number, connect: Connect) {
    this.pool = new Pool(origin, {
      connections: Math.max(connections, 1),
      // The exchanges keep their own time.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: HEADERS_MAX_BYTES,
      pipelining: 1,
      // Unused, but the pool would build a connector of its own, with a session cache.
      connect: (target, callback) => connect(target, callback),
      factory: (target, options) => new ObservedClient(target, options, connect),
    });
    const pump = (): void => this.pump();
    this.pool.on('connect', pump).on('disconnect', pump).on('connectionError', pump);
  }

  dispatch(options: ExchangeOptions): void {
    const { exchange } = options;
    const goes = this.waiting.size === 0 && this.hasRoom();
    exchange.pool = this;
    this.inFlight += 1;
    this.lastUsedAt = performance.now();
    if (goes) this.pool.dispatch(options, exchange);
    else this.waiting.set(exchange, options);
  }

  /** Called by events of connections, where no caller would catch an error. */
  private dispatchWaiting(exchange: HttpExchange, options: ExchangeOptions): void {
    try {
      this.pool.dispatch(options, exchange);
    } catch (error) {
      exchange.fail(error);
    }
  }

  release(exchange: HttpExchange): void {
    this.waiting.delete(exchange);
    this.inFlight -= 1;
    this.lastUsedAt = performance.now();
    if (this.waiting.size > 0) this.pumpSoon();
  }

  /** Resolves once the last exchange has ended; what waits goes out at once. */
  close(): Promise<void> {
    this.closing = true;
    this.pump();
    return this.pool.close();
  }

  destroy(): Promise<void> {
    this.waiting.clear();
    return this.pool.destroy();
  }

  private hasRoom(): boolean {
    if (this.closing || this.inFlight - this.waiting.size < this.standing) return true;
    const { free, pending, connected } = this.pool.stats;
    this.standing = connected;
    return free > 0 || pending < Math.max(connected, FIRST_CONNECTIONS);
  }

  private pump(): void {
    for (const [exchange, options] of this.waiting) {
      if (!this.hasRoom()) return;
      this.waiting.delete(exchange);
      this.dispatchWaiting(exchange, options);
    }
  }

  /** Not at once: undici frees a connection one turn of the event loop after its answer. */
  private pumpSoon(): void {
    if (this.pumping) return;
    this.pumping = true;
    setImmediate(() => {
      this.pumping = false;
      this.pump();
    });
  }
}
