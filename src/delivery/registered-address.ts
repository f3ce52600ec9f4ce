import type { Destination } from './delivery.js';

/** Where and how a registration is called at this moment. */
export interface RegisteredAddress {
  /** Its scope is the registration. */
  readonly destination: Destination;
  readonly url: string;
  readonly method: 'POST' | 'PUT';
  readonly contentType: string;
}

/** The `last_error` of a cancelled delivery begins with it. */
export const REGISTRATION_REMOVED = 'REGISTRATION_REMOVED';

/** Stored with a delivery when its registration went before it could be delivered. */
export const REMOVED_SENTENCE = `${REGISTRATION_REMOVED}: its registration was removed before it could be delivered`;
