import { Injectable, Logger } from '@nestjs/common';
import { ActionRequestReaders } from '../actions/action-registries.js';
import { failpoint } from '../config/failpoints.js';
import { Database, type Tx } from '../database/database.js';
import { CallErasure, isBatchAbout } from './call-erasure.js';
import { type EraseCandidate, type EraseJobRow, EraseRepository } from './erase.repository.js';
import { FinishedActionsRepository } from './finished-actions.repository.js';

const ROWS_PER_PAGE = 1_000;

/** Carries out erase jobs, a page per transaction: forgets what is known of a person or an account in a tenant. */
@Injectable()
export class EraseSweeper {
  private readonly log = new Logger('Erase');

  constructor(
    private readonly database: Database,
    private readonly repository: EraseRepository,
    private readonly readers: ActionRequestReaders,
    private readonly finishedActions: FinishedActionsRepository,
    private readonly calls: CallErasure,
  ) {}

  /** @returns whether a job was worked on and may have more pages. */
  sweep(): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const job = await this.repository.lockJob(tx);
      return job === null ? false : this.erasePage(tx, job);
    });
  }

  private async erasePage(tx: Tx, job: EraseJobRow): Promise<boolean> {
    // Before the first page: what is started meanwhile has an action by then, and the pages come by it.
    const unstarted = job.after_id === null ? await this.calls.eraseUnstarted(tx, job.tenant, job.entity_id) : 0;
    const end = await this.repository.findPageEnd(tx, job, ROWS_PER_PAGE);
    if (end.last === null) {
      await this.endPass(tx, { ...job, waiting: job.waiting + unstarted });
      return true;
    }
    const candidates = await this.repository.findCandidates(tx, job, ROWS_PER_PAGE);
    const about = candidates.filter((candidate) => this.isAbout(candidate, job.entity_id));
    const finished = about.filter((candidate) => candidate.finished).map((candidate) => candidate.id);
    const siblings = await this.calls.findSiblings(tx, finished);
    // Again under the locks: one that an administrator has sent again meanwhile still needs its data.
    const locked = new Set(await this.finishedActions.lock(tx, [...new Set([...finished, ...siblings])]));
    const erased = finished.filter((id) => locked.has(id));
    await this.repository.erase(tx, erased, job.entity_id);
    const ended = about.filter(({ id }) => locked.has(id));
    await this.calls.eraseEnded(
      tx,
      ended,
      siblings.filter((id) => locked.has(id)),
      job.entity_id,
    );
    const unfinishedSiblings = siblings.filter((id) => !locked.has(id) && !finished.includes(id)).length;
    failpoint('sweep.erase');
    await this.repository.advance(tx, job, {
      last: end.last,
      scanned: end.count,
      erased: erased.length,
      waiting: about.length - erased.length + unstarted + unfinishedSiblings,
    });
    return true;
  }

  private async endPass(tx: Tx, job: EraseJobRow): Promise<void> {
    if (job.waiting > 0) {
      await this.repository.passAgain(tx, job);
      return;
    }
    await this.repository.finish(tx, job);
    this.log.log(`erase job ${job.id} is done`);
  }

  private isAbout(candidate: EraseCandidate, entityId: string): boolean {
    if (candidate.own) return true;
    if (candidate.request === null) return isBatchAbout(null, candidate.objects, entityId);
    const { entity } = this.readers.get(candidate.dialect).read(candidate.request);
    if (entity.kind === 'batch') return isBatchAbout(entity, candidate.objects, entityId);
    return entity.kind === 'accountPerson' && entity.people.some((person) => person.personId === entityId);
  }
}
