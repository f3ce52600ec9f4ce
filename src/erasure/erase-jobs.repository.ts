import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';
import type { EraseProgress } from './erase.dto.js';
import type { Subject } from './subject-search.repository.js';
import type { SubjectErasure } from './subjects.dto.js';

/** A request to forget a person or an account, as far as it got. */
export interface EraseJobRow {
  readonly id: string;
  readonly tenant: string;
  readonly entity_id: string;
  readonly after_id: string | null;
  readonly waiting: number;
}

const INSERT: Statement = {
  name: 'eraseJobs.insert',
  text: `INSERT INTO erase_jobs (id, tenant, entity_id) VALUES ($1, $2, $3)
         ON CONFLICT (tenant, entity_id) WHERE state = 'running' DO NOTHING RETURNING id`,
};

/** Locked: it must not end before the order that joins it is written down. */
const FIND_RUNNING: Statement = {
  name: 'eraseJobs.findRunning',
  text: `SELECT id FROM erase_jobs WHERE tenant = $1 AND entity_id = $2 AND state = 'running' FOR UPDATE`,
};

const FIND: Statement = {
  name: 'eraseJobs.find',
  text: `SELECT id AS "jobId", state, scanned, erased, waiting, requested_at AS "requestedAt", finished_at AS "finishedAt"
           FROM erase_jobs WHERE id = $1`,
};

/** A job forgets the id; its audit entry has it as a hash with the job's id as salt, {@link ./disguise.ts}. */
const FIND_OF: Statement = {
  name: 'eraseJobs.findOf',
  text: `SELECT j.id AS "jobId", j.state, j.requested_at AS "requestedAt", j.finished_at AS "finishedAt" FROM erase_jobs j
          WHERE j.tenant = $1 AND EXISTS (
            SELECT 1 FROM admin_audit a WHERE a.verb = 'erase' AND a.target = 'erase:' || j.id AND a.details->>'subject' =
              encode(sha256(convert_to(j.id::text, 'UTF8') || '\\x00'::bytea || convert_to($2, 'UTF8')), 'hex'))
          ORDER BY j.requested_at DESC LIMIT 20`,
};

const LOCK_DUE: Statement = {
  name: 'eraseJobs.lockDue',
  text: `SELECT id, tenant, entity_id, after_id, waiting FROM erase_jobs
          WHERE state = 'running' AND next_pass_at <= now() ORDER BY requested_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
};

/** Between two passes the job goes on to say how many it waits for. */
const ADVANCE: Statement = {
  name: 'eraseJobs.advance',
  text: `UPDATE erase_jobs SET after_id = $2, scanned = scanned + $3, erased = erased + $4,
                waiting = $5 + CASE WHEN after_id IS NULL THEN 0 ELSE waiting END WHERE id = $1`,
};

const PASS_AGAIN: Statement = {
  name: 'eraseJobs.passAgain',
  text: `UPDATE erase_jobs SET after_id = NULL, waiting = $2, next_pass_at = now() + interval '1 minute' WHERE id = $1`,
};

const FINISH: Statement = {
  name: 'eraseJobs.finish',
  text: `UPDATE erase_jobs SET state = 'done', entity_id = NULL, waiting = 0, finished_at = now() WHERE id = $1`,
};

/** Keeps the jobs that forget a person or an account: their orders, and how far the workers' loop got with them. */
@Injectable()
export class EraseJobsRepository {
  constructor(private readonly database: Database) {}

  /** @returns the id of the job that does it: this one, or one that runs already. */
  async insertOrJoin(
    tx: Tx,
    job: { readonly id: string; readonly tenant: string; readonly entityId: string },
  ): Promise<string> {
    for (;;) {
      const inserted = await tx.query<{ id: string }>(INSERT, [job.id, job.tenant, job.entityId]);
      const [found] =
        inserted.length > 0 ? inserted : await tx.query<{ id: string }>(FIND_RUNNING, [job.tenant, job.entityId]);
      // Neither: the running one ended in between.
      if (found !== undefined) return found.id;
    }
  }

  /** The person it is about is not read back. */
  async findProgress(id: string): Promise<EraseProgress | null> {
    const rows = await this.database.query<EraseProgress>(FIND, [id]);
    return rows[0] ?? null;
  }

  /** The newest 20 jobs about a person or an account. */
  findOf({ tenant, entityId }: Subject): Promise<SubjectErasure[]> {
    return this.database.query<SubjectErasure>(FIND_OF, [tenant, entityId]);
  }

  /** The running job that was ordered first; null when none is due or others work on them. */
  async lockDue(tx: Tx): Promise<EraseJobRow | null> {
    const rows = await tx.query<EraseJobRow>(LOCK_DUE, []);
    return rows[0] ?? null;
  }

  async advance(
    tx: Tx,
    job: EraseJobRow,
    page: { readonly last: string; readonly scanned: number; readonly erased: number; readonly waiting: number },
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
