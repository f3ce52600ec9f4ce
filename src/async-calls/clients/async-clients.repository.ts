import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../../database/database.js';
import type { ScopeOwnerName } from '../../delivery/delivery-channel.js';

/** A client as administrators see one: nothing secret. */
export interface AsyncClientRow {
  readonly id: string;
  readonly name: string;
  /** Until when the secret before the last rotation is good; null: it is not. */
  readonly previousUntil: Date | null;
  readonly disabledAt: Date | null;
  readonly createdAt: Date;
}

/** The secret that a client proves itself with. */
export interface AsyncClientSecrets {
  readonly secretHash: Buffer;
  /** Null when there is none, or its time is over. */
  readonly previousSecretHash: Buffer | null;
  readonly isDisabled: boolean;
}

interface StoredSecrets {
  readonly secretHash: string;
  readonly previousSecretHash: string | null;
  readonly isDisabled: boolean;
}

const COLUMNS = `id, name, CASE WHEN previous_until > now() THEN previous_until END AS "previousUntil",
  disabled_at AS "disabledAt", created_at AS "createdAt"`;

const INSERT: Statement = {
  name: 'asyncClients.insert',
  text: `INSERT INTO async_clients (id, name, secret_hash) VALUES ($1, $2, $3)`,
};

/** Along the primary key, the newest first. */
const LIST: Statement = {
  name: 'asyncClients.list',
  text: `SELECT ${COLUMNS} FROM async_clients WHERE ($1::uuid IS NULL OR id < $1) ORDER BY id DESC LIMIT $2`,
};

/** A second rotation within the overlap gives up the oldest: two secrets are good at a time. */
const ROTATE: Statement = {
  name: 'asyncClients.rotate',
  text: `UPDATE async_clients SET previous_secret_hash = secret_hash, previous_until = now() + $3 * interval '1 second',
                secret_hash = $2 WHERE id = $1 RETURNING ${COLUMNS}`,
};

const SET_DISABLED: Statement = {
  name: 'asyncClients.setDisabled',
  text: `UPDATE async_clients SET disabled_at = CASE WHEN $2 THEN coalesce(disabled_at, now()) END
          WHERE id = $1 RETURNING ${COLUMNS}`,
};

const FIND: Statement = { name: 'asyncClients.find', text: `SELECT ${COLUMNS} FROM async_clients WHERE id = $1` };

const FIND_NAMES: Statement = {
  name: 'asyncClients.findNames',
  text: `SELECT id, name FROM async_clients WHERE id = ANY($1::uuid[])`,
};

const LOCK: Statement = {
  name: 'asyncClients.lock',
  text: `SELECT ${COLUMNS} FROM async_clients WHERE id = $1 FOR UPDATE`,
};

const RENAME: Statement = {
  name: 'asyncClients.rename',
  text: `UPDATE async_clients SET name = $2 WHERE id = $1 RETURNING ${COLUMNS}`,
};

/** Its tokens go along. */
const DELETE: Statement = { name: 'asyncClients.delete', text: `DELETE FROM async_clients WHERE id = $1` };

/** Index: async_tokens_client. */
const END_TOKENS: Statement = {
  name: 'asyncClients.endTokens',
  text: `DELETE FROM async_tokens WHERE client_id = $1`,
};

/** Asked with every token. By the primary key. */
const FIND_SECRETS: Statement = {
  name: 'asyncClients.findSecrets',
  text: `SELECT secret_hash AS "secretHash", disabled_at IS NOT NULL AS "isDisabled",
                CASE WHEN previous_until > now() THEN previous_secret_hash END AS "previousSecretHash"
           FROM async_clients WHERE id = $1`,
};

/** Reads and writes clients of asynchronous calls; secrets are in here as hashes only, in hexadecimal. */
@Injectable()
export class AsyncClientsRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: Tx, client: { id: string; name: string; secretHash: Buffer }): Promise<void> {
    await tx.query(INSERT, [client.id, client.name, client.secretHash.toString('hex')]);
  }

  /** The newest first, only ids below `before`. */
  list(before: string | null, limit: number): Promise<AsyncClientRow[]> {
    return this.database.query<AsyncClientRow>(LIST, [before, limit]);
  }

  async find(id: string): Promise<AsyncClientRow | null> {
    return (await this.database.query<AsyncClientRow>(FIND, [id]))[0] ?? null;
  }

  /** By keys; those that are gone are left out. */
  findNames(ids: readonly string[]): Promise<ScopeOwnerName[]> {
    return this.database.query<ScopeOwnerName>(FIND_NAMES, [ids]);
  }

  async lock(tx: Tx, id: string): Promise<AsyncClientRow | null> {
    return (await tx.query<AsyncClientRow>(LOCK, [id]))[0] ?? null;
  }

  async rename(tx: Tx, id: string, name: string): Promise<AsyncClientRow | null> {
    return (await tx.query<AsyncClientRow>(RENAME, [id, name]))[0] ?? null;
  }

  async delete(tx: Tx, id: string): Promise<void> {
    await tx.query(DELETE, [id]);
  }

  /** The secret before stays good for so long. @returns null for an unknown id. */
  async rotate(tx: Tx, id: string, secretHash: Buffer, overlapSeconds: number): Promise<AsyncClientRow | null> {
    return (await tx.query<AsyncClientRow>(ROTATE, [id, secretHash.toString('hex'), overlapSeconds]))[0] ?? null;
  }

  /** @returns null for an unknown id. */
  async setDisabled(tx: Tx, id: string, disabled: boolean): Promise<AsyncClientRow | null> {
    return (await tx.query<AsyncClientRow>(SET_DISABLED, [id, disabled]))[0] ?? null;
  }

  async endTokens(tx: Tx, id: string): Promise<void> {
    await tx.query(END_TOKENS, [id]);
  }

  async findSecrets(id: string): Promise<AsyncClientSecrets | null> {
    const [row] = await this.database.query<StoredSecrets>(FIND_SECRETS, [id]);
    if (row === undefined) return null;
    const { secretHash, previousSecretHash, isDisabled } = row;
    return {
      secretHash: fromHex(secretHash),
      previousSecretHash: previousSecretHash === null ? null : fromHex(previousSecretHash),
      isDisabled,
    };
  }
}

function fromHex(hash: string): Buffer {
  return Buffer.from(hash, 'hex');
}
