import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';
import { firstIdAt } from '../database/id-bound.js';
import type { ErrorClass } from '../delivery/answer.js';
import type { DeliveryStatus } from '../delivery/delivery.js';
import { SEARCH_MAX_MS, SearchTooWideError } from './action-list.repository.js';
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

/** The deliveries of a page. */
export interface FoundDeliveries {
  readonly items: Omit<DeliveryListItem, 'createdAt'>[];
  /** The last id that was looked at, when the search stopped there; null: it came to the end, or the page is full. */
  readonly stoppedAt: string | null;
}

/** Ids that one page looks at. */
export const LOOKED_AT_MAX = 50_000;
const QUERY_CANCELED = '57014';

const LIMIT_SEARCH: Statement = {
  name: 'admin.limitDeliverySearch',
  text: `SELECT set_config('statement_timeout', $1, true), set_config('plan_cache_mode', 'force_custom_plan', true)`,
};

/** The class of the newest attempt that counted; along the key of delivery_attempts. */
const LAST_CLASS = `(SELECT a.error_class FROM delivery_attempts a WHERE a.delivery_id = d.id AND NOT a.fenced
  ORDER BY a.number DESC LIMIT 1)`;

const EVENT_TYPE = `coalesce((SELECT c.event_type FROM company_events c WHERE c.id = d.owner_id),
  (SELECT q.callback_event FROM eqp_events q WHERE q.id = d.owner_id))`;

/** Of an action; null for an event. */
const SERVICE = `(SELECT o.service FROM actions o WHERE o.id = d.owner_id)`;

/** Only for the rows of the page: four look-ups by key each. */
const COLUMNS = `d.id AS "deliveryId", d.channel, d.status, d.owner_id AS "ownerId",
  ${SERVICE} AS service, ${EVENT_TYPE} AS "eventType",
  d.destination_id AS "destinationId", regexp_replace(d.url, '[?#].*$', '') AS url, d.attempt_number AS "attemptNumber",
  d.last_status AS "lastStatus", ${LAST_CLASS} AS "errorClass", d.last_error AS "lastError",
  CASE WHEN d.status = 'pending' THEN d.next_attempt_at END AS "nextAttemptAt", d.expires_at AS "expiresAt"`;

interface FoundRow extends Omit<DeliveryListItem, 'createdAt'> {
  readonly stoppedAt: string | null;
}

/**
 * Lists deliveries along the primary key, or along deliveries_failed for a status that it holds. An index for each filter
 * lost: each of them is paid at every insert, and a search is rare. Rather a page ends after so many ids.
 */
@Injectable()
export class DeliveryListRepository {
  constructor(private readonly database: Database) {}

  /** The newest first, at most `limit`. @throws SearchTooWideError when it takes too long. */
  async list(filter: DeliveryFilter): Promise<FoundDeliveries> {
    const { statement, values } = buildList(filter);
    try {
      const rows = await this.database.transaction(async (tx) => {
        await tx.query(LIMIT_SEARCH, [String(SEARCH_MAX_MS)]);
        return tx.query<FoundRow>(statement, values);
      });
      const stoppedAt = rows[0]?.stoppedAt ?? null;
      // A page without deliveries still has a row, which says how far it looked.
      const found = rows.filter(({ deliveryId }) => deliveryId !== null);
      return { items: found.map(({ stoppedAt: _, ...item }) => item), stoppedAt };
    } catch (error) {
      if ((error as { code?: unknown }).code !== QUERY_CANCELED) throw error;
      throw new SearchTooWideError('the search took too long', { cause: error });
    }
  }
}

/**
 * One text per set of filters. The inner select bounds what is looked at and is read only as far as the page needs; where
 * the page is not full, a walk over the same ids says where they ended. A status is spelled out, or the partial index of
 * failed deliveries could not be used. An owner has few deliveries, all found by deliveries_owner.
 */
function buildList(filter: DeliveryFilter): { statement: Statement; values: unknown[] } {
  const values: unknown[] = [filter.limit];
  const used: string[] = [];
  const bounds: string[] = [];
  const clauses: string[] = [];
  const add = (into: string[], name: string, value: unknown, clause: (parameter: string) => string): void => {
    if (value === null) return;
    used.push(name);
    into.push(clause(`$${values.push(value)}`));
  };
  add(bounds, 'b', filter.before, (parameter) => `d.id < ${parameter}::uuid`);
  add(bounds, 's', filter.since && firstIdAt(filter.since), (parameter) => `d.id >= ${parameter}::uuid`);
  add(bounds, 'u', filter.until && firstIdAt(filter.until), (parameter) => `d.id < ${parameter}::uuid`);
  add(bounds, 'o', filter.ownerId, (parameter) => `d.owner_id = ${parameter}::uuid`);
  if (filter.status !== null) {
    used.push(filter.status);
    (isFailed(filter.status) ? bounds : clauses).push(`d.status = '${filter.status}'`);
  }
  add(clauses, 'c', filter.channel, (parameter) => `d.channel = ${parameter}`);
  add(clauses, 'd', filter.destinationId, (parameter) => `d.destination_id = ${parameter}::uuid`);
  add(clauses, 'l', filter.lastStatus, (parameter) => `d.last_status = ${parameter}::int2`);
  add(clauses, 'e', filter.errorClass, (parameter) => `d.last_error IS NOT NULL AND ${LAST_CLASS} = ${parameter}`);
  add(clauses, 'v', filter.service, (parameter) => `${SERVICE} = ${parameter}`);
  add(clauses, 't', filter.eventType, (parameter) => {
    return `d.channel = ANY($${values.push(filter.eventChannels)}::text[]) AND ${EVENT_TYPE} = ${parameter}`;
  });
  return {
    statement: {
      name: `admin.deliveries:${used.join('+')}`,
      text: `WITH found AS MATERIALIZED (
          SELECT * FROM (SELECT * FROM deliveries d WHERE ${allOf(bounds)} ORDER BY d.id DESC LIMIT ${LOOKED_AT_MAX}) d
           WHERE ${allOf(clauses)} ORDER BY d.id DESC LIMIT $1
        ), stopped AS MATERIALIZED (
          SELECT d.id FROM deliveries d WHERE ${allOf(bounds)} AND (SELECT count(*) FROM found) < $1
           ORDER BY d.id DESC OFFSET ${LOOKED_AT_MAX - 1} LIMIT 1
        )
        SELECT page.*, (SELECT id FROM stopped) AS "stoppedAt" FROM (SELECT 1) one LEFT JOIN (
          SELECT ${COLUMNS} FROM found d) page ON true ORDER BY page."deliveryId" DESC`,
    },
    values,
  };
}

function allOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'true' : conditions.join(' AND ');
}

function isFailed(status: DeliveryStatus): boolean {
  return status === 'dead' || status === 'expired' || status === 'held';
}
