import type { DeliveryPolicy } from './delivery-channel.js';

/** Most deliveries one destination may have under way here: one that hangs never takes more than half of all places. */
export function inFlightCap(policy: DeliveryPolicy, concurrency: number): number {
  return Math.min(policy.inFlightPerDestination, Math.max(Math.floor(concurrency / 2), 1));
}
