import { Injectable } from '@nestjs/common';
import type { ActionState } from '../actions/action-state.js';
import type { Statement, Tx } from '../database/database.js';
import { FEW, filterOnly } from '../database/plans.js';
import type { DeliveryStatus } from './delivery.js';
import { WAIT_KIND, type WaitKind } from './destination-wait.js';

/** The facts that decide whether a delivery may be sent again. */
export interface ResendCandidate {
  readonly status: DeliveryStatus;
  readonly hasBody: boolean;
  /** Its time is up, or so nearly that no attempt would be made. */
  readonly overdue: boolean;
  /** It died at an origin that its registration has left since. */
  readonly isLeft: boolean;
}

/** A delivery that is locked, to be sent again or not. */
export interface LockedDelivery extends ResendCandidate {
  readonly id: string;
  readonly ownerId: string;
}

/** A delivery that is locked, and how it waits. */
export interface LockedWait {
  readonly status: DeliveryStatus;
  /** Pending, and its next attempt is later than now. */
  readonly isEarly: boolean;
  readonly destinationId: string;
  /** The trouble of its destination at this moment: due or not, it is not sent while that lasts. */
  readonly waitsFor: WaitKind | null;
}

/** The action behind a delivery. */
export interface LockedOwner {
  readonly id: string;
  readonly state: ActionState;
}

/** The time that a forced overdue delivery gets. */
const GRACE = `interval '15 minutes'`;

/** So little time is left that no attempt would be made. */
export const OVERDUE = `coalesce(d.expires_at < now() + interval '5 seconds', false)`;

/** Of a dead delivery: its registration has another origin by now. Waiting deliveries follow by themselves. */
export const LEFT = `(d.status = 'dead'
  AND coalesce((SELECT t.left_at IS NOT NULL FROM destinations t WHERE t.id = d.destination_id), false))`;

const LOCK_DELIVERIES: Statement = {
  name: 'resend.lockDeliveries',
  text: `SELECT d.id, d.owner_id AS "ownerId", d.status, d.body IS NOT NULL AS "hasBody", ${OVERDUE} AS overdue, ${LEFT} AS "isLeft"
           FROM deliveries d WHERE d.id = ANY($1::uuid[]) ORDER BY d.owner_id, d.id FOR UPDATE`,
};

const LOCK_OWNERS: Statement = {
  name: 'resend.lockOwners',
  text: `SELECT id, state FROM actions WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE`,
};

/** A delivery under way stays so. The attempt numbers go on; last_error stays until the next attempt says something else. */
const REQUEUE: Statement = {
  name: 'resend.requeue',
  text: `UPDATE deliveries d SET status = 'pending', attempt_count = 0, next_trigger = $3, next_attempt_at = now(), crash_count = 0,
                lease_token = NULL, lease_until = NULL, sending_at = NULL, held_for = NULL,
                expires_at = CASE WHEN i.extend THEN now() + ${GRACE} ELSE d.expires_at END
           FROM (SELECT * FROM unnest($1::uuid[], $2::boolean[]) AS u(id, extend) ${FEW}) i
          WHERE d.id = i.id AND ${filterOnly('d.status')} IN ('delivered', 'dead', 'expired', 'held', 'cancelled')`,
};

/**
 * By the clock: now() is when the transaction began, so that of several requests at once those that waited for the lock
 * would find the time that the first one set still ahead of them.
 */
const LOCK_WAIT: Statement = {
  name: 'resend.lockWait',
  text: `SELECT d.status, d.status = 'pending' AND d.next_attempt_at > clock_timestamp() AS "isEarly", d.destination_id AS "destinationId",
                CASE WHEN d.status = 'pending' THEN ${WAIT_KIND} END AS "waitsFor"
           FROM deliveries d LEFT JOIN destinations t ON t.id = d.destination_id WHERE d.id = $1 FOR UPDATE OF d`,
};

/**
 * Only the time moves: status, lease and schedule stay, so that a claim takes it like any other that is due. The status is
 * spelled so that no index answers it, not even deliveries_expiring.
 */
const HURRY: Statement = {
  name: 'resend.hurry',
  text: `UPDATE deliveries d SET next_attempt_at = now(),
                next_trigger = CASE d.next_trigger WHEN 'auto' THEN 'manual' ELSE d.next_trigger END
          WHERE d.id = $1 AND ('' || d.status) = 'pending' AND d.next_attempt_at > now()`,
};

/** Locks and requeues deliveries for sending again: deliveries first, by owner, then their actions, as everybody does. */
@Injectable()
export class DeliveryResendRepository {
  lockDeliveries(tx: Tx, ids: readonly string[]): Promise<LockedDelivery[]> {
    return tx.query<LockedDelivery>(LOCK_DELIVERIES, [ids]);
  }

  /** Deliveries that no action owns have none here. */
  lockOwners(tx: Tx, ownerIds: readonly string[]): Promise<LockedOwner[]> {
    return tx.query<LockedOwner>(LOCK_OWNERS, [ownerIds]);
  }

  /** @param rows locked ones; `extend` gives a row another quarter of an hour. */
  async requeue(
    tx: Tx,
    rows: readonly { readonly id: string; readonly extend: boolean }[],
    trigger: 'manual' | 'bulk',
  ): Promise<void> {
    await tx.query(REQUEUE, [rows.map((row) => row.id), rows.map((row) => row.extend), trigger]);
  }

  /** Null: there is none. */
  async lockWait(tx: Tx, id: string): Promise<LockedWait | null> {
    return (await tx.query<LockedWait>(LOCK_WAIT, [id]))[0] ?? null;
  }

  /** Makes a locked delivery that waits for its next attempt due now. */
  async hurry(tx: Tx, id: string): Promise<void> {
    await tx.query(HURRY, [id]);
  }
}
