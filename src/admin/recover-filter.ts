import { RECOVERABLE_STATUSES, type FailedDeliveriesFilter, type IdRange } from '../delivery/failed-deliveries.js';
import { RequestError } from '../http/request-error.js';
import { firstIdAt } from './id-bound.js';
import type { RecoverRequest } from './recover.dto.js';
import { UUID } from '../http/uuid.pipe.js';

/** What a job stores of its request: the filter, and the times it was asked for, normalised. */
export interface RecoverFilter extends FailedDeliveriesFilter {
  readonly since: string | null;
  readonly until: string | null;
}

const BEGINNING_OF_TIME = new Date(0);

/** @throws RequestError 422 for an endpoint that is neither an id nor a plain http(s) URL, or an empty range. */
export function toRecoverFilter(request: RecoverRequest): RecoverFilter {
  const { since, until } = request;
  if (since !== undefined && until !== undefined && new Date(since) >= new Date(until)) {
    throw refused('since', 'must be before until');
  }
  const statuses = request.status ?? ['dead', 'held'];
  return {
    // One spelling of each set: the same job asked for twice must look the same.
    statuses: RECOVERABLE_STATUSES.filter((status) => statuses.includes(status)),
    ...toEndpoint(request.endpoint),
    channel: request.channel ?? null,
    service: request.service ?? null,
    tenant: request.tenant ?? null,
    ...(request.toCurrentUrl === true && { toCurrentUrl: true }),
    since: since === undefined ? null : new Date(since).toISOString(),
    until: until === undefined ? null : new Date(until).toISOString(),
  };
}

/** What is made from now on is not part of it: a job ends. */
export function toIdRange(filter: RecoverFilter, now: Date): IdRange {
  const since = filter.since === null ? BEGINNING_OF_TIME : new Date(filter.since);
  const until = filter.until === null ? now : new Date(filter.until);
  return { after: firstIdAt(since), before: firstIdAt(until < now ? until : now) };
}

function toEndpoint(
  endpoint: string | undefined,
): Pick<FailedDeliveriesFilter, 'destinationId' | 'origin' | 'pathPrefix'> {
  if (endpoint === undefined) return { destinationId: null, origin: null, pathPrefix: null };
  if (UUID.test(endpoint)) return { destinationId: endpoint.toLowerCase(), origin: null, pathPrefix: null };
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw refused('endpoint', 'must be the id of a destination, an origin, or the beginning of an http(s) URL');
  }
  // Tokens live there; a job's filter is shown to whoever lists jobs.
  if (/[?#]/.test(endpoint) || url.username !== '' || url.password !== '') {
    throw refused('endpoint', 'must have no user, query or fragment');
  }
  return { destinationId: null, origin: url.origin, pathPrefix: url.pathname === '/' ? null : url.pathname };
}

function refused(field: string, message: string): RequestError {
  return new RequestError(422, 'VALIDATION_ERROR', `${field} ${message}`, { details: [{ field, message }] });
}
