import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import type { ActionState } from './action-state.js';
import { ActionsRepository, type TransitionRow } from './actions.repository.js';

/** The end of a callback, as its action is told. */
export interface EndedCallback {
  readonly ownerId: string;
  readonly status: 'delivered' | 'dead' | 'expired';
  /** Delivered, but after it expired. */
  readonly late: boolean;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
}

const ENDS = {
  delivered: 'completed',
  dead: 'undeliverable',
  expired: 'expired',
} as const satisfies Record<EndedCallback['status'], ActionState>;

/**
 * The actions of dialects with one callback each: moves them on when it ended. Its end is the action's end, so nothing
 * has to be counted.
 */
@Injectable()
export class ActionOwners {
  constructor(private readonly actions: ActionsRepository) {}

  /** Inside the settling transaction: writes through `tx` only, rows in id order. */
  async settled(tx: Tx, settled: readonly EndedCallback[]): Promise<void> {
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
function failureOf({ lastStatus, lastError }: EndedCallback): string {
  return lastStatus === null ? (lastError ?? 'other') : `answered ${lastStatus}`;
}

function noteOf(delivery: EndedCallback): string | null {
  if (delivery.late) return 'delivered after the deadline';
  return delivery.lastError;
}
