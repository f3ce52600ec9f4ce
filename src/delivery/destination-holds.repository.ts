import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';

/** The switch is read under lock: what is enabled meanwhile is not held once more. Index: deliveries_open. */
const HOLD_PENDING: Statement = {
  name: 'destinationHolds.holdPending',
  text: `WITH off AS (
      SELECT id, disabled_reason FROM destinations WHERE id = ANY($1::uuid[]) AND disabled_reason IS NOT NULL ORDER BY id FOR SHARE
    ), waiting AS (
      SELECT d.id, off.disabled_reason FROM off JOIN deliveries d ON d.destination_id = off.id
       WHERE d.status = 'pending' LIMIT $2 FOR UPDATE OF d SKIP LOCKED
    )
    UPDATE deliveries d SET status = 'held', held_for = 'destination',
           last_error = 'its destination is switched off: ' || waiting.disabled_reason
      FROM waiting WHERE d.id = waiting.id RETURNING d.id`,
};

/** Shared: it stays off, or on, until the rows that go by it are committed. */
const LOCK_DISABLED: Statement = {
  name: 'destinationHolds.lockDisabled',
  text: `SELECT id FROM destinations WHERE id = ANY($1::uuid[]) AND disabled_reason IS NOT NULL ORDER BY id FOR SHARE`,
};

const LOCK: Statement = {
  name: 'destinationHolds.lock',
  text: `SELECT id FROM destinations WHERE id = $1 FOR UPDATE`,
};

/** A person says that it works again: what was counted against it is forgotten too. */
const ENABLE: Statement = {
  name: 'destinationHolds.enable',
  text: `UPDATE destinations SET disabled_reason = NULL, opened_until = NULL, open_count = 0, probing_until = NULL, probe_token = NULL,
                throttled_until = NULL WHERE id = $1 RETURNING channel`,
};

const RELEASE: Statement = {
  name: 'destinationHolds.release',
  text: `UPDATE deliveries SET status = 'pending', held_for = NULL, next_attempt_at = now()
          WHERE status = 'held' AND destination_id = $1 AND held_for = 'destination' RETURNING id`,
};

/** Keeps the deliveries of switched-off destinations, and gives them back when one is enabled. */
@Injectable()
export class DestinationHoldsRepository {
  constructor(private readonly database: Database) {}

  /** @returns how many were held; `limit` means that there may be more. */
  async holdPending(destinationIds: readonly string[], limit: number): Promise<number> {
    return (await this.database.query(HOLD_PENDING, [destinationIds, limit])).length;
  }

  /** Those that are off, locked against being switched until the transaction ends. */
  async lockDisabled(tx: Tx, destinationIds: readonly string[]): Promise<Set<string>> {
    const rows = await tx.query<{ id: string }>(LOCK_DISABLED, [destinationIds]);
    return new Set(rows.map((row) => row.id));
  }

  /**
   * Switches a destination on. Its row is locked before its deliveries, against the house's order: only rows that are
   * held are touched, and no process that has one of those locked waits for a destination.
   * @returns ids that are due; null: it was never sent to, so that there is nothing to enable.
   */
  async enable(tx: Tx, destinationId: string): Promise<{ channel: string; ids: string[] } | null> {
    await tx.query(LOCK, [destinationId]);
    const [enabled] = await tx.query<{ channel: string }>(ENABLE, [destinationId]);
    if (enabled === undefined) return null;
    const rows = await tx.query<{ id: string }>(RELEASE, [destinationId]);
    return { channel: enabled.channel, ids: rows.map((row) => row.id) };
  }
}
