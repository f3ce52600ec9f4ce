import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';
import type { EraseProgress } from './erase.dto.js';

const INSERT: Statement = {
  name: 'admin.insertEraseJob',
  text: `INSERT INTO erase_jobs (id, tenant, entity_id) VALUES ($1, $2, $3)
         ON CONFLICT (tenant, entity_id) WHERE state = 'running' DO NOTHING RETURNING id`,
};

/** Locked: it must not end before the order that joins it is written down. */
const FIND_RUNNING: Statement = {
  name: 'admin.findRunningEraseJob',
  text: `SELECT id FROM erase_jobs WHERE tenant = $1 AND entity_id = $2 AND state = 'running' FOR UPDATE`,
};

const FIND: Statement = {
  name: 'admin.findEraseJob',
  text: `SELECT id AS "jobId", state, scanned, erased, waiting, requested_at AS "requestedAt", finished_at AS "finishedAt"
           FROM erase_jobs WHERE id = $1`,
};

/** Writes jobs that forget a person, and reads their progress; the person's id is never read back. */
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

  async findProgress(id: string): Promise<EraseProgress | null> {
    const rows = await this.database.query<EraseProgress>(FIND, [id]);
    return rows[0] ?? null;
  }
}
