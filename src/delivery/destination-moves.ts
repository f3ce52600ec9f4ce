import type { Tx } from '../database/database.js';
import type { EnableReceipt } from './destination-switch.js';
import type { RegisteredAddress } from './registered-address.js';

/** The changes to registrations of one channel. */
export interface RegistrationChanges {
  readonly channel: string;
  /** Where registrations are called from now on; those named without a new address are only switched on. */
  readonly addresses: readonly RegisteredAddress[];
  /** Scopes of registrations that are gone. */
  readonly removed?: readonly string[];
  /** A reason for being switched off that goes along to a new address; every other one is forgotten. */
  readonly keepReason: string;
}

/**
 * The port through which the owner of registrations says where they are called from now on. Waiting deliveries
 * follow in the same transaction, are due at once, and meet no breaker, throttle or switch of the address before.
 * Those of a registration that is gone are cancelled. Abstract, as stages import each other's ports alone.
 */
export abstract class DestinationMoves {
  /** Locks destinations, then deliveries. `released` counts what follows. */
  abstract apply(tx: Tx, changes: RegistrationChanges): Promise<EnableReceipt>;
}
