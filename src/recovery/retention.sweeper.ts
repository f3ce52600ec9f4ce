import { Injectable, Logger } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { failpoint } from '../config/failpoints.js';
import { FIRST_ID, firstIdOfDaysAgo } from '../database/id-bound.js';
import { retiredTotal } from './recovery.metrics.js';
import { type RetentionPage, RetentionRepository } from './retention.repository.js';

const ROWS_PER_BATCH = 1_000;

/** Forgets what is old: payloads first, whole rows later. One batch per call, from where the last one ended. */
@Injectable()
export class RetentionSweeper {
  private readonly log = new Logger('Retention');
  private payloadCursor = FIRST_ID;
  private rowCursor = FIRST_ID;

  constructor(
    private readonly repository: RetentionRepository,
    private readonly config: AppConfig,
  ) {}

  /** @returns whether there is more to forget at once. */
  async sweep(): Promise<boolean> {
    const { payloadDays, rowDays } = this.config.retention;
    const payloads = await this.repository.erasePayloads(
      this.payloadCursor,
      firstIdOfDaysAgo(payloadDays),
      ROWS_PER_BATCH,
    );
    failpoint('sweep.retention');
    const rows = await this.repository.deleteRows(this.rowCursor, firstIdOfDaysAgo(rowDays), ROWS_PER_BATCH);
    this.payloadCursor = this.advance(payloads, this.payloadCursor, 'payload');
    // Rows are gone once deleted; starting over finds what was unfinished when the cursor passed.
    this.rowCursor = this.advance(rows, FIRST_ID, 'row');
    return payloads.scanned === ROWS_PER_BATCH || rows.scanned === ROWS_PER_BATCH;
  }

  private advance(page: RetentionPage, cursor: string, kind: string): string {
    if (page.count > 0) {
      retiredTotal.inc({ kind }, page.count);
      this.log.log(`retention: ${page.count} ${kind}s`);
    }
    return page.last ?? cursor;
  }
}
