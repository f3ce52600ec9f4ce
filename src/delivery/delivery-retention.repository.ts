import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';

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

/**
 * Deliveries of owners, read once; what changes them goes to where they lie, in the order in which everybody locks them.
 * Ordered within `found`, a plan made while the table is small reads all of the primary key. Index: deliveries_owner.
 */
const OWNED = `found AS MATERIALIZED (
      SELECT o.ctid AS place, o.id, o.owner_id, o.body IS NOT NULL AS has_body,
             o.status IN ('delivered', 'dead', 'expired', 'cancelled') AS ended
        FROM deliveries o WHERE o.owner_id = ANY($1::uuid[])
    )`;

/** Owners with a delivery that is not over keep all of theirs. */
const OVER = `(SELECT * FROM found WHERE owner_id NOT IN (SELECT owner_id FROM found WHERE NOT ended) ORDER BY id) f`;

/** A row that was sent again since it was read is not over: then its owner is left for later. */
const EMPTY_OWNED: Statement = {
  name: 'deliveryRetention.emptyOwned',
  text: `WITH ${OWNED}, emptied AS (
      UPDATE deliveries d SET body = NULL FROM ${OVER}
       WHERE d.ctid = f.place AND f.has_body AND d.status IN ('delivered', 'dead', 'expired', 'cancelled')
      RETURNING d.id
    ), attempt AS (
      UPDATE delivery_attempts t SET excerpt = NULL, headers = NULL, request_body = NULL FROM ${OVER}
       WHERE t.delivery_id = f.id AND (t.excerpt IS NOT NULL OR t.headers IS NOT NULL OR t.request_body IS NOT NULL)
    )
    SELECT DISTINCT owner_id AS id FROM found WHERE NOT ended OR has_body AND id NOT IN (SELECT id FROM emptied)`,
};

const DELETE_OWNED: Statement = {
  name: 'deliveryRetention.deleteOwned',
  text: `WITH ${OWNED}, gone AS (
      DELETE FROM deliveries d USING ${OVER}
       WHERE d.ctid = f.place AND d.status IN ('delivered', 'dead', 'expired', 'cancelled') RETURNING d.id
    ), attempt AS (
      DELETE FROM delivery_attempts t USING gone WHERE t.delivery_id = gone.id
    )
    SELECT DISTINCT owner_id AS id FROM found WHERE id NOT IN (SELECT id FROM gone)`,
};

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

/** Forgets deliveries that are old: with their actions, or by their own age. What is under way or held is left alone. */
@Injectable()
export class DeliveryRetentionRepository {
  constructor(private readonly database: Database) {}

  /** Removes bodies, excerpts, headers and request bodies. @returns the owners that have to wait for a delivery. */
  emptyOwned(tx: Tx, ownerIds: readonly string[]): Promise<ReadonlySet<string>> {
    return this.owned(tx, EMPTY_OWNED, ownerIds);
  }

  /** Removes rows and attempts. @returns the owners that have to wait for a delivery. */
  deleteOwned(tx: Tx, ownerIds: readonly string[]): Promise<ReadonlySet<string>> {
    return this.owned(tx, DELETE_OWNED, ownerIds);
  }

  /** The same of ended deliveries that no action owns. Safe beside any number of replicas. */
  emptyEnded(stretch: EndedStretch): Promise<RemovedPage> {
    return this.page(EMPTY_ENDED, stretch);
  }

  deleteEnded(stretch: EndedStretch): Promise<RemovedPage> {
    return this.page(DELETE_ENDED, stretch);
  }

  private async owned(tx: Tx, statement: Statement, ownerIds: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await tx.query<{ id: string }>(statement, [ownerIds]);
    return new Set(rows.map((row) => row.id));
  }

  private async page(statement: Statement, stretch: EndedStretch): Promise<RemovedPage> {
    const { afterId, beforeId, limit, ownedByActions } = stretch;
    const rows = await this.database.query<RemovedPage>(statement, [afterId, beforeId, limit, ownedByActions]);
    return rows[0] ?? { last: null, count: 0 };
  }
}
