import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../../../database/database.js';
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

/** The same, with its users so far. */
export interface FoundAnswer extends CachedAnswer {
  readonly steps: readonly string[];
  /** Digests, as text. */
  readonly subjects: string;
}

/** Users of an answer that it does not know yet. */
export interface NewUsers {
  readonly key: string;
  readonly steps: readonly string[];
  readonly subjects: readonly string[];
}

/** An answer to keep. */
export interface NewAnswer extends CachedAnswer, NewUsers {
  readonly ttlMs: number;
}

/** With so many subjects an answer is about none of them in particular, and takes no more: it would grow without end. */
export const SUBJECTS_MAX = 16;

/** By the primary key, one look per key. */
const FIND: Statement = {
  name: 'stepCache.find',
  text: `SELECT c.key, c.found, c.status, c.answer, c.steps, c.subjects::text AS subjects
           FROM (SELECT * FROM unnest($1::uuid[]) AS u(key) ${FEW}) k JOIN step_cache c ON c.key = k.key
          WHERE c.expires_at > now()`,
};

/** Step names may hold commas, and no control character. */
const STEPS = `string_to_array(nullif(t.steps, ''), E'\\n')`;
const SUBJECTS = `string_to_array(nullif(t.subjects, ''), ',')::uuid[]`;

function union(old: string, added: string): string {
  return `ARRAY(SELECT DISTINCT u FROM unnest(${old} || ${added}) AS u)`;
}

/** An empty text stands for null: no answer is empty. Those who asked before asked the same, so the new answer is theirs too. */
const PUT: Statement = {
  name: 'stepCache.put',
  text: `INSERT INTO step_cache AS c (key, found, status, answer, size, expires_at, steps, subjects)
         SELECT key, found, status, nullif(answer, ''), octet_length(answer) + octet_length(t.subjects) + 100,
                now() + ttl * interval '1 millisecond', coalesce(${STEPS}, '{}'), coalesce(${SUBJECTS}, '{}')
           FROM unnest($1::uuid[], $2::boolean[], $3::smallint[], ${splitTexts('$4')}, $5::float8[], $6::text[], $7::text[])
             AS t(key, found, status, answer, ttl, steps, subjects)
         ON CONFLICT (key) DO UPDATE SET found = excluded.found, status = excluded.status, answer = excluded.answer,
           size = excluded.size, expires_at = excluded.expires_at, steps = ${union('c.steps', 'excluded.steps')},
           subjects = CASE WHEN cardinality(c.subjects) >= ${SUBJECTS_MAX} THEN c.subjects
                           ELSE ${union('c.subjects', 'excluded.subjects')} END`,
};

const ADD_USERS: Statement = {
  name: 'stepCache.addUsers',
  text: `UPDATE step_cache c
            SET steps = ${union('c.steps', STEPS)},
                subjects = CASE WHEN cardinality(c.subjects) >= ${SUBJECTS_MAX} THEN c.subjects
                                ELSE ${union('c.subjects', SUBJECTS)} END
           FROM (SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[]) AS u(key, steps, subjects) ${FEW}) t
          WHERE c.key = t.key`,
};

/** Index: step_cache_expiry. */
const DELETE_EXPIRED: Statement = {
  name: 'stepCache.deleteExpired',
  text: `DELETE FROM step_cache WHERE key = ANY(ARRAY(
      SELECT key FROM step_cache WHERE expires_at <= now() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED
    )) RETURNING key`,
};

/** Those that expire first go first. Index: step_cache_expiry. */
const DELETE_FIRST: Statement = {
  name: 'stepCache.deleteFirst',
  text: `DELETE FROM step_cache WHERE key = ANY(ARRAY(
      SELECT key FROM step_cache ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED
    )) RETURNING size`,
};

/** Index: step_cache_subjects. */
const DELETE_OF_SUBJECT: Statement = {
  name: 'stepCache.deleteOfSubject',
  text: `DELETE FROM step_cache WHERE subjects @> ARRAY[$1::uuid] RETURNING key`,
};

/** Along the primary key, in which order its users are written down as well: neither waits for the other for ever. */
const CLEAR_PAGE: Statement = {
  name: 'stepCache.clearPage',
  text: `WITH page AS (
      SELECT key, $2 = '' OR EXISTS (SELECT 1 FROM unnest(steps) AS s WHERE s = $2 OR starts_with(s, $3)) AS matches
        FROM step_cache WHERE key > $1 ORDER BY key LIMIT $4 FOR UPDATE
    ), gone AS (
      DELETE FROM step_cache WHERE key = ANY(ARRAY(SELECT key FROM page WHERE matches))
    )
    SELECT max(key::text COLLATE "C") AS last, count(*) FILTER (WHERE matches)::int AS cleared FROM page`,
};

/** From the index alone, which has sizes. */
const MEASURE: Statement = {
  name: 'stepCache.measure',
  text: `SELECT coalesce(sum(size), 0)::float8 AS bytes FROM step_cache WHERE expires_at > '-infinity'`,
};

const FIRST_KEY = '00000000-0000-0000-0000-000000000000';
const ROWS_PER_PAGE = 1_000;

/** Keeps answers of steps. Every method is safe beside any number of replicas. */
@Injectable()
export class AnswerCacheRepository {
  constructor(private readonly database: Database) {}

  find(keys: readonly string[]): Promise<FoundAnswer[]> {
    return this.database.query<FoundAnswer>(FIND, [keys]);
  }

  async put(answers: readonly NewAnswer[]): Promise<void> {
    await this.database.query(PUT, [
      answers.map(({ key }) => key),
      answers.map(({ found }) => found),
      answers.map(({ status }) => status),
      joinTexts(answers.map(({ answer }) => answer ?? '')),
      answers.map(({ ttlMs }) => ttlMs),
      answers.map(({ steps }) => steps.join('\n')),
      answers.map(({ subjects }) => subjects.join()),
    ]);
  }

  /** @param users no key twice. */
  async addUsers(users: readonly NewUsers[]): Promise<void> {
    await this.database.query(ADD_USERS, [
      users.map(({ key }) => key),
      users.map(({ steps }) => steps.join('\n')),
      users.map(({ subjects }) => subjects.join()),
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

  /** Forgets what was asked about a lead, a person or an account, by its digest. @returns how many answers are gone. */
  async deleteOfSubject(tx: Tx, digest: string): Promise<number> {
    return (await tx.query(DELETE_OF_SUBJECT, [digest])).length;
  }

  /**
   * Forgets the answers that a step uses, or all steps of a service, or all of them.
   * @returns how many answers are gone.
   */
  async clear(service: string | null, step: string | null): Promise<number> {
    const exact = service === null ? '' : `${service}/${step ?? ''}`;
    // Without a step, the beginning that all steps of the service have; with one, a name that none begins with.
    const beginning = step === null ? exact : '\n';
    let cleared = 0;
    for (let after = FIRST_KEY; ;) {
      const [page] = await this.database.query<{ last: string | null; cleared: number }>(CLEAR_PAGE, [
        after,
        exact,
        beginning,
        ROWS_PER_PAGE,
      ]);
      cleared += page?.cleared ?? 0;
      if (page == null || page.last === null) return cleared;
      after = page.last;
    }
  }

  async measure(): Promise<number> {
    return (await this.database.query<{ bytes: number }>(MEASURE, []))[0]?.bytes ?? 0;
  }
}
