import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';
import { ChannelRegistry } from '../delivery/channel-registry.js';
import type { DeliveryStatus } from '../delivery/delivery.js';
import { DELIVERY_DETAIL, type DeliveryDetailRow } from './action-detail.repository.js';
import { eventTypeOf } from './delivery-about.js';

export interface RegistrationDeliveryRow extends DeliveryDetailRow {
  readonly eventType: string | null;
}

/**
 * By deliveries_of_registrations: one stretch of the index per destination. Action callbacks are not in that index, so
 * the channels stand in the text: as a parameter they prove nothing to the planner, which then sorts all of a channel. The
 * type of an event is two look-ups by key for each row.
 */
function listOf(channels: readonly string[]): Statement {
  return {
    name: 'admin.listRegistrationDeliveries',
    text: `SELECT ${eventTypeOf('d')} AS "eventType", ${DELIVERY_DETAIL}
          WHERE d.destination_id = ANY($1::uuid[]) AND d.channel IN (${channels.map((key) => `'${key}'`).join(', ')})
            AND ($2::uuid IS NULL OR d.id < $2) AND ($3::text IS NULL OR d.status = $3)
          ORDER BY d.id DESC LIMIT $4`,
  };
}

/** Reads the deliveries of registrations, never their bodies. */
@Injectable()
export class RegistrationDeliveriesRepository {
  private statement: Statement | null = null;

  constructor(
    private readonly database: Database,
    private readonly channels: ChannelRegistry,
  ) {}

  /** The newest first. */
  async list(
    destinationIds: readonly string[],
    page: { readonly before: string | null; readonly status: DeliveryStatus | null; readonly limit: number },
  ): Promise<RegistrationDeliveryRow[]> {
    const channels = this.channels.keysOwnedBy('event');
    if (channels.length === 0) return [];
    // Channels are registered at boot, before the first request.
    this.statement ??= listOf(channels);
    return this.database.query<RegistrationDeliveryRow>(this.statement, [
      destinationIds,
      page.before,
      page.status,
      page.limit,
    ]);
  }
}
