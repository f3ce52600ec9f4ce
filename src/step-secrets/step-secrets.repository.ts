import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';

/** A stored secret without its value. */
export interface SecretRow {
  readonly name: string;
  readonly updatedAt: Date;
}

/** A stored secret as it is sealed. */
export interface SealedSecret {
  readonly id: string;
  readonly value: string;
}

const LIST: Statement = {
  name: 'stepSecrets.list',
  text: `SELECT name, updated_at AS "updatedAt" FROM step_secrets ORDER BY name`,
};

const LOCK: Statement = {
  name: 'stepSecrets.lock',
  text: `SELECT name, updated_at AS "updatedAt" FROM step_secrets WHERE name = $1 FOR UPDATE`,
};

const FIND: Statement = { name: 'stepSecrets.find', text: `SELECT id, value FROM step_secrets WHERE name = $1` };

/** The id that its value is sealed for: the one it has, or a new one. The row is locked until the value is there. */
const PREPARE: Statement = {
  name: 'stepSecrets.prepare',
  text: `INSERT INTO step_secrets (id, name, value) VALUES ($1, $2, '')
         ON CONFLICT (name) DO UPDATE SET updated_at = now() RETURNING id`,
};

const SET: Statement = {
  name: 'stepSecrets.set',
  text: `UPDATE step_secrets SET value = $2, updated_at = now() WHERE id = $1`,
};

const DELETE: Statement = {
  name: 'stepSecrets.delete',
  text: `DELETE FROM step_secrets WHERE name = $1 RETURNING id`,
};

/** The secrets that administrators set. Values are sealed before they come here. */
@Injectable()
export class StepSecretsRepository {
  constructor(private readonly database: Database) {}

  list(): Promise<SecretRow[]> {
    return this.database.query<SecretRow>(LIST, []);
  }

  async find(name: string): Promise<SealedSecret | null> {
    return (await this.database.query<SealedSecret>(FIND, [name]))[0] ?? null;
  }

  async lock(tx: Tx, name: string): Promise<SecretRow | null> {
    return (await tx.query<SecretRow>(LOCK, [name]))[0] ?? null;
  }

  /** @param seal makes the value for the row's id */
  async put(tx: Tx, newId: string, name: string, seal: (id: string) => string): Promise<void> {
    const rows = await tx.query<{ id: string }>(PREPARE, [newId, name]);
    const id = rows[0]?.id ?? newId;
    await tx.query(SET, [id, seal(id)]);
  }

  /** @returns whether there was one. */
  async delete(tx: Tx, name: string): Promise<boolean> {
    return (await tx.query(DELETE, [name])).length > 0;
  }
}
