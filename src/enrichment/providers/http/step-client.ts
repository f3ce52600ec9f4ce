import type { Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import { Injectable, Optional, type OnApplicationShutdown } from '@nestjs/common';
import { buildConnector } from 'undici';
import { USER_AGENT } from '../../../delivery/user-agent.js';
import type { AddressGuard } from '../../../security/address-policy.js';
import type { RenderedRequest } from './request-template.js';
import { StepConnections } from './step-connections.js';
import { describe, none, refuseAddress, type StepAnswer, StepExchange } from './step-exchange.js';

const CONNECT_TIMEOUT_MS = 5_000;

/** Where a request goes. */
export interface StepTarget {
  readonly guard: AddressGuard;
  readonly origin: string;
}

/** Options beside the defaults; nothing provides them in production. */
export abstract class StepClientOptions {
  /** Certificate authorities in PEM, instead of the ones Node trusts. */
  abstract readonly ca?: string | Buffer;
}

/**
 * Sends the requests of steps: no redirects, at most 1 MiB of answer, one time for all of it, and nowhere the step's
 * {@link AddressGuard} forbids: names by its look-up, and every peer once more when the connection stands.
 */
@Injectable()
export class StepClient implements OnApplicationShutdown {
  private readonly pools = new Map<AddressGuard, Map<string, StepConnections>>();
  private readonly secureContext: ReturnType<typeof createSecureContext>;

  constructor(@Optional() options: StepClientOptions = {}) {
    this.secureContext = createSecureContext(options.ca === undefined ? {} : { ca: [options.ca] });
  }

  /** Never rejects. */
  send(
    target: StepTarget,
    { method, path, headers, body }: RenderedRequest,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<StepAnswer> {
    const problem = target.guard.checkUrl(`${target.origin}/`, ANY_HOST);
    if (problem !== null) return Promise.resolve(refuseAddress(problem));
    if (signal.aborted) return Promise.resolve(stopped());
    return new Promise((resolve) => {
      const exchange = new StepExchange((answer) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
        resolve(answer);
      });
      const stop = (): void => exchange.end(stopped());
      const limit = Math.max(timeoutMs, 0);
      const timer = setTimeout(() => exchange.end(tooLate(timeoutMs)), limit);
      signal.addEventListener('abort', stop, { once: true });
      const options = {
        method,
        path,
        headers: { ...headers, 'user-agent': USER_AGENT, 'accept-encoding': 'identity' },
        body,
      };
      try {
        this.connectionsTo(target).dispatch(options, exchange);
      } catch (error) {
        exchange.end(describe(error));
      }
    });
  }

  /** Closes the connections to all others, each after what is under way on it. */
  keepOnly(targets: readonly StepTarget[]): void {
    for (const [guard, byOrigin] of this.pools) {
      for (const [origin, pool] of byOrigin) {
        if (targets.some((target) => target.guard === guard && target.origin === origin)) continue;
        byOrigin.delete(origin);
        pool.close();
      }
      if (byOrigin.size === 0) this.pools.delete(guard);
    }
  }

  /** Systems with connections, or that had some. */
  get origins(): readonly string[] {
    return [...this.pools.values()].flatMap((byOrigin) => [...byOrigin.keys()]);
  }

  async onApplicationShutdown(): Promise<void> {
    const pools = [...this.pools.values()].flatMap((byOrigin) => [...byOrigin.values()]);
    this.pools.clear();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  /** How many requests are under way is decided at the step's gate; origins are those that YAML files name. */
  private connectionsTo({ guard, origin }: StepTarget): StepConnections {
    let byOrigin = this.pools.get(guard);
    if (byOrigin === undefined) this.pools.set(guard, (byOrigin = new Map<string, StepConnections>()));
    let connections = byOrigin.get(origin);
    if (connections === undefined) {
      connections = new StepConnections(origin, this.connectorOf(guard));
      byOrigin.set(origin, connections);
    }
    return connections;
  }

  private connectorOf(guard: AddressGuard): buildConnector.connector {
    const connect = buildConnector({
      timeout: CONNECT_TIMEOUT_MS,
      lookup: guard.lookup,
      allowH2: false,
      secureContext: this.secureContext,
    }) as unknown as (options: buildConnector.Options, callback: buildConnector.Callback) => Socket;
    return (options, callback) => {
      const socket = connect(options, callback);
      socket.prependOnceListener('connect', () => {
        try {
          guard.assertConnected(socket);
        } catch (error) {
          socket.destroy(error as Error);
        }
      });
    };
  }
}

const ANY_HOST = Object.freeze({ hosts: null });

function stopped(): StepAnswer {
  return none('stopped', true, 'the step was stopped before an answer came');
}

function tooLate(timeoutMs: number): StepAnswer {
  return none('timeout', true, `no whole answer within ${Math.round(timeoutMs)} ms`);
}
