import { Injectable } from '@nestjs/common';
import { CREDENTIAL_HOLDS } from '../callbacks/callbacks.errors.js';
import { Database, type Statement } from '../database/database.js';

const REASONS = Object.values(CREDENTIAL_HOLDS);

/**
 * Held rows, through deliveries_open. With an equation the planner may take deliveries_failed instead, and read all that is
 * dead for as long as the connection lasts.
 */
const HELD = `d.status IN ('pending', 'delivering', 'held') AND d.status BETWEEN 'held' AND 'held'`;

const FIND_ORGANISATIONS: Statement = {
  name: 'heldCredentials.findOrganisations',
  text: `SELECT DISTINCT t.scope AS org FROM deliveries d JOIN destinations t ON t.id = d.destination_id
          WHERE ${HELD} AND d.channel = 'adobe' AND d.last_error = ANY($1::text[])`,
};

/** Those that are past their time are left to the sweep that expires them. Indexes: destinations_of_scope, deliveries_open. */
const FIND_IDS: Statement = {
  name: 'heldCredentials.findIds',
  text: `SELECT d.id FROM destinations t JOIN deliveries d ON d.destination_id = t.id
          WHERE t.channel = 'adobe' AND t.scope = $1 AND ${HELD} AND d.last_error = ANY($2::text[])
            AND (d.expires_at IS NULL OR d.expires_at > now()) LIMIT $3`,
};

/** Finds callbacks that are held because no credential speaks for their organisation. */
@Injectable()
export class HeldCredentialsRepository {
  constructor(private readonly database: Database) {}

  async findOrganisations(): Promise<string[]> {
    const rows = await this.database.query<{ org: string }>(FIND_ORGANISATIONS, [REASONS]);
    return rows.map(({ org }) => org);
  }

  async findIds(org: string, limit: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(FIND_IDS, [org, REASONS, limit]);
    return rows.map(({ id }) => id);
  }
}
