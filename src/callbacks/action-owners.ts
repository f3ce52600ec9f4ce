import type { Tx } from '../database/database.js';
import type { SettledDelivery } from '../delivery/delivery-channel.js';

/** Tells actions what became of their callbacks: moves them on inside the settling transaction. */
export abstract class ActionOwners {
  /** Writes through `tx` only, rows in id order. */
  abstract settled(tx: Tx, settled: readonly SettledDelivery[]): Promise<void>;
}
