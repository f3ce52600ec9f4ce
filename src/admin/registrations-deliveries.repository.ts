import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';
import type { DeliveryStatus } from '../delivery/delivery.js';
import { DELIVERY_DETAIL, type DeliveryDetailRow } from './action-detail.repository.js';

/** By deliveries_of_registrations: one stretch of the index per destination. Adobe's own are not in it. */
const LIST: Statement = {
  name: 'admin.listRegistrationDeliveries',
  text: `SELECT ${DELIVERY_DETAIL}
          WHERE d.destination_id = ANY($1::uuid[]) AND d.channel <> 'adobe' AND ($2::uuid IS NULL OR d.id < $2)
            AND ($3::text IS NULL OR d.status = $3)
          ORDER BY d.id DESC LIMIT $4`,
};

/** Reads the deliveries of registrations, never their bodies. */
@Injectable()
export class RegistrationDeliveriesRepository {
  constructor(private readonly database: Database) {}

  /** The newest first. */
  list(
    destinationIds: readonly string[],
    page: { readonly before: string | null; readonly status: DeliveryStatus | null; readonly limit: number },
  ): Promise<DeliveryDetailRow[]> {
    return this.database.query<DeliveryDetailRow>(LIST, [destinationIds, page.before, page.status, page.limit]);
  }
}
