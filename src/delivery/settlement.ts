import type { DeliveryAnswer, ErrorClass } from './answer.js';
import { DELIVERY_STATUSES, type LeasedDelivery } from './delivery.js';
import type { DestinationEffect } from './destination-effect.js';
import { OWN_REASONS } from './own-reasons.js';
import type { RegisteredAddress } from './registered-address.js';

/** The outcome of an attempt, for the attempt's row. */
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

/** Where a settlement may lead. */
export const SETTLED_STATUSES = Object.freeze(DELIVERY_STATUSES.filter((status) => status !== 'delivering'));

/** The next status of a leased delivery, to be written in a batch; made by the functions below. */
export interface Settlement {
  readonly delivery: LeasedDelivery;
  readonly status: (typeof SETTLED_STATUSES)[number];
  /** For `pending`: until the next attempt. */
  readonly delayMs: number | null;
  /** One sentence for the person on call; null keeps what the row says. */
  readonly lastError: string | null;
  /** Null when no request was started: the attempt's number is given back. */
  readonly attempt: RecordedAttempt | null;
  /** The effect of the answer on the whole destination; absent when none was asked for. */
  readonly effect?: DestinationEffect;
  /** Where the delivery goes from now on; absent: where it went. */
  readonly movesTo?: RegisteredAddress;
}

/** It is tried again, or for the first time, in so many milliseconds. */
export function waits(
  delivery: LeasedDelivery,
  delayMs: number,
  lastError: string | null,
  attempt: RecordedAttempt | null = null,
): Settlement {
  return { delivery, status: 'pending', delayMs, lastError, attempt };
}

/** The receiver has it. */
export function delivered(delivery: LeasedDelivery, attempt: RecordedAttempt): Settlement {
  return stops(delivery, 'delivered', null, attempt);
}

/** Nothing more is tried, unless a person sends it again. */
export function dead(delivery: LeasedDelivery, lastError: string, attempt: RecordedAttempt | null = null): Settlement {
  return stops(delivery, 'dead', lastError, attempt);
}

/** Its time is up, or too little of it is left. */
export function expired(
  delivery: LeasedDelivery,
  lastError: string = OWN_REASONS.timeWasUp,
  attempt: RecordedAttempt | null = null,
): Settlement {
  return stops(delivery, 'expired', lastError, attempt);
}

/** Nothing is sent until what the sentence names is mended. */
export function held(delivery: LeasedDelivery, lastError: string, attempt: RecordedAttempt | null = null): Settlement {
  return stops(delivery, 'held', lastError, attempt);
}

/** Its registration is gone. */
export function cancelled(
  delivery: LeasedDelivery,
  lastError: string,
  attempt: RecordedAttempt | null = null,
): Settlement {
  return stops(delivery, 'cancelled', lastError, attempt);
}

function stops(
  delivery: LeasedDelivery,
  status: Exclude<Settlement['status'], 'pending'>,
  lastError: string | null,
  attempt: RecordedAttempt | null,
): Settlement {
  return { delivery, status, delayMs: null, lastError, attempt };
}
