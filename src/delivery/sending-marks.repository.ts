import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';
import { filterOnly, HELD_LEASES, leaseArrays } from '../database/plans.js';

/** By primary key. Rows reclaimed meanwhile or marked already do not come back: the process that marks sends, once. */
const MARK_SENDING: Statement = {
  name: 'deliveries.markSending',
  text: `WITH mine AS (
      SELECT d.id FROM deliveries d JOIN ${HELD_LEASES} ON d.id = t.id AND d.lease_token = t.lease_token
       WHERE ${filterOnly('d.status')} = 'delivering' AND d.sending_at IS NULL ORDER BY d.id FOR UPDATE OF d
    )
    UPDATE deliveries d SET sending_at = clock_timestamp() FROM mine WHERE d.id = mine.id RETURNING d.id`,
};

/** Notes in the row that its request is about to be made. A reclaimed row with the note is dead: its outcome is unknown. */
@Injectable()
export class SendingMarksRepository {
  constructor(private readonly database: Database) {}

  /** @returns ids that are ours to send. */
  async markSending(leases: readonly { readonly id: string; readonly leaseToken: string }[]): Promise<Set<string>> {
    const rows = await this.database.query<{ id: string }>(MARK_SENDING, leaseArrays(leases));
    return new Set(rows.map((row) => row.id));
  }
}
