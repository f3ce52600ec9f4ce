import { Injectable, Logger } from '@nestjs/common';
import { classifyWriteError } from '../database/batcher.js';
import { Database, type Tx } from '../database/database.js';
import { WorkQueue } from '../queue/work-queue.js';
import { actorOfJob } from '../security/admin-actor.js';
import { AuditRepository } from '../security/audit.repository.js';
import { type BulkJobRow, BulkJobsRepository } from './bulk-jobs.repository.js';
import { FailedDeliveriesRepository, type FailedPage } from './failed-deliveries.repository.js';
import { Requeuer, type RequeueOutcome } from './requeuer.js';
import { bulkResentTotal } from './resend.metrics.js';

/** Most deliveries sent again in one transaction. */
const ROWS_PER_PAGE = 200;
/** Failed deliveries looked at per page, however few of them match. */
const ROWS_SCANNED = 5_000;
/** Shortest pause after a page that used the budget up: slices of a row or two would cost a transaction each. */
const SLICE_MS = 250;

/** The outcomes of the rows of one page. */
interface Tally {
  readonly resent: string[];
  readonly skips: Record<string, number>;
  skipped: number;
  failed: number;
}

/**
 * Carries out bulk jobs, a page per transaction: what a page sends again and how far the job is are committed together,
 * so a job goes on exactly where it was, in any process.
 */
@Injectable()
export class BulkRecoverySweeper {
  private readonly log = new Logger('BulkRecovery');

  constructor(
    private readonly database: Database,
    private readonly jobs: BulkJobsRepository,
    private readonly deliveries: FailedDeliveriesRepository,
    private readonly requeuer: Requeuer,
    private readonly audit: AuditRepository,
    private readonly queue: WorkQueue,
  ) {}

  /** @returns whether a job was worked on; others, or more of it, may be due. */
  async sweep(): Promise<boolean> {
    const resent = await this.database.transaction(async (tx) => {
      const job = await this.jobs.lockDue(tx);
      return job === null ? null : this.resendPage(tx, job);
    });
    if (resent === null) return false;
    if (resent.length > 0) {
      bulkResentTotal.inc(resent.length);
      this.queue.ring('delivery');
    }
    return true;
  }

  /** @returns ids that are due again once this is committed. */
  private async resendPage(tx: Tx, job: BulkJobRow): Promise<readonly string[]> {
    const limit = Math.min(Math.floor(job.budget), ROWS_PER_PAGE);
    const tally: Tally = { resent: [], skips: { ...job.skips }, skipped: 0, failed: 0 };
    if (limit === 0) {
      await this.advance(tx, job, job.after_id, tally);
      return [];
    }
    const range = { after: job.after_id, before: job.before_id };
    const page = await this.deliveries.findPage(tx, job.filter, range, { scan: ROWS_SCANNED, limit });
    await this.resend(tx, job, page.ids, tally);
    const ended = page.scanned < ROWS_SCANNED && page.ids.length < limit;
    await this.advance(tx, job, cursorAfter(page, limit) ?? job.after_id, tally);
    if (ended) await this.finish(tx, job, tally);
    return tally.resent;
  }

  /** All at once; one by one when Postgres refuses a row, so that only that row fails. */
  private async resend(tx: Tx, job: BulkJobRow, ids: readonly string[], tally: Tally): Promise<void> {
    if (ids.length === 0) return;
    await this.jobs.savepoint(tx);
    try {
      const order = {
        force: job.force,
        toCurrentUrl: job.filter.toCurrentUrl === true,
        trigger: 'bulk',
        note: `sent again by bulk job ${job.id}`,
        statuses: job.filter.statuses,
      } as const;
      for (const [id, outcome] of await this.requeuer.requeue(tx, ids, order)) count(tally, id, outcome);
    } catch (error) {
      if (classifyWriteError(error) !== 'bad-row') throw error;
      await this.jobs.rollBackToSavepoint(tx);
      if (ids.length > 1) {
        for (const id of ids) await this.resend(tx, job, [id], tally);
        return;
      }
      tally.failed += 1;
      this.log.error(`bulk job ${job.id} cannot send delivery ${ids[0]} again: ${(error as Error).message}`);
    }
  }

  /** A skipped delivery costs nothing of the rate: it makes no request. */
  private async advance(tx: Tx, job: BulkJobRow, afterId: string, tally: Tally): Promise<void> {
    const budget = job.budget - tally.resent.length;
    await this.jobs.advance(tx, job.id, {
      afterId,
      resent: tally.resent.length,
      skipped: tally.skipped,
      failed: tally.failed,
      skips: tally.skips,
      budget,
      pauseMs: budget >= 1 ? 0 : Math.max(((1 - budget) / job.rate_per_second) * 1_000, SLICE_MS),
    });
  }

  /** Rows that matched in the beginning and are not found any more were changed otherwise. */
  private async finish(tx: Tx, job: BulkJobRow, tally: Tally): Promise<void> {
    const resent = job.resent + tally.resent.length;
    const failed = job.failed + tally.failed;
    const visited = resent + job.skipped + tally.skipped + failed;
    const missed = Math.max(job.matched - visited, 0);
    if (missed > 0) tally.skips['changed'] = (tally.skips['changed'] ?? 0) + missed;
    const matched = Math.max(job.matched, visited);
    const skipped = job.skipped + tally.skipped + missed;
    await this.jobs.finish(tx, job.id, { matched, skipped, skips: tally.skips });
    const details = { matched, resent, skipped, failed };
    const actor = actorOfJob(job.actor);
    await this.audit.record(tx, { actor, verb: 'recover.end', target: `recovery:${job.id}`, details });
    this.log.log({ message: 'a bulk job is done', id: job.id, ...details });
  }
}

/** A full page may end before what was looked at does. */
function cursorAfter(page: FailedPage, limit: number): string | null {
  return page.ids.length === limit ? (page.ids.at(-1) ?? null) : page.last;
}

function count(tally: Tally, id: string, outcome: RequeueOutcome): void {
  if (outcome.kind === 'queued') {
    tally.resent.push(id);
    return;
  }
  const reason = skipReasonOf(outcome);
  tally.skipped += 1;
  tally.skips[reason] = (tally.skips[reason] ?? 0) + 1;
}

function skipReasonOf(outcome: Exclude<RequeueOutcome, { kind: 'queued' }>): string {
  switch (outcome.kind) {
    case 'needsForce':
      return outcome.because;
    case 'gone':
    case 'moved':
      return outcome.kind;
    case 'unknown':
    case 'underWay':
    case 'changed':
      return 'changed';
    default:
      return outcome satisfies never;
  }
}
