import { Injectable } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import type { Tx } from '../database/database.js';
import { changes } from '../live/changes.js';
import { LeaseTokens } from '../queue/lease-tokens.js';
import { WorkQueue } from '../queue/work-queue.js';
import { ChannelRegistry } from './channel-registry.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import type { DeliveryRef, LeasedDelivery, NewDelivery } from './delivery.js';
import { DeliveryOutbox } from './delivery-outbox.js';
import { DestinationHoldsRepository } from './destination-holds.repository.js';
import { DestinationLoad, type LoadedDelivery } from './destination-load.js';
import { DestinationStates } from './destination-states.js';
import { channelCap, inFlightCap } from './in-flight-cap.js';

/** The delivery stage of this process, if it has one. */
export interface DeliveryConsumer {
  reserve(wanted: number): number;
  release(count: number): void;
  accept(deliveries: readonly LeasedDelivery[]): void;
}

/** Writes deliveries, born leased where this process has places for them, and hands those over in memory. */
@Injectable()
export class StoredDeliveryOutbox extends DeliveryOutbox {
  private consumer: DeliveryConsumer | null = null;
  private detached = false;
  /** Destinations this process has seen committed; the insert is skipped for them. */
  private readonly knownDestinations = new Set<string>();

  constructor(
    private readonly repository: DeliveriesRepository,
    private readonly channels: ChannelRegistry,
    private readonly load: DestinationLoad,
    private readonly states: DestinationStates,
    private readonly holds: DestinationHoldsRepository,
    private readonly queue: WorkQueue,
    private readonly tokens: LeaseTokens,
    private readonly config: AppConfig,
  ) {
    super();
  }

  attach(consumer: DeliveryConsumer): void {
    this.consumer = consumer;
  }

  /** From now on nothing is born leased here; what has a place already, its transaction under way, is still taken. */
  detach(): void {
    this.detached = true;
  }

  async insert(tx: Tx, deliveries: readonly NewDelivery[]): Promise<DeliveryRef[]> {
    if (deliveries.length === 0) return [];
    const places = this.detached ? 0 : (this.consumer?.reserve(deliveries.length) ?? 0);
    const leaseToken = this.tokens.next();
    const leased = this.chooseLeased(deliveries, places);
    try {
      await this.insertUnknownDestinations(tx, deliveries);
      const tokens = deliveries.map((delivery) => (leased.has(delivery.id) ? leaseToken : null));
      const held = await this.findHeld(tx, deliveries);
      await this.repository.insert(tx, deliveries, tokens, this.config.delivery.leaseMs, held);
      this.consumer?.release(places - leased.size);
      for (const { id } of deliveries) changes.markIn(tx, 'deliveries', id);
      return deliveries.map((delivery) => ({
        id: delivery.id,
        leased: leased.has(delivery.id) ? bornLeased(delivery, leaseToken) : null,
      }));
    } catch (error) {
      for (const delivery of leased.values()) this.load.remove(loadOf(delivery));
      this.consumer?.release(places);
      throw error;
    }
  }

  dispatch(refs: readonly DeliveryRef[]): void {
    const leased = refs.flatMap((ref) => ref.leased ?? []);
    for (const delivery of leased) {
      this.rememberDestination(delivery.destinationId);
      // The stage counts it from now on.
      this.load.remove(delivery);
    }
    if (leased.length > 0) this.consumer?.accept(leased);
    if (leased.length < refs.length) this.queue.ring('delivery');
  }

  abandon(refs: readonly DeliveryRef[]): void {
    const leased = refs.flatMap((ref) => ref.leased ?? []);
    for (const delivery of leased) this.load.remove(delivery);
    this.consumer?.release(leased.length);
  }

  /** Memory says whether it is worth asking, the locked row whether it is so. */
  private async findHeld(tx: Tx, deliveries: readonly NewDelivery[]): Promise<ReadonlySet<string> | undefined> {
    const suspected = new Set<string>();
    for (const { destination } of deliveries) if (this.states.isDisabled(destination.id)) suspected.add(destination.id);
    if (suspected.size === 0) return undefined;
    const disabled = await this.holds.lockDisabled(tx, [...suspected]);
    return new Set(deliveries.filter(({ destination }) => disabled.has(destination.id)).map(({ id }) => id));
  }

  /** As many as there are places, per destination no more than its in-flight cap, and none that would have to wait. */
  private chooseLeased(deliveries: readonly NewDelivery[], places: number): Map<string, NewDelivery> {
    const nowMs = performance.now();
    const { concurrency } = this.config.delivery;
    const chosen = new Map<string, NewDelivery>();
    for (const delivery of deliveries) {
      if (chosen.size >= places) break;
      const destinationId = delivery.destination.id;
      if (this.states.blockOf(destinationId, nowMs) !== null) continue;
      const policy = this.channels.find(delivery.channel)?.policy;
      if (policy === undefined || this.load.of(destinationId) >= inFlightCap(policy, concurrency)) continue;
      if (this.load.ofChannel(delivery.channel) >= channelCap(policy, concurrency)) continue;
      // Counted before the commit: a claim that runs meanwhile must not fill the cap a second time.
      this.load.add(loadOf(delivery));
      chosen.set(delivery.id, delivery);
    }
    return chosen;
  }

  private async insertUnknownDestinations(tx: Tx, deliveries: readonly NewDelivery[]): Promise<void> {
    const unknown = new Map<string, NewDelivery['destination']>();
    for (const { destination } of deliveries) {
      if (!this.knownDestinations.has(destination.id)) unknown.set(destination.id, destination);
    }
    if (unknown.size > 0) await this.repository.insertDestinations(tx, [...unknown.values()]);
  }

  private rememberDestination(id: string): void {
    if (this.knownDestinations.size > 10_000) this.knownDestinations.clear();
    this.knownDestinations.add(id);
  }
}

function loadOf(delivery: NewDelivery): LoadedDelivery {
  return { channel: delivery.channel, destinationId: delivery.destination.id };
}

function bornLeased(delivery: NewDelivery, leaseToken: string): LeasedDelivery {
  return {
    id: delivery.id,
    channel: delivery.channel,
    ownerId: delivery.ownerId,
    destinationId: delivery.destination.id,
    eventId: delivery.eventId,
    method: delivery.method,
    url: delivery.url,
    contentType: delivery.contentType,
    body: delivery.body,
    leaseToken,
    attemptNumber: 1,
    attemptCount: 1,
    trigger: delivery.trigger ?? 'auto',
    lastStatus: null,
    crashCount: 0,
    expiresAtMs: delivery.expiresInMs === null ? null : performance.now() + delivery.expiresInMs,
  };
}
