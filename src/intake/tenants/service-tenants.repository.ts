import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../../database/database.js';
import type { TenantAccess } from '../../organisations/organisation-book.js';

/** A rule as it is stored. */
export interface TenantRule {
  readonly imsOrgId: string;
  readonly access: TenantAccess;
  readonly updatedAt: Date;
}

const COLUMNS = `ims_org_id AS "imsOrgId", access, updated_at AS "updatedAt"`;

const LIST: Statement = {
  name: 'serviceTenants.list',
  text: `SELECT ${COLUMNS} FROM service_tenants WHERE service = $1 ORDER BY ims_org_id`,
};

const FIND: Statement = {
  name: 'serviceTenants.find',
  text: `SELECT ${COLUMNS} FROM service_tenants WHERE service = $1 AND ims_org_id = $2`,
};

const LOCK: Statement = { name: 'serviceTenants.lock', text: `${FIND.text} FOR UPDATE` };

const COUNT: Statement = {
  name: 'serviceTenants.count',
  text: `SELECT count(*)::int AS count FROM service_tenants WHERE service = $1`,
};

const PUT: Statement = {
  name: 'serviceTenants.put',
  text: `INSERT INTO service_tenants (service, ims_org_id, access) VALUES ($1, $2, $3)
         ON CONFLICT (service, ims_org_id) DO UPDATE SET access = excluded.access, updated_at = now() RETURNING ${COLUMNS}`,
};

const DELETE: Statement = {
  name: 'serviceTenants.delete',
  text: `DELETE FROM service_tenants WHERE service = $1 AND ims_org_id = $2`,
};

/** Reads and writes the rules of administrators. */
@Injectable()
export class ServiceTenantsRepository {
  constructor(private readonly database: Database) {}

  list(service: string): Promise<TenantRule[]> {
    return this.database.query<TenantRule>(LIST, [service]);
  }

  async find(service: string, imsOrgId: string): Promise<TenantRule | null> {
    return (await this.database.query<TenantRule>(FIND, [service, imsOrgId]))[0] ?? null;
  }

  async lock(tx: Tx, service: string, imsOrgId: string): Promise<TenantRule | null> {
    return (await tx.query<TenantRule>(LOCK, [service, imsOrgId]))[0] ?? null;
  }

  async count(tx: Tx, service: string): Promise<number> {
    return (await tx.query<{ count: number }>(COUNT, [service]))[0]?.count ?? 0;
  }

  async put(tx: Tx, service: string, imsOrgId: string, access: TenantAccess): Promise<TenantRule> {
    const [row] = await tx.query<TenantRule>(PUT, [service, imsOrgId, access]);
    if (row === undefined) throw new Error('a rule that was written is not there');
    return row;
  }

  async delete(tx: Tx, service: string, imsOrgId: string): Promise<void> {
    await tx.query(DELETE, [service, imsOrgId]);
  }
}
