import { Injectable } from '@nestjs/common';
import { EqpSessionsRepository } from '../registrations/eqp/eqp-sessions.repository.js';
import { retiredTotal } from './recovery.metrics.js';

const ROWS_PER_BATCH = 1_000;

/**
 * Deletes EQP sessions that are over. Each sign-in swept up behind others once; that lost: sessions of clients that no
 * longer sign in stayed for good, and the sign-in paid for all the others.
 */
@Injectable()
export class EqpSessionsSweeper {
  constructor(private readonly sessions: EqpSessionsRepository) {}

  /** @returns whether there is more to delete at once. */
  async sweep(): Promise<boolean> {
    const count = await this.sessions.deleteEnded(ROWS_PER_BATCH);
    if (count > 0) retiredTotal.inc({ kind: 'eqp session' }, count);
    return count === ROWS_PER_BATCH;
  }
}
