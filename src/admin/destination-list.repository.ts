import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';
import { ChannelRegistry } from '../delivery/channel-registry.js';
import { WAIT_KIND, type WaitKind } from '../delivery/destination-wait.js';
import { COUNTED_MAX, type DestinationView, type LastFailure } from './destinations.dto.js';

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

const LOOKED_AT = 50;

/**
 * Of the deliveries that wait, and of the newest of a registration or a client: a tenant's are too many to have an index.
 * Index: deliveries_open, deliveries_of_registrations; the channels stand in the text, or nothing proves that the second
 * holds them. At most a hundred attempts are looked up. Held deliveries say why themselves.
 */
function findLastFailureOf(channels: readonly string[]): Statement {
  return {
    name: 'admin.findLastFailureOfDestination',
    text: `SELECT a.started_at AS at, a.status, a.error_class AS "errorClass", a.error, near.id AS "deliveryId"
      FROM ((SELECT id FROM deliveries WHERE status = 'pending' AND destination_id = $1 ORDER BY next_attempt_at LIMIT ${LOOKED_AT})
        UNION (SELECT id FROM deliveries WHERE destination_id = $1 AND channel = ANY('{${channels.join(',')}}') ORDER BY id DESC LIMIT ${LOOKED_AT})) near
     CROSS JOIN LATERAL (SELECT started_at, status, error_class, error FROM delivery_attempts
        WHERE delivery_id = near.id AND NOT fenced ORDER BY number DESC LIMIT 1) a
     WHERE a.error_class IS NOT NULL ORDER BY a.started_at DESC LIMIT 1`,
  };
}

/** Reads destinations for administrators. */
@Injectable()
export class DestinationListRepository {
  private findLastFailureStatement: Statement | null = null;

  constructor(
    private readonly database: Database,
    private readonly channels: ChannelRegistry,
  ) {}

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

  async findLastFailure(id: string): Promise<LastFailure | null> {
    // Channels are registered at boot, before the first request.
    this.findLastFailureStatement ??= findLastFailureOf(this.channels.keysOfOthers());
    return (await this.database.query<LastFailure>(this.findLastFailureStatement, [id]))[0] ?? null;
  }

  countWaiting(ids: readonly string[]): Promise<WaitingRow[]> {
    return this.database.query<WaitingRow>(COUNT_WAITING, [ids]);
  }
}
