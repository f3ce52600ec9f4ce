import type { Tx } from '../database/database.js';
import type { BreakerPolicy } from './breaker-policy.js';
import type { LeasedDelivery } from './delivery.js';
import type { DeliveryAnswer, Verdict } from './answer.js';
import type { RegisteredAddress } from './registered-address.js';

/** How one channel's deliveries are sent. All times in milliseconds. */
export interface DeliveryPolicy {
  /** Delay before attempt 1, 2, 3, …; attempt 1 is counted from the insert. */
  readonly retryScheduleMs: readonly number[];
  /** Whether the last delay repeats until the delivery expires; otherwise the schedule's end is dead. */
  readonly repeatLastDelay: boolean;
  /** Most requests under way to one destination from one process. */
  readonly inFlightPerDestination: number;
  /**
   * Most deliveries under way in a process, to all destinations together; absent: three quarters of its places. For
   * channels with events that go to thousands at once: a thousand new connections keep an action's callback waiting.
   */
  readonly inFlightPerProcess?: number;
  /** At most one request may ever be seen; an unknown outcome is dead, `OUTCOME_UNKNOWN`. */
  readonly atMostOnce: boolean;
  /** Host patterns a URL must match, besides the address policy; null: any host. */
  readonly hosts: readonly string[] | null;
  /** https also under OUTBOUND_ALLOW_HTTP. */
  readonly httpsAlways: boolean;
  /** When a destination that fails is left alone; absent: never. */
  readonly breaker?: BreakerPolicy;
  /** Longest that one Retry-After keeps every delivery of the destination away; an hour by default. */
  readonly throttleMaxMs?: number;
  /** Whether 410 switches the destination off, its deliveries held until it is enabled. */
  readonly disableOnGone?: boolean;
}

/** The verdict of {@link DeliveryChannel.prepare} on one delivery. A deferral costs no attempt. */
export type Preparation =
  | {
      readonly kind: 'ready';
      readonly headers: Readonly<Record<string, string>>;
      /** Live `whsec_` secrets: the engine signs the bytes it sends with each of them; absent or empty: unsigned. */
      readonly signingSecrets?: readonly string[];
      /** Whether the receiver is told of the trace (`traceparent`), where there is one; absent: no. */
      readonly tellsTrace?: boolean;
      /**
       * Where its registration is called now, not when the delivery was made; absent: a delivery of this channel
       * keeps its address. One at another destination goes back to wait there, at the price of no attempt.
       */
      readonly address?: RegisteredAddress;
      /**
       * The whole URL of the request where its path is a secret, at the origin of the delivery's own. It is kept
       * nowhere: the delivery and its attempts have the delivery's url, and what the receiver repeats of it is redacted.
       */
      readonly secretUrl?: string;
    }
  | { readonly kind: 'deferred'; readonly delayMs: number; readonly reason: string }
  /** The secret cannot be had: kept, visible, until a person mends it. */
  | { readonly kind: 'held'; readonly reason: string }
  /** An error of this process's own, about this very delivery: an attempt, or it would be tried for ever. */
  | { readonly kind: 'failed'; readonly error: unknown }
  /** Its registration is gone: it ends, and there is nothing to do. */
  | { readonly kind: 'cancelled'; readonly reason: string };

/** With what a request was authorized. */
export type ReadyPreparation = Extract<Preparation, { kind: 'ready' }>;

/**
 * The owner of a channel's deliveries. Those of an action go with it: when it is old, and when its person is forgotten.
 * Those of an event belong to a registration: administrators list, pause and resume them by it, and they age alone.
 */
export type DeliveryOwner = 'action' | 'event';

/** The rows that the scopes of a channel's destinations name, as administrators know them. */
export interface ScopeOwners {
  readonly kind: ScopeOwnerKind;
  /** Whether a scope is the id of a registration, with a page of its own. */
  readonly isRegistration: boolean;
  /** By the ids of the rows; those that are gone are left out. */
  findNames(ids: readonly string[]): Promise<readonly ScopeOwnerName[]>;
}

export const SCOPE_OWNER_KINDS = Object.freeze(['company', 'eqp', 'asyncClient', 'notice'] as const);
export type ScopeOwnerKind = (typeof SCOPE_OWNER_KINDS)[number];

/** A row with the name that administrators gave it, or know its owner by. */
export interface ScopeOwnerName {
  readonly id: string;
  readonly name: string;
}

/** One settled attempt, as the owner's stage sees it. */
export interface SettledDelivery {
  readonly id: string;
  readonly ownerId: string;
  readonly status: 'delivered' | 'dead' | 'expired';
  /** Delivered, but after it expired. */
  readonly late: boolean;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
}

/**
 * One dialect of callbacks.
 *
 * Decides: authorization of a request, how an answer is read, what becomes of the owner.
 * Configured: registered with {@link ./channel-registry.ts} by the stage that makes its deliveries.
 * Example: `callbacks/adobe.channel.ts`.
 * Contract: `prepare` takes whole batches, runs before a connection is taken and under no row lock, and answers
 * for every delivery; nothing secret is stored or logged; `onSettled` only writes through `tx`, rows in id order.
 */
export interface DeliveryChannel {
  readonly key: string;
  /** The kind of row that `ownerId` of its deliveries names. */
  readonly owner: DeliveryOwner;
  readonly policy: DeliveryPolicy;
  /** Absent: the scope of its destinations is a tenant, which names itself. */
  readonly scopeOwners?: ScopeOwners;
  prepare(deliveries: readonly LeasedDelivery[]): Promise<ReadonlyMap<string, Preparation>>;
  /**
   * Where the registrations of these destinations are called now, by destination; those that are gone are left out.
   * Read in the caller's transaction, without locks. Absent: deliveries of this channel keep their address.
   */
  findAddresses?(tx: Tx, destinationIds: readonly string[]): Promise<ReadonlyMap<string, RegisteredAddress>>;
  /** For bodies that change per attempt; what it returns is recorded with the attempt. */
  render?(delivery: LeasedDelivery): string;
  /** Refines the engine's reading of an answer to a request `prepared` so; undefined takes the engine's. */
  judge?(answer: DeliveryAnswer, delivery: LeasedDelivery, prepared: ReadyPreparation): Verdict | undefined;
  /** Called inside the settling transaction, with rows that reached an end. */
  onSettled(tx: Tx, settled: readonly SettledDelivery[]): Promise<void>;
  /**
   * Its destination was switched off, in the settling transaction; called once per switching off. May be repeated after
   * a rollback, so it only writes through `tx`.
   */
  onDisabled?(tx: Tx, destinationId: string, reason: string): Promise<void>;
}
