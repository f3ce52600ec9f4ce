import { Injectable } from '@nestjs/common';
import { KnownServices } from '../catalog/known-services.js';
import { timeOfId } from '../database/new-id.js';
import { ChannelRegistry } from '../delivery/channel-registry.js';
import { oneOfMessage } from '../http/one-of.js';
import { refuseProblems } from '../http/read-dto.js';
import { pageOf } from './bounded-search.repository.js';
import { type DeliveryFilter, DeliveryListRepository } from './delivery-list.repository.js';
import type { DeliveryPage, ListDeliveriesQuery } from './list-deliveries.dto.js';

/** Pages of deliveries; a page that found little says how far it looked. */
@Injectable()
export class DeliveryList {
  constructor(
    private readonly repository: DeliveryListRepository,
    private readonly channels: ChannelRegistry,
    private readonly services: KnownServices,
  ) {}

  /** @throws RequestError 400 for an empty range or a channel or service that there is not, 422 when it would take too long. */
  async page(query: ListDeliveriesQuery): Promise<DeliveryPage> {
    const filter = { ...toFilter(query), eventChannels: this.channels.keysOwnedBy('event') };
    this.check(filter);
    refuseProblems(400, await this.services.problemsOf(filter.service));
    const page = pageOf(await this.repository.list(filter), query.limit, ({ deliveryId }) => deliveryId);
    return {
      ...page,
      items: page.items.map((item) => ({ ...item, createdAt: new Date(timeOfId(item.deliveryId) ?? 0) })),
    };
  }

  private check({ since, until, channel }: DeliveryFilter): void {
    if (since !== null && until !== null && since >= until) {
      refuseProblems(400, [{ field: 'since', message: 'must be before until' }]);
    }
    const known = this.channels.all().map(({ key }) => key);
    if (channel !== null && !known.includes(channel)) {
      refuseProblems(400, [{ field: 'channel', message: oneOfMessage(known, channel) }]);
    }
  }
}

function toFilter(query: ListDeliveriesQuery): Omit<DeliveryFilter, 'eventChannels'> {
  return {
    channel: query.channel ?? null,
    status: query.status ?? null,
    destinationId: query.destination ?? null,
    ownerId: query.owner ?? null,
    service: query.service ?? null,
    eventType: query.eventType ?? null,
    errorClass: query.errorClass ?? null,
    lastStatus: query.lastStatus ?? null,
    since: toDate(query.since),
    until: toDate(query.until),
    before: query.cursor ?? null,
    // One more than asked for tells whether there is another page.
    limit: query.limit + 1,
  };
}

function toDate(text: string | undefined): Date | null {
  return text === undefined ? null : new Date(text);
}
