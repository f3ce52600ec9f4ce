import { Injectable } from '@nestjs/common';
import type { Statement, Tx } from '../database/database.js';

/** A call that has not been started and may be about the person. */
export interface UnstartedCall {
  readonly id: string;
  readonly request: string;
  /** Somebody is making an action of it right now. */
  readonly starting: boolean;
}

/** Index: async_calls_asked. */
const LOCK_UNSTARTED: Statement = {
  name: 'callErasure.lockUnstarted',
  text: `SELECT id, request, coalesce(starting_until > now(), false) AS starting FROM async_calls
          WHERE client_id = $1 AND request IS NOT NULL AND id > $3 AND strpos(request, $2) > 0 ORDER BY id LIMIT $4 FOR UPDATE`,
};

const REWRITE_REQUESTS: Statement = {
  name: 'callErasure.rewriteRequests',
  text: `UPDATE async_calls c SET request = i.request FROM unnest($1::uuid[], $2::text[]) AS i(id, request) WHERE c.id = i.id`,
};

/** A conversation's last part sends callbacks with results of earlier ones. */
const FIND_SIBLINGS: Statement = {
  name: 'callErasure.findSiblings',
  text: `SELECT DISTINCT s.action_id AS id FROM async_calls c
           JOIN async_calls s ON s.client_id = c.client_id AND s.conversation_id = c.conversation_id
          WHERE c.id IN (SELECT request_id FROM result_messages WHERE action_id = ANY($1::uuid[])) AND s.action_id IS NOT NULL`,
};

const EMPTY_BODIES: Statement = {
  name: 'callErasure.emptyBodies',
  text: `WITH delivery AS (
      UPDATE deliveries SET body = NULL WHERE owner_id = ANY($1::uuid[]) AND body IS NOT NULL RETURNING id
    )
    UPDATE delivery_attempts t SET excerpt = NULL, headers = NULL, request_body = NULL FROM delivery WHERE t.delivery_id = delivery.id`,
};

const REWRITE_RESULTS: Statement = {
  name: 'callErasure.rewriteResults',
  text: `UPDATE result_messages r SET objects = i.objects FROM unnest($1::uuid[], $2::text[]) AS i(action_id, objects)
          WHERE r.action_id = i.action_id`,
};

/** Reads and writes of erasing a person from asynchronous calls; every method runs in the job's own transaction. */
@Injectable()
export class CallErasureRepository {
  /** @param needle what the text must hold for a call to be looked at. */
  lockUnstarted(tx: Tx, clientId: string, needle: string, after: string, limit: number): Promise<UnstartedCall[]> {
    return tx.query<UnstartedCall>(LOCK_UNSTARTED, [clientId, needle, after, limit]);
  }

  async rewriteRequests(tx: Tx, rows: readonly { readonly id: string; readonly request: string }[]): Promise<void> {
    if (rows.length === 0) return;
    await tx.query(REWRITE_REQUESTS, [rows.map(({ id }) => id), rows.map(({ request }) => request)]);
  }

  /** Actions of the conversations these actions are parts of, themselves included. */
  async findSiblings(tx: Tx, actionIds: readonly string[]): Promise<string[]> {
    if (actionIds.length === 0) return [];
    const rows = await tx.query<{ id: string }>(FIND_SIBLINGS, [actionIds]);
    return rows.map(({ id }) => id);
  }

  async emptyBodies(tx: Tx, actionIds: readonly string[]): Promise<void> {
    if (actionIds.length > 0) await tx.query(EMPTY_BODIES, [actionIds]);
  }

  async rewriteResults(tx: Tx, rows: readonly { readonly id: string; readonly objects: string }[]): Promise<void> {
    if (rows.length === 0) return;
    await tx.query(REWRITE_RESULTS, [rows.map(({ id }) => id), rows.map(({ objects }) => objects)]);
  }
}
