import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';

/** Rows past their time are left to the sweep that expires them. */
const RELEASE_READABLE: Statement = {
  name: 'heldDeliveries.releaseReadable',
  text: `WITH readable AS (
      SELECT id FROM deliveries WHERE id = ANY($1::uuid[]) AND status = 'held' AND (expires_at IS NULL OR expires_at > now())
       ORDER BY id FOR UPDATE SKIP LOCKED
    )
    UPDATE deliveries d SET status = 'pending', next_attempt_at = now() FROM readable WHERE d.id = readable.id RETURNING d.id`,
};

/** Lets deliveries go that were held for a reason of their own, not of their destination. */
@Injectable()
export class HeldDeliveriesRepository {
  constructor(private readonly database: Database) {}

  /**
   * Deliveries with a secret that can be read again go on where their schedule stood: they were held before an attempt.
   * @returns ids due again.
   */
  async releaseReadable(ids: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(RELEASE_READABLE, [ids]);
    return rows.map((row) => row.id);
  }
}
