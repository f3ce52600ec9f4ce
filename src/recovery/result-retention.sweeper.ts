import { Injectable, Logger } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { retiredTotal } from './recovery.metrics.js';
import { ResultRetentionRepository } from './result-retention.repository.js';

const ROWS_PER_BATCH = 1_000;

/** Forgets results of asynchronous calls when their client may not ask for them any more. */
@Injectable()
export class ResultRetentionSweeper {
  private readonly log = new Logger('Retention');

  constructor(
    private readonly repository: ResultRetentionRepository,
    private readonly config: AppConfig,
  ) {}

  /** @returns whether there is more to forget at once. */
  async sweep(): Promise<boolean> {
    const counts = await this.repository.deleteOld(this.config.retention.resultDays, ROWS_PER_BATCH);
    for (const [kind, count] of Object.entries(counts)) {
      if (count === 0) continue;
      retiredTotal.inc({ kind: `async ${kind}` }, count);
      this.log.log(`retention: ${count} of kind async ${kind}`);
    }
    return Object.values(counts).includes(ROWS_PER_BATCH);
  }
}
