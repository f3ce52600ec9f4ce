import { Injectable } from '@nestjs/common';
import { type CopyTx, Database, type Statement, type Tx } from '../database/database.js';
import { FEW } from '../database/plans.js';

/** One row of a table; `cells` is a JSON array of texts. */
export interface StoredRow {
  readonly key: string;
  readonly line: number;
  readonly cells: string;
}

/** A key to find, and the version it was made for. */
export interface SoughtKey {
  readonly table: string;
  readonly versionId: number;
  readonly key: string;
}

/** `stale`: the table has another version by now, or is gone. */
export interface FoundKey {
  readonly stale: boolean;
  readonly cells: string | null;
}

const COPY = `COPY lookup_rows (version_id, key, line, cells) FROM STDIN`;

const FIND_EXISTING: Statement = {
  name: 'lookupRows.findExisting',
  text: `SELECT r.key, r.line
           FROM (SELECT * FROM unnest($1::uuid[]) AS u(key) ${FEW}) k
           JOIN lookup_rows r ON r.version_id = $2 AND r.key = k.key`,
};

const DELETE_EXISTING: Statement = {
  name: 'lookupRows.deleteExisting',
  text: `DELETE FROM lookup_rows r USING (SELECT * FROM unnest($1::uuid[]) AS u(key) ${FEW}) k
          WHERE r.version_id = $2 AND r.key = k.key RETURNING r.key, r.line`,
};

/**
 * One statement sees one version, and says whether it is the current one: a look-up never mixes two, and what a process
 * remembers of a table needs no time limit.
 */
const FIND: Statement = {
  name: 'lookupRows.find',
  text: `SELECT t.name IS NULL AS stale, r.cells
           FROM (SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[]) WITH ORDINALITY AS u(key, version_id, name, at)
                 ${FEW}) k
           LEFT JOIN lookup_tables t ON t.name = k.name AND t.current_version = k.version_id
           LEFT JOIN lookup_rows r ON r.version_id = t.current_version AND r.key = k.key
          ORDER BY k.at`,
};

const LIST: Statement = {
  name: 'lookupRows.list',
  text: `SELECT key, line, cells FROM lookup_rows WHERE version_id = $1 AND key > $2 ORDER BY key LIMIT $3`,
};

const DELETE_KEY: Statement = {
  name: 'lookupRows.deleteKey',
  text: `DELETE FROM lookup_rows WHERE version_id = $1 AND key = $2 RETURNING key`,
};

/**
 * From a key on, not from the beginning: each page would walk past the dead entries of all before it. And up to a key,
 * not by a join with the keys of the page: a merge join reads every entry of the version for each page.
 */
const DELETE_PAGE: Statement = {
  name: 'lookupRows.deletePage',
  text: `WITH last AS (
             SELECT key FROM (SELECT key FROM lookup_rows WHERE version_id = $1 AND key > $2 ORDER BY key LIMIT $3) page
              ORDER BY key DESC LIMIT 1),
           gone AS (DELETE FROM lookup_rows WHERE version_id = $1 AND key > $2 AND key <= (SELECT key FROM last))
         SELECT key FROM last`,
};

/** Below every key that a hash gives, but for one in 2^128. */
export const FIRST_KEY = '00000000-0000-0000-0000-000000000000';

/** The rows of all versions of all tables. */
@Injectable()
export class LookupRowsRepository {
  constructor(private readonly database: Database) {}

  /** @param rows lines of COPY. @throws the server's 23505 when one of the keys is there already. */
  async copy(tx: CopyTx, rows: Buffer): Promise<void> {
    await tx.copy(COPY, rows);
  }

  /** Keys (without hyphens) of a version that are there already, with the lines they came from. */
  async findExisting(tx: Tx, versionId: number, keys: readonly string[]): Promise<Map<string, number>> {
    return linesByKey(await tx.query<StoredRow>(FIND_EXISTING, [keys, versionId]));
  }

  /** The same, and they are gone. */
  async deleteExisting(tx: Tx, versionId: number, keys: readonly string[]): Promise<Map<string, number>> {
    return linesByKey(await tx.query<StoredRow>(DELETE_EXISTING, [keys, versionId]));
  }

  /** One answer per key, in their order. */
  find(sought: readonly SoughtKey[]): Promise<FoundKey[]> {
    return this.database.query<FoundKey>(FIND, [
      sought.map(({ key }) => key),
      sought.map(({ versionId }) => versionId),
      sought.map(({ table }) => table),
    ]);
  }

  /** A page in the order of the keys' hashes: an order without a meaning, and the same each time. */
  list(versionId: number, after: string, limit: number): Promise<StoredRow[]> {
    return this.database.query<StoredRow>(LIST, [versionId, after, limit]);
  }

  async deleteKey(tx: Tx, versionId: number, key: string): Promise<boolean> {
    return (await tx.query(DELETE_KEY, [versionId, key])).length > 0;
  }

  /** @returns the last key that is gone; null when nothing was left. */
  async deletePage(versionId: number, after: string, limit: number): Promise<string | null> {
    return (await this.database.query<{ key: string }>(DELETE_PAGE, [versionId, after, limit]))[0]?.key ?? null;
  }
}

function linesByKey(rows: readonly StoredRow[]): Map<string, number> {
  return new Map(rows.map(({ key, line }) => [key.replaceAll('-', ''), line]));
}
