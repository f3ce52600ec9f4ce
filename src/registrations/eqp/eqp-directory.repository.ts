import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../../database/database.js';
import type { RegistrationFilter } from '../registration-directory.js';

/** A registered callback without its password, and how its user and its destination stand. */
export interface DirectoryRow {
  readonly id: string;
  readonly userId: string;
  readonly mageId: string;
  readonly name: string | null;
  readonly url: string;
  readonly createdAt: Date;
  /** Another after each change of username or password. */
  readonly revision: string;
  readonly userState: 'active' | 'disabled';
  readonly offReason: string | null;
}

const SELECT = `SELECT c.id, c.user_id AS "userId", u.mage_id AS "mageId", c.name, c.url, c.created_at AS "createdAt",
  md5(c.username || ' ' || c.password) AS revision, u.state AS "userState", t.disabled_reason AS "offReason"
  FROM eqp_callbacks c JOIN eqp_users u ON u.id = c.user_id LEFT JOIN destinations t ON t.id = c.destination_id`;

const FIND: Statement = { name: 'eqpDirectory.find', text: `${SELECT} WHERE c.id = $1` };

/** Along the primary key. */
const PAGE: Statement = {
  name: 'eqpDirectory.page',
  text: `${SELECT} WHERE ($1::text IS NULL OR u.mage_id = $1) AND ($3::uuid IS NULL OR c.id < $3)
           AND ($2::text IS NULL OR $2 = CASE WHEN u.state = 'disabled' THEN 'disabled' WHEN t.disabled_reason = $5 THEN 'paused'
                WHEN t.disabled_reason IS NOT NULL THEN 'disabled' ELSE 'active' END)
          ORDER BY c.id DESC LIMIT $4`,
};

/** As a profile is locked: before destinations and callbacks, and not FOR UPDATE. */
const LOCK_USER: Statement = {
  name: 'eqpDirectory.lockUser',
  text: `SELECT u.id FROM eqp_users u WHERE u.id = (SELECT c.user_id FROM eqp_callbacks c WHERE c.id = $1) FOR NO KEY UPDATE`,
};

const SET_URL: Statement = { name: 'eqpDirectory.setUrl', text: `UPDATE eqp_callbacks SET url = $2 WHERE id = $1` };

const CLEAR_REASON: Statement = {
  name: 'eqpDirectory.clearReason',
  text: `UPDATE eqp_callbacks SET disabled_reason = NULL WHERE id = $1`,
};

const DELETE: Statement = {
  name: 'eqpDirectory.delete',
  text: `DELETE FROM eqp_callbacks WHERE id = $1 RETURNING id`,
};

/** Reads and changes registered callbacks one by one, for administrators; never touches a password. */
@Injectable()
export class EqpDirectoryRepository {
  constructor(private readonly database: Database) {}

  async find(id: string, tx: Tx = this.database): Promise<DirectoryRow | null> {
    return (await tx.query<DirectoryRow>(FIND, [id]))[0] ?? null;
  }

  /** Locks the user of a callback: one editor of the user's callbacks at a time. */
  async lockUser(tx: Tx, id: string): Promise<void> {
    await tx.query(LOCK_USER, [id]);
  }

  /** Of all users, the newest first. @param pauseReason tells paused ones from disabled ones. */
  page({ owner, state, before, limit }: RegistrationFilter, pauseReason: string): Promise<DirectoryRow[]> {
    return this.database.query<DirectoryRow>(PAGE, [owner, state, before, limit, pauseReason]);
  }

  async setUrl(tx: Tx, id: string, url: string): Promise<void> {
    await tx.query(SET_URL, [id, url]);
  }

  async clearReason(tx: Tx, id: string): Promise<void> {
    await tx.query(CLEAR_REASON, [id]);
  }

  /** @returns false when there is none. */
  async remove(tx: Tx, id: string): Promise<boolean> {
    return (await tx.query(DELETE, [id])).length > 0;
  }
}
