import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';
import { DeliveryRetentionRepository } from '../delivery/delivery-retention.repository.js';
import { FinishedActionsRepository } from '../actions/finished-actions.repository.js';

/** Any constant that no other advisory lock has. */
const LOCK_KEY = 7_316_204_412;

/** One replica at a time: two would walk the same ids, wait for each other's rows, and count them twice. */
const TRY_LOCK: Statement = {
  name: 'retention.tryLock',
  text: `SELECT pg_try_advisory_xact_lock($1) AS locked`,
};

/**
 * Ids are uuidv7: the first id of a moment is an age limit that the primary key serves. Rows are visited in id order,
 * from a cursor on, so a sweep never walks what it has removed before.
 */
const FIND_WITH_DATA: Statement = {
  name: 'retention.findWithData',
  text: `SELECT a.id, (EXISTS (SELECT 1 FROM action_payloads p WHERE p.action_id = a.id)
                    OR EXISTS (SELECT 1 FROM deliveries d WHERE d.owner_id = a.id AND d.body IS NOT NULL)) AS due
           FROM (SELECT id FROM actions WHERE id > $1 AND id < $2 AND state IN ('completed', 'undeliverable', 'expired')
                  ORDER BY id LIMIT $3) a ORDER BY a.id`,
};

const FIND_ROWS: Statement = {
  name: 'retention.findRows',
  text: `SELECT id, true AS due FROM actions WHERE id > $1 AND id < $2 AND state IN ('completed', 'undeliverable', 'expired')
          ORDER BY id LIMIT $3`,
};

const ERASE_PAYLOADS: Statement = {
  name: 'retention.erasePayloads',
  text: `WITH payload AS (
      DELETE FROM action_payloads WHERE action_id = ANY($1::uuid[]) RETURNING token_key
    )
    DELETE FROM action_tokens t USING payload WHERE t.token_key = payload.token_key`,
};

const DELETE_ROWS: Statement = {
  name: 'retention.deleteRows',
  text: `WITH payload AS (
      DELETE FROM action_payloads WHERE action_id = ANY($1::uuid[]) RETURNING token_key
    ), token AS (
      DELETE FROM action_tokens t USING payload WHERE t.token_key = payload.token_key
    ), history AS (
      DELETE FROM action_history WHERE action_id = ANY($1::uuid[])
    ), result AS (
      DELETE FROM result_messages WHERE action_id = ANY($1::uuid[])
    )
    DELETE FROM actions WHERE id = ANY($1::uuid[])`,
};

/** Where a pass stands. */
export interface RetentionPage {
  /** Null when nothing was found. */
  readonly last: string | null;
  /** Actions looked at. */
  readonly scanned: number;
  /** Actions of which something was removed. */
  readonly count: number;
}

const NOTHING: RetentionPage = { last: null, scanned: 0, count: 0 };

/** Forgets in batches, one replica at a time; unfinished rows are never touched. */
@Injectable()
export class RetentionRepository {
  constructor(
    private readonly database: Database,
    private readonly finished: FinishedActionsRepository,
    private readonly deliveries: DeliveryRetentionRepository,
  ) {}

  /** Removes requests, secrets, bodies and excerpts of finished actions between two ids. */
  erasePayloads(afterId: string, beforeId: string, limit: number): Promise<RetentionPage> {
    return this.page(FIND_WITH_DATA, [afterId, beforeId, limit], async (tx, ids) => {
      await this.deliveries.emptyOwned(tx, ids);
      await tx.query(ERASE_PAYLOADS, [ids]);
    });
  }

  /** Removes finished actions between two ids with everything that belongs to them. */
  deleteRows(afterId: string, beforeId: string, limit: number): Promise<RetentionPage> {
    return this.page(FIND_ROWS, [afterId, beforeId, limit], async (tx, ids) => {
      await this.deliveries.deleteOwned(tx, ids);
      await tx.query(DELETE_ROWS, [ids]);
    });
  }

  private page(
    find: Statement,
    range: readonly unknown[],
    forget: (tx: Tx, ids: readonly string[]) => Promise<void>,
  ): Promise<RetentionPage> {
    return this.database.transaction(async (tx) => {
      if (!(await this.tryLock(tx))) return NOTHING;
      const rows = await tx.query<{ id: string; due: boolean }>(find, range);
      const due = rows.filter((row) => row.due).map((row) => row.id);
      const ids = await this.finished.lock(tx, due);
      if (ids.length > 0) await forget(tx, ids);
      return { last: rows.at(-1)?.id ?? null, scanned: rows.length, count: ids.length };
    });
  }

  private async tryLock(tx: Tx): Promise<boolean> {
    const rows = await tx.query<{ locked: boolean }>(TRY_LOCK, [LOCK_KEY]);
    return rows[0]?.locked === true;
  }
}
