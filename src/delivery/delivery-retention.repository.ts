import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';
import { BATCH_IDS, type IdBatch } from '../database/id-batch.js';

/** Deliveries that belong to no action, by primary key from a cursor on; those under way or held are left alone. */
const ENDED = `SELECT id FROM deliveries
   WHERE id > $1 AND id < $2 AND channel <> ALL($4::text[]) AND status IN ('delivered', 'dead', 'expired', 'cancelled')`;

const EMPTY_ENDED: Statement = {
  name: 'deliveryRetention.emptyEnded',
  text: `WITH old AS (${ENDED} AND body IS NOT NULL ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED
    ), emptied AS (
      UPDATE deliveries d SET body = NULL FROM old WHERE d.id = old.id
    ), attempt AS (
      UPDATE delivery_attempts t SET excerpt = NULL, headers = NULL, request_body = NULL FROM old WHERE t.delivery_id = old.id
    )
    SELECT max(id::text) AS last, count(*)::int AS count FROM old`,
};

const DELETE_ENDED: Statement = {
  name: 'deliveryRetention.deleteEnded',
  text: `WITH old AS (${ENDED} ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED
    ), attempt AS (
      DELETE FROM delivery_attempts t USING old WHERE t.delivery_id = old.id
    ), gone AS (
      DELETE FROM deliveries d USING old WHERE d.id = old.id
    )
    SELECT max(id::text) AS last, count(*)::int AS count FROM old`,
};

const OVER = `d.status IN ('delivered', 'dead', 'expired', 'cancelled')`;

/**
 * Owners with a delivery that is not over keep all of theirs. Rows are changed in the order of their owners, which is how
 * whatever locks many deliveries of finished actions locks them. Index: deliveries_owner.
 */
const EMPTY_OWNED: Statement = {
  name: 'deliveryRetention.emptyOwned',
  text: `WITH seen AS MATERIALIZED (
      SELECT count(*) FILTER (WHERE ${OVER} AND d.body IS NOT NULL) AS due, array_agg(d.owner_id) FILTER (WHERE NOT (${OVER})) AS waiting
        FROM deliveries d WHERE d.owner_id = ANY(${BATCH_IDS})
    ), emptied AS (
      UPDATE deliveries d SET body = NULL
       WHERE d.owner_id = ANY(${BATCH_IDS}) AND d.body IS NOT NULL AND ${OVER} AND (SELECT waiting IS NULL FROM seen) RETURNING d.id
    ), attempt AS (
      UPDATE delivery_attempts t SET excerpt = NULL, headers = NULL, request_body = NULL
       WHERE t.delivery_id = ANY(ARRAY(SELECT id FROM emptied))
         AND (t.excerpt IS NOT NULL OR t.headers IS NOT NULL OR t.request_body IS NOT NULL)
    )
    SELECT coalesce(waiting, '{}') AS waiting, due <> (SELECT count(*) FROM emptied) AS changed FROM seen`,
};

const DELETE_OWNED: Statement = {
  name: 'deliveryRetention.deleteOwned',
  text: `WITH seen AS MATERIALIZED (
      SELECT count(*) FILTER (WHERE ${OVER}) AS due, array_agg(d.owner_id) FILTER (WHERE NOT (${OVER})) AS waiting
        FROM deliveries d WHERE d.owner_id = ANY(${BATCH_IDS})
    ), gone AS (
      DELETE FROM deliveries d WHERE d.owner_id = ANY(${BATCH_IDS}) AND ${OVER} AND (SELECT waiting IS NULL FROM seen) RETURNING d.id
    ), attempt AS (
      DELETE FROM delivery_attempts t WHERE t.delivery_id = ANY(ARRAY(SELECT id FROM gone))
    )
    SELECT coalesce(waiting, '{}') AS waiting, due <> (SELECT count(*) FROM gone) AS changed FROM seen`,
};

/** The outcome for the deliveries of some owners. */
export interface OwnedOutcome {
  /** Owners with a delivery that is not over. If there are any, nothing was changed: ask again without them. */
  readonly waiting: readonly string[];
  /** A delivery was sent again or removed since it was looked at: take the transaction back. */
  readonly changed: boolean;
}

/** A stretch of ended deliveries between two ids. */
export interface EndedStretch {
  readonly afterId: string;
  readonly beforeId: string;
  readonly limit: number;
  /** Keys of the channels with deliveries that go with their actions instead. */
  readonly ownedByActions: readonly string[];
}

/** The removals of one batch. */
export interface RemovedPage {
  /** Null when nothing was found. */
  readonly last: string | null;
  readonly count: number;
}

/** Forgets deliveries that are old: with their actions, or by their own age. Rows under way or held are left alone. */
@Injectable()
export class DeliveryRetentionRepository {
  constructor(private readonly database: Database) {}

  /** Removes bodies, excerpts, headers and request bodies. */
  emptyOwned(tx: Tx, owners: IdBatch): Promise<OwnedOutcome> {
    return this.owned(tx, EMPTY_OWNED, owners);
  }

  /** Removes rows and attempts. */
  deleteOwned(tx: Tx, owners: IdBatch): Promise<OwnedOutcome> {
    return this.owned(tx, DELETE_OWNED, owners);
  }

  /** The same of ended deliveries that no action owns. Safe beside any number of replicas. */
  emptyEnded(stretch: EndedStretch): Promise<RemovedPage> {
    return this.page(EMPTY_ENDED, stretch);
  }

  deleteEnded(stretch: EndedStretch): Promise<RemovedPage> {
    return this.page(DELETE_ENDED, stretch);
  }

  private async owned(tx: Tx, statement: Statement, owners: IdBatch): Promise<OwnedOutcome> {
    const rows = await tx.query<OwnedOutcome>(statement, [owners.toParameter()]);
    return rows[0] ?? { waiting: [], changed: false };
  }

  private async page(statement: Statement, stretch: EndedStretch): Promise<RemovedPage> {
    const { afterId, beforeId, limit, ownedByActions } = stretch;
    const rows = await this.database.query<RemovedPage>(statement, [afterId, beforeId, limit, ownedByActions]);
    return rows[0] ?? { last: null, count: 0 };
  }
}
