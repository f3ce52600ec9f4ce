import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../../../database/database.js';
import { joinTexts, splitTexts } from '../../../database/parameters.js';
import { FEW } from '../../../database/plans.js';

/** An answer that is kept. */
export interface CachedAnswer {
  /** The request's hash, as a uuid. */
  readonly key: string;
  readonly found: boolean;
  readonly status: number;
  /** JSON; null where the system said that there is nothing. */
  readonly answer: string | null;
}

/** An answer to keep. */
export interface NewAnswer extends CachedAnswer {
  readonly ttlMs: number;
}

/** By the primary key, one look per key. */
const FIND: Statement = {
  name: 'stepCache.find',
  text: `SELECT c.key, c.found, c.status, c.answer
           FROM (SELECT * FROM unnest($1::uuid[]) AS u(key) ${FEW}) k JOIN step_cache c ON c.key = k.key
          WHERE c.expires_at > now()`,
};

/** An empty text stands for null: no answer is empty. */
const PUT: Statement = {
  name: 'stepCache.put',
  text: `INSERT INTO step_cache (key, found, status, answer, size, expires_at)
         SELECT key, found, status, nullif(answer, ''), octet_length(answer) + 100, now() + ttl * interval '1 millisecond'
           FROM unnest($1::uuid[], $2::boolean[], $3::smallint[], ${splitTexts('$4')}, $5::float8[])
             AS t(key, found, status, answer, ttl)
         ON CONFLICT (key) DO UPDATE SET found = excluded.found, status = excluded.status, answer = excluded.answer,
           size = excluded.size, expires_at = excluded.expires_at`,
};

/** Index: step_cache_expiry. */
const DELETE_EXPIRED: Statement = {
  name: 'stepCache.deleteExpired',
  text: `WITH old AS (
      SELECT key FROM step_cache WHERE expires_at <= now() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED
    )
    DELETE FROM step_cache c USING old WHERE c.key = old.key RETURNING c.key`,
};

/** Those that expire first go first. Index: step_cache_expiry. */
const DELETE_FIRST: Statement = {
  name: 'stepCache.deleteFirst',
  text: `WITH old AS (SELECT key FROM step_cache ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)
    DELETE FROM step_cache c USING old WHERE c.key = old.key RETURNING c.size`,
};

/** From the index alone, which has sizes. */
const MEASURE: Statement = {
  name: 'stepCache.measure',
  text: `SELECT coalesce(sum(size), 0)::float8 AS bytes FROM step_cache WHERE expires_at > '-infinity'`,
};

/** Keeps answers of steps. Every method is safe beside any number of replicas. */
@Injectable()
export class AnswerCacheRepository {
  constructor(private readonly database: Database) {}

  find(keys: readonly string[]): Promise<CachedAnswer[]> {
    return this.database.query<CachedAnswer>(FIND, [keys]);
  }

  async put(answers: readonly NewAnswer[]): Promise<void> {
    await this.database.query(PUT, [
      answers.map(({ key }) => key),
      answers.map(({ found }) => found),
      answers.map(({ status }) => status),
      joinTexts(answers.map(({ answer }) => answer ?? '')),
      answers.map(({ ttlMs }) => ttlMs),
    ]);
  }

  /** @returns how many are gone. */
  async deleteExpired(limit: number): Promise<number> {
    return (await this.database.query(DELETE_EXPIRED, [limit])).length;
  }

  /** @returns how many are gone, and their bytes. */
  async deleteFirst(limit: number): Promise<{ readonly rows: number; readonly bytes: number }> {
    const rows = await this.database.query<{ size: number }>(DELETE_FIRST, [limit]);
    return { rows: rows.length, bytes: rows.reduce((sum, { size }) => sum + size, 0) };
  }

  async measure(): Promise<number> {
    return (await this.database.query<{ bytes: number }>(MEASURE, []))[0]?.bytes ?? 0;
  }
}
