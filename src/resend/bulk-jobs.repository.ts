import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';
import { changes } from '../live/changes.js';
import type { IdRange } from './failed-deliveries.js';
import type { RecoverFilter } from './recover-filter.js';
import type { RecoveryProgress } from './recover.dto.js';

/** A bulk job to begin. */
export interface NewBulkJob {
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

/** A bulk job, its row locked, as far as it got. */
export interface BulkJobRow {
  readonly id: string;
  readonly filter: RecoverFilter;
  readonly force: boolean;
  readonly actor: string;
  readonly rate_per_second: number;
  readonly after_id: string;
  readonly before_id: string;
  readonly matched: number;
  readonly resent: number;
  readonly skipped: number;
  readonly failed: number;
  readonly skips: Readonly<Record<string, number>>;
  /** Deliveries that may be sent now. */
  readonly budget: number;
}

/** The outcome of a page, and when the next one may begin. */
export interface BulkPage {
  readonly afterId: string;
  readonly resent: number;
  readonly skipped: number;
  readonly failed: number;
  readonly skips: Readonly<Record<string, number>>;
  readonly budget: number;
  readonly pauseMs: number;
}

const NOW: Statement = { name: 'bulkJobs.now', text: `SELECT now() AS now` };

const INSERT: Statement = {
  name: 'bulkJobs.insert',
  text: `INSERT INTO bulk_jobs (id, filter, filter_key, force, actor, rate_per_second, after_id, before_id, matched)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT DO NOTHING RETURNING id`,
};

const PROGRESS = `SELECT id AS "jobId", state, filter, force, rate_per_second AS "ratePerSecond", matched, resent, skipped,
         skips AS "skippedBecause", failed,
         CASE WHEN state = 'done' THEN 0 ELSE greatest(matched - resent - skipped - failed, 0) END AS remaining,
         started_at AS "startedAt", finished_at AS "finishedAt" FROM bulk_jobs`;

const FIND: Statement = { name: 'bulkJobs.find', text: `${PROGRESS} WHERE id = $1` };

const LIST: Statement = {
  name: 'bulkJobs.list',
  text: `${PROGRESS} WHERE ($1::text IS NULL OR state = $1) AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
};

/** Waits for the page under way, whose transaction holds the row. */
const CANCEL: Statement = {
  name: 'bulkJobs.cancel',
  text: `UPDATE bulk_jobs SET state = 'cancelled', finished_at = clock_timestamp()
          WHERE id = $1 AND state IN ('running', 'paused') RETURNING id`,
};

/** As {@link CANCEL}: after it no page is sent. */
const PAUSE: Statement = {
  name: 'bulkJobs.pause',
  text: `UPDATE bulk_jobs SET state = 'paused' WHERE id = $1 AND state = 'running' RETURNING id`,
};

/** The time of the pause earns no budget. */
const RESUME: Statement = {
  name: 'bulkJobs.resume',
  text: `UPDATE bulk_jobs SET state = 'running', budget_at = clock_timestamp(), next_page_at = clock_timestamp()
          WHERE id = $1 AND state = 'paused' RETURNING id`,
};

/**
 * The budget is kept in the row, so all replicas together keep to one rate: it grows by the rate and never holds more
 * than a second's worth. clock_timestamp(): a page's transaction may have begun before the page before it ended.
 */
const LOCK_DUE: Statement = {
  name: 'bulkJobs.lockDue',
  text: `SELECT id, filter, force, actor, rate_per_second, after_id, before_id, matched, resent, skipped, failed, skips,
                least(rate_per_second, budget + rate_per_second
                  * greatest(extract(epoch FROM clock_timestamp() - budget_at), 0))::float8 AS budget
           FROM bulk_jobs WHERE state = 'running' AND next_page_at <= clock_timestamp()
          ORDER BY next_page_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
};

const ADVANCE: Statement = {
  name: 'bulkJobs.advance',
  text: `UPDATE bulk_jobs SET after_id = $2, resent = resent + $3, skipped = skipped + $4, failed = failed + $5, skips = $6,
                budget = $7, budget_at = clock_timestamp(),
                next_page_at = clock_timestamp() + $8 * interval '1 millisecond'
          WHERE id = $1`,
};

const FINISH: Statement = {
  name: 'bulkJobs.finish',
  text: `UPDATE bulk_jobs SET state = 'done', matched = $2, skipped = $3, skips = $4, finished_at = clock_timestamp() WHERE id = $1`,
};

const SAVEPOINT: Statement = { name: 'bulkJobs.savepoint', text: 'SAVEPOINT bulk_rows' };
const ROLL_BACK: Statement = { name: 'bulkJobs.rollBack', text: 'ROLLBACK TO SAVEPOINT bulk_rows' };

/** Keeps the jobs that send failed deliveries again: their orders, and how far the workers' loop got with them. */
@Injectable()
export class BulkJobsRepository {
  constructor(private readonly database: Database) {}

  /** The database's clock. */
  async now(tx: Tx): Promise<Date> {
    const rows = await tx.query<{ now: Date }>(NOW, []);
    return rows[0]?.now ?? new Date();
  }

  /** @returns false when a job that does the same is running or paused. */
  async insert(tx: Tx, job: NewBulkJob): Promise<boolean> {
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

  /** @returns false when it neither runs nor is paused. */
  async cancel(tx: Tx, id: string): Promise<boolean> {
    return (await tx.query(CANCEL, [id])).length > 0;
  }

  /** @returns false when it does not run. */
  async pause(tx: Tx, id: string): Promise<boolean> {
    return (await tx.query(PAUSE, [id])).length > 0;
  }

  /** @returns false when it is not paused. */
  async resume(tx: Tx, id: string): Promise<boolean> {
    return (await tx.query(RESUME, [id])).length > 0;
  }

  /** The running job that has waited longest for its next page; null when none is due or others work on them. */
  async lockDue(tx: Tx): Promise<BulkJobRow | null> {
    const rows = await tx.query<BulkJobRow>(LOCK_DUE, []);
    return rows[0] ?? null;
  }

  /** Of a locked job, as {@link finish}. */
  async advance(tx: Tx, jobId: string, page: BulkPage): Promise<void> {
    const skips = JSON.stringify(page.skips);
    const { afterId, resent, skipped, failed, budget, pauseMs } = page;
    changes.markIn(tx, 'jobs');
    await tx.query(ADVANCE, [jobId, afterId, resent, skipped, failed, skips, budget, pauseMs]);
  }

  async finish(
    tx: Tx,
    jobId: string,
    totals: { readonly matched: number; readonly skipped: number; readonly skips: Readonly<Record<string, number>> },
  ): Promise<void> {
    await tx.query(FINISH, [jobId, totals.matched, totals.skipped, JSON.stringify(totals.skips)]);
  }

  /** Where a page goes back to when Postgres refuses one of its rows. */
  async savepoint(tx: Tx): Promise<void> {
    await tx.query(SAVEPOINT, []);
  }

  async rollBackToSavepoint(tx: Tx): Promise<void> {
    await tx.query(ROLL_BACK, []);
  }
}
