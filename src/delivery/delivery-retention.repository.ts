import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';
import { BATCH_IDS, IdBatch, sentArray } from '../database/id-batch.js';

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
 * One look at the deliveries of a batch, for all of the transactions that change them. Together with each of these it was
 * another walk along the index and the rows. Index: deliveries_owner.
 */
const FIND_OWNED: Statement = {
  name: 'deliveryRetention.findOwned',
  text: `SELECT coalesce(array_agg(d.owner_id) FILTER (WHERE NOT (${OVER})), '{}') AS waiting,
      ${sentArray('d.owner_id', `${OVER} AND d.body IS NOT NULL`)} AS "bodyOwners", ${sentArray('d.id', OVER)} AS deliveries
    FROM deliveries d WHERE d.owner_id = ANY(${BATCH_IDS})`,
};

/**
 * A delivery that was sent again since it was found is left alone, and so the count differs. By owner, though the ids are
 * known: rows are changed in the order of their owners, which is how whatever locks many deliveries of finished actions
 * locks them. Index: deliveries_owner.
 */
const EMPTY_BODIES: Statement = {
  name: 'deliveryRetention.emptyBodies',
  text: `WITH emptied AS (
      UPDATE deliveries d SET body = NULL WHERE d.owner_id = ANY(${BATCH_IDS}) AND d.body IS NOT NULL AND ${OVER} RETURNING 1
    )
    SELECT count(*)::int AS count FROM emptied`,
};

const EMPTY_ATTEMPTS: Statement = {
  name: 'deliveryRetention.emptyAttempts',
  text: `UPDATE delivery_attempts t SET excerpt = NULL, headers = NULL, request_body = NULL
          WHERE t.delivery_id = ANY(${BATCH_IDS})
            AND (t.excerpt IS NOT NULL OR t.headers IS NOT NULL OR t.request_body IS NOT NULL)`,
};

/**
 * Owners with a delivery that is not over keep all of theirs. Rows are changed in the order of their owners, as above.
 * Index: deliveries_owner.
 */
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

/** The deliveries of some owners. */
export interface OwnedDeliveries extends EndedOfOwners {
  /** Owners with a delivery that is not over. If there are any, ask again without them. */
  readonly waiting: readonly string[];
}

/** Deliveries that are over. */
export interface EndedOfOwners {
  /** The owner of each one that has a body. */
  readonly bodyOwners: IdBatch;
  /** The ids of all. */
  readonly deliveries: IdBatch;
}

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

/** As {@link IdBatch.read} takes them. */
interface Sent extends Readonly<Record<keyof EndedOfOwners, Buffer>> {
  readonly waiting: readonly string[];
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

  async findOwned(owners: IdBatch): Promise<OwnedDeliveries> {
    const [row] = await this.database.query<Sent>(FIND_OWNED, [owners.toParameter()]);
    if (row === undefined) throw new Error(`${FIND_OWNED.name} found no row`);
    return {
      waiting: row.waiting,
      bodyOwners: IdBatch.read(row.bodyOwners),
      deliveries: IdBatch.read(row.deliveries),
    };
  }

  /** @returns how many bodies were removed: those of deliveries that are over. */
  async emptyBodies(tx: Tx, owners: IdBatch): Promise<number> {
    const [row] = await tx.query<{ count: number }>(EMPTY_BODIES, [owners.toParameter()]);
    return row?.count ?? 0;
  }

  /** Removes excerpts, headers and request bodies of deliveries, with and without a body. */
  async emptyAttempts(tx: Tx, ids: IdBatch): Promise<void> {
    await tx.query(EMPTY_ATTEMPTS, [ids.toParameter()]);
  }

  /** Removes rows and attempts. */
  async deleteOwned(tx: Tx, owners: IdBatch): Promise<OwnedOutcome> {
    const [row] = await tx.query<OwnedOutcome>(DELETE_OWNED, [owners.toParameter()]);
    return row ?? { waiting: [], changed: false };
  }

  /** The same of ended deliveries that no action owns. Safe beside any number of replicas. */
  emptyEnded(stretch: EndedStretch): Promise<RemovedPage> {
    return this.page(EMPTY_ENDED, stretch);
  }

  deleteEnded(stretch: EndedStretch): Promise<RemovedPage> {
    return this.page(DELETE_ENDED, stretch);
  }

  private async page(statement: Statement, stretch: EndedStretch): Promise<RemovedPage> {
    const { afterId, beforeId, limit, ownedByActions } = stretch;
    const rows = await this.database.query<RemovedPage>(statement, [afterId, beforeId, limit, ownedByActions]);
    return rows[0] ?? { last: null, count: 0 };
  }
}
