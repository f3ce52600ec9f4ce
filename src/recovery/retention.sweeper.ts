import { Injectable, Logger } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { failpoint } from '../config/failpoints.js';
import { firstIdOfDaysAgo } from '../database/id-bound.js';
import { retiredTotal } from './recovery.metrics.js';
import { type RetentionPage, RetentionRepository } from './retention.repository.js';

const ROWS_PER_BATCH = 2_000;

/**
 * Forgets what is old: payloads first, whole rows later. One batch of each per call, from where the last one ended; then,
 * once a day, what could not be removed when the walk passed by.
 */
@Injectable()
export class RetentionSweeper {
  private readonly log = new Logger('Retention');

  constructor(
    private readonly repository: RetentionRepository,
    private readonly config: AppConfig,
  ) {}

  /** @returns whether there is more to forget at once. */
  async sweep(): Promise<boolean> {
    if (await this.walk('payloads', 'rows')) return true;
    return this.walk('payloads again', 'rows again');
  }

  private async walk(payloadWalk: 'payloads' | 'payloads again', rowWalk: 'rows' | 'rows again'): Promise<boolean> {
    const { payloadDays, rowDays } = this.config.retention;
    const stretch = { limit: ROWS_PER_BATCH };
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
