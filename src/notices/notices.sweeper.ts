import { Injectable } from '@nestjs/common';
import { type DueCause, NoticeCausesRepository } from './notice-causes.repository.js';
import { NoticeDeliveries } from './notice-deliveries.js';
import { NoticeTroubles, type Trouble } from './notice-troubles.repository.js';
import { noticesSent } from './notices.metrics.js';

const ROWS_PER_SWEEP = 100;

/**
 * Looks for what notices tell of, and tells what is new. Of each cause a notice writes at most once an hour: trouble
 * that comes meanwhile is in the next message. Trouble that is over is forgotten, and is new when it comes back.
 */
@Injectable()
export class NoticesSweeper {
  constructor(
    private readonly causes: NoticeCausesRepository,
    private readonly troubles: NoticeTroubles,
    private readonly deliveries: NoticeDeliveries,
  ) {}

  /** @returns whether there may be more to look at. */
  async sweep(): Promise<boolean> {
    const due = await this.causes.claim(ROWS_PER_SWEEP);
    for (const one of due) await this.look(one);
    return due.length === ROWS_PER_SWEEP;
  }

  private async look(due: DueCause): Promise<void> {
    const troubles = await this.troubles.find(due.cause, due);
    const keys = new Set(troubles.map(({ key }) => key));
    // Nearly every look finds what the one before found.
    if (keys.size === due.told.length && due.told.every((key) => keys.has(key))) return;
    await this.tell(due, troubles);
  }

  private async tell(due: DueCause, troubles: readonly Trouble[]): Promise<void> {
    const sent = await this.deliveries.sendWhen(async (tx) => {
      const locked = await this.causes.lock(tx, due.noticeId, due.cause);
      if (locked === null) return null;
      const told = new Set(locked.told);
      const fresh = troubles.filter(({ key }) => !told.has(key));
      const tells = fresh.length > 0 && locked.mayTell;
      const remembered = tells ? troubles : troubles.filter(({ key }) => told.has(key));
      await this.causes.setTold(
        tx,
        due,
        remembered.map(({ key }) => key),
        tells,
      );
      if (!tells) return null;
      const count = fresh.reduce((sum, trouble) => sum + trouble.count, 0);
      const names = [...new Set(fresh.flatMap(({ name }) => name ?? []))];
      const { format, origin } = locked;
      return { noticeId: due.noticeId, cause: due.cause, count, names, format, origin };
    });
    if (sent !== null) noticesSent.inc({ cause: due.cause });
  }
}
