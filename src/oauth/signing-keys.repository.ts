import { Injectable } from '@nestjs/common';
import type { JWK } from 'jose';
import { Database, type Statement, type Tx } from '../database/database.js';

/** The key that signs, sealed as it rests. */
export interface SigningKeyRow {
  readonly id: string;
  readonly privateKey: string;
  /** Whether the next token should be signed by a new one. */
  readonly isOld: boolean;
}

/** A key by which tokens are verified. */
export interface VerifyingKeyRow {
  readonly id: string;
  readonly publicKey: JWK;
}

/** The key that is not to be replaced yet; a few rows in all. */
const CURRENT: Statement = {
  name: 'oauthKeys.current',
  text: `SELECT id, private_key AS "privateKey", created_at < now() - $1 * interval '1 day' AS "isOld"
           FROM oauth_signing_keys WHERE retires_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 1`,
};

const VERIFYING: Statement = {
  name: 'oauthKeys.verifying',
  text: `SELECT id, public_key AS "publicKey" FROM oauth_signing_keys WHERE retires_at IS NULL OR retires_at > now()`,
};

/** Two processes that find the same key old: one makes the next, the other finds it. */
const LOCK: Statement = {
  name: 'oauthKeys.lock',
  text: `SELECT pg_advisory_xact_lock(hashtextextended('ricochet.oauth_signing_keys', 0))`,
};

const INSERT: Statement = {
  name: 'oauthKeys.insert',
  text: `INSERT INTO oauth_signing_keys (id, public_key, private_key, created_at)
         VALUES ($1, $2::jsonb, $3, clock_timestamp())`,
};

const RETIRE_OTHERS: Statement = {
  name: 'oauthKeys.retireOthers',
  text: `UPDATE oauth_signing_keys SET retires_at = now() + $2 * interval '1 second'
          WHERE id <> $1 AND retires_at IS NULL`,
};

const DELETE_RETIRED: Statement = {
  name: 'oauthKeys.deleteRetired',
  text: `DELETE FROM oauth_signing_keys WHERE retires_at < now() - interval '1 day'`,
};

/** Reads and writes the keys that sign access tokens; private parts are in here sealed only. */
@Injectable()
export class SigningKeysRepository {
  constructor(private readonly database: Database) {}

  async findCurrent(oldAfterDays: number, tx: Tx = this.database): Promise<SigningKeyRow | null> {
    return (await tx.query<SigningKeyRow>(CURRENT, [oldAfterDays]))[0] ?? null;
  }

  listVerifying(): Promise<VerifyingKeyRow[]> {
    return this.database.query<VerifyingKeyRow>(VERIFYING, []);
  }

  async lock(tx: Tx): Promise<void> {
    await tx.query(LOCK, []);
  }

  /** The others verify for so long yet; those that no longer do go. */
  async replace(
    tx: Tx,
    key: { id: string; publicKey: JWK; privateKey: string },
    overlapSeconds: number,
  ): Promise<void> {
    await tx.query(INSERT, [key.id, JSON.stringify(key.publicKey), key.privateKey]);
    await tx.query(RETIRE_OTHERS, [key.id, overlapSeconds]);
    await tx.query(DELETE_RETIRED, []);
  }
}
