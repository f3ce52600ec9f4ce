import { Injectable } from '@nestjs/common';
import type { ActionState } from '../actions/action-state.js';
import type { Statement, Tx } from '../database/database.js';
import type { DeliveryStatus } from '../delivery/delivery.js';

/** What decides whether a delivery may be sent again. */
export interface ResendCandidate {
  readonly id: string;
  readonly ownerId: string;
  readonly status: DeliveryStatus;
  readonly hasBody: boolean;
  /** Its time is up, or so nearly that no attempt would be made. */
  readonly overdue: boolean;
}

/** What an overdue delivery gets when it is forced. */
const GRACE = `interval '15 minutes'`;

const LOCK_DELIVERY: Statement = {
  name: 'admin.lockDelivery',
  text: `SELECT id, owner_id AS "ownerId", status, body IS NOT NULL AS "hasBody",
                coalesce(expires_at < now() + interval '5 seconds', false) AS overdue
           FROM deliveries WHERE id = $1 FOR UPDATE`,
};

const LOCK_OWNER: Statement = {
  name: 'admin.lockOwner',
  text: `SELECT id, state FROM actions WHERE id = $1 FOR UPDATE`,
};

/** The attempt numbers go on; last_error stays until the next attempt says something else. */
const REQUEUE: Statement = {
  name: 'admin.requeue',
  text: `UPDATE deliveries SET status = 'pending', attempt_count = 0, next_trigger = 'manual', next_attempt_at = now(), crash_count = 0,
                lease_token = NULL, lease_until = NULL, sending_at = NULL,
                expires_at = CASE WHEN $2 THEN now() + ${GRACE} ELSE expires_at END
          WHERE id = $1`,
};

/** Locks and requeues deliveries for sending again; the delivery is locked first, then its action, as everybody does. */
@Injectable()
export class ResendRepository {
  async lockDelivery(tx: Tx, id: string): Promise<ResendCandidate | null> {
    const rows = await tx.query<ResendCandidate>(LOCK_DELIVERY, [id]);
    return rows[0] ?? null;
  }

  /** Null when no action owns the delivery. */
  async lockOwner(tx: Tx, ownerId: string): Promise<{ readonly id: string; readonly state: ActionState } | null> {
    const rows = await tx.query<{ id: string; state: ActionState }>(LOCK_OWNER, [ownerId]);
    return rows[0] ?? null;
  }

  /** @param extend gives it another quarter of an hour. */
  async requeue(tx: Tx, id: string, extend: boolean): Promise<void> {
    await tx.query(REQUEUE, [id, extend]);
  }
}
