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

/** Rows of companies that were deleted, once the last of their events has gone. Index: companies_deleted. */
const DELETE_CALLBACKS: Statement = {
  name: 'registrationRetention.deleteCallbacks',
  text: `DELETE FROM company_callbacks c USING companies k WHERE k.id = c.company AND k.deleted_at IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM company_events e WHERE e.company = k.id)`,
};

const DELETE_COMPANIES: Statement = {
  name: 'registrationRetention.deleteCompanies',
  text: `DELETE FROM companies k WHERE k.deleted_at IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM company_events e WHERE e.company = k.id)
            AND NOT EXISTS (SELECT 1 FROM company_callbacks c WHERE c.company = k.id)`,
};

/** Forgets events of registrations, and companies that were deleted. Safe beside any number of replicas. */
@Injectable()
export class RegistrationRetentionRepository {
  constructor(private readonly database: Database) {}

  async deleteEvents(beforeId: string): Promise<void> {
    await this.database.query(DELETE_EVENTS, [beforeId]);
    await this.database.query(DELETE_CALLBACKS, []);
    await this.database.query(DELETE_COMPANIES, []);
  }
}
