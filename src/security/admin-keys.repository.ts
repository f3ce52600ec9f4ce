import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';
import type { AdminRole } from './admin-roles.js';

/** A key as administrators see it: nothing secret. */
export interface AdminKeyRow {
  readonly id: string;
  readonly name: string;
  readonly role: AdminRole;
  /** The name of the key that made it. */
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Null: never. */
  readonly expiresAt: Date | null;
  readonly disabledAt: Date | null;
  /** Within ten seconds; null: not yet. */
  readonly lastUsedAt: Date | null;
  readonly isExpired: boolean;
}

/** The fields of a key that can be edited. */
export type AdminKeyFields = Pick<AdminKeyRow, 'name' | 'role' | 'expiresAt'> & { readonly isDisabled: boolean };

/** A key that was presented. */
export type PresentedKey = Pick<AdminKeyRow, 'id' | 'name' | 'role' | 'isExpired'> & { readonly isDisabled: boolean };

const COLUMNS = `id, name, role, created_by AS "createdBy", created_at AS "createdAt", updated_at AS "updatedAt",
  expires_at AS "expiresAt", disabled_at AS "disabledAt", last_used_at AS "lastUsedAt",
  coalesce(expires_at <= now(), false) AS "isExpired"`;

/**
 * Every request of a stored key asks this, so that a key that was disabled is refused by every process from the commit
 * on. A cache that is told of changes lost: it saves one look-up by admin_keys_secret_hash_key on routes people use.
 */
const FIND_PRESENTED: Statement = {
  name: 'adminKeys.findPresented',
  text: `SELECT id, name, role, coalesce(expires_at <= now(), false) AS "isExpired", disabled_at IS NOT NULL AS "isDisabled"
           FROM admin_keys WHERE secret_hash = $1`,
};

const INSERT: Statement = {
  name: 'adminKeys.insert',
  text: `INSERT INTO admin_keys (id, name, role, secret_hash, created_by, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (lower(name)) DO NOTHING RETURNING ${COLUMNS}`,
};

/** Along the primary key, the newest first. */
const LIST: Statement = {
  name: 'adminKeys.list',
  text: `SELECT ${COLUMNS} FROM admin_keys WHERE ($1::uuid IS NULL OR id < $1) ORDER BY id DESC LIMIT $2`,
};

const FIND: Statement = { name: 'adminKeys.find', text: `SELECT ${COLUMNS} FROM admin_keys WHERE id = $1` };

const LOCK: Statement = { name: 'adminKeys.lock', text: `SELECT ${COLUMNS} FROM admin_keys WHERE id = $1 FOR UPDATE` };

const UPDATE: Statement = {
  name: 'adminKeys.update',
  text: `UPDATE admin_keys SET name = $2, role = $3, expires_at = $4, updated_at = now(),
                disabled_at = CASE WHEN $5 THEN coalesce(disabled_at, now()) END
          WHERE id = $1 RETURNING ${COLUMNS}`,
};

const DELETE: Statement = { name: 'adminKeys.delete', text: `DELETE FROM admin_keys WHERE id = $1` };

/** SKIP LOCKED: an edit goes first, and the next use is written later. */
const NOTE_USES: Statement = {
  name: 'adminKeys.noteUses',
  text: `WITH uses AS (
      SELECT * FROM unnest($1::uuid[], $2::timestamptz[]) AS u(id, at)
    ), mine AS (
      SELECT k.id FROM admin_keys k JOIN uses u ON u.id = k.id ORDER BY k.id FOR UPDATE OF k SKIP LOCKED
    )
    UPDATE admin_keys k SET last_used_at = greatest(k.last_used_at, u.at) FROM uses u JOIN mine m ON m.id = u.id
     WHERE k.id = u.id`,
};

/** Reads and writes keys of administrators; a key is in here as its hash only. */
@Injectable()
export class AdminKeysRepository {
  constructor(private readonly database: Database) {}

  async findPresented(secretHash: Buffer): Promise<PresentedKey | null> {
    return (await this.database.query<PresentedKey>(FIND_PRESENTED, [secretHash]))[0] ?? null;
  }

  /** @returns null when the name is taken. */
  async insert(
    tx: Tx,
    key: Pick<AdminKeyRow, 'id' | 'name' | 'role' | 'createdBy' | 'expiresAt'> & { readonly secretHash: Buffer },
  ): Promise<AdminKeyRow | null> {
    const values = [key.id, key.name, key.role, key.secretHash, key.createdBy, key.expiresAt];
    return (await tx.query<AdminKeyRow>(INSERT, values))[0] ?? null;
  }

  /** The newest first, only ids below `before`. */
  list(before: string | null, limit: number): Promise<AdminKeyRow[]> {
    return this.database.query<AdminKeyRow>(LIST, [before, limit]);
  }

  async find(id: string): Promise<AdminKeyRow | null> {
    return (await this.database.query<AdminKeyRow>(FIND, [id]))[0] ?? null;
  }

  async lock(tx: Tx, id: string): Promise<AdminKeyRow | null> {
    return (await tx.query<AdminKeyRow>(LOCK, [id]))[0] ?? null;
  }

  async update(tx: Tx, id: string, { name, role, expiresAt, isDisabled }: AdminKeyFields): Promise<AdminKeyRow | null> {
    return (await tx.query<AdminKeyRow>(UPDATE, [id, name, role, expiresAt, isDisabled]))[0] ?? null;
  }

  async delete(tx: Tx, id: string): Promise<void> {
    await tx.query(DELETE, [id]);
  }

  async noteUses(uses: ReadonlyMap<string, Date>): Promise<void> {
    const times = [...uses.values()].map((at) => at.toISOString());
    await this.database.query(NOTE_USES, [[...uses.keys()], times]);
  }
}
