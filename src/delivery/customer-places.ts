import type { DeliveryPolicy } from './delivery-channel.js';

/**
 * Requests under way for what customers registered, per channel: few to one receiver, which may be a small machine; and
 * altogether so few that an event that goes to a thousand of them leaves the callbacks of actions their places.
 */
export const CUSTOMER_PLACES = {
  inFlightPerDestination: 16,
  inFlightPerProcess: 384,
} as const satisfies Partial<DeliveryPolicy>;
