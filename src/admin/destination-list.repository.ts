import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';
import { WAIT_KIND, type WaitKind } from '../delivery/destination-wait.js';
import { COUNTED_MAX, type DestinationView } from './destinations.dto.js';

/** A destination as it stands, without counts of attempts. */
export interface DestinationRow extends Omit<DestinationView, 'state' | 'waiting' | 'attempts'> {
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

  countWaiting(ids: readonly string[]): Promise<WaitingRow[]> {
    return this.database.query<WaitingRow>(COUNT_WAITING, [ids]);
  }
}
