import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { announcedBytes } from './lingering-close.js';
import { RequestError } from './request-error.js';

/** Largest body that is read whole before its route runs, in bytes; stages that take less check their own limit. */
export const BODY_LIMIT_BYTES = 8 * 1024 * 1024;

/** Marks a route that reads its body of CSV as it comes: `@RouteConfig(STREAMS_CSV)`. */
export const STREAMS_CSV: StreamsBody = Object.freeze({ streams: 'text/csv' });

interface StreamsBody {
  readonly streams: string;
}

export interface StreamLimits {
  readonly maxBytes: number;
  /** Longest time without a byte. */
  readonly silenceMs: number;
  readonly totalMs: number;
  /** Ends the wait for bytes: the process stops. */
  readonly stop?: AbortSignal;
}

/** Sockets with a body that may take longer than a request usually may. */
const patient = new WeakSet<Socket>();

/** Whether Node's limit for a whole request does not count: the body has limits of its own. */
export function isPatient(socket: Socket): boolean {
  return patient.has(socket);
}

/** Whether a caller that asks first (`Expect: 100-continue`) may send before its route has looked at the request. */
export function mayContinueAtOnce(request: IncomingMessage): boolean {
  return announcedBytes(request) <= BODY_LIMIT_BYTES || request.headers['transfer-encoding'] !== undefined;
}

/** Requests of a wrong type to a marked route. They are refused when the body is asked for: a stranger gets 401 first. */
const wrongTypes = new WeakMap<FastifyRequest, RequestError>();

/** Lets marked routes have their body as a stream, and refuses every other type there before a byte is read. */
export function streamBodies(instance: FastifyInstance): void {
  instance.addContentTypeParser('text/csv', (request, payload, done) => {
    // Elsewhere it is the wrong type, which the route says in its own words; nothing of it is read.
    done(null, streamedType(request.routeOptions.config) === null ? Buffer.alloc(0) : payload);
  });
  instance.addHook('onRoute', (route) => {
    const type = streamedType(route.config);
    if (type === null) return;
    const check = (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void => {
      const refusal = wrongType(request, type);
      if (refusal !== null) {
        wrongTypes.set(request, refusal);
        // Otherwise the parser of the other type would read the body before the guards have looked at the caller.
        request.headers['content-type'] = type;
      }
      done();
    };
    route.onRequest = [route.onRequest ?? [], check].flat();
  });
}

function streamedType(config: unknown): string | null {
  const { streams } = (config ?? {}) as Partial<StreamsBody>;
  return streams ?? null;
}

/** The first mistake with curl is no type at all: without this it would be told that 8 MiB are too much. */
function wrongType({ headers, raw }: FastifyRequest, type: string): RequestError | null {
  if (announcedBytes(raw) === 0) return null;
  const given = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  const encoding = headers['content-encoding'];
  if (given !== type) return unsupported('Content-Type', `The Content-Type must be ${type}.`, type);
  if (encoding === undefined || /^\s*(?:identity)?\s*$/i.test(encoding)) return null;
  const message = 'Compressed requests are not supported: send the body as it is.';
  return unsupported('Content-Encoding', message, 'identity');
}

function unsupported(field: string, message: string, expected: string): RequestError {
  const details = [{ field, message: 'Unsupported media type', expected }];
  return new RequestError(415, 'INVALID_REQUEST', message, { details });
}

/**
 * The body of a request to a marked route, as it comes. The rest stays unread when the reader stops, and the answer still arrives.
 * @throws RequestError 415 for another type, 413 beyond the limit, 408 when the sender is too slow, 400 when it breaks off,
 * 503 when the process stops.
 */
export function readStream(request: FastifyRequest, reply: FastifyReply, limits: StreamLimits): AsyncGenerator<Buffer> {
  const refusal = wrongTypes.get(request);
  // At once, not with the first chunk: by then an upload would have begun.
  if (refusal !== undefined) throw refusal;
  return readChunks(request, reply, limits);
}

async function* readChunks({ raw }: FastifyRequest, reply: FastifyReply, limits: StreamLimits): AsyncGenerator<Buffer> {
  const tooLarge = new RequestError(413, 'INVALID_REQUEST', `The body has more than ${limits.maxBytes} bytes.`);
  const announced = announcedBytes(raw);
  if (Number.isFinite(announced) && announced > limits.maxBytes) throw tooLarge;
  if (raw.headers.expect !== undefined && !mayContinueAtOnce(raw)) reply.raw.writeContinue();
  const givesUpAtMs = performance.now() + limits.totalMs;
  patient.add(raw.socket);
  try {
    // Destroying the request would take the connection along, and the answer with it.
    const chunks = raw.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
    for (let bytes = 0; ;) {
      const leftMs = Math.min(limits.silenceMs, givesUpAtMs - performance.now());
      const next = await inTime(chunks.next(), leftMs, limits.stop);
      if (next.done === true) return;
      bytes += next.value.length;
      if (bytes > limits.maxBytes) throw tooLarge;
      yield next.value;
    }
  } finally {
    patient.delete(raw.socket);
  }
}

async function inTime(
  next: Promise<IteratorResult<Buffer>>,
  ms: number,
  stop?: AbortSignal,
): Promise<IteratorResult<Buffer>> {
  let timer: NodeJS.Timeout | undefined;
  let end = (): void => undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const slow = new RequestError(408, 'INVALID_REQUEST', 'The body took too long to arrive.');
    timer = setTimeout(() => reject(slow), Math.max(ms, 0));
    end = () => reject(stopping());
    if (stop?.aborted === true) end();
    stop?.addEventListener('abort', end, { once: true });
  });
  const chunk = next.catch((error: unknown) => {
    throw new RequestError(400, 'INVALID_REQUEST', 'The body broke off before its end.', { cause: error });
  });
  try {
    return await Promise.race([chunk, late]);
  } finally {
    clearTimeout(timer);
    stop?.removeEventListener('abort', end);
    // After a time-out it may still fail, and no caller waits for it.
    chunk.catch(() => undefined);
  }
}

/** The answer to a body that a stopping process reads no further. */
export function stopping(): RequestError {
  return new RequestError(503, 'SERVICE_UNAVAILABLE', 'The process is stopping: send it again.', {
    retryAfterSeconds: 10,
  });
}
