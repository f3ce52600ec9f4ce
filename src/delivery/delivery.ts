/** Where a delivery stands. `held`: its destination is disabled or its secret cannot be read. */
export type DeliveryStatus = 'pending' | 'delivering' | 'delivered' | 'dead' | 'expired' | 'held' | 'cancelled';

export const DELIVERY_STATUSES = Object.freeze([
  'pending',
  'delivering',
  'delivered',
  'dead',
  'expired',
  'held',
  'cancelled',
] as const satisfies readonly DeliveryStatus[]);

/** The cause of an attempt. */
export type AttemptTrigger = 'auto' | 'manual' | 'bulk' | 'test';

/** A receiver: an owner's scope plus an origin. Breaker, throttle and in-flight cap are kept per destination. */
export interface Destination {
  /** Derived from channel, scope and origin, so no look-up is needed. */
  readonly id: string;
  readonly channel: string;
  /** A tenant, or a registration's id. */
  readonly scope: string;
  readonly origin: string;
}

/** A callback to send, as its stage hands it over. */
export interface NewDelivery {
  /** uuidv7. */
  readonly id: string;
  readonly channel: string;
  /** The action or event it belongs to. */
  readonly ownerId: string;
  readonly destination: Destination;
  /** Stable over every attempt. */
  readonly eventId: string;
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  readonly contentType: string;
  /** Exactly the bytes sent. */
  readonly body: string;
  /** Milliseconds from now until it is of no use any more; null: never. */
  readonly expiresInMs: number | null;
  /** The cause of the first attempt; absent: an event (`auto`). */
  readonly trigger?: 'auto' | 'test';
}

/** A delivery this process holds the lease of. */
export interface LeasedDelivery {
  readonly id: string;
  readonly channel: string;
  readonly ownerId: string;
  readonly destinationId: string;
  readonly eventId: string;
  readonly method: string;
  readonly url: string;
  readonly contentType: string;
  readonly body: string;
  readonly leaseToken: string;
  /** Number of the attempt about to be made, from 1; never reused if a request may have been seen. */
  readonly attemptNumber: number;
  /** Attempts on the current schedule, this one included; a resend starts over. */
  readonly attemptCount: number;
  readonly trigger: AttemptTrigger;
  /** HTTP status of the attempt before this one, null for the first and for network errors. */
  readonly lastStatus: number | null;
  readonly crashCount: number;
  /** `performance.now()` at which it expires; null: never. */
  readonly expiresAtMs: number | null;
}

/** The rows that {@link DeliveryOutbox.insert} wrote: leased rows carry their lease. */
export type DeliveryRef = { readonly id: string; readonly leased: LeasedDelivery | null };
