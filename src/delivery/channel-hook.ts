import { BadRowError } from '../database/bad-row.error.js';
import type { Statement, Tx } from '../database/database.js';
import { changes } from '../live/changes.js';

/**
 * Runs what a channel writes in the settling transaction. Errors of the database pass as they are, so that an outage is
 * waited for; an error of the channel's own belongs to a row, and must not keep the rest of the batch from being settled.
 */
export async function runHook(tx: Tx, hook: (tx: Tx) => Promise<void>): Promise<void> {
  const watched = new WatchedTx(tx);
  changes.alias(watched, tx);
  try {
    await hook(watched);
  } catch (error) {
    throw watched.failed ? watched.failure : new BadRowError(error);
  }
}

class WatchedTx implements Tx {
  failed = false;
  failure: unknown = null;

  constructor(private readonly tx: Tx) {}

  async query<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]> {
    try {
      return await this.tx.query<Row>(statement, values);
    } catch (error) {
      this.failed = true;
      this.failure = error;
      throw error;
    }
  }
}
