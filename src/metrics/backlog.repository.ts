import { Injectable } from '@nestjs/common';
import { UNFINISHED_STATES } from '../actions/action-state.js';
import { WAITING_STATUSES } from '../delivery/delivery.metrics.js';
import { Database, type Statement } from '../database/database.js';

/** The backlog as a scrape shows it: ages in seconds, counts bounded. */
export interface Backlog {
  readonly enrichmentAgeSeconds: number;
  readonly deliveryAgeSeconds: number;
  readonly unfinished: ReadonlyMap<string, number>;
  readonly waiting: readonly WaitingDeliveries[];
}

/** Deliveries of a channel that wait in a status. */
export interface WaitingDeliveries {
  readonly channel: string;
  readonly status: (typeof WAITING_STATUSES)[number];
  readonly count: number;
}

interface BacklogRow {
  readonly enrichment_age: number;
  readonly delivery_age: number;
  readonly received: number;
  readonly enriching: number;
  readonly calling_back: number;
}

const COUNT_MAX = 100_000;
const DESTINATIONS_MAX = 1_000;
/** These rows are read, not only their index entries: 20 ms at most. */
const WAITING_MAX = 20_000;

const LIMIT_TIME: Statement = {
  name: 'metrics.limitTime',
  text: `SELECT set_config('statement_timeout', '1000', true)`,
};

/**
 * Counts walk actions_unfinished and stop at a bound; the oldest due delivery is found by hopping from destination to
 * destination along deliveries_open. A plain min(next_attempt_at) lost: it reads every pending row.
 */
const MEASURE: Statement = {
  name: 'metrics.measureBacklog',
  text: `WITH RECURSIVE hop AS (
      (SELECT destination_id, next_attempt_at FROM deliveries
        WHERE status = 'pending' ORDER BY destination_id, next_attempt_at LIMIT 1)
      UNION ALL
      SELECT next.destination_id, next.next_attempt_at FROM hop CROSS JOIN LATERAL (
        SELECT d.destination_id, d.next_attempt_at FROM deliveries d
         WHERE d.status = 'pending' AND d.destination_id > hop.destination_id
         ORDER BY d.destination_id, d.next_attempt_at LIMIT 1) next
    )
    SELECT ${UNFINISHED_STATES.map(
      (state) =>
        `(SELECT count(*) FROM (SELECT 1 FROM actions WHERE state = '${state}' LIMIT $1) bounded)::int AS ${state}`,
    ).join(', ')},
      coalesce((SELECT extract(epoch FROM now() - received_at) FROM actions
                 WHERE state = 'received' ORDER BY deadline_at LIMIT 1), 0)::float8 AS enrichment_age,
      greatest(coalesce((SELECT extract(epoch FROM now() - min(h.next_attempt_at))
                           FROM (SELECT next_attempt_at FROM hop LIMIT $2) h), 0), 0)::float8 AS delivery_age`,
};

/** Index: deliveries_open, a status at a time, so that many pending ones do not hide those that are held. */
const COUNT_WAITING: Statement = {
  name: 'metrics.countWaiting',
  text: WAITING_STATUSES.map(
    (status) => `SELECT channel, '${status}' AS status, count(*)::int AS count
        FROM (SELECT channel FROM deliveries WHERE status = '${status}' LIMIT $1) bounded GROUP BY channel`,
  ).join(' UNION ALL '),
};

/** Asks Postgres how much waits, for at most a second. */
@Injectable()
export class BacklogRepository {
  constructor(private readonly database: Database) {}

  async measure(): Promise<Backlog> {
    const { row, waiting } = await this.database.transaction(async (tx) => {
      await tx.query(LIMIT_TIME, []);
      const [row] = await tx.query<BacklogRow>(MEASURE, [COUNT_MAX, DESTINATIONS_MAX]);
      return { row, waiting: await tx.query<WaitingDeliveries>(COUNT_WAITING, [WAITING_MAX]) };
    });
    return {
      enrichmentAgeSeconds: row?.enrichment_age ?? 0,
      deliveryAgeSeconds: row?.delivery_age ?? 0,
      unfinished: new Map(UNFINISHED_STATES.map((state) => [state, row?.[state] ?? 0])),
      waiting,
    };
  }
}
