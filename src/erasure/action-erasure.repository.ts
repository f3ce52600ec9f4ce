import { Injectable } from '@nestjs/common';
import type { Statement, Tx } from '../database/database.js';

const FIND_PAGE_END: Statement = {
  name: 'actionErasure.findPageEnd',
  text: `SELECT max(id::text) AS last, count(*)::int AS count FROM (SELECT id FROM actions WHERE id > $1 ORDER BY id LIMIT $2) page`,
};

/** The token goes, too: nothing would find it any more once the payload is gone, which names it. */
const ERASE: Statement = {
  name: 'actionErasure.erase',
  text: `WITH payload AS (
      DELETE FROM action_payloads WHERE action_id = ANY($1::uuid[]) RETURNING token_key
    ), token AS (
      DELETE FROM action_tokens t USING payload WHERE t.token_key = payload.token_key
    )
    UPDATE actions SET reason = NULL, entity_id = CASE WHEN entity_id = $2 THEN 'erased' ELSE entity_id END WHERE id = ANY($1::uuid[])`,
};

/** Reasons of steps are written by providers, which may be the user's own; notes are written by this service. */
const ERASE_REASONS: Statement = {
  name: 'actionErasure.eraseReasons',
  text: `UPDATE action_history h
            SET steps = (SELECT jsonb_agg(s.step - 'reason' ORDER BY s.at) FROM jsonb_array_elements(h.steps) WITH ORDINALITY AS s(step, at))
          WHERE h.action_id = ANY($1::uuid[]) AND h.steps @? '$[*].reason'`,
};

/** Erases a person from actions, along the primary key; every method runs in the job's own transaction. */
@Injectable()
export class ActionErasureRepository {
  /** @returns the last id of the page that begins after `after`, null at the end. */
  async findPageEnd(tx: Tx, after: string, limit: number): Promise<{ last: string | null; count: number }> {
    const rows = await tx.query<{ last: string | null; count: number }>(FIND_PAGE_END, [after, limit]);
    return rows[0] ?? { last: null, count: 0 };
  }

  /** @param ids of finished actions, locked with their deliveries, which are erased apart. */
  async erase(tx: Tx, ids: readonly string[], entityId: string): Promise<void> {
    if (ids.length === 0) return;
    await tx.query(ERASE, [ids, entityId]);
    await tx.query(ERASE_REASONS, [ids]);
  }
}
