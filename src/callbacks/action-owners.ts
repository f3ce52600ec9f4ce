import { Injectable } from '@nestjs/common';
import type { ActionState } from '../actions/action-state.js';
import { ActionsRepository, type TransitionRow } from '../actions/actions.repository.js';
import type { Tx } from '../database/database.js';
import type { SettledDelivery } from '../delivery/delivery-channel.js';

const ENDS = {
  delivered: 'completed',
  dead: 'undeliverable',
  expired: 'expired',
} as const satisfies Record<SettledDelivery['status'], ActionState>;

/**
 * The actions that own callbacks: moves them on when their callback ended. An action of this dialect has exactly one
 * delivery, so its end is the action's end; nothing has to be counted.
 */
@Injectable()
export class ActionOwners {
  constructor(private readonly actions: ActionsRepository) {}

  /** Inside the settling transaction: writes through `tx` only, rows in id order. */
  async settled(tx: Tx, settled: readonly SettledDelivery[]): Promise<void> {
    const groups = new Map<(typeof ENDS)[keyof typeof ENDS], TransitionRow[]>();
    for (const delivery of settled) {
      const to = ENDS[delivery.status];
      const row: TransitionRow = {
        id: delivery.ownerId,
        leaseToken: null,
        note: noteOf(delivery),
        failure: failureOf(delivery),
      };
      const group = groups.get(to);
      if (group === undefined) groups.set(to, [row]);
      else group.push(row);
    }
    for (const [to, rows] of groups) await this.actions.transition(tx, 'calling_back', to, rows);
  }
}

/** The status of an answer says more in a few words than its sentence. */
function failureOf({ lastStatus, lastError }: SettledDelivery): string {
  return lastStatus === null ? (lastError ?? 'other') : `answered ${lastStatus}`;
}

function noteOf(delivery: SettledDelivery): string | null {
  if (delivery.late) return 'delivered after the deadline';
  return delivery.lastError;
}
