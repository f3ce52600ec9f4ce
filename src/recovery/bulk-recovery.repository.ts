import { Injectable } from '@nestjs/common';
import type { Statement, Tx } from '../database/database.js';
import type { FailedDeliveriesFilter } from '../delivery/failed-deliveries.js';

/** A bulk job with a locked row, as far as it got. */
export interface BulkJobRow {
  readonly id: string;
  readonly filter: FailedDeliveriesFilter;
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

/** The result of a page, and when the next one may begin. */
export interface BulkPage {
  readonly afterId: string;
  readonly resent: number;
  readonly skipped: number;
  readonly failed: number;
  readonly skips: Readonly<Record<string, number>>;
  readonly budget: number;
  readonly pauseMs: number;
}

/**
 * The budget is kept in the row, so all replicas together keep to one rate: it grows by the rate and never holds more
 * than a second's worth. clock_timestamp(): a page's transaction may have begun before the page before it ended.
 */
const LOCK_JOB: Statement = {
  name: 'bulk.lockJob',
  text: `SELECT id, filter, force, actor, rate_per_second, after_id, before_id, matched, resent, skipped, failed, skips,
                least(rate_per_second, budget + rate_per_second
                  * greatest(extract(epoch FROM clock_timestamp() - budget_at), 0))::float8 AS budget
           FROM bulk_jobs WHERE state = 'running' AND next_page_at <= clock_timestamp()
          ORDER BY next_page_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
};

const ADVANCE: Statement = {
  name: 'bulk.advance',
  text: `UPDATE bulk_jobs SET after_id = $2, resent = resent + $3, skipped = skipped + $4, failed = failed + $5, skips = $6,
                budget = $7, budget_at = clock_timestamp(),
                next_page_at = clock_timestamp() + $8 * interval '1 millisecond'
          WHERE id = $1`,
};

const FINISH: Statement = {
  name: 'bulk.finish',
  text: `UPDATE bulk_jobs SET state = 'done', matched = $2, skipped = $3, skips = $4, finished_at = clock_timestamp() WHERE id = $1`,
};

const SAVEPOINT: Statement = { name: 'bulk.savepoint', text: 'SAVEPOINT bulk_rows' };
const ROLL_BACK: Statement = { name: 'bulk.rollBack', text: 'ROLLBACK TO SAVEPOINT bulk_rows' };

/** Reads and writes of a running bulk job; every method runs in the page's own transaction. */
@Injectable()
export class BulkRecoveryRepository {
  /** The running job that has waited longest for its next page; null when none is due or others work on them. */
  async lockJob(tx: Tx): Promise<BulkJobRow | null> {
    const rows = await tx.query<BulkJobRow>(LOCK_JOB, []);
    return rows[0] ?? null;
  }

  async advance(tx: Tx, jobId: string, page: BulkPage): Promise<void> {
    const skips = JSON.stringify(page.skips);
    const { afterId, resent, skipped, failed, budget, pauseMs } = page;
    await tx.query(ADVANCE, [jobId, afterId, resent, skipped, failed, skips, budget, pauseMs]);
  }

  async finish(
    tx: Tx,
    jobId: string,
    totals: { readonly matched: number; readonly skipped: number; readonly skips: Readonly<Record<string, number>> },
  ): Promise<void> {
    await tx.query(FINISH, [jobId, totals.matched, totals.skipped, JSON.stringify(totals.skips)]);
  }

  async savepoint(tx: Tx): Promise<void> {
    await tx.query(SAVEPOINT, []);
  }

  async rollBackToSavepoint(tx: Tx): Promise<void> {
    await tx.query(ROLL_BACK, []);
  }
}
