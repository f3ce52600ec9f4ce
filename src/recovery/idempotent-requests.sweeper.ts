import { Injectable } from '@nestjs/common';
import { IdempotentRequestsRepository } from '../idempotency/idempotent-requests.repository.js';
import { retiredTotal } from './recovery.metrics.js';

const ROWS_PER_BATCH = 1_000;

/** Deletes idempotency keys, and the answers kept with them, when their day is over. One batch per call. */
@Injectable()
export class IdempotentRequestsSweeper {
  constructor(private readonly requests: IdempotentRequestsRepository) {}

  /** @returns whether there is more to delete at once. */
  async sweep(): Promise<boolean> {
    const count = await this.requests.deleteOld(ROWS_PER_BATCH);
    if (count > 0) retiredTotal.inc({ kind: 'idempotency key' }, count);
    return count === ROWS_PER_BATCH;
  }
}
