import type { Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import { Injectable, Optional, type OnApplicationShutdown } from '@nestjs/common';
import { buildConnector, Pool, type Dispatcher } from 'undici';
import { textsOf } from '../../../delivery/answer-headers.js';
import { parseRetryAfter } from '../../../delivery/retry-after.js';
import { USER_AGENT } from '../../../delivery/user-agent.js';
import { HEADERS_MAX_BYTES } from '../../../http/answer-head.js';
import type { AddressGuard } from '../../../security/address-policy.js';
import type { RenderedRequest } from './request-template.js';

/** Most bytes of an answer. */
export const ANSWER_MAX_BYTES = 1024 * 1024;
const CONNECT_TIMEOUT_MS = 5_000;

/** Where a request goes. */
export interface StepTarget {
  readonly guard: AddressGuard;
  readonly origin: string;
}

/** The outcome of one request. Sentences name neither addresses nor values: they reach the journey. */
export type StepAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly retryAfterMs: number | null;
      readonly text: string;
    }
  | {
      readonly kind: 'none';
      readonly reason: 'address' | 'timeout' | 'stopped' | 'unreachable' | 'broken' | 'tooLarge' | 'compressed';
      /** False: it is certain that the system saw nothing of it. */
      readonly started: boolean;
      readonly sentence: string;
      /** For our log alone: names hosts and addresses. */
      readonly detail: string | null;
    };

/** Options beside the defaults; nothing provides them in production. */
export abstract class StepClientOptions {
  /** Certificate authorities in PEM, instead of the ones Node trusts. */
  abstract readonly ca?: string | Buffer;
}

/** Errors that come before any byte of a request has gone out. */
const NOT_STARTED = new Set([
  'ADDRESS_REFUSED',
  'ECONNREFUSED',
  'ENOTFOUND',
  'ENODATA',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * Sends the requests of steps: no redirects, at most 1 MiB of answer, one time for all of it, and nowhere the step's
 * {@link AddressGuard} forbids: names by its look-up, and every peer once more when the connection stands.
 */
@Injectable()
export class StepClient implements OnApplicationShutdown {
  private readonly pools = new Map<AddressGuard, Map<string, Pool>>();
  private readonly secureContext: ReturnType<typeof createSecureContext>;

  constructor(@Optional() options: StepClientOptions = {}) {
    this.secureContext = createSecureContext(options.ca === undefined ? {} : { ca: [options.ca] });
  }

  /** Never rejects. */
  async send(
    target: StepTarget,
    { method, path, headers, body }: RenderedRequest,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<StepAnswer> {
    const problem = target.guard.checkUrl(`${target.origin}/`, ANY_HOST);
    if (problem !== null) return refuseAddress(problem);
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    const timer = setTimeout(abort, Math.max(timeoutMs, 0));
    try {
      const answer = await this.poolOf(target).request({
        method,
        path,
        headers: { ...headers, 'user-agent': USER_AGENT, 'accept-encoding': 'identity' },
        body,
        signal: controller.signal,
      });
      return await readAnswer(answer);
    } catch (error) {
      if (signal.aborted) return none('stopped', true, 'the step was stopped before an answer came');
      if (controller.signal.aborted) return none('timeout', true, `no whole answer within ${Math.round(timeoutMs)} ms`);
      return describe(error);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  }

  /** Closes the connections to all others, each after what is under way on it. */
  keepOnly(targets: readonly StepTarget[]): void {
    for (const [guard, byOrigin] of this.pools) {
      for (const [origin, pool] of byOrigin) {
        if (targets.some((target) => target.guard === guard && target.origin === origin)) continue;
        byOrigin.delete(origin);
        void pool.close();
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
  private poolOf({ guard, origin }: StepTarget): Pool {
    let byOrigin = this.pools.get(guard);
    if (byOrigin === undefined) this.pools.set(guard, (byOrigin = new Map<string, Pool>()));
    let pool = byOrigin.get(origin);
    if (pool === undefined) {
      pool = new Pool(origin, {
        connections: null,
        pipelining: 1,
        // A request has one time for everything, which is kept here.
        headersTimeout: 0,
        bodyTimeout: 0,
        maxHeaderSize: HEADERS_MAX_BYTES,
        connect: this.connectorOf(guard),
      });
      byOrigin.set(origin, pool);
    }
    return pool;
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

async function readAnswer({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<StepAnswer> {
  const refuse = async (answer: StepAnswer): Promise<StepAnswer> => {
    // The connection goes with the body: reading ten megabytes to keep it would cost more.
    body.on('error', () => undefined);
    body.destroy();
    return answer;
  };
  if (isEncoded(headers['content-encoding'])) {
    return refuse(none('compressed', true, `the answer (${statusCode}) is compressed, although none was asked for`));
  }
  const tooLarge = none('tooLarge', true, `the answer (${statusCode}) is larger than 1 MiB`);
  if (Number(headers['content-length']) > ANSWER_MAX_BYTES) return refuse(tooLarge);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > ANSWER_MAX_BYTES) return refuse(tooLarge);
    chunks.push(chunk);
  }
  const retryAfterMs = parseRetryAfter(headers['retry-after'], Date.now());
  return { kind: 'answer', status: statusCode, retryAfterMs, text: Buffer.concat(chunks).toString('utf8') };
}

function isEncoded(header: unknown): boolean {
  return textsOf(header).some((encoding) => !/^\s*(?:identity)?\s*$/i.test(encoding));
}

function describe(error: unknown): StepAnswer {
  const code = codeOf(error);
  if (code === 'ADDRESS_REFUSED') return refuseAddress((error as Error).message);
  if (NOT_STARTED.has(code)) return none('unreachable', false, `no connection to the system (${code})`);
  return none('broken', true, `the connection broke before the answer was whole (${code})`);
}

function refuseAddress(detail: string): StepAnswer {
  const sentence = 'the system has an address that this step may not reach';
  return { kind: 'none', reason: 'address', started: false, sentence, detail };
}

function none(
  reason: Extract<StepAnswer, { kind: 'none' }>['reason'],
  started: boolean,
  sentence: string,
): Extract<StepAnswer, { kind: 'none' }> {
  return { kind: 'none', reason, started, sentence, detail: null };
}

/** Codes of a connection that failed to several addresses stand in the errors inside. */
function codeOf(error: unknown): string {
  const { code, errors, name } = (error ?? {}) as { code?: unknown; errors?: readonly unknown[]; name?: unknown };
  if (typeof code === 'string' && /^[\w-]+$/.test(code)) return code;
  const inner: string | undefined = Array.isArray(errors) && errors.length > 0 ? codeOf(errors[0]) : undefined;
  return inner ?? (typeof name === 'string' && /^\w+$/.test(name) ? name : 'unknown');
}
