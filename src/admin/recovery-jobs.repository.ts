import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';
import type { IdRange } from '../delivery/failed-deliveries.js';
import type { RecoverFilter } from './recover-filter.js';
import type { RecoveryProgress } from './recover.dto.js';

/** A bulk job to begin. */
export interface NewRecoveryJob {
  readonly id: string;
  readonly filter: RecoverFilter;
  /** The same for jobs that would do the same. */
  readonly filterKey: string;
  readonly force: boolean;
  readonly ratePerSecond: number;
  readonly actor: string;
  readonly range: IdRange;
  readonly matched: number;
}

const NOW: Statement = { name: 'recoveries.now', text: `SELECT now() AS now` };

const INSERT: Statement = {
  name: 'recoveries.insert',
  text: `INSERT INTO bulk_jobs (id, filter, filter_key, force, actor, rate_per_second, after_id, before_id, matched)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (filter_key) WHERE state = 'running' DO NOTHING RETURNING id`,
};

const PROGRESS = `SELECT id AS "jobId", state, filter, force, rate_per_second AS "ratePerSecond", matched, resent, skipped,
         skips AS "skippedBecause", failed,
         CASE WHEN state = 'done' THEN 0 ELSE greatest(matched - resent - skipped - failed, 0) END AS remaining,
         started_at AS "startedAt", finished_at AS "finishedAt" FROM bulk_jobs`;

const FIND: Statement = { name: 'recoveries.find', text: `${PROGRESS} WHERE id = $1` };

const LIST: Statement = {
  name: 'recoveries.list',
  text: `${PROGRESS} WHERE ($1::text IS NULL OR state = $1) AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
};

/** Waits for the page under way, because its transaction holds the row. */
const CANCEL: Statement = {
  name: 'recoveries.cancel',
  text: `UPDATE bulk_jobs SET state = 'cancelled', finished_at = clock_timestamp() WHERE id = $1 AND state = 'running' RETURNING id`,
};

/** Writes orders for bulk recovery and reads how far they got; the workers' loop carries them out. */
@Injectable()
export class RecoveryJobsRepository {
  constructor(private readonly database: Database) {}

  /** The database's clock. */
  async now(tx: Tx): Promise<Date> {
    const rows = await tx.query<{ now: Date }>(NOW, []);
    return rows[0]?.now ?? new Date();
  }

  /** @returns false when a job that does the same is running. */
  async insert(tx: Tx, job: NewRecoveryJob): Promise<boolean> {
    const { id, filter, filterKey, force, actor, ratePerSecond, range, matched } = job;
    const rows = await tx.query(INSERT, [
      id,
      JSON.stringify(filter),
      filterKey,
      force,
      actor,
      ratePerSecond,
      range.after,
      range.before,
      matched,
    ]);
    return rows.length > 0;
  }

  async find(id: string): Promise<RecoveryProgress | null> {
    const rows = await this.database.query<RecoveryProgress>(FIND, [id]);
    return rows[0] ?? null;
  }

  /** The newest first. */
  list(state: string | null, before: string | null, limit: number): Promise<RecoveryProgress[]> {
    return this.database.query<RecoveryProgress>(LIST, [state, before, limit]);
  }

  /** @returns false when it does not run. */
  async cancel(tx: Tx, id: string): Promise<boolean> {
    return (await tx.query(CANCEL, [id])).length > 0;
  }
}
