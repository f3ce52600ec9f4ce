import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';

/**
 * Ids are uuidv7: the first id of a moment is an age limit that the primary key serves. Rows are visited in id order,
 * from a cursor on, so a sweep never walks what it has removed before.
 */
const ERASE_PAYLOADS: Statement = {
  name: 'retention.erasePayloads',
  text: `WITH old AS (
      SELECT a.id FROM actions a
       WHERE a.id > $1 AND a.id < $2 AND a.state IN ('completed', 'undeliverable', 'expired')
       ORDER BY a.id LIMIT $3
    ), payload AS (
      DELETE FROM action_payloads p USING old WHERE p.action_id = old.id RETURNING p.token_key
    ), token AS (
      DELETE FROM action_tokens t USING payload WHERE t.token_key = payload.token_key
    ), delivery AS (
      UPDATE deliveries d SET body = NULL FROM old WHERE d.owner_id = old.id AND d.body IS NOT NULL RETURNING d.id
    ), attempt AS (
      UPDATE delivery_attempts t SET excerpt = NULL, headers = NULL, request_body = NULL
        FROM delivery WHERE t.delivery_id = delivery.id AND (t.excerpt IS NOT NULL OR t.request_body IS NOT NULL)
    )
    SELECT max(id::text) AS last, count(*)::int AS count FROM old`,
};

const DELETE_ROWS: Statement = {
  name: 'retention.deleteRows',
  text: `WITH old AS (
      SELECT a.id FROM actions a
       WHERE a.id > $1 AND a.id < $2 AND a.state IN ('completed', 'undeliverable', 'expired')
       ORDER BY a.id LIMIT $3
    ), payload AS (
      DELETE FROM action_payloads p USING old WHERE p.action_id = old.id RETURNING p.token_key
    ), token AS (
      DELETE FROM action_tokens t USING payload WHERE t.token_key = payload.token_key
    ), delivery AS (
      DELETE FROM deliveries d USING old WHERE d.owner_id = old.id RETURNING d.id
    ), attempt AS (
      DELETE FROM delivery_attempts t USING delivery WHERE t.delivery_id = delivery.id
    ), history AS (
      DELETE FROM action_history h USING old WHERE h.action_id = old.id
    ), gone AS (
      DELETE FROM actions a USING old WHERE a.id = old.id
    )
    SELECT max(id::text) AS last, count(*)::int AS count FROM old`,
};

/** Where a pass stands. */
export interface RetentionPage {
  /** Null when nothing was found. */
  readonly last: string | null;
  readonly count: number;
}

/** Forgets in batches; unfinished rows are never touched. */
@Injectable()
export class RetentionRepository {
  constructor(private readonly database: Database) {}

  /** Removes requests, secrets, bodies and excerpts of finished actions between two ids. */
  erasePayloads(afterId: string, beforeId: string, limit: number): Promise<RetentionPage> {
    return this.page(ERASE_PAYLOADS, afterId, beforeId, limit);
  }

  /** Removes finished actions between two ids with everything that belongs to them. */
  deleteRows(afterId: string, beforeId: string, limit: number): Promise<RetentionPage> {
    return this.page(DELETE_ROWS, afterId, beforeId, limit);
  }

  private async page(statement: Statement, afterId: string, beforeId: string, limit: number): Promise<RetentionPage> {
    const rows = await this.database.query<RetentionPage>(statement, [afterId, beforeId, limit]);
    return rows[0] ?? { last: null, count: 0 };
  }
}
