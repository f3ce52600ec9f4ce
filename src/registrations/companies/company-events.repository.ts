import { Injectable } from '@nestjs/common';
import type { Statement, Tx } from '../../database/database.js';

/** Where an event came from. */
export type EventOrigin = 'published' | 'test' | 'bridge';

/** An event, without what it is about: that is in the bodies of its deliveries. */
export interface CompanyEventRow {
  readonly id: string;
  readonly company: string;
  readonly eventType: string;
  readonly origin: EventOrigin;
  readonly deliveries: number;
  /** The action the bridge made it from; null for all others. */
  readonly actionId: string | null;
}

const INSERT: Statement = {
  name: 'companyEvents.insert',
  text: `INSERT INTO company_events (id, company, event_type, origin, deliveries, action_id)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::int[], $6::uuid[])`,
};

/** Writes events of companies, the owners of their deliveries. */
@Injectable()
export class CompanyEventsRepository {
  async insert(tx: Tx, rows: readonly CompanyEventRow[]): Promise<void> {
    await tx.query(INSERT, [
      rows.map(({ id }) => id),
      rows.map(({ company }) => company),
      rows.map(({ eventType }) => eventType),
      rows.map(({ origin }) => origin),
      rows.map(({ deliveries }) => deliveries),
      rows.map(({ actionId }) => actionId),
    ]);
  }
}
