import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';

/** A secret as administrators see one. */
export interface OAuthSecretRow {
  readonly id: string;
  readonly clientId: string;
  readonly createdAt: Date;
  /** Within ten seconds; null: not yet. */
  readonly lastUsedAt: Date | null;
}

/** A secret that a client may prove itself with. */
export interface LiveSecret {
  readonly id: string;
  readonly hash: Buffer;
}

const INSERT: Statement = {
  name: 'oauthSecrets.insert',
  text: `INSERT INTO oauth_client_secrets (id, client_id, secret_hash) VALUES ($1, $2, $3)
         RETURNING id, client_id AS "clientId", created_at AS "createdAt", last_used_at AS "lastUsedAt"`,
};

/** Index: oauth_client_secrets_client. */
const LIST_OF: Statement = {
  name: 'oauthSecrets.listOf',
  text: `SELECT id, client_id AS "clientId", created_at AS "createdAt", last_used_at AS "lastUsedAt"
           FROM oauth_client_secrets WHERE client_id = ANY($1::uuid[]) ORDER BY id`,
};

const DELETE: Statement = {
  name: 'oauthSecrets.delete',
  text: `DELETE FROM oauth_client_secrets WHERE client_id = $1 AND id = $2 RETURNING id`,
};

/** Asked with every token. Index: oauth_client_secrets_client. */
const FIND_LIVE: Statement = {
  name: 'oauthSecrets.findLive',
  text: `SELECT s.id, s.secret_hash AS hash FROM oauth_client_secrets s JOIN oauth_clients c ON c.id = s.client_id
          WHERE s.client_id = $1 AND c.disabled_at IS NULL`,
};

/** Which of some secrets are live: a few times a second in each process that is called. By the primary keys of both. */
const STILL_LIVE: Statement = {
  name: 'oauthSecrets.stillLive',
  text: `SELECT s.id FROM oauth_client_secrets s JOIN oauth_clients c ON c.id = s.client_id
          WHERE s.id = ANY($1::uuid[]) AND c.disabled_at IS NULL`,
};

const NOTE_USE: Statement = {
  name: 'oauthSecrets.noteUse',
  text: `UPDATE oauth_client_secrets SET last_used_at = now()
          WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '10 seconds')`,
};

/** Reads and writes the secrets of clients; they are in here as hashes only. */
@Injectable()
export class OAuthSecretsRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: Tx, secret: { id: string; clientId: string; hash: Buffer }): Promise<OAuthSecretRow> {
    const [row] = await tx.query<OAuthSecretRow>(INSERT, [secret.id, secret.clientId, secret.hash]);
    if (row === undefined) throw new Error('a secret was inserted, and no row came back');
    return row;
  }

  /** By client, the oldest secret first. */
  listOf(clientIds: readonly string[], tx: Tx = this.database): Promise<OAuthSecretRow[]> {
    return tx.query<OAuthSecretRow>(LIST_OF, [clientIds]);
  }

  /** @returns false for a client without this secret. */
  async delete(tx: Tx, clientId: string, id: string): Promise<boolean> {
    return (await tx.query(DELETE, [clientId, id])).length > 0;
  }

  /** None for a client that is unknown or disabled. */
  findLive(clientId: string): Promise<LiveSecret[]> {
    return this.database.query<LiveSecret>(FIND_LIVE, [clientId]);
  }

  async stillLive(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.database.query<{ id: string }>(STILL_LIVE, [ids]);
    return new Set(rows.map(({ id }) => id));
  }

  async noteUse(id: string): Promise<void> {
    await this.database.query(NOTE_USE, [id]);
  }
}
