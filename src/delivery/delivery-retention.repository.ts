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

/** Index: deliveries_owner. */
const EMPTY_OWNED: Statement = {
  name: 'deliveryRetention.emptyOwned',
  text: `WITH delivery AS (
      UPDATE deliveries SET body = NULL WHERE owner_id = ANY($1::uuid[]) AND body IS NOT NULL RETURNING id
    )
    UPDATE delivery_attempts t SET excerpt = NULL, headers = NULL, request_body = NULL
      FROM delivery WHERE t.delivery_id = delivery.id AND (t.excerpt IS NOT NULL OR t.headers IS NOT NULL OR t.request_body IS NOT NULL)`,
};

/** Index: deliveries_owner. */
const DELETE_OWNED: Statement = {
  name: 'deliveryRetention.deleteOwned',
  text: `WITH delivery AS (
      DELETE FROM deliveries WHERE owner_id = ANY($1::uuid[]) RETURNING id
    )
    DELETE FROM delivery_attempts t USING delivery WHERE t.delivery_id = delivery.id`,
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

/** Forgets deliveries that are old: with their actions (the caller has locked these rows), or by their own age. */
@Injectable()
export class DeliveryRetentionRepository {
  constructor(private readonly database: Database) {}

  /** Removes bodies, excerpts, headers and request bodies. @param ownerIds finished actions. */
  async emptyOwned(tx: Tx, ownerIds: readonly string[]): Promise<void> {
    await tx.query(EMPTY_OWNED, [ownerIds]);
  }

  /** Removes rows and attempts. @param ownerIds finished actions. */
  async deleteOwned(tx: Tx, ownerIds: readonly string[]): Promise<void> {
    await tx.query(DELETE_OWNED, [ownerIds]);
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
