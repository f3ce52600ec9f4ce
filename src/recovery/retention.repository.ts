import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';
import { DeliveryRetentionRepository } from '../delivery/delivery-retention.repository.js';
import { RetentionCursorsRepository, type RetentionWalk } from './retention-cursors.repository.js';

/** How long a walk that has come to its end rests before it begins again. */
const REST_HOURS = 24;

const FINISHED = `('completed', 'undeliverable', 'expired')`;

/**
 * Ids are uuidv7: the first id of a moment is an age limit that the primary key serves. The walk is along the payloads
 * that are still there: along the actions it passed over those of two months, for nothing.
 */
const FIND_PAYLOADS: Statement = {
  name: 'retention.findPayloads',
  text: `SELECT p.id, coalesce((SELECT a.state FROM actions a WHERE a.id = p.id) IN ${FINISHED}, false) AS due
           FROM (SELECT action_id AS id FROM action_payloads WHERE action_id > $1 AND action_id < $2
                  ORDER BY action_id LIMIT $3) p ORDER BY p.id`,
};

const FIND_ROWS: Statement = {
  name: 'retention.findRows',
  text: `SELECT id, state IN ${FINISHED} AS due FROM actions WHERE id > $1 AND id < $2 ORDER BY id LIMIT $3`,
};

const DELETE_PAYLOADS: Statement = {
  name: 'retention.deletePayloads',
  text: `WITH payload AS (
      DELETE FROM action_payloads WHERE action_id = ANY($1::uuid[]) RETURNING token_key
    ), token AS (
      DELETE FROM action_tokens t USING payload WHERE t.token_key = payload.token_key
    )
    SELECT count(*)::int AS count FROM payload`,
};

/** Before what belongs to them: an erasure locks an action first, too. */
const DELETE_ACTIONS: Statement = {
  name: 'retention.deleteActions',
  text: `DELETE FROM actions WHERE id = ANY($1::uuid[]) AND state IN ${FINISHED} RETURNING id`,
};

/** Keys in their order: an index is walked from leaf to leaf, and one without any of them is looked at once. */
const DELETE_BELONGINGS: Statement = {
  name: 'retention.deleteBelongings',
  text: `WITH payload AS (
      DELETE FROM action_payloads WHERE action_id = ANY($1::uuid[]) RETURNING token_key
    ), token AS (
      DELETE FROM action_tokens t USING payload WHERE t.token_key = payload.token_key
    ), result AS (
      DELETE FROM result_messages WHERE action_id = ANY($1::uuid[])
    )
    DELETE FROM action_history WHERE action_id = ANY($1::uuid[])`,
};

/** A stretch of a walk. */
export interface RetentionStretch {
  readonly walk: RetentionWalk;
  /** The first id that is too young. */
  readonly beforeId: string;
  readonly limit: number;
}

/** The outcome of a stretch. */
export interface RetentionPage {
  /** Whether the walk goes on behind it. */
  readonly more: boolean;
  /** Actions of which something was removed. */
  readonly count: number;
}

const NOTHING: RetentionPage = { more: false, count: 0 };

/**
 * Forgets in batches, one replica at a time; unfinished rows are never touched. The walk that passed one by comes no
 * second time: another walk looks from the beginning, once a day.
 */
@Injectable()
export class RetentionRepository {
  constructor(
    private readonly database: Database,
    private readonly deliveries: DeliveryRetentionRepository,
    private readonly cursors: RetentionCursorsRepository,
  ) {}

  /** Removes requests, secrets, bodies and excerpts of finished actions. */
  erasePayloads(stretch: RetentionStretch): Promise<RetentionPage> {
    return this.page(FIND_PAYLOADS, stretch, async (tx, ids) => {
      const waiting = await this.deliveries.emptyOwned(tx, ids);
      const [row] = await tx.query<{ count: number }>(DELETE_PAYLOADS, [without(ids, waiting)]);
      return row?.count ?? 0;
    });
  }

  /** Removes finished actions with everything that belongs to them: deliveries first, as everybody locks them. */
  deleteRows(stretch: RetentionStretch): Promise<RetentionPage> {
    return this.page(FIND_ROWS, stretch, async (tx, ids) => {
      const waiting = await this.deliveries.deleteOwned(tx, ids);
      const rows = await tx.query<{ id: string }>(DELETE_ACTIONS, [without(ids, waiting)]);
      await tx.query(DELETE_BELONGINGS, [rows.map((row) => row.id)]);
      return rows.length;
    });
  }

  /** One transaction: what is removed and how far the walk is are committed together. */
  private page(
    find: Statement,
    { walk, beforeId, limit }: RetentionStretch,
    forget: (tx: Tx, ids: readonly string[]) => Promise<number>,
  ): Promise<RetentionPage> {
    return this.database.transaction(async (tx) => {
      const afterId = await this.cursors.take(tx, walk);
      if (afterId === null) return NOTHING;
      const rows = await tx.query<{ id: string; due: boolean }>(find, [afterId, beforeId, limit]);
      const due = rows.filter((row) => row.due).map((row) => row.id);
      const count = due.length === 0 ? 0 : await forget(tx, due);
      const last = rows.at(-1)?.id;
      const more = rows.length === limit;
      if (!more && walk.endsWith('again')) await this.cursors.end(tx, walk, REST_HOURS);
      else if (last !== undefined) await this.cursors.move(tx, walk, last);
      return { more, count };
    });
  }
}

function without(ids: readonly string[], left: ReadonlySet<string>): readonly string[] {
  return left.size === 0 ? ids : ids.filter((id) => !left.has(id));
}
