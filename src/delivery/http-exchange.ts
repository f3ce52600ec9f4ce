import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { failpointSoon } from '../config/failpoints.js';
import type { AttemptTiming, DeliveryAnswer, ErrorClass } from './answer.js';
import { elapsed, type ConnectionPhase, type ConnectionTiming } from './connection-timing.js';
import { describeDeadline, describeFailure } from './delivery-failure.js';
import { parseRetryAfter } from './retry-after.js';

/** What is kept of an answer's body. */
const EXCERPT_BYTES = 16 * 1024;

/** A thrown-away body is read so far to keep its connection: cheaper than a handshake. */
const DRAIN_BYTES = 64 * 1024;

/** A receiver that takes the request and then says nothing for so long will not answer. */
const ANSWER_MAX_MS = 15_000;

/** A body that drips would hold its connection, and a delivery that has arrived, until the attempt's time is up. */
const BODY_MAX_MS = 5_000;

/** Everything else may carry cookies or personal data. */
const KEPT_HEADERS = [
  'content-type',
  'content-length',
  'retry-after',
  'server',
  'date',
  'x-request-id',
  'cf-ray',
  'via',
];

const KEPT_HEADER_LENGTH = 1024;

/** A connection as an exchange sees it: whose clock runs, and whether its host needed a look-up. */
export interface ExchangeConnection {
  readonly timing: ConnectionTiming | null;
  readonly named: boolean;
}

/** Somebody who counts an exchange among his own until it ends. */
export interface ExchangeHolder {
  /** Called once, when it has ended. */
  release(exchange: HttpExchange): void;
}

type Split = Pick<AttemptTiming, 'dnsMs' | 'connectMs' | 'tlsMs'>;

/**
 * One request and what becomes of it: turns undici's callbacks into exactly one answer. The status line is the
 * answer; whatever happens to the body after it only shortens the excerpt. Thousands are under way for as long as
 * receivers take: it has no closures and no timers of its own, which the collector would carry along.
 */
export class HttpExchange implements Dispatcher.DispatchHandler {
  /** Those under way, and the connections to its origin. */
  underWay: ExchangeHolder | null = null;
  pool: ExchangeHolder | null = null;
  /** Kept by {@link ./exchanges-under-way.ts}. */
  place = -1;
  private readonly createdAt = performance.now();
  private readonly deadlineAt: number;
  /** When patience ends next: for the whole, for an answer, or for its body. */
  private endsAt: number;
  private controller: Dispatcher.DispatchController | null = null;
  private connection: ExchangeConnection | null = null;
  private startedAt: number | null = null;
  private headersAt: number | null = null;
  private split: Split | null = null;
  private status: number | null = null;
  private headers: IncomingHttpHeaders | null = null;
  private chunks: Buffer[] | null = null;
  private bodyBytes = 0;
  private settled = false;

  /**
   * @param onAnswer called once; it must not throw
   * @param timeoutMs for the whole exchange; whoever holds it calls {@link endIfDue}
   */
  constructor(
    private readonly onAnswer: (answer: DeliveryAnswer) => void,
    private readonly timeoutMs = Number.POSITIVE_INFINITY,
  ) {
    this.deadlineAt = this.createdAt + timeoutMs;
    this.endsAt = this.deadlineAt;
  }

  /** Called when a connection, open or still to be made, takes the request. */
  assign(connection: ExchangeConnection): void {
    this.connection = connection;
  }

  /** Answers without a request having been made. */
  refuse(errorClass: ErrorClass, error: string): void {
    this.settle(errorClass, error);
  }

  /** Ends the exchange when it has taken too long; a status line that came is still the answer. */
  endIfDue(nowMs: number): void {
    if (nowMs < this.endsAt) return;
    const afterMs = this.endsAt === this.deadlineAt ? this.timeoutMs : ANSWER_MAX_MS;
    const failure = describeDeadline(this.phase(), this.startedAt !== null, afterMs);
    this.settle(failure.errorClass, failure.error);
    this.controller?.abort(new Error('deadline'));
  }

