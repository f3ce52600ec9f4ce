import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';

/** A client as administrators see one: nothing secret. */
export interface OAuthClientRow {
  readonly id: string;
  readonly name: string;
  /** The name of the admin key that made it. */
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly disabledAt: Date | null;
}

const COLUMNS = `id, name, created_by AS "createdBy", created_at AS "createdAt", updated_at AS "updatedAt",
  disabled_at AS "disabledAt"`;

const INSERT: Statement = {
  name: 'oauthClients.insert',
  text: `INSERT INTO oauth_clients (id, name, created_by) VALUES ($1, $2, $3)
         ON CONFLICT (lower(name)) DO NOTHING RETURNING ${COLUMNS}`,
};

/** Along the primary key, the newest first. */
const LIST: Statement = {
  name: 'oauthClients.list',
  text: `SELECT ${COLUMNS} FROM oauth_clients WHERE ($1::uuid IS NULL OR id < $1) ORDER BY id DESC LIMIT $2`,
};

const FIND: Statement = { name: 'oauthClients.find', text: `SELECT ${COLUMNS} FROM oauth_clients WHERE id = $1` };

const LOCK: Statement = {
  name: 'oauthClients.lock',
  text: `SELECT ${COLUMNS} FROM oauth_clients WHERE id = $1 FOR UPDATE`,
};

const UPDATE: Statement = {
  name: 'oauthClients.update',
  text: `UPDATE oauth_clients SET name = $2, updated_at = now(),
                disabled_at = CASE WHEN $3 THEN coalesce(disabled_at, now()) END
          WHERE id = $1 RETURNING ${COLUMNS}`,
};

/** Its secrets go along. */
const DELETE: Statement = { name: 'oauthClients.delete', text: `DELETE FROM oauth_clients WHERE id = $1` };

/** Reads and writes clients of the scheme oauth2. */
@Injectable()
export class OAuthClientsRepository {
  constructor(private readonly database: Database) {}

  /** @returns null when the name is taken. */
  async insert(tx: Tx, client: Pick<OAuthClientRow, 'id' | 'name' | 'createdBy'>): Promise<OAuthClientRow | null> {
    return (await tx.query<OAuthClientRow>(INSERT, [client.id, client.name, client.createdBy]))[0] ?? null;
  }

  /** The newest first, only ids below `before`. */
  list(before: string | null, limit: number): Promise<OAuthClientRow[]> {
    return this.database.query<OAuthClientRow>(LIST, [before, limit]);
  }

  async find(id: string): Promise<OAuthClientRow | null> {
    return (await this.database.query<OAuthClientRow>(FIND, [id]))[0] ?? null;
  }

  async lock(tx: Tx, id: string): Promise<OAuthClientRow | null> {
    return (await tx.query<OAuthClientRow>(LOCK, [id]))[0] ?? null;
  }

  async update(tx: Tx, id: string, fields: { name: string; isDisabled: boolean }): Promise<OAuthClientRow | null> {
    return (await tx.query<OAuthClientRow>(UPDATE, [id, fields.name, fields.isDisabled]))[0] ?? null;
  }

  async delete(tx: Tx, id: string): Promise<void> {
    await tx.query(DELETE, [id]);
  }
}
