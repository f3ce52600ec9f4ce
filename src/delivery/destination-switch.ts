import type { Tx } from '../database/database.js';

/** The result of enabling; `committed` is called once its transaction is. */
export interface EnableReceipt {
  /** How many held deliveries are due again. */
  readonly released: number;
  readonly committed: () => void;
}

/** Nothing was held back. */
export const NOTHING_RELEASED: EnableReceipt = Object.freeze({ released: 0, committed: () => undefined });

/**
 * The port through which the owner of a destination switches it on again after {@link DeliveryChannel.onDisabled}.
 * Abstract, as stages import each other's ports alone.
 */
export abstract class DestinationSwitch {
  /** Forgets why it was off, and its breaker and throttle with it. Enabling one that is on only forgets those. */
  abstract enable(tx: Tx, destinationId: string): Promise<EnableReceipt>;
}
