import { Injectable } from '@nestjs/common';
import { startChannelSeries } from './channel-series.js';
import type { DeliveryChannel, DeliveryOwner } from './delivery-channel.js';

const KEY = /^[a-z][a-z0-9-]{0,39}$/;

/** The channels deliveries may name; every stage that makes deliveries registers its own at boot. */
@Injectable()
export class ChannelRegistry {
  private readonly channels = new Map<string, DeliveryChannel>();

  /** @throws for a key that is taken, or that could not stand in SQL, a metric and an address as it is. */
  register(channel: DeliveryChannel): void {
    if (!KEY.test(channel.key))
      throw new Error(`the key of a delivery channel must match ${KEY}, not "${channel.key}"`);
    if (this.channels.has(channel.key)) throw new Error(`two delivery channels with key ${channel.key}`);
    this.channels.set(channel.key, channel);
    startChannelSeries(channel.key);
  }

  find(key: string): DeliveryChannel | null {
    return this.channels.get(key) ?? null;
  }

  /** Keys of the channels with deliveries of actions, or of events. */
  keysOwnedBy(owner: DeliveryOwner): string[] {
    return this.all().flatMap((channel) => (channel.owner === owner ? [channel.key] : []));
  }

  /** Keys of the channels whose destinations have an organisation for their scope. */
  keysOfOrganisations(): string[] {
    return this.all().flatMap((channel) => (isOfOrganisations(channel) ? [channel.key] : []));
  }

  /** Keys of the channels whose destinations have the id of a registration, a notice or a client for their scope. */
  keysOfOthers(): string[] {
    return this.all().flatMap((channel) => (isOfOrganisations(channel) ? [] : [channel.key]));
  }

  all(): DeliveryChannel[] {
    return [...this.channels.values()];
  }
}

function isOfOrganisations({ owner, scopeOwners }: DeliveryChannel): boolean {
  return owner === 'action' && scopeOwners === undefined;
}
