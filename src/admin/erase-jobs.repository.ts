import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';
import type { EraseProgress } from './erase.dto.js';

const INSERT: Statement = {
  name: 'admin.insertEraseJob',
  text: `INSERT INTO erase_jobs (id, tenant, entity_id) VALUES ($1, $2, $3)`,
};

const FIND: Statement = {
  name: 'admin.findEraseJob',
  text: `SELECT id AS "jobId", state, scanned, erased, waiting, requested_at AS "requestedAt", finished_at AS "finishedAt"
           FROM erase_jobs WHERE id = $1`,
};

/** Writes jobs that forget somebody, and reads how far they got; whom they are about is never read back. */
@Injectable()
export class EraseJobsRepository {
  constructor(private readonly database: Database) {}

  async insert(
    tx: Tx,
    job: { readonly id: string; readonly tenant: string; readonly entityId: string },
  ): Promise<void> {
    await tx.query(INSERT, [job.id, job.tenant, job.entityId]);
  }

  async findProgress(id: string): Promise<EraseProgress | null> {
    const rows = await this.database.query<EraseProgress>(FIND, [id]);
    return rows[0] ?? null;
  }
}
