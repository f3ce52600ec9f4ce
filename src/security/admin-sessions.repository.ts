import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';
import type { AdminRole } from './admin-roles.js';

/** A session that is neither idle nor over, with its key as it is now. */
export interface LiveSession {
  readonly keyHash: Buffer;
  /** Null: of a key of `ADMIN_API_KEYS`. */
  readonly keyId: string | null;
  readonly endsAt: Date;
  /** Whether its idle end is worth moving. */
  readonly isStale: boolean;
  /** The stored key; all null when there is none any more. */
  readonly name: string | null;
  readonly role: AdminRole | null;
  readonly isKeyLive: boolean;
}

/** The idle end is moved at most this often: a request of the console costs a read, not a write. */
const TOUCH_SECONDS = 60;

const INSERT: Statement = {
  name: 'adminSessions.insert',
  text: `INSERT INTO admin_sessions (token_hash, key_id, key_hash, idle_ends_at, ends_at)
         VALUES ($1, $2, $3, now() + $4 * interval '1 second', now() + $5 * interval '1 second') RETURNING ends_at AS "endsAt"`,
};

/**
 * Asked by every request of a session, as a key is by every request of its own: log-out, and the end of a key, count in
 * every process from the commit on.
 */
const FIND: Statement = {
  name: 'adminSessions.find',
  text: `SELECT s.key_hash AS "keyHash", s.key_id AS "keyId", s.ends_at AS "endsAt", k.name, k.role,
                s.idle_ends_at < now() + ($2 - ${TOUCH_SECONDS}) * interval '1 second' AS "isStale",
                k.id IS NOT NULL AND k.disabled_at IS NULL AND coalesce(k.expires_at > now(), true) AS "isKeyLive"
           FROM admin_sessions s LEFT JOIN admin_keys k ON k.id = s.key_id
          WHERE s.token_hash = $1 AND s.idle_ends_at > now() AND s.ends_at > now()`,
};

const TOUCH: Statement = {
  name: 'adminSessions.touch',
  text: `UPDATE admin_sessions SET idle_ends_at = least(ends_at, now() + $2 * interval '1 second') WHERE token_hash = $1`,
};

const END: Statement = {
  name: 'adminSessions.end',
  text: `DELETE FROM admin_sessions WHERE token_hash = $1 RETURNING 1`,
};

const FORGET: Statement = {
  name: 'adminSessions.forget',
  text: `DELETE FROM admin_sessions WHERE ends_at <= now() OR idle_ends_at <= now()`,
};

/** Keeps the sessions of the console; the value of a cookie is in here as its hash only. */
@Injectable()
export class AdminSessionsRepository {
  constructor(private readonly database: Database) {}

  /** @returns its end. Sessions that are over leave the table here: there are only as many as people who log in. */
  async insert(
    tx: Tx,
    session: { readonly tokenHash: Buffer; readonly keyId: string | null; readonly keyHash: Buffer },
    seconds: { readonly idle: number; readonly whole: number },
  ): Promise<Date> {
    await tx.query(FORGET, []);
    const values = [session.tokenHash, session.keyId, session.keyHash, seconds.idle, seconds.whole];
    const [row] = await tx.query<{ endsAt: Date }>(INSERT, values);
    return row?.endsAt ?? new Date();
  }

  async find(tokenHash: Buffer, idleSeconds: number): Promise<LiveSession | null> {
    return (await this.database.query<LiveSession>(FIND, [tokenHash, idleSeconds]))[0] ?? null;
  }

  async touch(tokenHash: Buffer, idleSeconds: number): Promise<void> {
    await this.database.query(TOUCH, [tokenHash, idleSeconds]);
  }

  /** @returns false when there was none. */
  async end(tx: Tx, tokenHash: Buffer): Promise<boolean> {
    return (await tx.query(END, [tokenHash])).length > 0;
  }
}
