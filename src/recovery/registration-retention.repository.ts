import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';

/** An event goes when the last of its deliveries has gone. */
const DELETE_EVENTS: Statement = {
  name: 'registrationRetention.deleteEvents',
  text: `WITH company AS (
      DELETE FROM company_events e WHERE e.id < $1 AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.owner_id = e.id)
    )
    DELETE FROM eqp_events e WHERE e.id < $1 AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.owner_id = e.id)`,
};

/** Forgets events of registrations. Safe beside any number of replicas. */
@Injectable()
export class RegistrationRetentionRepository {
  constructor(private readonly database: Database) {}

  async deleteEvents(beforeId: string): Promise<void> {
    await this.database.query(DELETE_EVENTS, [beforeId]);
  }
}
