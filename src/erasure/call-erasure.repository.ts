import { Injectable } from '@nestjs/common';
import type { Statement, Tx } from '../database/database.js';
import { ERASED } from './person-objects.js';

/** A call that has not been started and may be about the person. */
export interface UnstartedCall {
  readonly id: string;
  readonly request: string;
  /** Another process is making an action of it right now. */
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

/** Index: result_messages_action. */
const LOCK_RESULTS: Statement = {
  name: 'callErasure.lockResults',
  text: `SELECT request_id AS id, objects FROM result_messages WHERE action_id = ANY($1::uuid[]) ORDER BY request_id FOR UPDATE`,
};

const REWRITE_RESULTS: Statement = {
  name: 'callErasure.rewriteResults',
  text: `UPDATE result_messages r SET objects = i.objects,
                status_message = CASE WHEN i.tells_of_person THEN $4 ELSE r.status_message END
           FROM unnest($1::uuid[], $2::text[], $3::boolean[]) AS i(id, objects, tells_of_person) WHERE r.request_id = i.id`,
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

  /** Results of these actions. */
  async lockResults(
    tx: Tx,
    actionIds: readonly string[],
  ): Promise<{ readonly id: string; readonly objects: string }[]> {
    return actionIds.length === 0 ? [] : tx.query(LOCK_RESULTS, [actionIds]);
  }

  /** @param rows `tellsOfPerson` replaces the message of the whole result. */
  async rewriteResults(
    tx: Tx,
    rows: readonly { readonly id: string; readonly objects: string; readonly tellsOfPerson: boolean }[],
  ): Promise<void> {
    if (rows.length === 0) return;
    await tx.query(REWRITE_RESULTS, [
      rows.map(({ id }) => id),
      rows.map(({ objects }) => objects),
      rows.map(({ tellsOfPerson }) => tellsOfPerson),
      ERASED,
    ]);
  }
}
