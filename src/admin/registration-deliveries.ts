import { Injectable } from '@nestjs/common';
import { RegisteredDestinations } from '../registrations/registered-destinations.js';
import { ActionDetailRepository } from './action-detail.repository.js';
import { toDelivery } from './action-details.js';
import type { ListRegistrationDeliveriesQuery, RegistrationDeliveryPage } from './registration-deliveries.dto.js';
import { RegistrationDeliveriesRepository } from './registration-deliveries.repository.js';

/** Pages of the deliveries of one registration, at every destination it has or had. */
@Injectable()
export class RegistrationDeliveries {
  constructor(
    private readonly destinations: RegisteredDestinations,
    private readonly repository: RegistrationDeliveriesRepository,
    private readonly details: ActionDetailRepository,
  ) {}

  /** @throws RequestError 404. */
  async page(id: string, query: ListRegistrationDeliveriesQuery): Promise<RegistrationDeliveryPage> {
    const page = { before: query.cursor ?? null, status: query.status ?? null, limit: query.limit + 1 };
    const rows = await this.repository.list(await this.destinations.idsOf(id), page);
    const shown = rows.slice(0, query.limit);
    const attempts = await this.details.findAttempts(shown.map((row) => row.deliveryId));
    return {
      items: shown.map((row) => toDelivery(row, attempts)),
      nextCursor: rows.length > query.limit ? (shown.at(-1)?.deliveryId ?? null) : null,
    };
  }
}
