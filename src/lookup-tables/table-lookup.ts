import { Injectable } from '@nestjs/common';
import { Batcher } from '../database/batcher.js';
import { lookupKeysTotal } from './lookup-tables.metrics.js';
import { LookupRowsRepository, type SoughtKey } from './lookup-rows.repository.js';
import { LookupVersionsRepository } from './lookup-versions.repository.js';
import { TableKey } from './table-key.js';
import type { TableVersion } from './table-version.js';

/** Rows of a table that are wanted. */
export interface TableQuery {
  readonly table: string;
  /** Names of the key's columns, in the order of each key's cells. */
  readonly keyColumns: readonly string[];
  /** Names of the columns that are wanted. */
  readonly columns: readonly string[];
  readonly keys: readonly (readonly string[])[];
}

/** `refused`: the table is not, or not any more, what the query takes it for; `reason` names no value. */
export type TableAnswer =
  | { readonly kind: 'found'; readonly rows: readonly (readonly string[] | null)[] }
  | { readonly kind: 'refused'; readonly reason: string };

type Asked = readonly SoughtKey[];
/** Null: the version is not the current one any more. */
type Cells = readonly (string | null)[] | null;

const QUERIES_PER_STATEMENT = 200;
/** So that no statement has more than some eight thousand keys, but for a query that has more by itself. */
const WEIGHT_OF_KEY = 2_000;
/** Each turn means that a version was replaced in the milliseconds between two statements. */
const TURNS = 5;

/**
 * Looks keys up. Queries that wait together go as one statement, and all keys of a query with it: they see one version,
 * the current one, also right after an upload that another process served.
 */
@Injectable()
export class TableLookup {
  /** The version last seen of a table, which the statement itself confirms. */
  private readonly known = new Map<string, Promise<TableVersion | null>>();
  private readonly batcher: Batcher<Asked, Cells>;

  constructor(
    private readonly versions: LookupVersionsRepository,
    private readonly rows: LookupRowsRepository,
  ) {
    this.batcher = new Batcher<Asked, Cells>({
      max: QUERIES_PER_STATEMENT,
      // The same keys of the same version have the same answer.
      key: (asked) => asked.map(({ versionId, key }) => `${versionId} ${key}`).join(),
      weigh: (asked) => asked.length * WEIGHT_OF_KEY,
      write: (queries) => this.ask(queries),
    });
  }

  /** @throws what the database throws. */
  async find(query: TableQuery): Promise<TableAnswer> {
    for (let turn = 0; turn < TURNS; turn += 1) {
      const version = await this.versionOf(query.table, turn > 0);
      if (version === null) return refused(query.table, 'is not there');
      const problem = problemOf(query, version);
      if (problem !== null) return refused(query.table, problem);
      const cells = await this.findIn(version, query);
      if (cells !== null) return { kind: 'found', rows: cells };
    }
    return refused(query.table, 'is being replaced again and again');
  }

  private async findIn(version: TableVersion, query: TableQuery): Promise<(readonly string[] | null)[] | null> {
    const fold = new TableKey(version.folds);
    const order = version.keyColumns.map((name) => query.keyColumns.indexOf(name));
    const digests = query.keys.map((cells) => fold.digest(order.map((at) => cells[at] ?? '')));
    const asked = digests
      .filter((key) => key !== null)
      .map((key) => ({ table: version.table, versionId: version.id, key }));
    const found = asked.length === 0 ? [] : await this.batcher.submit(asked);
    if (found === null) return null;
    const wanted = query.columns.map((name) => version.columns.indexOf(name));
    let next = 0;
    return digests.map((digest) => {
      const text = digest === null ? null : (found[next++] ?? null);
      lookupKeysTotal.inc({ result: text === null ? 'missing' : 'found' });
      if (text === null) return null;
      const cells = JSON.parse(text) as string[];
      return wanted.map((at) => cells[at] ?? '');
    });
  }

  private async ask(queries: readonly Asked[]): Promise<Cells[]> {
    const found = await this.rows.find(queries.flat());
    let at = 0;
    return queries.map((asked) => {
      const own = found.slice(at, (at += asked.length));
      return own.some(({ stale }) => stale) ? null : own.map(({ cells }) => cells);
    });
  }

  private versionOf(table: string, anew: boolean): Promise<TableVersion | null> {
    const known = anew ? undefined : this.known.get(table);
    if (known !== undefined) return known;
    const asked = this.versions.findCurrent(table);
    this.known.set(table, asked);
    const forget = (): void => {
      if (this.known.get(table) === asked) this.known.delete(table);
    };
    // A table that is not there may come at any moment, and a failure is no answer.
    asked.then((version) => version === null && forget(), forget);
    return asked;
  }
}

function problemOf({ keyColumns, columns }: TableQuery, version: TableVersion): string | null {
  const key = version.keyColumns;
  if (key.length !== keyColumns.length || !key.every((name) => keyColumns.includes(name))) {
    return `has the key ${key.join(', ')}, not ${keyColumns.join(', ')}`;
  }
  const missing = columns.find((name) => !version.columns.includes(name));
  return missing === undefined ? null : `has no column ${missing}`;
}

function refused(table: string, problem: string): TableAnswer {
  return { kind: 'refused', reason: `the lookup table ${table} ${problem}` };
}
