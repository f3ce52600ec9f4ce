import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';

/** Deliveries that belong to no action, by primary key from a cursor on; those under way or held are left alone. */
const ENDED = `SELECT id FROM deliveries
   WHERE id > $1 AND id < $2 AND channel NOT IN ('adobe', 'async-call') AND status IN ('delivered', 'dead', 'expired', 'cancelled')`;

const EMPTY_BODIES: Statement = {
  name: 'registrationRetention.emptyBodies',
  text: `WITH old AS (${ENDED} AND body IS NOT NULL ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED
    ), emptied AS (
      UPDATE deliveries d SET body = NULL FROM old WHERE d.id = old.id
    ), attempt AS (
      UPDATE delivery_attempts t SET excerpt = NULL, headers = NULL, request_body = NULL FROM old WHERE t.delivery_id = old.id
    )
    SELECT max(id::text) AS last, count(*)::int AS count FROM old`,
};

const DELETE_ROWS: Statement = {
  name: 'registrationRetention.deleteRows',
  text: `WITH old AS (${ENDED} ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED
    ), attempt AS (
      DELETE FROM delivery_attempts t USING old WHERE t.delivery_id = old.id
    ), gone AS (
      DELETE FROM deliveries d USING old WHERE d.id = old.id
    )
    SELECT max(id::text) AS last, count(*)::int AS count FROM old`,
};

/** An event goes when the last of its deliveries has gone. */
const DELETE_EVENTS: Statement = {
  name: 'registrationRetention.deleteEvents',
  text: `WITH company AS (
      DELETE FROM company_events e WHERE e.id < $1 AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.owner_id = e.id)
    )
    DELETE FROM eqp_events e WHERE e.id < $1 AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.owner_id = e.id)`,
};

/** What one batch removed. */
export interface RemovedPage {
  /** Null when nothing was found. */
  readonly last: string | null;
  readonly count: number;
}

/** Forgets callbacks of registrations: bodies first, rows and their events later. Safe beside any number of replicas. */
@Injectable()
export class RegistrationRetentionRepository {
  constructor(private readonly database: Database) {}

  emptyBodies(afterId: string, beforeId: string, limit: number): Promise<RemovedPage> {
    return this.page(EMPTY_BODIES, afterId, beforeId, limit);
  }

  deleteRows(afterId: string, beforeId: string, limit: number): Promise<RemovedPage> {
    return this.page(DELETE_ROWS, afterId, beforeId, limit);
  }

  async deleteEvents(beforeId: string): Promise<void> {
    await this.database.query(DELETE_EVENTS, [beforeId]);
  }

  private async page(statement: Statement, afterId: string, beforeId: string, limit: number): Promise<RemovedPage> {
    const rows = await this.database.query<RemovedPage>(statement, [afterId, beforeId, limit]);
    return rows[0] ?? { last: null, count: 0 };
  }
}
