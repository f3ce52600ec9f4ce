import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { Database } from '../../src/database/database.js';
import { ChannelRegistry } from '../../src/delivery/channel-registry.js';
import type {
  DeliveryChannel,
  DeliveryOwner,
  DeliveryPolicy,
  Preparation,
  SettledDelivery,
} from '../../src/delivery/delivery-channel.js';
import { DeliveryOutbox } from '../../src/delivery/delivery-outbox.js';
import type { DeliveryRef, LeasedDelivery, NewDelivery } from '../../src/delivery/delivery.js';
import { destinationOf } from '../../src/delivery/destination.js';
import type { RunningApp } from './app.js';

const POLICY: DeliveryPolicy = {
  retryScheduleMs: [0, 100, 100],
  repeatLastDelay: false,
  inFlightPerDestination: 16,
  atMostOnce: false,
  hosts: null,
  httpsAlways: false,
};

/** A dialect of callbacks that does what a test tells it; register it with {@link deliverThrough}. */
export class ScriptedChannel implements DeliveryChannel {
  owner: DeliveryOwner = 'event';
  readonly policy: DeliveryPolicy;
  readonly settled: SettledDelivery[] = [];
  prepareOne: (delivery: LeasedDelivery) => Preparation | Promise<Preparation> = () => ({ kind: 'ready', headers: {} });

  constructor(
    readonly key: string,
    policy: Partial<DeliveryPolicy> = {},
  ) {
    this.policy = { ...POLICY, ...policy };
  }

  async prepare(deliveries: readonly LeasedDelivery[]): Promise<ReadonlyMap<string, Preparation>> {
    const prepared = deliveries.map(async (delivery) => [delivery.id, await this.prepareOne(delivery)] as const);
    return new Map(await Promise.all(prepared));
  }

  onSettled(_tx: unknown, settled: readonly SettledDelivery[]): Promise<void> {
    this.settled.push(...settled);
    return Promise.resolve();
  }
}

/** A registry of channels that belong to actions. */
export function channelsOfActions(...keys: readonly string[]): ChannelRegistry {
  return channelsOf('action', keys);
}

/** A registry of channels that belong to events. */
export function channelsOfEvents(...keys: readonly string[]): ChannelRegistry {
  return channelsOf('event', keys);
}

function channelsOf(owner: DeliveryOwner, keys: readonly string[]): ChannelRegistry {
  const registry = new ChannelRegistry();
  for (const key of keys) {
    const channel = new ScriptedChannel(key);
    channel.owner = owner;
    registry.register(channel);
  }
  return registry;
}

/** A delivery of the channel to a URL. */
export function newDelivery(channel: ScriptedChannel, url: string, overrides: Partial<NewDelivery> = {}): NewDelivery {
  return {
    id: uuidv7(),
    channel: channel.key,
    ownerId: uuidv7(),
    // A scope of its own each: what becomes of one destination is nothing to the others.
    destination: destinationOf(channel.key, randomUUID(), url),
    eventId: `event-${randomUUID()}`,
    method: 'POST',
    url,
    contentType: 'application/json',
    body: '{"name":"Zoë"}',
    expiresInMs: null,
    ...overrides,
  };
}

/** Registers channels with a running service. @returns what writes deliveries and hands them over, as a stage does. */
export function deliverThrough(
  { app }: RunningApp,
  ...channels: ScriptedChannel[]
): (...deliveries: NewDelivery[]) => Promise<void> {
  for (const channel of channels) app.get(ChannelRegistry, { strict: false }).register(channel);
  const outbox = app.get(DeliveryOutbox, { strict: false });
  return async (...deliveries) => {
    let refs: DeliveryRef[] = [];
    await app.get(Database, { strict: false }).transaction(async (tx) => {
      refs = await outbox.insert(tx, deliveries);
    });
    outbox.dispatch(refs);
  };
}
