import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';
import type { TenantAccess } from './organisation-book.js';

/** A stored credential, its secrets sealed; without any: it was removed. */
export interface CredentialRow {
  readonly id: string;
  readonly imsOrgId: string;
  readonly clientId: string;
  readonly sealed: string | null;
  readonly scopes: readonly string[];
  readonly apiKey: string | null;
  /** Another one after every edit. */
  readonly revision: string;
}

/** A rule of an administrator. */
export interface TenantRow {
  readonly service: string;
  readonly imsOrgId: string;
  readonly access: TenantAccess;
}

const READ_VERSION: Statement = {
  name: 'organisations.readVersion',
  text: `SELECT version::text AS version FROM organisation_version WHERE id = 1`,
};

/** Administrators store a thousand at most: see `ORGANISATION_LIMITS`. */
const READ_CREDENTIALS: Statement = {
  name: 'organisations.readCredentials',
  text: `SELECT id, ims_org_id AS "imsOrgId", client_id AS "clientId", client_secrets AS sealed, scopes, api_key AS "apiKey",
                updated_at::text AS revision FROM adobe_credentials`,
};

const READ_TENANTS: Statement = {
  name: 'organisations.readTenants',
  text: `SELECT service, ims_org_id AS "imsOrgId", access FROM service_tenants`,
};

/** The row lets one change be made at a time: versions are committed in their order, so that none is passed over. */
const COUNT_UP: Statement = {
  name: 'organisations.countUp',
  text: `INSERT INTO organisation_version AS v (id, version) VALUES (1, 1)
         ON CONFLICT (id) DO UPDATE SET version = v.version + 1`,
};

/** Written when it changes. An answer about a credential that was edited meanwhile says nothing about the one of now. */
const NOTE_REFUSAL: Statement = {
  name: 'organisations.noteRefusal',
  text: `UPDATE adobe_credentials SET refused_error = $3, refused_at = CASE WHEN $3::text IS NULL THEN NULL ELSE now() END
          WHERE ims_org_id = $1 AND updated_at = $2::timestamptz AND refused_error IS DISTINCT FROM $3`,
};

/** Reads all that is stored about organisations, and tells processes that it changed. */
@Injectable()
export class OrganisationsRepository {
  constructor(private readonly database: Database) {}

  async readVersion(): Promise<string> {
    const rows = await this.database.query<{ version: string }>(READ_VERSION, []);
    return rows[0]?.version ?? '0';
  }

  readCredentials(): Promise<CredentialRow[]> {
    return this.database.query<CredentialRow>(READ_CREDENTIALS, []);
  }

  readTenants(): Promise<TenantRow[]> {
    return this.database.query<TenantRow>(READ_TENANTS, []);
  }

  /** First of all in a transaction that changes either table: it also lets one change be made at a time. */
  async countUp(tx: Tx): Promise<void> {
    await tx.query(COUNT_UP, []);
  }

  /** @param error null: it got a token. */
  async noteRefusal(imsOrgId: string, revision: string, error: string | null): Promise<void> {
    await this.database.query(NOTE_REFUSAL, [imsOrgId, revision, error]);
  }
}
