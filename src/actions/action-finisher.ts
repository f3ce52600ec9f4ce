import type { Tx } from '../database/database.js';
import type { FinishedAction } from './action.js';

/** The outcome of a finish; exactly one of the two calls follows the transaction. */
export interface FinishReceipt {
  /** Rows that really moved; the others lost the race, and their winner finishes them. */
  readonly finishedIds: ReadonlySet<string>;
  /** After the commit: hands the callbacks over for sending. */
  committed(): void;
  /** After a rollback, or when the commit's outcome is unknown: gives reserved slots back. */
  rolledBack(): void;
}

/**
 * Turns finished actions of one dialect into callbacks: transition, history and delivery rows in one transaction.
 *
 * Decides: what a dialect sends when an action ends. Registered with {@link ./action-finishers.ts} by callbacks/;
 * called by enrichment/ and recovery/. Contract: writes through `tx` only, in id order; when it throws it has given
 * back everything it reserved.
 */
export interface ActionFinisher {
  readonly dialect: string;
  finish(tx: Tx, finished: readonly FinishedAction[]): Promise<FinishReceipt>;
}
