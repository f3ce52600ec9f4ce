import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';
import { WAIT_KIND, type WaitKind } from '../delivery/destination-wait.js';
import { COUNTED_MAX, type DestinationOwner, type DestinationView, type LastFailure } from './destinations.dto.js';

/** A destination as it stands, without counts of attempts. */
export interface DestinationRow extends Omit<
  DestinationView,
  'state' | 'waiting' | 'attempts' | 'owner' | 'lastFailure'
> {
  readonly waitKind: WaitKind | null;
}

/** How many of its deliveries are in a status, up to a bound. */
export interface WaitingRow {
  readonly id: string;
  readonly pending: number;
  readonly delivering: number;
  readonly held: number;
}

/** The one that registered it, by the name that administrators know. */
export interface OwnerRow extends DestinationOwner {
  readonly id: string;
}

const COLUMNS = `t.id, t.channel, t.scope, t.origin, t.disabled_reason AS reason, t.opened_until AS "openUntil",
  t.open_count AS "openCount", t.throttled_until AS "throttledUntil", t.left_at AS "leftAt", ${WAIT_KIND} AS "waitKind"`;

/** Along the primary key. */
const LIST: Statement = {
  name: 'admin.listDestinations',
  text: `SELECT ${COLUMNS} FROM destinations t
          WHERE ($1::uuid IS NULL OR t.id > $1) AND ($2::text IS NULL OR t.channel = $2) ORDER BY t.id LIMIT $3`,
};

/** Index: destinations_guarded, of those in trouble only. */
const LIST_TROUBLED: Statement = {
  name: 'admin.listTroubledDestinations',
  text: `SELECT ${COLUMNS} FROM destinations t
          WHERE (t.opened_until IS NOT NULL OR t.throttled_until IS NOT NULL OR t.disabled_reason IS NOT NULL)
            AND ($1::uuid IS NULL OR t.id > $1) AND ($2::text IS NULL OR t.channel = $2) AND ${WAIT_KIND} IS NOT NULL
          ORDER BY t.id LIMIT $3`,
};

const FIND: Statement = {
  name: 'admin.findDestination',
  text: `SELECT ${COLUMNS} FROM destinations t WHERE t.id = $1`,
};

const countOf = (status: string): string => `(SELECT count(*)::int FROM (
  SELECT 1 FROM deliveries d WHERE d.status = '${status}' AND d.destination_id = t.id LIMIT ${COUNTED_MAX}) b) AS ${status}`;

/** Index: deliveries_open, a stretch of it for each status and destination. */
const COUNT_WAITING: Statement = {
  name: 'admin.countWaitingOfDestinations',
  text: `SELECT t.id, ${countOf('pending')}, ${countOf('delivering')}, ${countOf('held')} FROM unnest($1::uuid[]) AS t(id)`,
};

const UUID_SCOPE = `t.scope ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'`;

/** By the keys of the tables; a CASE casts the scope only where it is an id. */
const FIND_OWNERS: Statement = {
  name: 'admin.findOwnersOfDestinations',
  text: `SELECT t.id,
      CASE t.channel WHEN 'companies' THEN 'company' WHEN 'eqp' THEN 'eqp' WHEN 'async-call' THEN 'asyncClient' WHEN 'notice' THEN 'notice' END AS kind,
      CASE WHEN t.channel IN ('companies', 'eqp') THEN t.scope END AS registration,
      CASE WHEN NOT (${UUID_SCOPE}) THEN NULL
        WHEN t.channel = 'companies' THEN (SELECT k.company_id FROM company_callbacks c JOIN companies k ON k.id = c.company WHERE c.id = t.scope::uuid)
        WHEN t.channel = 'eqp' THEN (SELECT u.mage_id FROM eqp_callbacks c JOIN eqp_users u ON u.id = c.user_id WHERE c.id = t.scope::uuid)
        WHEN t.channel = 'async-call' THEN (SELECT c.name FROM async_clients c WHERE c.id = t.scope::uuid)
        WHEN t.channel = 'notice' THEN (SELECT n.name FROM notices n WHERE n.id = t.scope::uuid) END AS name
    FROM destinations t WHERE t.id = ANY($1::uuid[]) AND t.channel IN ('companies', 'eqp', 'async-call', 'notice')`,
};

const LOOKED_AT = 50;

/**
 * Of the deliveries that wait, and of the newest of a registration. Index: deliveries_open, deliveries_of_registrations.
 * At most a hundred attempts are looked up. Held deliveries lost: they say why themselves, and are read through all that failed.
 */
const FIND_LAST_FAILURE: Statement = {
  name: 'admin.findLastFailureOfDestination',
  text: `SELECT a.started_at AS at, a.status, a.error_class AS "errorClass", a.error, near.id AS "deliveryId"
      FROM ((SELECT id FROM deliveries WHERE status = 'pending' AND destination_id = $1 ORDER BY next_attempt_at LIMIT ${LOOKED_AT})
        UNION (SELECT id FROM deliveries WHERE destination_id = $1 AND channel <> 'adobe' ORDER BY id DESC LIMIT ${LOOKED_AT})) near
     CROSS JOIN LATERAL (SELECT started_at, status, error_class, error FROM delivery_attempts
        WHERE delivery_id = near.id AND NOT fenced ORDER BY number DESC LIMIT 1) a
     WHERE a.error_class IS NOT NULL ORDER BY a.started_at DESC LIMIT 1`,
};

/** Reads destinations for administrators. */
@Injectable()
export class DestinationListRepository {
  constructor(private readonly database: Database) {}

  /** In the order of ids, only those after `after`. */
  list(
    troubled: boolean,
    page: { readonly after: string | null; readonly channel: string | null; readonly limit: number },
  ): Promise<DestinationRow[]> {
    const values = [page.after, page.channel, page.limit];
    return this.database.query<DestinationRow>(troubled ? LIST_TROUBLED : LIST, values);
  }

  async find(id: string): Promise<DestinationRow | null> {
    return (await this.database.query<DestinationRow>(FIND, [id]))[0] ?? null;
  }

  /** Those whose scope is the id of a row; the others are of an organisation, and their scope names it. */
  findOwners(ids: readonly string[]): Promise<OwnerRow[]> {
    return this.database.query<OwnerRow>(FIND_OWNERS, [ids]);
  }

  async findLastFailure(id: string): Promise<LastFailure | null> {
    return (await this.database.query<LastFailure>(FIND_LAST_FAILURE, [id]))[0] ?? null;
  }

  countWaiting(ids: readonly string[]): Promise<WaitingRow[]> {
    return this.database.query<WaitingRow>(COUNT_WAITING, [ids]);
  }
}
