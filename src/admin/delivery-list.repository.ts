import { Injectable } from '@nestjs/common';
import { firstIdAt } from '../database/id-bound.js';
import type { ErrorClass } from '../delivery/answer.js';
import type { DeliveryStatus } from '../delivery/delivery.js';
import { eventTypeOf, serviceOf } from './delivery-about.js';
import {
  BoundedSearchRepository,
  type FoundRows,
  SearchConditions,
  type SearchedTable,
} from './bounded-search.repository.js';
import type { DeliveryListItem } from './list-deliveries.dto.js';

/** The filters of a list; null filters nothing. */
export interface DeliveryFilter {
  readonly channel: string | null;
  readonly status: DeliveryStatus | null;
  readonly destinationId: string | null;
  readonly ownerId: string | null;
  readonly service: string | null;
  readonly eventType: string | null;
  /** The channels of events: deliveries of the others need not be asked for their event. */
  readonly eventChannels: readonly string[];
  readonly errorClass: ErrorClass | null;
  readonly lastStatus: number | null;
  readonly since: Date | null;
  readonly until: Date | null;
  /** Only ids below. */
  readonly before: string | null;
  readonly limit: number;
}

/** The class of the newest attempt that counted; along the key of delivery_attempts. */
const LAST_CLASS = `(SELECT a.error_class FROM delivery_attempts a WHERE a.delivery_id = r.id AND NOT a.fenced
  ORDER BY a.number DESC LIMIT 1)`;

const EVENT_TYPE = eventTypeOf('r');
const SERVICE = serviceOf('r');

/** Four look-ups by key for each row. */
const DELIVERIES: SearchedTable = {
  table: 'deliveries',
  key: 'deliveryId',
  columns: `r.id AS "deliveryId", r.channel, r.status, r.owner_id AS "ownerId",
    ${SERVICE} AS service, ${EVENT_TYPE} AS "eventType",
    r.destination_id AS "destinationId", regexp_replace(r.url, '[?#].*$', '') AS url, r.attempt_number AS "attemptNumber",
    r.last_status AS "lastStatus", ${LAST_CLASS} AS "errorClass", r.last_error AS "lastError",
    CASE WHEN r.status = 'pending' THEN r.next_attempt_at END AS "nextAttemptAt", r.expires_at AS "expiresAt"`,
};

export type FoundDelivery = Omit<DeliveryListItem, 'createdAt'>;

/**
 * Lists deliveries along the primary key, or along deliveries_failed for a status that it holds. An index for each filter
 * lost: each of them is paid at every insert, and a search is rare. Rather a page ends after so many ids.
 */
@Injectable()
export class DeliveryListRepository {
  constructor(private readonly search: BoundedSearchRepository) {}

  /** The newest first, at most `limit`. @throws RequestError 422 when it takes too long. */
  list(filter: DeliveryFilter): Promise<FoundRows<FoundDelivery>> {
    return this.search.run<FoundDelivery>(conditionsOf(filter), {
      prefix: 'admin.deliveries',
      searched: DELIVERIES,
      narrower: 'since and until, or by status',
    });
  }
}

/** An owner has few deliveries, all found by deliveries_owner. */
function conditionsOf(filter: DeliveryFilter): SearchConditions {
  const conditions = new SearchConditions(filter.limit);
  conditions.bound('b', filter.before, (parameter) => `r.id < ${parameter}::uuid`);
  conditions.bound('s', filter.since && firstIdAt(filter.since), (parameter) => `r.id >= ${parameter}::uuid`);
  conditions.bound('u', filter.until && firstIdAt(filter.until), (parameter) => `r.id < ${parameter}::uuid`);
  conditions.bound('o', filter.ownerId, (parameter) => `r.owner_id = ${parameter}::uuid`);
  if (filter.status !== null) {
    conditions.spelled(isFailed(filter.status) ? 'bound' : 'clause', filter.status, `r.status = '${filter.status}'`);
  }
  conditions.clause('c', filter.channel, (parameter) => `r.channel = ${parameter}`);
  conditions.clause('d', filter.destinationId, (parameter) => `r.destination_id = ${parameter}::uuid`);
  conditions.clause('l', filter.lastStatus, (parameter) => `r.last_status = ${parameter}::int2`);
  conditions.clause('e', filter.errorClass, (parameter) => `r.last_error IS NOT NULL AND ${LAST_CLASS} = ${parameter}`);
  conditions.clause('v', filter.service, (parameter) => `${SERVICE} = ${parameter}`);
  conditions.clause('t', filter.eventType, (parameter) => {
    return `r.channel = ANY(${conditions.bind(filter.eventChannels)}::text[]) AND ${EVENT_TYPE} = ${parameter}`;
  });
  return conditions;
}

function isFailed(status: DeliveryStatus): boolean {
  return status === 'dead' || status === 'expired' || status === 'held';
}
