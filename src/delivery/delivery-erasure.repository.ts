import { Injectable } from '@nestjs/common';
import type { Statement, Tx } from '../database/database.js';

/** How the `lastError` of a delivery begins that an erasure ended. */
export const ERASED = 'ERASED';
/** The reason on a delivery that was cancelled for it. */
export const ERASED_SENTENCE = `${ERASED}: the data was erased before it was delivered`;

/** No index answers this expression: those of waiting deliveries would be read whole while the table is small. */
const STATUS = 'concat(d.status)';

/**
 * Index: deliveries_owner. A request under way cannot be called back, and its attempt is recorded with what was sent. Its
 * time is up from now on, so no other attempt follows it. Emptying its body lost: a process that ends meanwhile leaves a
 * row to be sent again, and an empty body would be sent.
 */
const STOP: Statement = {
  name: 'deliveryErasure.stop',
  text: `WITH cancelled AS (
      UPDATE deliveries d SET status = 'cancelled', body = NULL, held_for = NULL, sending_at = NULL, next_trigger = 'auto',
             last_error = '${ERASED_SENTENCE}'
       WHERE d.owner_id = ANY($1::uuid[]) AND ${STATUS} IN ('pending', 'held')
    ), last AS (
      UPDATE deliveries d SET expires_at = least(d.expires_at, now())
       WHERE d.owner_id = ANY($1::uuid[]) AND ${STATUS} = 'delivering' RETURNING d.owner_id
    )
    SELECT DISTINCT owner_id AS id FROM last`,
};

const EMPTY_BODIES: Statement = {
  name: 'deliveryErasure.emptyBodies',
  text: `UPDATE deliveries d SET body = NULL WHERE d.owner_id = ANY($1::uuid[]) AND d.body IS NOT NULL
            AND ${STATUS} NOT IN ('pending', 'delivering', 'held')`,
};

/** Queries and fragments may name a person. */
const STRIP_URLS: Statement = {
  name: 'deliveryErasure.stripUrls',
  text: `UPDATE deliveries SET url = regexp_replace(url, '[?#].*$', '') WHERE owner_id = ANY($1::uuid[])`,
};

const FIND_IDS: Statement = {
  name: 'deliveryErasure.findIds',
  text: `SELECT id FROM deliveries WHERE owner_id = ANY($1::uuid[])`,
};

/** By key, not joined by owner: planned while small, the join reads every delivery. Bodies may have been emptied before. */
const EMPTY_ATTEMPTS: Statement = {
  name: 'deliveryErasure.emptyAttempts',
  text: `UPDATE delivery_attempts t SET excerpt = NULL, headers = NULL, request_body = NULL
          WHERE t.delivery_id = ANY($1::uuid[]) AND (t.excerpt IS NOT NULL OR t.headers IS NOT NULL OR t.request_body IS NOT NULL)`,
};

/** Ends and empties deliveries with erased content. The caller holds the locks of their rows. */
@Injectable()
export class DeliveryErasureRepository {
  /**
   * Cancels waiting deliveries; those under way make no further attempt.
   * @param ownerIds actions or events. @returns owners with a request under way: these rows keep their content.
   */
  async stop(tx: Tx, ownerIds: readonly string[]): Promise<ReadonlySet<string>> {
    if (ownerIds.length === 0) return new Set();
    const rows = await tx.query<{ id: string }>(STOP, [ownerIds]);
    return new Set(rows.map(({ id }) => id));
  }

  /** Cuts query and fragment off the addresses. @param ownerIds finished actions. */
  async stripUrls(tx: Tx, ownerIds: readonly string[]): Promise<void> {
    if (ownerIds.length > 0) await tx.query(STRIP_URLS, [ownerIds]);
  }

  /** Removes bodies, excerpts, headers and request bodies of what has ended. */
  async empty(tx: Tx, ownerIds: readonly string[]): Promise<void> {
    if (ownerIds.length === 0) return;
    await tx.query(EMPTY_BODIES, [ownerIds]);
    const deliveries = await tx.query<{ id: string }>(FIND_IDS, [ownerIds]);
    if (deliveries.length > 0) await tx.query(EMPTY_ATTEMPTS, [deliveries.map(({ id }) => id)]);
  }
}
