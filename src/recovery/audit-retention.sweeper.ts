import { Injectable, Logger } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { firstIdOfDaysAgo } from '../database/id-bound.js';
import { AuditRetentionRepository } from './audit-retention.repository.js';
import { retiredTotal } from './recovery.metrics.js';

const ROWS_PER_BATCH = 1_000;

/** Deletes old entries of the audit. One batch per call. */
@Injectable()
export class AuditRetentionSweeper {
  private readonly log = new Logger('Retention');

  constructor(
    private readonly repository: AuditRetentionRepository,
    private readonly config: AppConfig,
  ) {}

  /** @returns whether there is more to delete at once. */
  async sweep(): Promise<boolean> {
    const beforeId = firstIdOfDaysAgo(this.config.retention.auditDays);
    const count = await this.repository.deleteBefore(beforeId, ROWS_PER_BATCH);
    if (count > 0) {
      retiredTotal.inc({ kind: 'audit' }, count);
      this.log.log(`retention: ${String(count)} of kind audit`);
    }
    return count === ROWS_PER_BATCH;
  }
}
