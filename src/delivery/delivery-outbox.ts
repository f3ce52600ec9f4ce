import type { Tx } from '../database/database.js';
import type { DeliveryRef, NewDelivery } from './delivery.js';

/**
 * The port through which stages make deliveries. `insert` inside the stage's transaction, `dispatch` after its
 * commit, `abandon` when it rolled back: rows this process has free places for are born leased and never re-read.
 * Abstract, as stages import each other's ports alone: behind this one stand the statements and the load of delivery.
 */
export abstract class DeliveryOutbox {
  abstract insert(tx: Tx, deliveries: readonly NewDelivery[]): Promise<DeliveryRef[]>;
  abstract dispatch(refs: readonly DeliveryRef[]): void;
  abstract abandon(refs: readonly DeliveryRef[]): void;
}
