import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { textsOf } from '../../../delivery/answer-headers.js';
import { parseRetryAfter } from '../../../delivery/retry-after.js';
import type { AnswerHead } from '../../../http/answer-head.js';

/** Most bytes of an answer. */
export const ANSWER_MAX_BYTES = 1024 * 1024;

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

/** A connection as an exchange sees it. */
export interface StepCarrier {
  readonly head: Pick<AnswerHead, 'begin'> | null;
}

/**
 * One request of a step and its outcome: turns undici's callbacks into exactly one answer. A body that is too long, or
 * that cannot be read, is not read on: ten megabytes read to keep a connection would cost more than the next one.
 */
export class StepExchange implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | null = null;
  private connection: StepCarrier | null = null;
  private onFree: (() => void) | null = null;
  private status = 0;
  private headers: IncomingHttpHeaders = {};
  private chunks: Buffer[] = [];
  private bytes = 0;
  private settled = false;

  /** @param onAnswer called exactly once; it must not throw */
  constructor(private readonly onAnswer: (answer: StepAnswer) => void) {}

  /** @param onFree called once undici is done with the request, which may be later than the answer. */
  begin(connection: StepCarrier, onFree: () => void): void {
    this.connection = connection;
    this.onFree = onFree;
  }

  /** Ends the exchange, unless it has ended. */
  end(answer: StepAnswer): void {
    if (this.settled) return;
    this.settled = true;
    this.chunks = [];
    this.onAnswer(answer);
    this.controller?.abort(new Error('ended'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Ended while it waited for a connection: nothing has been written yet.
    if (this.settled) return controller.abort(new Error('ended'));
    this.controller = controller;
    this.connection?.head?.begin();
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.status = status;
    this.headers = headers;
    if (isEncoded(headers['content-encoding'])) {
      this.end(none('compressed', true, `the answer (${status}) is compressed, although none was asked for`));
    } else if (Number(headers['content-length']) > ANSWER_MAX_BYTES) this.end(this.tooLarge());
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.settled) return;
    this.bytes += chunk.length;
    if (this.bytes > ANSWER_MAX_BYTES) this.end(this.tooLarge());
    else this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.leave();
    if (this.settled) return;
    this.settled = true;
    const [first = EMPTY] = this.chunks;
    const body = this.chunks.length > 1 ? Buffer.concat(this.chunks, this.bytes) : first;
    const retryAfterMs = parseRetryAfter(this.headers['retry-after'], Date.now());
    this.onAnswer({ kind: 'answer', status: this.status, retryAfterMs, text: body.toString('utf8') });
  }

  onRequestUpgrade(
    _controller: Dispatcher.DispatchController,
    _status: number,
    _headers: unknown,
    socket: { destroy(): void },
  ): void {
    this.leave();
    this.end(none('broken', true, 'the system switched to another protocol'));
    socket.destroy();
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.leave();
    this.end(describe(error));
  }

  private leave(): void {
    this.onFree?.();
    this.onFree = null;
  }

  private tooLarge(): StepAnswer {
    return none('tooLarge', true, `the answer (${this.status}) is larger than 1 MiB`);
  }
}

const EMPTY = Buffer.alloc(0);

function isEncoded(header: unknown): boolean {
  return textsOf(header).some((encoding) => !/^\s*(?:identity)?\s*$/i.test(encoding));
}

/** The answer that there is none, of an error of the connection. */
export function describe(error: unknown): StepAnswer {
  const code = codeOf(error);
  if (code === 'ADDRESS_REFUSED') return refuseAddress((error as Error).message);
  if (NOT_STARTED.has(code)) return none('unreachable', false, `no connection to the system (${code})`);
  return none('broken', true, `the connection broke before the answer was whole (${code})`);
}

export function refuseAddress(detail: string): StepAnswer {
  const sentence = 'the system has an address that this step may not reach';
  return { kind: 'none', reason: 'address', started: false, sentence, detail };
}

export function none(
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
