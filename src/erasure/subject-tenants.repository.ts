import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';
import type { SubjectTenant } from './subjects.dto.js';

const TENANTS_MAX = 200;
const LOOKED_AT = 10_000;
const NEWEST_ACTIONS = 1_000;

/**
 * Bounded walks along primary keys, because neither table has an index by organisation: ids of destinations are hashes, so
 * that the first ten thousand are any of them.
 */
const LIST: Statement = {
  name: 'subjectTenants.list',
  text: `SELECT tenant, NULL AS name FROM (
      SELECT ims_org_id AS tenant FROM adobe_credentials
      UNION SELECT ims_org_id FROM service_tenants
      UNION SELECT d.scope FROM (SELECT scope, channel FROM destinations ORDER BY id LIMIT ${LOOKED_AT}) d WHERE d.channel = ANY($2::text[])
      UNION SELECT a.tenant FROM (SELECT tenant, dialect FROM actions ORDER BY id DESC LIMIT ${NEWEST_ACTIONS}) a WHERE a.dialect = ANY($2::text[])
      UNION SELECT unnest($1::text[])) o ORDER BY tenant LIMIT ${TENANTS_MAX}`,
};

/** Along the primary key, the newest first. */
const LIST_CLIENTS: Statement = {
  name: 'subjectTenants.listClients',
  text: `SELECT id::text AS tenant, name FROM async_clients ORDER BY id DESC LIMIT ${TENANTS_MAX}`,
};

/** By keys, and along destinations_of_scope. */
const IS_KNOWN: Statement = {
  name: 'subjectTenants.isKnown',
  text: `SELECT EXISTS (SELECT 1 FROM adobe_credentials WHERE ims_org_id = $1)
      OR EXISTS (SELECT 1 FROM service_tenants WHERE ims_org_id = $1)
      OR EXISTS (SELECT 1 FROM destinations WHERE scope = $1 AND channel = ANY($3::text[]))
      OR EXISTS (SELECT 1 FROM async_clients WHERE id = $2::uuid) AS known`,
};

/** Reads of which organisations and clients anything can be held. */
@Injectable()
export class SubjectTenantsRepository {
  constructor(private readonly database: Database) {}

  /**
   * @param configured organisations of the configuration
   * @param dialects of which the tenants are organisations; their channels have the same keys
   */
  async list(
    configured: readonly string[],
    dialects: readonly string[],
  ): Promise<{ items: SubjectTenant[]; complete: boolean }> {
    const [organisations, clients] = await Promise.all([
      this.database.query<SubjectTenant>(LIST, [configured, dialects]),
      this.database.query<SubjectTenant>(LIST_CLIENTS, []),
    ]);
    const complete = organisations.length < TENANTS_MAX && clients.length < TENANTS_MAX;
    return { items: [...organisations, ...clients], complete };
  }

  /**
   * @param clientId the tenant where it has the form of a client's id; null otherwise
   * @param dialects as for {@link list}
   */
  async isKnown(tenant: string, clientId: string | null, dialects: readonly string[]): Promise<boolean> {
    return (await this.database.query<{ known: boolean }>(IS_KNOWN, [tenant, clientId, dialects]))[0]?.known === true;
  }
}
