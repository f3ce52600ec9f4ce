import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../../database/database.js';

/** The application that may ask for a session. */
export interface EqpApplicationRow {
  readonly id: string;
  readonly mage_id: string;
  readonly secret_hash: Buffer;
  readonly state: 'active' | 'disabled';
}

/** The user of a session. */
export interface EqpSessionUser {
  readonly id: string;
  readonly mageId: string;
}

const FIND_APPLICATION: Statement = {
  name: 'eqp.findApplication',
  text: `SELECT id, mage_id, secret_hash, state FROM eqp_users WHERE app_id = $1`,
};

const INSERT: Statement = {
  name: 'eqp.insertSession',
  text: `INSERT INTO eqp_sessions (token_hash, user_id, expires_at) VALUES ($1, $2, now() + $3 * interval '1 second')`,
};

/** Index: eqp_sessions_expiry. */
const DELETE_ENDED: Statement = {
  name: 'eqp.deleteEndedSessions',
  text: `DELETE FROM eqp_sessions WHERE token_hash = ANY(ARRAY(
      SELECT token_hash FROM eqp_sessions WHERE expires_at < now() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED
    )) RETURNING user_id`,
};

/** By the primary keys of both. */
const FIND_USER: Statement = {
  name: 'eqp.findSessionUser',
  text: `SELECT u.id, u.mage_id AS "mageId" FROM eqp_sessions s JOIN eqp_users u ON u.id = s.user_id
          WHERE s.token_hash = $1 AND s.expires_at > now() AND u.state = 'active'`,
};

/** Reads and writes sessions; tokens are in here as hashes only. */
@Injectable()
export class EqpSessionsRepository {
  constructor(private readonly database: Database) {}

  async findApplication(appId: string): Promise<EqpApplicationRow | null> {
    const rows = await this.database.query<EqpApplicationRow>(FIND_APPLICATION, [appId]);
    return rows[0] ?? null;
  }

  async insert(tokenHash: Buffer, userId: string, lifeSeconds: number): Promise<void> {
    await this.database.query(INSERT, [tokenHash, userId, lifeSeconds]);
  }

  /** Null for a token that is unknown or over, and for a user who is disabled. */
  async findUser(tokenHash: Buffer): Promise<EqpSessionUser | null> {
    const rows = await this.database.query<EqpSessionUser>(FIND_USER, [tokenHash]);
    return rows[0] ?? null;
  }

  /** @returns how many sessions that are over went. */
  async deleteEnded(limit: number): Promise<number> {
    return (await this.database.query(DELETE_ENDED, [limit])).length;
  }
}
