import { Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorDialects } from './error-dialects.js';
import { httpRequests, NO_ROUTE } from './http.metrics.js';
import { isLargelyUnread } from './lingering-close.js';
import { RequestError } from './request-error.js';
import { requestIdOf } from './request-ids.js';
import { toOriginForm } from './request-target.js';
import type { RouteTable } from './route-table.js';
import { toRequestError } from './to-request-error.js';

/** Answers a failed request in its path's dialect and logs what only the operator may know. */
export class ErrorAnswer {
  private readonly log = new Logger('Http');

  constructor(
    private readonly dialects: ErrorDialects,
    private readonly routes: RouteTable,
  ) {}

  send(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    // Headers gone: the body is half out, only the connection's end can still tell the caller.
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    const path = pathOf(request.raw.url ?? '/');
    const error = this.asWrongMethod(toRequestError(thrown), request, reply, path);
    const requestId = requestIdOf(request);
    if (error.retryAfterSeconds !== null) void reply.header('retry-after', String(error.retryAfterSeconds));
    if (error.challenge !== null) void reply.header('www-authenticate', error.challenge);
    if (error.etag !== null) void reply.header('etag', error.etag);
    // A caller must not go on sending a body that is not read.
    if (isLargelyUnread(request.raw)) void reply.header('connection', 'close');
    const rendered = this.dialects.rendererOf(path)(error, requestId);
    const status = rendered.status ?? error.status;
    this.report(error, { requestId, status }, request);
    void reply.code(status).header('content-type', rendered.contentType).send(rendered.body);
  }

  /** A path that exists for other methods is a 405 naming them. Only the router's own 404 qualifies. */
  private asWrongMethod(error: RequestError, request: FastifyRequest, reply: FastifyReply, path: string): RequestError {
    if (error.status !== 404 || !request.is404) return error;
    const allowed = this.routes.methodsOf(path);
    // A path with a wildcard is served for the method, only what it names is not there.
    if (allowed.length === 0 || allowed.includes(request.method)) return error;
    void reply.header('allow', allowed.join(', '));
    return new RequestError(405, 'INVALID_REQUEST', 'The method is not allowed here.', { cause: error.cause });
  }

  private report(error: RequestError, answer: { requestId: string; status: number }, request: FastifyRequest): void {
    // The route's pattern, not the URL: a query string may hold a key.
    const route = request.is404 ? null : (request.routeOptions?.url ?? null);
    if (route === null) httpRequests.inc({ route: NO_ROUTE, status: answer.status });
    const line = { ...answer, code: error.code, method: request.method, route };
    if (error.status === 500) this.log.error({ message: 'Request failed unexpectedly', ...line, ...causeOf(error) });
    else if (error.status > 500) this.log.warn({ message: 'Request refused', ...line, ...causeOf(error) });
    // The caller's to mend: which fields were wrong is in the answer, and their names may be anybody's words.
    else this.log.log({ message: 'Request refused', ...line });
  }
}

/** The path of a request target, without its origin and its query. */
function pathOf(url: string): string {
  const target = toOriginForm(url);
  const end = target.search(/[?#;]/);
  const path = end === -1 ? target : target.slice(0, end);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** Class, code and stack of a cause; its message only where no value of a request can be quoted in it. */
function causeOf(error: RequestError): { error: string; causeCode?: unknown; stack?: string } {
  const cause: unknown = error.cause ?? error;
  if (!(cause instanceof Error)) return { error: typeof cause };
  const { code } = cause as { code?: unknown };
  // V8 quotes JSON in a SyntaxError, Postgres quotes values in SQLSTATE classes 22 and 23.
  const quotes = cause instanceof SyntaxError || (typeof code === 'string' && /^2[23][0-9A-Z]{3}$/.test(code));
  const frames = cause.stack?.slice(cause.stack.indexOf('\n    at ') + 1) ?? '';
  return { error: quotes ? cause.name : `${cause.name}: ${cause.message}`, causeCode: code, stack: frames };
}
