import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../../database/database.js';

/** A credential as administrators see it: nothing secret. */
export interface AdobeCredentialRow {
  readonly id: string;
  readonly imsOrgId: string;
  readonly clientId: string;
  readonly secretCount: number;
  readonly secretsAt: Date;
  readonly scopes: string[];
  readonly apiKey: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly removedAt: Date | null;
  readonly refusedError: string | null;
  readonly refusedAt: Date | null;
}

/** A locked row, with its secrets as they are sealed; null: it was removed. */
export type LockedCredential = AdobeCredentialRow & { readonly sealed: string | null };

/** The parts of a credential to write. */
export interface CredentialToWrite extends Pick<
  AdobeCredentialRow,
  'id' | 'imsOrgId' | 'clientId' | 'scopes' | 'apiKey'
> {
  /** Null keeps the stored ones. */
  readonly secrets: { readonly sealed: string; readonly count: number } | null;
}

const COLUMNS = `id, ims_org_id AS "imsOrgId", client_id AS "clientId", secret_count AS "secretCount", secrets_at AS "secretsAt",
  scopes, api_key AS "apiKey", created_at AS "createdAt", updated_at AS "updatedAt", removed_at AS "removedAt",
  refused_error AS "refusedError", refused_at AS "refusedAt"`;

/** Along the primary key, the newest first. */
const LIST: Statement = {
  name: 'adobeCredentials.list',
  text: `SELECT ${COLUMNS} FROM adobe_credentials WHERE ($1::uuid IS NULL OR id < $1) ORDER BY id DESC LIMIT $2`,
};

const FIND: Statement = {
  name: 'adobeCredentials.find',
  text: `SELECT ${COLUMNS} FROM adobe_credentials WHERE ims_org_id = $1`,
};

const LOCK: Statement = {
  name: 'adobeCredentials.lock',
  text: `SELECT ${COLUMNS}, client_secrets AS sealed FROM adobe_credentials WHERE ims_org_id = $1 FOR UPDATE`,
};

const COUNT: Statement = {
  name: 'adobeCredentials.count',
  text: `SELECT count(*)::int AS count FROM adobe_credentials`,
};

const PUT: Statement = {
  name: 'adobeCredentials.put',
  text: `INSERT INTO adobe_credentials AS c (id, ims_org_id, client_id, client_secrets, secret_count, scopes, api_key)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (ims_org_id) DO UPDATE SET client_id = excluded.client_id, scopes = excluded.scopes, api_key = excluded.api_key,
           client_secrets = coalesce(excluded.client_secrets, c.client_secrets),
           secret_count = CASE WHEN excluded.client_secrets IS NULL THEN c.secret_count ELSE excluded.secret_count END,
           secrets_at = CASE WHEN excluded.client_secrets IS NULL THEN c.secrets_at ELSE now() END,
           updated_at = now(), removed_at = NULL, refused_error = NULL, refused_at = NULL
         RETURNING ${COLUMNS}`,
};

const REMOVE: Statement = {
  name: 'adobeCredentials.remove',
  text: `UPDATE adobe_credentials SET client_secrets = NULL, secret_count = 0, secrets_at = now(), updated_at = now(),
                removed_at = now(), refused_error = NULL, refused_at = NULL WHERE id = $1`,
};

const DELETE: Statement = { name: 'adobeCredentials.delete', text: `DELETE FROM adobe_credentials WHERE id = $1` };

/** Indexes: destinations_of_scope, then deliveries_open. Bounded: with a large backlog ten thousand say enough. */
const COUNT_WAITING: Statement = {
  name: 'adobeCredentials.countWaiting',
  text: `SELECT count(*)::int AS count FROM (
      SELECT 1 FROM destinations t JOIN deliveries d ON d.destination_id = t.id
       WHERE t.channel = 'adobe' AND t.scope = $1 AND d.status IN ('pending', 'held') LIMIT 10000) waiting`,
};

/** Reads and writes the credentials that administrators store. Secrets are sealed before they come here. */
@Injectable()
export class AdobeCredentialsRepository {
  constructor(private readonly database: Database) {}

  /** The newest first, only ids below `before`. */
  list(before: string | null, limit: number): Promise<AdobeCredentialRow[]> {
    return this.database.query<AdobeCredentialRow>(LIST, [before, limit]);
  }

  async find(imsOrgId: string): Promise<AdobeCredentialRow | null> {
    return (await this.database.query<AdobeCredentialRow>(FIND, [imsOrgId]))[0] ?? null;
  }

  async lock(tx: Tx, imsOrgId: string): Promise<LockedCredential | null> {
    return (await tx.query<LockedCredential>(LOCK, [imsOrgId]))[0] ?? null;
  }

  async count(tx: Tx): Promise<number> {
    return (await tx.query<{ count: number }>(COUNT, []))[0]?.count ?? 0;
  }

  /** Makes the credential, or writes over the one of its organisation. */
  async put(tx: Tx, credential: CredentialToWrite): Promise<AdobeCredentialRow> {
    const { id, imsOrgId, clientId, secrets, scopes, apiKey } = credential;
    const values = [id, imsOrgId, clientId, secrets?.sealed ?? null, secrets?.count ?? 0, scopes, apiKey];
    const [row] = await tx.query<AdobeCredentialRow>(PUT, values);
    if (row === undefined) throw new Error('a credential that was written is not there');
    return row;
  }

  /** Its secrets are gone; the row stays, and holds the callbacks of its organisation. */
  async remove(tx: Tx, id: string): Promise<void> {
    await tx.query(REMOVE, [id]);
  }

  async delete(tx: Tx, id: string): Promise<void> {
    await tx.query(DELETE, [id]);
  }

  /** Callbacks of the organisation that wait, up to ten thousand. */
  async countWaiting(tx: Tx, imsOrgId: string): Promise<number> {
    return (await tx.query<{ count: number }>(COUNT_WAITING, [imsOrgId]))[0]?.count ?? 0;
  }
}
