import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';
import { TABLE_LIMITS } from './table-limits.js';
import type { TableVersion, VersionFacts } from './table-version.js';

/** An upload that has not been heard of for this long has died: it is told so every five seconds. */
const DEAD = `interval '30 seconds'`;

const VERSION = `v.id, v.table_name AS table, v.number, v.columns, v.key_columns AS "keyColumns", v.folds, v.row_count AS rows,
       v.bytes::float8 AS bytes, v.bad_rows AS "badRows", v.duplicates, v.actor, v.started_at AS "uploadedAt",
       t.current_version = v.id AS "isCurrent"`;

const DROP_DEAD: Statement = {
  name: 'lookupVersions.dropDead',
  text: `UPDATE lookup_versions SET state = 'dropped'
          WHERE state = 'loading' AND touched_at < now() - ${DEAD} AND ($1::text IS NULL OR table_name = $1)`,
};

const BEGIN: Statement = {
  name: 'lookupVersions.begin',
  text: `INSERT INTO lookup_versions (table_name, actor) VALUES ($1, $2)
         ON CONFLICT (table_name) WHERE state = 'loading' DO NOTHING RETURNING id`,
};

const TOUCH: Statement = {
  name: 'lookupVersions.touch',
  text: `UPDATE lookup_versions SET touched_at = now() WHERE id = $1 AND state = 'loading' RETURNING id`,
};

const PUBLISH: Statement = {
  name: 'lookupVersions.publish',
  text: `WITH t AS (
           INSERT INTO lookup_tables (name, current_version, last_number)
           SELECT table_name, id, 1 FROM lookup_versions WHERE id = $1
           ON CONFLICT (name) DO UPDATE
             SET current_version = excluded.current_version, last_number = lookup_tables.last_number + 1
           RETURNING last_number)
         UPDATE lookup_versions v
            SET state = 'ready', number = t.last_number, current_at = clock_timestamp(), columns = $2, key_columns = $3,
                folds = $4, row_count = $5, bytes = $6, bad_rows = $7, duplicates = $8
           FROM t WHERE v.id = $1 RETURNING v.number`,
};

/** Those that were current last are the likeliest to be wanted back. */
const PRUNE: Statement = {
  name: 'lookupVersions.prune',
  text: `UPDATE lookup_versions SET state = 'dropped'
          WHERE id IN (SELECT v.id FROM lookup_versions v JOIN lookup_tables t ON t.name = v.table_name
                        WHERE v.table_name = $1 AND v.state = 'ready' AND v.id <> t.current_version
                        ORDER BY v.current_at DESC OFFSET ${TABLE_LIMITS.restorable})`,
};

const DROP: Statement = {
  name: 'lookupVersions.drop',
  text: `UPDATE lookup_versions SET state = 'dropped' WHERE id = $1 AND state = 'loading'`,
};

const RESTORE: Statement = {
  name: 'lookupVersions.restore',
  text: `WITH v AS (UPDATE lookup_versions SET current_at = clock_timestamp()
                     WHERE table_name = $1 AND number = $2 AND state = 'ready' RETURNING id)
         UPDATE lookup_tables SET current_version = v.id FROM v WHERE name = $1 RETURNING name`,
};

const DELETE_TABLE: Statement = {
  name: 'lookupVersions.deleteTable',
  text: `DELETE FROM lookup_tables WHERE name = $1 RETURNING name`,
};

const DROP_ALL: Statement = {
  name: 'lookupVersions.dropAll',
  text: `UPDATE lookup_versions SET state = 'dropped' WHERE table_name = $1 AND state IN ('loading', 'ready')`,
};

const LIST_CURRENT: Statement = {
  name: 'lookupVersions.listCurrent',
  text: `SELECT ${VERSION} FROM lookup_tables t JOIN lookup_versions v ON v.id = t.current_version
          WHERE $1::text IS NULL OR t.name = $1 ORDER BY t.name`,
};

const LIST_OF_TABLE: Statement = {
  name: 'lookupVersions.listOfTable',
  text: `SELECT ${VERSION} FROM lookup_tables t JOIN lookup_versions v ON v.table_name = t.name AND v.state = 'ready'
          WHERE t.name = $1 ORDER BY v.number DESC`,
};

