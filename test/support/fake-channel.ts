import { v7 as uuidv7 } from 'uuid';
import type { Tx } from '../../src/database/database.js';
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
import type { LeasedDelivery, NewDelivery } from '../../src/delivery/delivery.js';
import { destinationOf } from '../../src/delivery/destination.js';
import type { RunningApp } from './app.js';

/** A channel whose deliveries need no authorization; it remembers what the engine told it. */
export class FakeChannel implements DeliveryChannel {
  readonly key: string = 'fake';
  readonly owner: DeliveryOwner = 'event';
  readonly policy: DeliveryPolicy;
  readonly settled: SettledDelivery[] = [];
  readonly disabled: { destinationId: string; reason: string }[] = [];
  /** What a preparation waits for. */
  gate: Promise<unknown> = Promise.resolve();
  /** What a preparation says. */
  preparation: Preparation = { kind: 'ready', headers: {} };

  constructor(policy: Partial<DeliveryPolicy> = {}) {
    this.policy = {
      retryScheduleMs: [0, 50],
      repeatLastDelay: true,
      inFlightPerDestination: 256,
      atMostOnce: false,
      hosts: null,
      httpsAlways: false,
      ...policy,
    };
  }

  /** As new. */
  reset(): void {
    this.settled.length = 0;
    this.disabled.length = 0;
    this.gate = Promise.resolve();
    this.preparation = { kind: 'ready', headers: {} };
  }

  async prepare(deliveries: readonly LeasedDelivery[]): Promise<ReadonlyMap<string, Preparation>> {
    await this.gate;
    return new Map(deliveries.map((delivery) => [delivery.id, this.preparation]));
  }

  onSettled(_tx: Tx, settled: readonly SettledDelivery[]): Promise<void> {
    this.settled.push(...settled);
    return Promise.resolve();
  }

  onDisabled(_tx: Tx, destinationId: string, reason: string): Promise<void> {
    this.disabled.push({ destinationId, reason });
    return Promise.resolve();
  }
}

/** Registers the channel with the application's engine. */
export function registerChannel({ app }: RunningApp, channel: FakeChannel): void {
  app.get(ChannelRegistry).register(channel);
}

/** A delivery of the fake channel to a destination of its own per `scope`. */
export function fakeDelivery(url: string, scope: string, overrides: Partial<NewDelivery> = {}): NewDelivery {
  const id = uuidv7();
  return {
    id,
    channel: 'fake',
    ownerId: uuidv7(),
    destination: destinationOf('fake', scope, url),
    eventId: id,
    method: 'POST',
    url,
    contentType: 'application/json',
    body: JSON.stringify({ objectData: [], id }),
    expiresInMs: null,
    ...overrides,
  };
}

/** Hands deliveries to the application's engine, as a stage does. */
export async function send({ app }: RunningApp, deliveries: readonly NewDelivery[]): Promise<void> {
  const outbox = app.get(DeliveryOutbox);
  const refs = await app.get(Database).transaction((tx) => outbox.insert(tx, deliveries));
  outbox.dispatch(refs);
}
