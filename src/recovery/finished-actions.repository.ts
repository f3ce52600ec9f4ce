import { Injectable } from '@nestjs/common';
import type { Statement, Tx } from '../database/database.js';

const LOCK_DELIVERIES: Statement = {
  name: 'finished.lockDeliveries',
  text: `SELECT id FROM deliveries WHERE owner_id = ANY($1::uuid[]) ORDER BY id FOR UPDATE`,
};

const LOCK_ACTIONS: Statement = {
  name: 'finished.lockActions',
  text: `SELECT id FROM actions WHERE id = ANY($1::uuid[]) AND state IN ('completed', 'undeliverable', 'expired') ORDER BY id FOR UPDATE`,
};

/** Locks actions that are to be forgotten: deliveries first, then actions, each in id order, as everybody does. */
@Injectable()
export class FinishedActionsRepository {
  /** @returns those that are finished, now that nobody can send them again. */
  async lock(tx: Tx, ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return [];
    await tx.query(LOCK_DELIVERIES, [ids]);
    const rows = await tx.query<{ id: string }>(LOCK_ACTIONS, [ids]);
    return rows.map((row) => row.id);
  }
}
