import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';
import { timeOfId } from '../database/new-id.js';
import { cutPage } from '../http/keyset-page.js';
import { RequestError } from '../http/request-error.js';

/** Ids that one page of a search looks at. */
export const LOOKED_AT_MAX = 50_000;
/** Longest time a search may take, in milliseconds. */
export const SEARCH_MAX_MS = 5_000;
const QUERY_CANCELED = '57014';

/** The rows of a page, the newest first. */
export interface FoundRows<Row> {
  readonly items: Row[];
  /** The last id that was looked at, when the search stopped there; null: it came to the end, or the page is full. */
  readonly stoppedAt: string | null;
}

/** A page, and how far the search looked for it. */
export interface SearchedPage<Row> {
  readonly items: Row[];
  /** Null: everything was looked at. */
  readonly nextCursor: string | null;
  /** Everything since then was looked at; null: everything there is. */
  readonly searchedUntil: Date | null;
}

/** A search: a table that has the alias `r`, along its primary key `id`. */
export interface SearchedTable {
  readonly table: 'actions' | 'deliveries';
  /** Only for the rows of the page. Gives `r.id` the name `key`. */
  readonly columns: string;
  readonly key: string;
}

export interface SearchOptions {
  /** Of the statement's name. */
  readonly prefix: string;
  readonly searched: SearchedTable;
  readonly lookedAtMax?: number;
  /** Advice for a search that took too long. */
  readonly narrower: string;
}

/** The conditions of a search, as they are added. */
export class SearchConditions {
  readonly values: unknown[];
  private readonly used: string[] = [];
  private readonly bounds: string[] = [];
  private readonly clauses: string[] = [];

  constructor(limit: number) {
    this.values = [limit];
  }

  /** A condition that an index serves: rows that it leaves out are not looked at. Null filters nothing. */
  bound(name: string, value: unknown, condition: (parameter: string) => string): void {
    this.add(this.bounds, name, value, condition);
  }

  /** A condition that rows are looked at for. Null filters nothing. */
  clause(name: string, value: unknown, condition: (parameter: string) => string): void {
    this.add(this.clauses, name, value, condition);
  }

  /** A value of a few, spelled out: its partial index could not be used with a parameter. */
  spelled(kind: 'bound' | 'clause', value: string, condition: string): void {
    this.used.push(value);
    (kind === 'bound' ? this.bounds : this.clauses).push(condition);
  }

  /** Another parameter. */
  bind(value: unknown): string {
    return `$${this.values.push(value)}`;
  }

  /**
   * One text per set of conditions, named after it (in letters: Postgres takes 63 characters). The inner select bounds what
   * is looked at and is read only as far as the page needs. Where the page is not full, a walk over the same ids says where
   * they ended.
   */
  statementOf(prefix: string, { table, columns, key }: SearchedTable, lookedAtMax: number): Statement {
    const bounds = allOf(this.bounds);
    return {
      name: `${prefix}:${this.used.join('+')}`,
      text: `WITH found AS MATERIALIZED (
          SELECT * FROM (SELECT * FROM ${table} r WHERE ${bounds} ORDER BY r.id DESC LIMIT ${lookedAtMax}) r
           WHERE ${allOf(this.clauses)} ORDER BY r.id DESC LIMIT $1
        ), stopped AS MATERIALIZED (
          SELECT r.id FROM ${table} r WHERE ${bounds} AND (SELECT count(*) FROM found) < $1
           ORDER BY r.id DESC OFFSET ${lookedAtMax - 1} LIMIT 1
        )
        SELECT page.*, (SELECT id FROM stopped) AS "stoppedAt" FROM (SELECT 1) one LEFT JOIN (
          SELECT ${columns} FROM found r) page ON true ORDER BY page."${key}" DESC`,
    };
  }

  private add(into: string[], name: string, value: unknown, condition: (parameter: string) => string): void {
    if (value === null) return;
    this.used.push(name);
    into.push(condition(this.bind(value)));
  }
}

/** Planned anew each time: what a filter leaves over differs too much for a plan that fits all values. */
const LIMIT_SEARCH: Statement = {
  name: 'admin.limitSearch',
  text: `SELECT set_config('statement_timeout', $1, true), set_config('plan_cache_mode', 'force_custom_plan', true)`,
};

/** Runs searches that end after so many ids, and after so much time. */
@Injectable()
export class BoundedSearchRepository {
  constructor(private readonly database: Database) {}

  /** @throws RequestError 422 after {@link SEARCH_MAX_MS}. */
  async run<Row extends object>(
    conditions: SearchConditions,
    { prefix, searched, lookedAtMax = LOOKED_AT_MAX, narrower }: SearchOptions,
  ): Promise<FoundRows<Row>> {
    const statement = conditions.statementOf(prefix, searched, lookedAtMax);
    try {
      const rows = await this.database.transaction(async (tx) => {
        await tx.query(LIMIT_SEARCH, [String(SEARCH_MAX_MS)]);
        return tx.query<Row & { readonly stoppedAt: string | null }>(statement, [...conditions.values]);
      });
      const stoppedAt = rows[0]?.stoppedAt ?? null;
      // A page without rows still has one, which says how far it looked.
      const found = rows.filter((row) => row[searched.key as keyof Row] !== null);
      return { items: found.map(({ stoppedAt: _, ...row }) => row as unknown as Row), stoppedAt };
    } catch (error) {
      if ((error as { code?: unknown }).code !== QUERY_CANCELED) throw error;
      const message = `The search took longer than ${SEARCH_MAX_MS / 1_000} s: narrow it by ${narrower}`;
      throw new RequestError(422, 'VALIDATION_ERROR', message, { cause: error });
    }
  }
}

/**
 * Cuts a page from rows of which one more was asked for than is shown. A page that is not full goes on where its search
 * stopped.
 */
export function pageOf<Row>(
  { items: rows, stoppedAt }: FoundRows<Row>,
  limit: number,
  keyOf: (row: Row) => string,
): SearchedPage<Row> {
  const { rows: items, nextCursor: afterLast } = cutPage(rows, limit, keyOf);
  const nextCursor = afterLast ?? stoppedAt;
  const searched = nextCursor === null ? null : timeOfId(nextCursor);
  return { items: [...items], nextCursor, searchedUntil: searched === null ? null : new Date(searched) };
}

function allOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'true' : conditions.join(' AND ');
}
