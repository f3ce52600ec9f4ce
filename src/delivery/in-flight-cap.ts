import type { DeliveryPolicy } from './delivery-channel.js';

/** Most deliveries one destination may have under way here: one that hangs never takes more than half of all places. */
export function inFlightCap(policy: DeliveryPolicy, concurrency: number): number {
  return Math.min(policy.inFlightPerDestination, Math.max(Math.floor(concurrency / 2), 1));
}

/** Share of all places one channel may hold: a fan-out to a thousand URLs leaves room for the next action's callback. */
const CHANNEL_SHARE = 0.75;

/** Most deliveries one channel may have under way here. */
export function channelCap(policy: DeliveryPolicy, concurrency: number): number {
  return Math.min(policy.inFlightPerProcess ?? Infinity, Math.max(Math.ceil(concurrency * CHANNEL_SHARE), 1));
}
