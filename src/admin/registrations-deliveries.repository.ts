import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';
import type { DeliveryStatus } from '../delivery/delivery.js';
import type { DeliveryDetailRow } from './action-detail.repository.js';

/** By deliveries_of_registrations: one stretch of the index per destination. Adobe's own are not in it. */
const LIST: Statement = {
  name: 'admin.listRegistrationDeliveries',
  text: `SELECT id AS "deliveryId", channel, status, event_id AS "eventId", method, regexp_replace(url, '[?#].*$', '') AS url,
                content_type AS "contentType", octet_length(body) AS "bodyBytes", attempt_number AS "attemptNumber",
                next_trigger AS "nextTrigger", CASE WHEN status = 'pending' THEN next_attempt_at END AS "nextAttemptAt",
                expires_at AS "expiresAt", crash_count AS "crashCount", last_status AS "lastStatus", last_error AS "lastError"
           FROM deliveries
          WHERE destination_id = ANY($1::uuid[]) AND channel <> 'adobe' AND ($2::uuid IS NULL OR id < $2)
            AND ($3::text IS NULL OR status = $3)
          ORDER BY id DESC LIMIT $4`,
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
