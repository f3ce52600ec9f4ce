import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';
import { DELIVERY_DETAIL, type DeliveryDetailRow } from './action-detail.repository.js';
import { eventTypeOf, serviceOf } from './delivery-about.js';

/** A delivery, and what it is about. */
export interface DeliveryHeadRow extends DeliveryDetailRow {
  readonly ownerId: string;
  readonly service: string | null;
  readonly eventType: string | null;
  readonly destinationId: string;
  /** Of its destination: of a registered callback, the id of the registration. */
  readonly scope: string | null;
}

const FIND: Statement = {
  name: 'admin.findDelivery',
  text: `SELECT d.owner_id AS "ownerId", ${serviceOf('d')} AS service, ${eventTypeOf('d')} AS "eventType",
                d.destination_id AS "destinationId", t.scope, ${DELIVERY_DETAIL} WHERE d.id = $1`,
};

/** Reads one delivery by its id, never its body. */
@Injectable()
export class DeliveryDetailRepository {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<DeliveryHeadRow | null> {
    return (await this.database.query<DeliveryHeadRow>(FIND, [id]))[0] ?? null;
  }
}
