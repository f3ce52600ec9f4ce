import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../../database/database.js';

export type EqpUserState = 'active' | 'disabled';

/** The part of a profile that a user has written; callbacks are not in it. */
export type ProfileJson = Readonly<Record<string, unknown>>;

/** A user to be. */
export interface NewEqpUser {
  readonly id: string;
  readonly mageId: string;
  readonly appId: string;
  readonly secretHash: Buffer;
  readonly profile: ProfileJson;
  /** For administrators. */
  readonly name: string | null;
}

/** A user as administrators see one. */
export interface EqpUserRow {
  readonly id: string;
  readonly mage_id: string;
  readonly app_id: string;
  /** For administrators. */
  readonly name: string | null;
  readonly state: EqpUserState;
  readonly callbacks: number;
  readonly created_at: Date;
}

/** Which users to list; null filters nothing. */
export interface EqpUserFilter {
  readonly state: EqpUserState | null;
  /** Only ids below. */
  readonly before: string | null;
  readonly limit: number;
}

const INSERT: Statement = {
  name: 'eqp.insertUser',
  text: `INSERT INTO eqp_users (id, mage_id, app_id, secret_hash, profile, name) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (mage_id) DO NOTHING RETURNING id`,
};

const SHOWN = `u.id, u.mage_id, u.app_id, u.name, u.state, u.created_at,
  (SELECT count(*)::int FROM eqp_callbacks c WHERE c.user_id = u.id) AS callbacks`;

const FIND: Statement = {
  name: 'eqp.findUser',
  text: `SELECT ${SHOWN} FROM eqp_users u WHERE u.mage_id = $1`,
};

/** As a profile is locked: new sessions and events need not wait. */
const LOCK_OF: Statement = {
  name: 'eqp.lockUserOf',
  text: `SELECT ${SHOWN} FROM eqp_users u WHERE u.mage_id = $1 FOR NO KEY UPDATE OF u`,
};

/** Events that are published meanwhile wait, and then find no user. */
const LOCK_ALL: Statement = {
  name: 'eqp.lockUserWhole',
  text: `SELECT u.id FROM eqp_users u WHERE u.id = $1 FOR UPDATE`,
};

const RENAME: Statement = {
  name: 'eqp.renameUser',
  text: `UPDATE eqp_users SET name = $2, updated_at = now() WHERE id = $1`,
};

/** Sessions, callbacks, events and uploads go along. */
const DELETE: Statement = { name: 'eqp.deleteUser', text: `DELETE FROM eqp_users WHERE id = $1` };

/** Along the primary key, the newest first. */
const LIST: Statement = {
  name: 'eqp.listUsers',
  text: `SELECT ${SHOWN} FROM eqp_users u
          WHERE ($1::text IS NULL OR u.state = $1) AND ($2::uuid IS NULL OR u.id < $2) ORDER BY u.id DESC LIMIT $3`,
};

const GET_PROFILE: Statement = {
  name: 'eqp.getProfile',
  text: `SELECT profile FROM eqp_users WHERE id = $1`,
};

/** Not FOR UPDATE: new sessions and events refer to the row, and need not wait. */
const LOCK_PROFILE: Statement = {
  name: 'eqp.lockProfile',
  text: `SELECT profile FROM eqp_users WHERE id = $1 FOR NO KEY UPDATE`,
};

const UPDATE_PROFILE: Statement = {
  name: 'eqp.updateProfile',
  text: `UPDATE eqp_users SET profile = $2, updated_at = now() WHERE id = $1`,
};

const LOCK_FOR_EVENT: Statement = {
  name: 'eqp.lockForEvent',
  text: `SELECT id, state FROM eqp_users WHERE mage_id = $1 FOR SHARE`,
};

const ROTATE_SECRET: Statement = {
  name: 'eqp.rotateSecret',
  text: `UPDATE eqp_users SET secret_hash = $2, updated_at = now() WHERE mage_id = $1 RETURNING id, app_id`,
};

const SET_STATE: Statement = {
  name: 'eqp.setState',
  text: `UPDATE eqp_users SET state = $2, updated_at = now() WHERE mage_id = $1 RETURNING id`,
};

const END_SESSIONS: Statement = {
  name: 'eqp.endSessions',
  text: `DELETE FROM eqp_sessions WHERE user_id = $1`,
};

/** Reads and writes users. Profiles are personal: they are shown to their user alone. */
@Injectable()
export class EqpUsersRepository {
  constructor(private readonly database: Database) {}

  /** @returns false when the mage_id is taken. */
  async insert(tx: Tx, user: NewEqpUser): Promise<boolean> {
    const values = [user.id, user.mageId, user.appId, user.secretHash, JSON.stringify(user.profile), user.name];
    return (await tx.query(INSERT, values)).length > 0;
  }

  list({ state, before, limit }: EqpUserFilter): Promise<EqpUserRow[]> {
    return this.database.query<EqpUserRow>(LIST, [state, before, limit]);
  }

  async find(mageId: string): Promise<EqpUserRow | null> {
    return (await this.database.query<EqpUserRow>(FIND, [mageId]))[0] ?? null;
  }

  async lockOf(tx: Tx, mageId: string): Promise<EqpUserRow | null> {
    return (await tx.query<EqpUserRow>(LOCK_OF, [mageId]))[0] ?? null;
  }

  async rename(tx: Tx, id: string, name: string | null): Promise<void> {
    await tx.query(RENAME, [id, name]);
  }

  /** To be followed by {@link delete}: takes the lock that keeps new rows of the user out. */
  async lockWhole(tx: Tx, id: string): Promise<void> {
    await tx.query(LOCK_ALL, [id]);
  }

  async delete(tx: Tx, id: string): Promise<void> {
    await tx.query(DELETE, [id]);
  }

  async getProfile(id: string): Promise<ProfileJson> {
    return profileOf(await this.database.query<{ profile: ProfileJson }>(GET_PROFILE, [id]));
  }

  async lockProfile(tx: Tx, id: string): Promise<ProfileJson> {
    return profileOf(await tx.query<{ profile: ProfileJson }>(LOCK_PROFILE, [id]));
  }

  async updateProfile(tx: Tx, id: string, profile: ProfileJson): Promise<void> {
    await tx.query(UPDATE_PROFILE, [id, JSON.stringify(profile)]);
  }

  /** Shared among events; changes of the profile or the state wait for the event, or the event for them. */
  async lockForEvent(tx: Tx, mageId: string): Promise<{ id: string; state: EqpUserState } | null> {
    const rows = await tx.query<{ id: string; state: EqpUserState }>(LOCK_FOR_EVENT, [mageId]);
    return rows[0] ?? null;
  }

  /** Null for an unknown mage_id. */
  async rotateSecret(tx: Tx, mageId: string, secretHash: Buffer): Promise<{ id: string; app_id: string } | null> {
    const rows = await tx.query<{ id: string; app_id: string }>(ROTATE_SECRET, [mageId, secretHash]);
    return rows[0] ?? null;
  }

  /** @returns the id; null for an unknown mage_id. */
  async setState(tx: Tx, mageId: string, state: EqpUserState): Promise<string | null> {
    const rows = await tx.query<{ id: string }>(SET_STATE, [mageId, state]);
    return rows[0]?.id ?? null;
  }

  async endSessions(tx: Tx, id: string): Promise<void> {
    await tx.query(END_SESSIONS, [id]);
  }
}

function profileOf(rows: readonly { profile: ProfileJson }[]): ProfileJson {
  const [row] = rows;
  if (row === undefined) throw new Error('the user of a session is gone');
  return row.profile;
}
