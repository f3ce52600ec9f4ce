import { Injectable } from '@nestjs/common';
import type { Statement, Tx } from '../database/database.js';
import { filterOnly } from '../database/plans.js';

/** Why a delivery ended that nobody sends any more. */
const ERASED = 'ERASED: the data was erased before it was delivered';

/**
 * Index: deliveries_owner. A request under way cannot be called back, and its attempt is recorded with what was sent. Its
 * time is up from now on, so no other attempt follows it. Emptying its body lost: a process that ends meanwhile leaves a
 * row to be sent again, and an empty body would be sent.
 */
const STOP: Statement = {
  name: 'deliveryErasure.stop',
  text: `WITH cancelled AS (
      UPDATE deliveries d SET status = 'cancelled', body = NULL, held_for = NULL, sending_at = NULL, next_trigger = 'auto',
             last_error = '${ERASED}'
       WHERE d.owner_id = ANY($1::uuid[]) AND ${filterOnly('d.status')} IN ('pending', 'held')
    ), last AS (
      UPDATE deliveries d SET expires_at = least(d.expires_at, now())
       WHERE d.owner_id = ANY($1::uuid[]) AND ${filterOnly('d.status')} = 'delivering' RETURNING d.owner_id
    )
    SELECT DISTINCT owner_id AS id FROM last`,
};

const EMPTY_BODIES: Statement = {
  name: 'deliveryErasure.emptyBodies',
  text: `UPDATE deliveries d SET body = NULL WHERE d.owner_id = ANY($1::uuid[]) AND d.body IS NOT NULL
            AND ${filterOnly('d.status')} NOT IN ('pending', 'delivering', 'held')`,
};

/** Also where the body is gone already: it may have been emptied before the attempt was recorded. */
const EMPTY_ATTEMPTS: Statement = {
  name: 'deliveryErasure.emptyAttempts',
  text: `UPDATE delivery_attempts t SET excerpt = NULL, headers = NULL, request_body = NULL
           FROM deliveries d WHERE d.owner_id = ANY($1::uuid[]) AND t.delivery_id = d.id
            AND (t.excerpt IS NOT NULL OR t.headers IS NOT NULL OR t.request_body IS NOT NULL)`,
};

/** Ends and empties deliveries whose content is erased. The caller holds the locks of their rows. */
@Injectable()
export class DeliveryErasureRepository {
  /**
   * Cancels what waits; what is under way makes no further attempt.
   * @param ownerIds actions or events. @returns owners with a request under way, whose rows still have their content.
   */
  async stop(tx: Tx, ownerIds: readonly string[]): Promise<ReadonlySet<string>> {
    if (ownerIds.length === 0) return new Set();
    const rows = await tx.query<{ id: string }>(STOP, [ownerIds]);
    return new Set(rows.map(({ id }) => id));
  }

  /** Removes bodies, excerpts, headers and request bodies of what has ended. */
  async empty(tx: Tx, ownerIds: readonly string[]): Promise<void> {
    if (ownerIds.length === 0) return;
    await tx.query(EMPTY_BODIES, [ownerIds]);
    await tx.query(EMPTY_ATTEMPTS, [ownerIds]);
  }
}
