import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../../../database/database.js';

const FIND: Statement = {
  name: 'stepTokens.find',
  text: `SELECT token, extract(epoch FROM expires_at - now()) * 1000 AS "leftMs"
           FROM step_tokens WHERE id = $1 AND expires_at > now()`,
};

const PUT: Statement = {
  name: 'stepTokens.put',
  text: `INSERT INTO step_tokens (id, token, expires_at) VALUES ($1, $2, now() + $3::float8 * interval '1 millisecond')
         ON CONFLICT (id) DO UPDATE SET token = excluded.token, expires_at = excluded.expires_at`,
};

/** Only this one: another process may have put a newer one there. */
const DELETE: Statement = { name: 'stepTokens.delete', text: `DELETE FROM step_tokens WHERE id = $1 AND token = $2` };

/** Index: step_tokens_expiry. */
const DELETE_EXPIRED: Statement = {
  name: 'stepTokens.deleteExpired',
  text: `DELETE FROM step_tokens WHERE expires_at <= now() RETURNING id`,
};

/** A stored token, sealed. */
export interface SealedToken {
  readonly token: string;
  readonly leftMs: number;
}

/** Access tokens that processes share, sealed. */
@Injectable()
export class StepTokensRepository {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<SealedToken | null> {
    const [row] = await this.database.query<{ token: string; leftMs: string }>(FIND, [id]);
    return row === undefined ? null : { token: row.token, leftMs: Number(row.leftMs) };
  }

  async put(id: string, token: string, lifeMs: number): Promise<void> {
    await this.database.query(PUT, [id, token, lifeMs]);
  }

  async delete(id: string, token: string): Promise<void> {
    await this.database.query(DELETE, [id, token]);
  }

  async deleteExpired(): Promise<number> {
    return (await this.database.query(DELETE_EXPIRED, [])).length;
  }
}
