import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { describeLock, type LockMode, locksOf, strongerLock } from './statement-locks.js';

/** A table that a migration to come locks. */
export interface PlannedLock {
  readonly table: string;
  readonly mode: LockMode;
  /** By the planner's statistics. */
  readonly rows: number;
  readonly bytes: number;
}

/** A migration that the database has not seen. */
export interface PlannedMigration {
  readonly name: string;
  readonly statements: readonly string[];
  /** Of tables that exist before it; those that it makes are nobody's yet. */
  readonly locks: readonly PlannedLock[];
}

interface Table {
  readonly rows: number;
  readonly bytes: number;
}

/** Foresees what pending migrations will do, without a change and without a lock of theirs. */
export async function planMigrations(dataSource: DataSource): Promise<PlannedMigration[]> {
  const pending = await findPending(dataSource);
  if (pending.length === 0) return [];
  const tables = await readTables(dataSource);
  const indexes = await readIndexes(dataSource);
  const plan: PlannedMigration[] = [];
  for (const migration of pending) {
    const statements = await record(migration);
    plan.push({ name: nameOf(migration), statements, locks: foresee(statements, tables, indexes) });
  }
  return plan;
}

/** For a person: each migration, the tables that it locks, how large they are, and what waits meanwhile. */
export function renderPlan(plan: readonly PlannedMigration[]): string {
  if (plan.length === 0) return 'The database is up to date: nothing would run.\n';
  const lines = plan.flatMap(({ name, statements, locks }) => [
    `${name}: ${statements.length} statements`,
    ...(locks.length === 0
      ? ['  locks no table that is in use']
      : locks.map(
          ({ table, mode, rows, bytes }) =>
            `  ${table} (about ${rows} rows, ${Math.ceil(bytes / 1024)} kB): ${mode}, ${describeLock(mode)}`,
        )),
  ]);
  return [`${plan.length} migrations would run, each in a transaction of its own:`, ...lines, ''].join('\n');
}

/** The statements that the migration would send. Its reads find nothing: the plan must not wait for locks or read whole tables. */
async function record(migration: MigrationInterface): Promise<string[]> {
  const statements: string[] = [];
  const recorder = {
    query: (text: string) => {
      statements.push(text.replaceAll(/\s+/g, ' ').trim());
      return Promise.resolve([]);
    },
  };
  await migration.up(recorder as unknown as QueryRunner);
  return statements;
}

function foresee(
  statements: readonly string[],
  tables: ReadonlyMap<string, Table>,
  indexes: ReadonlyMap<string, string>,
): PlannedLock[] {
  const modes = new Map<string, LockMode>();
  for (const { on, name, mode } of statements.flatMap(locksOf)) {
    const table = on === 'index' ? indexes.get(name) : name;
    if (table === undefined || !tables.has(table)) continue;
    const held = modes.get(table);
    modes.set(table, held === undefined ? mode : strongerLock(held, mode));
  }
  return [...modes]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([table, mode]) => ({ table, mode, ...(tables.get(table) ?? { rows: 0, bytes: 0 }) }));
}

async function findPending(dataSource: DataSource): Promise<MigrationInterface[]> {
  const [table] = await dataSource.query<{ present: boolean }[]>(
    `SELECT to_regclass('migrations') IS NOT NULL AS present`,
  );
  const done = table?.present === true ? await dataSource.query<{ name: string }[]>('SELECT name FROM migrations') : [];
  const names = new Set(done.map(({ name }) => name));
  return dataSource.migrations.filter((migration) => !names.has(nameOf(migration)));
}

async function readTables(dataSource: DataSource): Promise<Map<string, Table>> {
  const rows = await dataSource.query<{ name: string; rows: number; bytes: string }[]>(
    `SELECT relname AS name, greatest(reltuples, 0)::float8 AS rows, pg_total_relation_size(oid) AS bytes
       FROM pg_class WHERE relkind IN ('r', 'p') AND pg_table_is_visible(oid) AND relnamespace <> 'pg_catalog'::regnamespace`,
  );
  return new Map(rows.map(({ name, rows: count, bytes }) => [name, { rows: count, bytes: Number(bytes) }]));
}

async function readIndexes(dataSource: DataSource): Promise<Map<string, string>> {
  const rows = await dataSource.query<{ name: string; table: string }[]>(
    `SELECT i.relname AS name, t.relname AS "table"
       FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
      WHERE pg_table_is_visible(t.oid)`,
  );
  return new Map(rows.map(({ name, table }) => [name, table]));
}

function nameOf({ name, constructor }: MigrationInterface): string {
  return name ?? constructor.name;
}
