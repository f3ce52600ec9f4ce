import { Injectable } from '@nestjs/common';
import type { Statement, Tx } from '../database/database.js';
import { FEW, filterOnly } from '../database/plans.js';

/** How the deliveries of one action stand. */
export interface DeliveryCounts {
  readonly ownerId: string;
  /** Not ended yet. */
  readonly open: number;
  readonly dead: number;
  readonly expired: number;
}

/** A row to finish, and who must hold it. */
export interface FinishFence {
  readonly id: string;
  readonly from: 'received' | 'enriching';
  /** Null: under any lease. */
  readonly leaseToken: string | null;
}

const LOCK: Statement = {
  name: 'callOwners.lock',
  text: `SELECT id FROM actions WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE`,
};

/** Index: deliveries_owner. */
const COUNT: Statement = {
  name: 'callOwners.count',
  text: `SELECT owner_id AS "ownerId", (count(*) FILTER (WHERE status IN ('pending', 'delivering', 'held')))::int AS open,
                (count(*) FILTER (WHERE status = 'dead'))::int AS dead, (count(*) FILTER (WHERE status = 'expired'))::int AS expired
           FROM deliveries WHERE owner_id = ANY($1::uuid[]) GROUP BY owner_id`,
};

const LOCK_FENCED: Statement = {
  name: 'callOwners.lockFenced',
  text: `SELECT a.id FROM actions a JOIN (
            SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[]) AS u(id, from_state, lease_token) ${FEW}
          ) i ON a.id = i.id
          WHERE ${filterOnly('a.state')} = i.from_state AND (i.lease_token IS NULL OR a.lease_token = i.lease_token)
          ORDER BY a.id FOR UPDATE OF a`,
};

/** Locks the actions behind calls, and counts what is left of their callbacks. */
@Injectable()
export class CallOwnersRepository {
  /** Locks first and counts in a statement of its own: the settlement of a sibling has then committed, and is seen. */
  async lockAndCount(tx: Tx, ownerIds: readonly string[]): Promise<DeliveryCounts[]> {
    await tx.query(LOCK, [ownerIds]);
    return tx.query<DeliveryCounts>(COUNT, [ownerIds]);
  }

  /** @returns ids that are ours to finish; they stay ours until the transaction ends. */
  async lockFenced(tx: Tx, fences: readonly FinishFence[]): Promise<Set<string>> {
    const rows = await tx.query<{ id: string }>(LOCK_FENCED, [
      fences.map(({ id }) => id),
      fences.map(({ from }) => from),
      fences.map(({ leaseToken }) => leaseToken),
    ]);
    return new Set(rows.map(({ id }) => id));
  }
}
