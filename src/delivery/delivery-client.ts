import type { Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import { Injectable, Optional, type OnApplicationShutdown } from '@nestjs/common';
import { buildConnector } from 'undici';
import { AddressPolicy, type UrlRules } from '../security/address-policy.js';
import type { DeliveryAnswer } from './answer.js';
import { ExchangesUnderWay } from './exchanges-under-way.js';
import { HttpExchange } from './http-exchange.js';
import type { Connect } from './origin-pool.js';
import { OriginPools } from './origin-pools.js';
import { USER_AGENT } from './user-agent.js';

const CONNECT_TIMEOUT_MS = 5_000;

/** Headers that are ours alone: a channel's value would contradict what is really sent. */
const OWN_HEADERS = new Set([
  'content-type',
  'content-length',
  'accept-encoding',
  'user-agent',
  'host',
  'connection',
  'transfer-encoding',
]);

/** One request to a server that is not ours. */
export interface OutboundRequest {
  readonly url: string;
  readonly method: string;
  readonly contentType: string;
  /** Exactly the bytes sent, as UTF-8. */
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Whole budget in milliseconds: waiting for a connection, connecting, and the answer. */
  readonly timeoutMs: number;
  readonly rules: UrlRules;
  /** Most connections to the origin; a request that finds them all busy waits. */
  readonly connections: number;
}

/** Changes of the defaults; production provides none. */
export abstract class DeliveryClientOptions {
  /** Certificate authorities in PEM, instead of the ones Node trusts. */
  abstract readonly ca?: string | Buffer | readonly (string | Buffer)[];
  /** Most origins that keep connections. */
  abstract readonly maxPools?: number;
  /** Milliseconds after which an unused origin's connections are closed. */
  abstract readonly idleMs?: number;
  /** Milliseconds for look-up, connection and TLS handshake together. */
  abstract readonly connectTimeoutMs?: number;
}

/**
 * Sends requests to other people's servers and tells what came of each. Never throws, follows no redirects, reads
 * 16 KiB of a body at most, and goes nowhere the {@link AddressPolicy} forbids.
 */
@Injectable()
export class DeliveryClient implements OnApplicationShutdown {
  private readonly pools: OriginPools;
  private readonly underWay = new ExchangesUnderWay();
  private closing = false;
  private interrupted = false;

  constructor(
    private readonly policy: AddressPolicy,
    @Optional() options: DeliveryClientOptions = {},
  ) {
    this.pools = new OriginPools(connectorOf(policy, options), options.maxPools, options.idleMs);
  }

  /** Resolves with the answer, or with the reason that there is none, within `timeoutMs` and a tick of a clock. */
  send(request: OutboundRequest): Promise<DeliveryAnswer> {
    return new Promise((resolve) => {
      const exchange = new HttpExchange(resolve, request.timeoutMs);
      try {
        this.start(request, exchange);
      } catch (error) {
        exchange.fail(error);
      }
    });
  }

  /** Ends what is under way and starts nothing any more: every open {@link send} resolves, as `interrupted` or answered. */
  interrupt(): void {
    this.closing = true;
    this.interrupted = true;
    for (const exchange of this.underWay.all()) {
      try {
        exchange.interrupt();
      } catch (error) {
        exchange.abandon(error);
      }
    }
  }

  async onApplicationShutdown(): Promise<void> {
    this.closing = true;
    // A request that is interrupted may still wait for a connection; no caller waits for it any more.
    await (this.interrupted ? this.pools.destroy() : this.pools.close());
  }

  private start(request: OutboundRequest, exchange: HttpExchange): void {
    const url = this.policy.readUrl(request.url, request.rules);
    if (typeof url === 'string') return exchange.refuse('address', url);
    if (this.closing) return exchange.refuse('interrupted', 'This process is shutting down.');
    const headers = headersOf(request);
    this.underWay.add(exchange);
    this.pools.dispatch(request.connections, url, {
      path: url.pathname + url.search,
      method: request.method,
      headers,
      body: request.body,
      exchange,
    });
  }
}

/** Opens sockets under the policy: names by its look-up, and every peer once more when the connection stands. */
function connectorOf(policy: AddressPolicy, options: DeliveryClientOptions): Connect {
  // undici's types know neither `lookup` beside TLS options nor the socket it returns.
  const connect = buildConnector({
    timeout: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    lookup: policy.lookup,
    allowH2: false,
    maxCachedSessions: 512,
    // Made once: a context of its own cost each new connection a fifth of its handshake.
    secureContext: createSecureContext(options.ca === undefined ? {} : { ca: [options.ca].flat() }),
  }) as unknown as Connect;

  return (target, callback) => {
    const socket: Socket = connect(target, callback);
    socket.prependOnceListener('connect', () => {
      try {
        policy.assertConnected(socket);
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
    return socket;
  };
}

/** A flat list is what undici reads fastest. */
function headersOf(request: OutboundRequest): string[] {
  const headers = ['content-type', request.contentType, 'accept-encoding', 'identity', 'user-agent', USER_AGENT];
  for (const [name, value] of Object.entries(request.headers)) {
    if (!OWN_HEADERS.has(name.toLowerCase())) headers.push(name, value);
  }
  return headers;
}
