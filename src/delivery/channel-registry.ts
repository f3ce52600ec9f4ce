import { Injectable } from '@nestjs/common';
import { startChannelSeries } from './channel-series.js';
import type { DeliveryChannel } from './delivery-channel.js';

/** The channels deliveries may name; every stage that makes deliveries registers its own at boot. */
@Injectable()
export class ChannelRegistry {
  private readonly channels = new Map<string, DeliveryChannel>();

  register(channel: DeliveryChannel): void {
    if (this.channels.has(channel.key)) throw new Error(`two delivery channels with key ${channel.key}`);
    this.channels.set(channel.key, channel);
    startChannelSeries(channel.key);
  }

  find(key: string): DeliveryChannel | null {
    return this.channels.get(key) ?? null;
  }

  all(): DeliveryChannel[] {
    return [...this.channels.values()];
  }
}