const IS_LOADING: Statement = {
  name: 'lookupVersions.isLoading',
  text: `SELECT id FROM lookup_versions WHERE table_name = $1 AND state = 'loading'`,
};

const LOCK_TABLE: Statement = {
  name: 'lookupVersions.lockTable',
  text: `SELECT name FROM lookup_tables WHERE name = $1 FOR UPDATE`,
};

const FIND_DROPPED: Statement = {
  name: 'lookupVersions.findDropped',
  text: `SELECT id FROM lookup_versions WHERE state <> 'ready' AND state = 'dropped' ORDER BY id LIMIT 1`,
};

const FORGET: Statement = {
  name: 'lookupVersions.forget',
  text: `DELETE FROM lookup_versions WHERE id = $1 AND state = 'dropped'`,
};

const COUNT_DOWN: Statement = {
  name: 'lookupVersions.countDown',
  text: `UPDATE lookup_versions SET row_count = row_count - 1 WHERE id = ANY($1::int[])`,
};

/** The life of versions: loading, then ready, then dropped, and gone once their rows are. */
@Injectable()
export class LookupVersionsRepository {
  constructor(private readonly database: Database) {}

  /** @returns the id of a new version to load; null while another upload of the name is under way. */
  async begin(table: string, actor: string): Promise<number | null> {
    return this.database.transaction(async (tx) => {
      await tx.query(DROP_DEAD, [table]);
      const [row] = await tx.query<{ id: number }>(BEGIN, [table, actor]);
      return row?.id ?? null;
    });
  }

  /** Says that the upload lives, and keeps its version from being dropped until the transaction ends. */
  async touch(tx: Tx, id: number): Promise<boolean> {
    return (await tx.query(TOUCH, [id])).length > 0;
  }

  /** Shows the version to every look-up from the commit on. @returns its number. */
  async publish(tx: Tx, id: number, table: string, facts: VersionFacts): Promise<number> {
    const { columns, keyColumns, folds, rows, bytes, badRows, duplicates } = facts;
    const values = [id, columns, keyColumns, folds, rows, bytes, badRows, duplicates];
    const [row] = await tx.query<{ number: number }>(PUBLISH, values);
    await tx.query(PRUNE, [table]);
    return row?.number ?? 0;
  }

  /** Gives up a version that was loading. */
  async drop(id: number): Promise<void> {
    await this.database.query(DROP, [id]);
  }

  /** @returns whether the version exists. */
  async restore(tx: Tx, table: string, number: number): Promise<boolean> {
    return (await tx.query(RESTORE, [table, number])).length > 0;
  }

  /** @returns whether the table existed. An upload under way learns that its version is gone. */
  async deleteTable(tx: Tx, table: string): Promise<boolean> {
    const found = await tx.query(DELETE_TABLE, [table]);
    if (found.length > 0) await tx.query(DROP_ALL, [table]);
    return found.length > 0;
  }

  listCurrent(): Promise<TableVersion[]> {
    return this.database.query<TableVersion>(LIST_CURRENT, [null]);
  }

  async findCurrent(table: string, tx: Tx = this.database): Promise<TableVersion | null> {
    return (await tx.query<TableVersion>(LIST_CURRENT, [table]))[0] ?? null;
  }

  /** The newest first; empty without the table. */
  listOf(table: string, tx: Tx = this.database): Promise<TableVersion[]> {
    return tx.query<TableVersion>(LIST_OF_TABLE, [table]);
  }

  async isLoading(tx: Tx, table: string): Promise<boolean> {
    return (await tx.query(IS_LOADING, [table])).length > 0;
  }

  /** Keeps the table's versions as they are until the transaction ends. */
  async lockTable(tx: Tx, table: string): Promise<void> {
    await tx.query(LOCK_TABLE, [table]);
  }

  async countDown(tx: Tx, ids: readonly number[]): Promise<void> {
    await tx.query(COUNT_DOWN, [ids]);
  }

  async dropDead(): Promise<void> {
    await this.database.query(DROP_DEAD, [null]);
  }

  async findDropped(): Promise<number | null> {
    return (await this.database.query<{ id: number }>(FIND_DROPPED, []))[0]?.id ?? null;
  }

  async forget(id: number): Promise<void> {
    await this.database.query(FORGET, [id]);
  }
}