  /** Ends the exchange because this process stops; a status line that came is still the answer. */
  interrupt(): void {
    this.settle('interrupted', 'This process stopped before an answer came.');
    this.controller?.abort(new Error('stopped'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Expired while it waited for a connection: nothing has been written yet.
    if (this.settled) return controller.abort(new Error('deadline'));
    this.controller = controller;
    this.startedAt = performance.now();
    this.endsAt = Math.min(this.deadlineAt, this.startedAt + ANSWER_MAX_MS);
    this.split = this.connection?.timing?.takeSplit() ?? null;
    failpointSoon('deliver.mid-http');
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    // Informational answers announce the real one.
    if (status < 200) return;
    this.status = status;
    this.headers = headers;
    this.headersAt = performance.now();
    this.endsAt = Math.min(this.deadlineAt, this.headersAt + BODY_MAX_MS);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const room = EXCERPT_BYTES - this.bodyBytes;
    this.bodyBytes += chunk.length;
    if (!this.isSuccess() && room > 0) (this.chunks ??= []).push(chunk.subarray(0, room));
    if (this.bodyBytes <= (this.isSuccess() ? DRAIN_BYTES : EXCERPT_BYTES)) return;
    this.settle();
    controller.abort(new Error('body'));
  }

  onResponseEnd(): void {
    this.settle();
  }

  onRequestUpgrade(
    _controller: Dispatcher.DispatchController,
    _status: number,
    _headers: unknown,
    socket: { destroy(): void },
  ): void {
    this.settle('protocol', 'The receiver switched to another protocol.');
    socket.destroy();
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    const failure = describeFailure(error, this.phase(), this.startedAt !== null);
    this.settle(failure.errorClass, failure.error);
  }

  private isSuccess(): boolean {
    return this.status !== null && this.status >= 200 && this.status < 300;
  }

  /** How far the connection is that has the request; null while it waits for one. */
  private phase(): ConnectionPhase | null {
    return this.connection === null ? null : (this.connection.timing?.phase(this.connection.named) ?? null);
  }

  private settle(errorClass: ErrorClass | null = null, error: string | null = null): void {
    if (this.settled) return;
    this.settled = true;
    this.underWay?.release(this);
    this.pool?.release(this);
    const answered = this.status !== null;
    const headers = this.headers ?? {};
    const kept = answered && !this.isSuccess();
    this.onAnswer({
      status: this.status,
      errorClass: answered ? null : errorClass,
      error: answered ? null : error,
      requestStarted: this.startedAt !== null,
      resolvedIp: this.connection?.timing?.remoteAddress ?? null,
      timing: this.timing(),
      retryAfterMs: answered ? parseRetryAfter(headers['retry-after'], Date.now()) : null,
      headers: kept ? keepHeaders(headers) : null,
      // Compressed text says nothing to its reader, and hides from redaction.
      excerpt: kept && isPlain(headers) ? Buffer.concat(this.chunks ?? []) : null,
    });
  }

  private timing(): AttemptTiming {
    const { split, startedAt, headersAt } = this;
    return {
      totalMs: elapsed(this.createdAt, performance.now()),
      dnsMs: split?.dnsMs ?? null,
      connectMs: split?.connectMs ?? null,
      tlsMs: split?.tlsMs ?? null,
      firstByteMs: split !== null && startedAt !== null && headersAt !== null ? elapsed(startedAt, headersAt) : null,
    };
  }
}

function isPlain(headers: IncomingHttpHeaders): boolean {
  const encoding = headers['content-encoding'];
  return encoding === undefined || encoding === 'identity';
}

function keepHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = headers[name];
    if (value !== undefined) kept[name] = String(value).slice(0, KEPT_HEADER_LENGTH);
  }
  return kept;
}
