import { Injectable } from '@nestjs/common';
import type { Statement, Tx } from '../database/database.js';

/** A request to forget a person or an account, as far as it got. */
export interface EraseJobRow {
  readonly id: string;
  readonly tenant: string;
  readonly entity_id: string;
  readonly after_id: string | null;
  readonly waiting: number;
}

const LOCK_JOB: Statement = {
  name: 'erase.lockJob',
  text: `SELECT id, tenant, entity_id, after_id, waiting FROM erase_jobs
          WHERE state = 'running' AND next_pass_at <= now() ORDER BY requested_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
};

const FIND_PAGE_END: Statement = {
  name: 'erase.findPageEnd',
  text: `SELECT max(id::text) AS last, count(*)::int AS count FROM (SELECT id FROM actions WHERE id > $1 ORDER BY id LIMIT $2) page`,
};

/** The token goes, too: nothing would find it any more once the payload is gone, which names it. */
const ERASE: Statement = {
  name: 'erase.erase',
  text: `WITH payload AS (
      DELETE FROM action_payloads WHERE action_id = ANY($1::uuid[]) RETURNING token_key
    ), token AS (
      DELETE FROM action_tokens t USING payload WHERE t.token_key = payload.token_key
    )
    UPDATE actions SET reason = NULL, entity_id = CASE WHEN entity_id = $2 THEN 'erased' ELSE entity_id END WHERE id = ANY($1::uuid[])`,
};

/** Reasons of steps are written by providers, which may be the user's own; notes are written by this service. */
const ERASE_REASONS: Statement = {
  name: 'erase.eraseReasons',
  text: `UPDATE action_history h
            SET steps = (SELECT jsonb_agg(s.step - 'reason' ORDER BY s.at) FROM jsonb_array_elements(h.steps) WITH ORDINALITY AS s(step, at))
          WHERE h.action_id = ANY($1::uuid[]) AND h.steps @? '$[*].reason'`,
};

/** Between two passes the job goes on to say how many it waits for. */
const ADVANCE: Statement = {
  name: 'erase.advance',
  text: `UPDATE erase_jobs SET after_id = $2, scanned = scanned + $3, erased = erased + $4,
                waiting = $5 + CASE WHEN after_id IS NULL THEN 0 ELSE waiting END WHERE id = $1`,
};

const PASS_AGAIN: Statement = {
  name: 'erase.passAgain',
  text: `UPDATE erase_jobs SET after_id = NULL, waiting = $2, next_pass_at = now() + interval '1 minute' WHERE id = $1`,
};

const FINISH: Statement = {
  name: 'erase.finish',
  text: `UPDATE erase_jobs SET state = 'done', entity_id = NULL, waiting = 0, finished_at = now() WHERE id = $1`,
};

/** Before every id. */
export const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Reads and writes of the erase job; every method runs in the job's own transaction. */
@Injectable()
export class EraseRepository {
  async lockJob(tx: Tx): Promise<EraseJobRow | null> {
    const rows = await tx.query<EraseJobRow>(LOCK_JOB, []);
    return rows[0] ?? null;
  }

  async findPageEnd(tx: Tx, job: EraseJobRow, limit: number): Promise<{ last: string | null; count: number }> {
    const rows = await tx.query<{ last: string | null; count: number }>(FIND_PAGE_END, [
      job.after_id ?? FIRST_ID,
      limit,
    ]);
    return rows[0] ?? { last: null, count: 0 };
  }

  /** @param ids of finished actions, locked with their deliveries, which are erased apart. */
  async erase(tx: Tx, ids: readonly string[], entityId: string): Promise<void> {
    if (ids.length === 0) return;
    await tx.query(ERASE, [ids, entityId]);
    await tx.query(ERASE_REASONS, [ids]);
  }

  async advance(
    tx: Tx,
    job: EraseJobRow,
    page: { last: string; scanned: number; erased: number; waiting: number },
  ): Promise<void> {
    await tx.query(ADVANCE, [job.id, page.last, page.scanned, page.erased, page.waiting]);
  }

  /** Actions under way still need their data; they are visited again when they have ended. */
  async passAgain(tx: Tx, job: EraseJobRow, waiting: number): Promise<void> {
    await tx.query(PASS_AGAIN, [job.id, waiting]);
  }

  /** The job forgets the id itself, too. */
  async finish(tx: Tx, job: EraseJobRow): Promise<void> {
    await tx.query(FINISH, [job.id]);
  }
}
