import type { DeliveryAnswer, ErrorClass } from './answer.js';
import type { DeliveryStatus, LeasedDelivery } from './delivery.js';
import type { DestinationEffect } from './destination-effect.js';
import type { RegisteredAddress } from './registered-address.js';

/** What an attempt met, for the attempt's row. */
export interface RecordedAttempt {
  /** `performance.now()` when it started. */
  readonly startedAtMs: number;
  readonly answer: DeliveryAnswer;
  readonly errorClass: ErrorClass | null;
  /** The body, when the channel renders one per attempt. */
  readonly requestBody: string | null;
  /** The address it used, when the channel's deliveries follow their registrations; otherwise the delivery's own. */
  readonly url?: string | null;
}

/** What becomes of a leased delivery, to be written in a batch. */
export interface Settlement {
  readonly delivery: LeasedDelivery;
  readonly status: Extract<DeliveryStatus, 'delivered' | 'dead' | 'expired' | 'pending' | 'held' | 'cancelled'>;
  /** For `pending`: until the next attempt. */
  readonly delayMs: number | null;
  /** One sentence for the person on call; null keeps what the row says. */
  readonly lastError: string | null;
  /** Null when no request was started: the attempt's number is given back. */
  readonly attempt: RecordedAttempt | null;
  /** What the answer means for the whole destination; absent when none was asked for. */
  readonly effect?: DestinationEffect;
  /** Where the delivery goes from now on; absent: where it went. */
  readonly movesTo?: RegisteredAddress;
}
