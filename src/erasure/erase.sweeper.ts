import { Injectable, Logger } from '@nestjs/common';
import { isFinished } from '../actions/action-state.js';
import { failpoint } from '../config/failpoints.js';
import { Database, type Tx } from '../database/database.js';
import { FIRST_ID } from '../database/id-bound.js';
import { DeliveryErasureRepository } from '../delivery/delivery-erasure.repository.js';
import { changes } from '../live/changes.js';
import { AnswerCacheRepository } from '../enrichment/providers/http/answer-cache.repository.js';
import { digestOf } from '../enrichment/providers/http/cache-user.js';
import { ActionErasureRepository } from './action-erasure.repository.js';
import { BridgedEventsRepository } from './bridged-events.repository.js';
import { SubjectSearch } from './subject-search.js';
import { type IdRange, SubjectSearchRepository } from './subject-search.repository.js';
import { CallErasure } from './call-erasure.js';
import { type EraseJobRow, EraseJobsRepository } from './erase-jobs.repository.js';
import { FinishedActionsRepository } from '../actions/finished-actions.repository.js';

const ROWS_PER_PAGE = 1_000;

/** The result of a page. */
interface PageOutcome {
  readonly erased: number;
  /** Actions to be visited again, and events of actions that are erased already. */
  readonly waiting: number;
}

/**
 * Carries out erase jobs, a page per transaction: forgets what is known of a person or an account in a tenant, and what
 * was made from it. An action is erased as a whole: while anything of it is under way it is visited again, because
 * nothing would find the rest of it once its request and its id are gone.
 */
@Injectable()
export class EraseSweeper {
  private readonly log = new Logger('Erase');

  constructor(
    private readonly database: Database,
    private readonly jobs: EraseJobsRepository,
    private readonly actions: ActionErasureRepository,
    private readonly search: SubjectSearch,
    private readonly searches: SubjectSearchRepository,
    private readonly bridged: BridgedEventsRepository,
    private readonly deliveries: DeliveryErasureRepository,
    private readonly finishedActions: FinishedActionsRepository,
    private readonly calls: CallErasure,
    private readonly answers: AnswerCacheRepository,
  ) {}

  /** @returns whether a job was worked on and may have more pages. */
  sweep(): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const job = await this.jobs.lockDue(tx);
      if (job === null) return false;
      changes.markIn(tx, 'jobs');
      return this.sweepPage(tx, job);
    });
  }

  private async sweepPage(tx: Tx, job: EraseJobRow): Promise<boolean> {
    // Before the first page: what is started meanwhile has an action by then, and the pages come by it.
    const unstarted = job.after_id === null ? await this.calls.eraseUnstarted(tx, job.tenant, job.entity_id) : 0;
    const after = job.after_id ?? FIRST_ID;
    const end = await this.actions.findPageEnd(tx, after, ROWS_PER_PAGE);
    if (end.last === null) {
      // On the first page the row still has the numbers of the pass before.
      await this.endPass(tx, job, job.after_id === null ? unstarted : job.waiting);
      return true;
    }
    const { erased, waiting } = await this.erasePage(tx, job, { after, last: end.last });
    failpoint('sweep.erase');
    await this.jobs.advance(tx, job, {
      last: end.last,
      scanned: end.count,
      erased,
      waiting: waiting + unstarted,
    });
    return true;
  }

  private async erasePage(tx: Tx, job: EraseJobRow, range: IdRange): Promise<PageOutcome> {
    const subject = { tenant: job.tenant, entityId: job.entity_id };
    const about = await this.search.find(tx, subject, range);
    const aboutIds = about.map(({ id }) => id);
    const siblings = groupBy(
      await this.searches.findSiblings(tx, aboutIds),
      ({ actionId }) => actionId,
      (one) => one.siblingId,
    );
    const events = groupBy(
      [
        ...(await this.bridged.findLinked(tx, aboutIds)),
        ...(await this.bridged.findUnlinked(tx, subject, range.after, range.last)),
      ],
      ({ actionId }) => actionId,
      ({ id }) => id,
    );
    const eventIds = [...events.values()].flat();
    const finished = about.filter(({ state }) => isFinished(state)).map(({ id }) => id);
    const candidates = new Set(finished.flatMap((id) => [id, ...(siblings.get(id) ?? [])]));
    // Again under the locks: one that an administrator has sent again meanwhile still needs its data.
    const locked = new Set(await this.finishedActions.lock(tx, [...candidates], eventIds));
    // No action needs the events of a bridge: they end even where their action is still under way.
    const busy = await this.deliveries.stop(tx, [...locked, ...eventIds]);
    const isQuiet = (id: string): boolean => !busy.has(id);
    const ready = finished.filter((id) => {
      const parts = [id, ...(siblings.get(id) ?? [])];
      return parts.every((part) => locked.has(part) && isQuiet(part)) && (events.get(id) ?? []).every(isQuiet);
    });
    await this.deliveries.empty(tx, [
      ...new Set(ready.flatMap((id) => [id, ...(siblings.get(id) ?? [])])),
      ...eventIds.filter(isQuiet),
    ]);
    await this.deliveries.stripUrls(tx, ready);
    await this.actions.erase(tx, ready, job.entity_id);
    await this.calls.eraseResults(tx, ready, job.entity_id);
    const known = new Set(aboutIds);
    const leftBehind = [...events].filter(([id, ids]) => !known.has(id) && !ids.every(isQuiet)).length;
    return { erased: ready.length, waiting: about.length - ready.length + leftBehind };
  }

  private async endPass(tx: Tx, job: EraseJobRow, waiting: number): Promise<void> {
    // In the last pass too: only then no action is left under way that could ask again.
    await this.answers.deleteOfSubject(tx, digestOf(job.tenant, job.entity_id));
    if (waiting > 0) {
      await this.jobs.passAgain(tx, job, waiting);
      return;
    }
    await this.jobs.finish(tx, job);
    this.log.log(`erase job ${job.id} is done`);
  }
}

function groupBy<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  valueOf: (row: Row) => string,
): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [valueOf(row)]);
    else group.push(valueOf(row));
  }
  return groups;
}
