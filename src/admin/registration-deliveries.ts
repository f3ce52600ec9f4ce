import { Injectable } from '@nestjs/common';
import { ActionDetailRepository } from './action-detail.repository.js';
import { toDelivery } from './action-details.js';
import { Recoveries } from '../resend/recoveries.js';
import { RegistrationsAdmin } from '../registrations/registrations-admin.js';
import { RegistrationDeliveriesRepository } from './registration-deliveries.repository.js';
import type {
  ListRegistrationDeliveriesQuery,
  RecoverRegistration,
  RegistrationDeliveryPage,
  RegistrationRecoveries,
} from '../registrations/registrations.dto.js';

/** The deliveries of one registration: to look at, and to send again as a set. */
@Injectable()
export class RegistrationDeliveries {
  constructor(
    private readonly registrations: RegistrationsAdmin,
    private readonly repository: RegistrationDeliveriesRepository,
    private readonly details: ActionDetailRepository,
    private readonly recoveries: Recoveries,
  ) {}

  /** @throws RequestError 404. */
  async list(id: string, query: ListRegistrationDeliveriesQuery): Promise<RegistrationDeliveryPage> {
    const page = { before: query.cursor ?? null, status: query.status ?? null, limit: query.limit + 1 };
    const rows = await this.repository.list(await this.registrations.destinationIds(id), page);
    const shown = rows.slice(0, query.limit);
    const attempts = await this.details.findAttempts(shown.map((row) => row.deliveryId));
    return {
      items: shown.map((row) => toDelivery(row, attempts)),
      nextCursor: rows.length > query.limit ? (shown.at(-1)?.deliveryId ?? null) : null,
    };
  }

  /** Starts a job per destination with something to send. @throws RequestError 404; 409 while the same job runs. */
  async recover(id: string, request: RecoverRegistration, actor: string): Promise<RegistrationRecoveries> {
    const items: RegistrationRecoveries['items'] = [];
    for (const endpoint of await this.registrations.destinationIds(id)) {
      const { status, toCurrentUrl } = request;
      const order = { endpoint, ...(status && { status }), ...(toCurrentUrl && { toCurrentUrl }) };
      const { matched } = await this.recoveries.preview(order);
      if (matched > 0) items.push(await this.recoveries.start(order, actor));
    }
    return { items };
  }
}
