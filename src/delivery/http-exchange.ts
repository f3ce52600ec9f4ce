import type { IncomingHttpHeaders } from 'node:http';
import { Logger } from '@nestjs/common';
import type { Dispatcher } from 'undici';
import { failpointSoon } from '../config/failpoints.js';
import type { AnswerHead } from '../http/answer-head.js';
import { isPlain, keepHeaders } from './answer-headers.js';
import type { AttemptTiming, DeliveryAnswer, ErrorClass } from './answer.js';
import { elapsed, type ConnectionPhase, type ConnectionTiming } from './connection-timing.js';
import { describeDeadline, describeFailure, spoilsStatus } from './delivery-failure.js';
import { internalAnswer, traceOf } from './internal-failure.js';
import { parseRetryAfter } from './retry-after.js';

/** The part of an answer's body that is kept. */
const EXCERPT_BYTES = 16 * 1024;

/** A thrown-away body is read so far to keep its connection: cheaper than a handshake. */
const DRAIN_BYTES = 64 * 1024;

/** A receiver that takes the request and then says nothing for so long will not answer. */
const ANSWER_MAX_MS = 15_000;

/** A body that drips would hold its connection, and a delivery that has arrived, until the attempt's time is up. */
const BODY_MAX_MS = 5_000;

/** An exchange that is still under way so long after its time is ended by {@link HttpExchange.abandon}. */
const OVERDUE_MS = 1_000;

const log = new Logger('Delivery');

/** A connection as an exchange sees it: its clock, what begins an answer, and whether its host needed a look-up. */
export interface ExchangeConnection {
  readonly timing: ConnectionTiming | null;
  readonly head?: AnswerHead | null;
  readonly named: boolean;
}

/** An object that counts an exchange among its own until it ends. */
export interface ExchangeHolder {
  /** Called once, when it has ended. */
  release(exchange: HttpExchange): void;
}

type Split = Pick<AttemptTiming, 'dnsMs' | 'connectMs' | 'tlsMs'>;

/**
 * One request and its outcome: turns undici's callbacks into exactly one answer. The status line is the
 * answer; the fate of the body only decides how much of an excerpt there is. Thousands are under way for as long as
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
  private answered = false;

  /**
   * @param onAnswer called exactly once; it must not throw
   * @param timeoutMs for the whole exchange; its holder calls {@link endIfDue}
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

  /** Ends the exchange because of an error of this process's own. */
  fail(error: unknown): void {
    if (this.settled) return;
    this.settled = true;
    log.error(`an exchange failed: ${traceOf(error)}`);
    this.leave();
    this.answer(internalAnswer(error, this.known()));
  }

  /** Whether it is under way although {@link endIfDue} should have ended it a second ago. */
  isOverdue(nowMs: number): boolean {
    return nowMs >= this.deadlineAt + OVERDUE_MS;
  }

  /** The last resort: answers, if no answer was given, in any state of the exchange. */
  abandon(error: unknown): void {
    this.settled = true;
    this.leave();
    this.answer(internalAnswer(error, this.known()));
    this.controller?.abort(new Error('abandoned'));
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
    this.connection?.head?.begin();
    this.startedAt = performance.now();
    this.endsAt = Math.min(this.deadlineAt, this.startedAt + ANSWER_MAX_MS);
    this.split = this.connection?.timing?.takeSplit() ?? null;
    failpointSoon('deliver.mid-http');
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    // Informational answers announce the real one; the connection's head takes them out already.
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
    this.settle(failure.errorClass, failure.error, !spoilsStatus(error));
  }

  private isSuccess(): boolean {
    return this.status !== null && this.status >= 200 && this.status < 300;
  }

  /** How far the connection is that has the request; null while it waits for one. */
  private phase(): ConnectionPhase | null {
    return this.connection === null ? null : (this.connection.timing?.phase(this.connection.named) ?? null);
  }

  /** @param statusLineDecides whether a status line counts that came without the rest of its head */
  private settle(errorClass: ErrorClass | null = null, error: string | null = null, statusLineDecides = true): void {
    if (this.settled) return;
    this.settled = true;
    this.leave();
    this.answer(this.compose(errorClass, error, statusLineDecides));
  }

  /** Nothing that goes wrong with those who hold it keeps its answer back. */
  private leave(): void {
    try {
      this.underWay?.release(this);
      this.pool?.release(this);
    } catch (error) {
      log.error(`an exchange could not leave its holder: ${traceOf(error)}`);
    }
  }

  private answer(answer: DeliveryAnswer): void {
    if (this.answered) return;
    this.answered = true;
    this.onAnswer(answer);
  }

  /** A header of a shape that was not thought of must not cost the attempt its record. */
  private compose(errorClass: ErrorClass | null, error: string | null, statusLineDecides: boolean): DeliveryAnswer {
    try {
      if (this.status === null && statusLineDecides && this.startedAt !== null) {
        this.status = this.connection?.head?.status ?? null;
      }
      const answered = this.status !== null;
      const headers = this.headers ?? {};
      const kept = answered && !this.isSuccess();
      return {
        status: this.status,
        requestStarted: this.startedAt !== null,
        resolvedIp: this.connection?.timing?.remoteAddress ?? null,
        timing: this.timing(),
        errorClass: answered ? null : errorClass,
        error: answered ? null : error,
        retryAfterMs: answered ? parseRetryAfter(headers['retry-after'], Date.now()) : null,
        headers: kept ? keepHeaders(headers) : null,
        // Compressed text says nothing to its reader, and hides from redaction.
        excerpt: kept && isPlain(headers) ? Buffer.concat(this.chunks ?? []) : null,
      };
    } catch (failure) {
      log.error(`an answer could not be read: ${traceOf(failure)}`);
      return internalAnswer(failure, this.known());
    }
  }

  /** For the answers that are rare. */
  private known(): Pick<DeliveryAnswer, 'status' | 'requestStarted' | 'resolvedIp' | 'timing'> {
    return {
      status: this.status,
      requestStarted: this.startedAt !== null,
      resolvedIp: this.connection?.timing?.remoteAddress ?? null,
      timing: this.timing(),
    };
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
