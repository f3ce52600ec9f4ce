import { Injectable } from '@nestjs/common';
import type { Statement, Tx } from '../database/database.js';

const LOCK_DELIVERIES: Statement = {
  name: 'finished.lockDeliveries',
  text: `SELECT id FROM deliveries WHERE owner_id = ANY($1::uuid[]) ORDER BY owner_id, id FOR UPDATE`,
};

const LOCK_ACTIONS: Statement = {
  name: 'finished.lockActions',
  text: `SELECT id FROM actions WHERE id = ANY($1::uuid[]) AND state IN ('completed', 'undeliverable', 'expired') ORDER BY id FOR UPDATE`,
};

/** Locks actions that are to be forgotten: deliveries first, by owner, then actions, in id order, as everybody does. */
@Injectable()
export class FinishedActionsRepository {
  /**
   * @param eventIds further owners; their deliveries are locked with those of the actions.
   * @returns actions that are finished, now that they cannot be sent again.
   */
  async lock(tx: Tx, ids: readonly string[], eventIds: readonly string[] = []): Promise<string[]> {
    if (ids.length + eventIds.length === 0) return [];
    await tx.query(LOCK_DELIVERIES, [[...ids, ...eventIds]]);
    const rows = await tx.query<{ id: string }>(LOCK_ACTIONS, [ids]);
    return rows.map((row) => row.id);
  }
}
