import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../database/database.js';
import { type OrphanCheck, type OrphanPage, OrphanRepository } from './orphan.repository.js';
import { orphansGauge } from './recovery.metrics.js';

const ROWS_PER_PAGE = 5_000;
/** A million rows per kind and hour; a larger table is passed over several hours. */
const PAGES_PER_HOUR = 200;

/**
 * Looks every hour for rows that belong to nothing: the tables have no foreign keys to prevent them. One replica works
 * on a kind at a time, a page per transaction, and all of them show the same counts. Nothing is ever deleted.
 */
@Injectable()
export class OrphanSweeper {
  private readonly log = new Logger('Orphans');

  constructor(
    private readonly database: Database,
    private readonly repository: OrphanRepository,
  ) {}

  /** @returns whether there may be another page to look at. */
  async sweep(): Promise<boolean> {
    await this.repository.register();
    const looked = await this.lookAtPage();
    for (const { kind, count } of await this.repository.counts()) orphansGauge.set({ kind }, count);
    return looked;
  }

  private async lookAtPage(): Promise<boolean> {
    const seen = await this.database.transaction(async (tx) => {
      const check = await this.repository.lockDue(tx);
      if (check === null) return null;
      const page = await this.repository.readPage(tx, check, ROWS_PER_PAGE);
      const found = check.found + page.found;
      if (page.last === null) {
        await this.repository.endPass(tx, check.kind, found);
      } else {
        const pages = check.pages + 1;
        await this.repository.advance(tx, { kind: check.kind, pages, found }, page.last, pages >= PAGES_PER_HOUR);
      }
      return { check, page };
    });
    if (seen === null) return false;
    this.report(seen.check, seen.page);
    return true;
  }

  private report({ kind }: OrphanCheck, page: OrphanPage): void {
    if (page.found === 0) return;
    this.log.error({ message: 'rows that belong to nothing', kind, found: page.found, ids: page.sample });
  }
}
