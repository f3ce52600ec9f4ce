import type { Attributes } from '@opentelemetry/api';
import type { FastifyRequest } from 'fastify';
import type { SpanOf, Tracing } from './tracing.js';

/** A request that one of the routes took, as its span shows it. */
export interface ServedRequest {
  readonly http: FastifyRequest;
  /** `performance.now()` when the handler began. */
  readonly startedAtMs: number;
}

/** How it was answered. */
export interface TakenRequest {
  readonly id: string;
  /** Taken before: the answer is the earlier one's. */
  readonly duplicate: boolean;
  readonly service: string;
  readonly status: number;
}

const SERVER_ERROR = 500;

/** The server span of a request that became an action. A repeated one is another span of the same trace. */
export function traceTaken(tracing: Tracing, request: ServedRequest, taken: TakenRequest): void {
  const { http } = request;
  const span = (): SpanOf =>
    spanOf(request, {
      'url.path': routeOf(http).replace(':apiName', taken.service),
      'http.response.status_code': taken.status,
      'ricochet.service': taken.service,
      'ricochet.request_id': taken.id,
      'ricochet.duplicate': taken.duplicate,
    });
  const traceparent = http.headers['traceparent'];
  const begun = taken.duplicate
    ? tracing.begin(taken.id, span, undefined, traceparent)
    : tracing.beginRoot(taken.id, span, traceparent);
  if (begun !== null) tracing.end(begun);
}

/** The server span of a request that was refused. @param code as the caller reads it */
export function traceRefused(tracing: Tracing, request: ServedRequest, status: number, code: string): void {
  const span = (): SpanOf =>
    spanOf(request, {
      // A name that the caller made up is a part of the path: the pattern says enough.
      'url.path': routeOf(request.http),
      'http.response.status_code': status,
      'error.type': code,
    });
  const begun = tracing.beginRefused(span, request.http.headers['traceparent']);
  if (begun !== null) tracing.end(begun, {}, status >= SERVER_ERROR);
}

function spanOf({ http, startedAtMs }: ServedRequest, attributes: Attributes): SpanOf {
  const route = routeOf(http);
  return {
    name: `${http.method} ${route}`,
    role: 'server',
    startedAtMs,
    attributes: {
      'http.request.method': http.method,
      'http.route': route,
      'url.scheme': http.protocol,
      ...attributes,
    },
  };
}

/** As documented, e.g. `/services/:apiName/submitAsyncAction`. */
function routeOf({ routeOptions }: FastifyRequest): string {
  return routeOptions.url ?? '';
}
