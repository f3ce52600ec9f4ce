import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../../database/database.js';

/**
 * Clients fetch a token before a batch of calls, so each fetch sweeps up behind others: a few tokens that are over,
 * found by async_tokens_expiry. A loop of its own would do the same work later and in one lump. Nothing is inserted
 * for a client that was disabled meanwhile, nor for one whose deletion is under way: it is waited for, where the foreign
 * key would refuse the row.
 */
const INSERT: Statement = {
  name: 'asyncTokens.insert',
  text: `WITH swept AS (
      DELETE FROM async_tokens WHERE token_hash = ANY(ARRAY(
        SELECT token_hash FROM async_tokens WHERE expires_at < now() ORDER BY expires_at LIMIT 20 FOR UPDATE SKIP LOCKED
      ))
    )
    INSERT INTO async_tokens (token_hash, client_id, expires_at)
    SELECT $1, c.id, now() + $3 * interval '1 second' FROM async_clients c
     WHERE c.id = $2 AND c.disabled_at IS NULL
       FOR KEY SHARE
    RETURNING client_id`,
};

/** Every call asks this. By the primary keys of both. */
const FIND_CLIENT: Statement = {
  name: 'asyncTokens.findClient',
  text: `SELECT t.client_id AS id FROM async_tokens t JOIN async_clients c ON c.id = t.client_id
          WHERE t.token_hash = $1 AND t.expires_at > now() AND c.disabled_at IS NULL`,
};

/** Reads and writes access tokens; they are in here as hashes only, in hexadecimal. */
@Injectable()
export class AsyncTokensRepository {
  constructor(private readonly database: Database) {}

  /** @returns false for a client that is gone or disabled. */
  async insert(tokenHash: Buffer, clientId: string, lifeSeconds: number): Promise<boolean> {
    return (await this.database.query(INSERT, [tokenHash.toString('hex'), clientId, lifeSeconds])).length > 0;
  }

  /** Null for a token that is unknown or over, and for a client that is disabled. */
  async findClient(tokenHash: Buffer): Promise<string | null> {
    return (await this.database.query<{ id: string }>(FIND_CLIENT, [tokenHash.toString('hex')]))[0]?.id ?? null;
  }
}
