import { Injectable } from '@nestjs/common';
import { timeOfId } from '../database/new-id.js';
import { unknownDelivery } from '../delivery/unknown-delivery.js';
import { RegistrationDirectories } from '../registrations/registration-directory.js';
import { ActionDetailRepository } from './action-detail.repository.js';
import { toDelivery, toFacts } from './action-details.js';
import type { DeliveryDetail } from './delivery-detail.dto.js';
import { DeliveryDetailRepository, type DeliveryHeadRow } from './delivery-detail.repository.js';
import { explainDelivery } from './explain-callback.js';

/** One delivery with its attempts, what it is about, and sentences that say what to do about it. */
@Injectable()
export class DeliveryDetails {
  constructor(
    private readonly repository: DeliveryDetailRepository,
    private readonly details: ActionDetailRepository,
    private readonly directories: RegistrationDirectories,
  ) {}

  /** @throws RequestError 404 for an unknown id. */
  async get(id: string): Promise<DeliveryDetail> {
    const row = await this.repository.find(id);
    if (row === null) throw unknownDelivery();
    const delivery = toDelivery(withoutScope(row), await this.details.findAttempts([id]));
    return {
      ...delivery,
      explanation: explainDelivery(toFacts(delivery), { now: new Date(), expiresAt: delivery.expiresAt }),
      registrationId: await this.registrationOf(row),
      createdAt: new Date(timeOfId(id) ?? 0),
    };
  }

  private async registrationOf({ channel, scope }: DeliveryHeadRow): Promise<string | null> {
    const directory = this.directories.all().find((one) => one.channel === channel);
    if (directory === undefined || scope === null) return null;
    return (await directory.find(scope))?.id ?? null;
  }
}

function withoutScope({ scope: _scope, ...shown }: DeliveryHeadRow): Omit<DeliveryHeadRow, 'scope'> {
  return shown;
}
