import { Injectable, Logger } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { failpoint } from '../config/failpoints.js';
import { firstIdOfDaysAgo } from '../database/id-bound.js';
import { retiredTotal } from './recovery.metrics.js';
import { type RetentionPage, RetentionRepository } from './retention.repository.js';

/**
 * 2,000 cost PostgreSQL a tenth more CPU per action: four times as many commits, and tokens lie in the order of their
 * hashes, so that fewer of a batch are on each page of the index.
 */
const MOST_ROWS = 8_000;
/** Where pages come from a slow disk, a large batch may take longer than a statement is given. */
const LEAST_ROWS = 1_000;
/** Small beside what a failure takes off: where the largest never fit, one of ten fails, not every second. */
const GROWTH_ROWS = 200;

/**
 * Forgets what is old: payloads first, whole rows later. One batch of each per call, from where the last one ended; then,
 * once a day, what could not be removed when the walk passed by.
 */
@Injectable()
export class RetentionSweeper {
  private readonly log = new Logger('Retention');
  private rowsPerBatch = MOST_ROWS;

  constructor(
    private readonly repository: RetentionRepository,
    private readonly config: AppConfig,
  ) {}

  /** A batch after one that failed is half as large; each that goes well makes the next a little larger. @returns whether there is more to forget at once. */
  async sweep(): Promise<boolean> {
    try {
      const more = (await this.walk('payloads', 'rows')) || (await this.walk('payloads again', 'rows again'));
      this.rowsPerBatch = Math.min(this.rowsPerBatch + GROWTH_ROWS, MOST_ROWS);
      return more;
    } catch (error) {
      this.rowsPerBatch = Math.max(this.rowsPerBatch / 2, LEAST_ROWS);
      throw error;
    }
  }

  private async walk(payloadWalk: 'payloads' | 'payloads again', rowWalk: 'rows' | 'rows again'): Promise<boolean> {
    const { payloadDays, rowDays } = this.config.retention;
    const stretch = { limit: this.rowsPerBatch };
    const payloads = await this.repository.erasePayloads({
      ...stretch,
      walk: payloadWalk,
      beforeId: firstIdOfDaysAgo(payloadDays),
    });
    this.note(payloads, 'payload');
    failpoint('sweep.retention');
    const rows = await this.repository.deleteRows({ ...stretch, walk: rowWalk, beforeId: firstIdOfDaysAgo(rowDays) });
    this.note(rows, 'row');
    return payloads.more || rows.more;
  }

  private note(page: RetentionPage, kind: string): void {
    if (page.count === 0) return;
    retiredTotal.inc({ kind }, page.count);
    this.log.log(`retention: ${page.count} ${kind}s`);
  }
}
