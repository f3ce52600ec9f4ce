import type { DeliveryStatus } from '../delivery/delivery.js';

/** Where deliveries stand that can be recovered as a set. */
export const RECOVERABLE_STATUSES = Object.freeze([
  'dead',
  'expired',
  'held',
] as const satisfies readonly DeliveryStatus[]);

export type RecoverableStatus = (typeof RECOVERABLE_STATUSES)[number];

/** Which failed deliveries are meant; null filters nothing. Stored with a bulk job as it is. */
export interface FailedDeliveriesFilter {
  readonly statuses: readonly RecoverableStatus[];
  readonly destinationId: string | null;
  /** Scheme, host and port of the destination. */
  readonly origin: string | null;
  /** Beginning of the URL's path, from its first slash on. */
  readonly pathPrefix: string | null;
  readonly channel: string | null;
  readonly service: string | null;
  /** The IMS organisation. */
  readonly tenant: string | null;
  /** Dead ones go where their registrations are called now, also from an origin that was left; otherwise those are skipped. */
  readonly toCurrentUrl?: true;
}

/** Both ends are excluded. Ids carry the time a delivery was made. */
export interface IdRange {
  readonly after: string;
  readonly before: string;
}
