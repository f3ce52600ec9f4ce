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

/**
 * Deliveries that wait because of what their tenant has mended since: their reasons begin with one of two texts. Indexes:
 * destinations_of_scope, deliveries_open.
 */
const HURRY: Statement = {
  name: 'heldDeliveries.hurry',
  text: `WITH waiting AS (
      SELECT d.id FROM destinations t JOIN deliveries d ON d.destination_id = t.id
       WHERE t.channel = $1 AND t.scope = ANY($2::text[]) AND d.status = 'pending' AND d.next_attempt_at > now()
         AND (starts_with(d.last_error, $3) OR starts_with(d.last_error, $4)) LIMIT $5 FOR UPDATE OF d SKIP LOCKED
    )
    UPDATE deliveries d SET next_attempt_at = now() WHERE d.id = ANY(ARRAY(SELECT id FROM waiting)) RETURNING d.id`,
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

  /** @returns how many are due now; `limit` means that there may be more. */
  async hurry(
    channel: string,
    scopes: readonly string[],
    reasons: readonly [string, string],
    limit: number,
  ): Promise<number> {
    return (await this.database.query(HURRY, [channel, scopes, ...reasons, limit])).length;
  }
}
