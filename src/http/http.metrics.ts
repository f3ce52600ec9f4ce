import { Counter } from 'prom-client';
import { startAtZero } from '../counters/zero-series.js';

/** Requests answered, by class of route and status. */
export const httpRequests = new Counter({
  name: 'ricochet_http_requests_total',
  help: 'HTTP requests answered, by class of route and status.',
  labelNames: ['route', 'status'] as const,
});

/** Paths of a class begin so, in any case; the first that fits counts. A class, not a route: those are many. */
const CLASSES: readonly (readonly [name: string, path: RegExp])[] = [
  ['marketo', /^\/services\/[^/]+\/marketo(\/|$)/],
  ['submit', /^(\/services\/[^/]+)?\/submitasyncaction$/],
  ['service', /^(\/services\/[^/]+)?\/(getservicedefinition|openapi\.json|status)$/],
  ['health', /^\/health\//],
  ['metrics', /^\/metrics$/],
  ['admin', /^\/admin(\/|$)/],
  ['companies', /^\/companies(\/|$)/],
  ['eqp', /^\/rest\/v1\//],
  ['async-calls', /^\/(service\.asmx|v2\/token|v1\/requesttoken)$/],
  ['oauth', /^\/oauth2\//],
  ['docs', /^\/docs/],
];
/** A route of no class, and a path that is no route. */
const OTHER = 'other';
export const NO_ROUTE = 'none';

const USUAL_STATUSES = [200, 201, 202, 204, 400, 401, 403, 404, 405, 409, 410, 412, 413, 415, 422, 429, 500, 503].map(
  String,
);

/** Lets every class have its usual statuses from the start. */
export function startHttpSeries(): void {
  const classes = [...CLASSES.map(([name]) => name), OTHER];
  startAtZero(httpRequests, { route: classes, status: USUAL_STATUSES });
  startAtZero(httpRequests, { route: [NO_ROUTE], status: ['400', '404', '405', '408', '414', '431'] });
}

/** @param pattern of a route, as the router writes it. */
export function routeClassOf(pattern: string): string {
  const path = pattern.toLowerCase();
  return CLASSES.find(([, prefix]) => prefix.test(path))?.[0] ?? OTHER;
}
