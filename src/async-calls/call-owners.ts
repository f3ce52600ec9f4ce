import { Injectable } from '@nestjs/common';
import { ActionsRepository, type TransitionRow } from '../actions/actions.repository.js';
import type { Tx } from '../database/database.js';
import type { SettledDelivery } from '../delivery/delivery-channel.js';
import { CallOwnersRepository, type DeliveryCounts } from './call-owners.repository.js';

/** Moves an action on when the last of its callbacks has ended, however many it has. */
@Injectable()
export class CallOwners {
  constructor(
    private readonly actions: ActionsRepository,
    private readonly repository: CallOwnersRepository,
  ) {}

  /** Writes through `tx` only; the deliveries are locked, the actions follow in id order. */
  async settled(tx: Tx, settled: readonly SettledDelivery[]): Promise<void> {
    const notes = new Map<string, string | null>();
    for (const { ownerId, lastError } of settled) notes.set(ownerId, lastError ?? notes.get(ownerId) ?? null);
    const ended = (await this.repository.lockAndCount(tx, [...notes.keys()])).filter(({ open }) => open === 0);
    for (const to of ['undeliverable', 'expired', 'completed'] as const) {
      const rows = ended.filter((counts) => endOf(counts) === to).map((counts) => toRow(counts, notes));
      await this.actions.transition(tx, 'calling_back', to, rows);
    }
  }
}

function endOf({ dead, expired }: DeliveryCounts): 'undeliverable' | 'expired' | 'completed' {
  if (dead > 0) return 'undeliverable';
  return expired > 0 ? 'expired' : 'completed';
}

function toRow({ ownerId }: DeliveryCounts, notes: ReadonlyMap<string, string | null>): TransitionRow {
  return { id: ownerId, leaseToken: null, note: notes.get(ownerId) ?? null };
}
