import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildDataSourceOptions, MIGRATIONS } from '../src/database/data-source.js';
import { planMigrations, renderPlan } from '../src/database/migration-plan.js';
import { runMigrations } from '../src/database/migrator.js';
import { LOCK_MODES, type LockMode } from '../src/database/statement-locks.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

/** From here on something waits that is no change of the table itself. */
const NOTICED = LOCK_MODES.indexOf('ShareLock');
const strength = (mode: LockMode): number => LOCK_MODES.indexOf(mode);

describe('the plan of migrations', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: false });
  });
  afterAll(() => database.drop());

  it('names all of them for an empty database, none of which locks a table in use', async () => {
    const plan = await planMigrations(database.dataSource);
    expect(plan.map(({ name }) => name)).toEqual(MIGRATIONS.map(({ name }) => name));
    expect(plan.flatMap(({ locks }) => locks)).toEqual([]);
    expect(renderPlan(plan)).toContain(`${MIGRATIONS.length} migrations would run`);
    const tables = await database.dataSource.query(`SELECT 1 FROM pg_tables WHERE schemaname = 'public'`);
    expect(tables).toEqual([]);
  });

  it('foresees the locks that each migration takes', async () => {
    for (const migration of MIGRATIONS) {
      const [planned] = await planMigrations(database.dataSource);
      expect(planned?.name).toBe(migration.name);
      const foreseen = new Map(planned?.locks.map(({ table, mode }) => [table, mode]));
      for (const { table, mode } of await run(migration)) {
        const expected = foreseen.get(table);
        if (strength(mode) < NOTICED) continue;
        expect({ migration: migration.name, table, mode: expected }).toEqual({
          migration: migration.name,
          table,
          mode,
        });
      }
      for (const { table, mode } of planned?.locks ?? []) {
        if (strength(mode) >= NOTICED)
          expect(taken.get(migration.name)?.get(table), `${migration.name}: ${table}`).toBe(mode);
      }
    }
    expect(await planMigrations(database.dataSource)).toEqual([]);
  });

  it('says of an up-to-date database that nothing would run', async () => {
    expect(renderPlan([])).toMatch(/up to date/);
    const options = buildDataSourceOptions(database.url, {
      role: 'all',
      database: { embedded: false, poolSize: 2 },
    });
    expect(await runMigrations(options, () => undefined)).toEqual([]);
  });

  const taken = new Map<string, Map<string, LockMode>>();

  /** Runs it as TypeORM does. @returns the strongest lock that it held on each table that was there before. */
  async function run(migration: (typeof MIGRATIONS)[number]): Promise<{ table: string; mode: LockMode }[]> {
    const { dataSource } = database;
    const runner = dataSource.createQueryRunner();
    await runner.query(
      'CREATE TABLE IF NOT EXISTS migrations (id serial PRIMARY KEY, timestamp bigint NOT NULL, name varchar NOT NULL)',
    );
    const before = (await runner.query(
      `SELECT oid::int AS oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
    )) as { oid: number }[];
    await runner.startTransaction();
    await new migration().up(runner);
    const locks = (await runner.query(
      `SELECT c.relname AS table, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
        WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND c.oid = ANY($1::int[]::oid[])`,
      [before.map(({ oid }) => oid)],
    )) as { table: string; mode: LockMode }[];
    await runner.query('INSERT INTO migrations (timestamp, name) VALUES ($1, $2)', [
      migration.name.slice(-13),
      migration.name,
    ]);
    await runner.commitTransaction();
    await runner.release();
    const strongest = new Map<string, LockMode>();
    for (const { table, mode } of locks) {
      const held = strongest.get(table);
      if (held === undefined || strength(mode) > strength(held)) strongest.set(table, mode);
    }
    taken.set(migration.name, strongest);
    return [...strongest].map(([table, mode]) => ({ table, mode }));
  }
});
