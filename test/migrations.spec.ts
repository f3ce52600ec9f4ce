import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildDataSourceOptions, MIGRATIONS } from '../src/database/data-source.js';
import { countPendingMigrations, runMigrations } from '../src/database/migrator.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

class AltersBothAt1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE one ADD m int');
    await runner.query('ALTER TABLE two ADD m int');
  }

  down(): Promise<void> {
    return Promise.resolve();
  }
}

/** Resolves when a session of this name waits for a lock. */
async function waitForWaiter(dataSource: DataSource, name: string): Promise<void> {
  for (;;) {
    const waiting = await dataSource.query<unknown[]>(
      `SELECT 1 FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'`,
      [name],
    );
    if (waiting.length > 0) return;
    await sleep(20);
  }
}

describe('migrations', () => {
  let database: TestDatabase;
  const log: string[] = [];
  const options = () =>
    buildDataSourceOptions(database.url, { role: 'all', database: { embedded: false, poolSize: 2 } });

  beforeEach(async () => {
    log.length = 0;
    database = await createTestDatabase({ migrated: false });
  });
  afterEach(async (context) => database.drop(context.task.result?.state === 'fail'));

  it('lists every file of the folder, in strictly increasing order of time', async () => {
    const files = (await readdir(new URL('../migrations', import.meta.url)))
      .filter((name) => name.endsWith('.ts'))
      .sort();
    const times = files.map((name) => Number(name.split('-')[0]));
    expect(MIGRATIONS.map(({ name }) => Number(name.slice(-13)))).toEqual(times);
    expect(new Set(times).size).toBe(times.length);
  });

  it('runs each migration once, however often it is asked', async () => {
    expect(await countPendingMigrations(database.dataSource)).toBe(MIGRATIONS.length);
    expect(await runMigrations(options(), (line) => log.push(line))).toHaveLength(MIGRATIONS.length);
    expect(await runMigrations(options(), (line) => log.push(line))).toHaveLength(0);
    expect(await countPendingMigrations(database.dataSource)).toBe(0);
  });

  it('runs each migration once when several processes start together', async () => {
    const ran = await Promise.all([1, 2, 3].map(() => runMigrations(options(), (line) => log.push(line))));
    expect(ran.flat()).toHaveLength(MIGRATIONS.length);
    expect(log).toContain('Another process is migrating: waiting for it');
  });

  it('runs a migration again that PostgreSQL ended because it and a process that serves waited for each other', async () => {
    const serving = new Client({ connectionString: database.url });
    await database.dataSource.query('CREATE TABLE one (n int); CREATE TABLE two (n int)');
    await serving.connect();
    try {
      await serving.query('BEGIN; LOCK TABLE two');
      const ran = runMigrations({ ...options(), migrations: [AltersBothAt1764000000000] }, (line) => log.push(line));
      await waitForWaiter(database.dataSource, 'ricochet-migrate');
      // The older waiter finds the circle first, and is the one that ends.
      await serving.query('LOCK TABLE one; COMMIT');
      expect(await ran).toEqual(['AltersBothAt1764000000000']);
    } finally {
      await serving.end();
    }
    expect(log.filter((line) => line.includes('run again'))).toHaveLength(1);
    const columns = await database.dataSource.query<{ table_name: string }[]>(
      `SELECT table_name FROM information_schema.columns WHERE column_name = 'm' ORDER BY 1`,
    );
    expect(columns.map(({ table_name }) => table_name)).toEqual(['one', 'two']);
  });

  it('keeps calls and results that are there when correlation ids are added', async () => {
    await runMigrations(options(), () => undefined);
    const steps = MIGRATIONS.length - MIGRATIONS.findIndex(({ name }) => name.startsWith('AddCorrelationIds'));
    for (let step = 0; step < steps; step += 1) await database.dataSource.undoLastMigration();
    await database.dataSource.query(
      `INSERT INTO async_calls (id, client_id, service, object_type, object_count, responses, priority, state, due_at)
       VALUES (gen_random_uuid(), gen_random_uuid(), 'contact-quality', 'Subscriber', 1, '[]', 1, 'ended', now())`,
    );
    await database.dataSource.query(
      `INSERT INTO result_messages (request_id, client_id, action_id, object_type, overall_status, objects)
       SELECT id, client_id, gen_random_uuid(), object_type, 'OK', '[]' FROM async_calls`,
    );
    await runMigrations(options(), () => undefined);
    expect(
      await database.dataSource.query(
        `SELECT c.correlation_id AS call, r.correlation_id AS result, r.overall_status
           FROM async_calls c JOIN result_messages r ON r.request_id = c.id`,
      ),
    ).toEqual([{ call: null, result: null, overall_status: 'OK' }]);
  });

  it('goes down and up again to the same tables', async () => {
    await runMigrations(options(), () => undefined);
    const before = await describeSchema(database.dataSource);
    for (const migration of MIGRATIONS) {
      await database.dataSource.undoLastMigration();
      expect(await countPendingMigrations(database.dataSource), migration.name).toBeGreaterThan(0);
    }
    expect((await describeSchema(database.dataSource)).filter(({ name }) => name !== 'migrations')).toEqual([]);
    await runMigrations(options(), () => undefined);
    expect(await describeSchema(database.dataSource)).toEqual(before);
  });
});

async function describeSchema(dataSource: DataSource): Promise<{ name: string; columns: string; indexes: string }[]> {
  return dataSource.query(`
    SELECT t.relname AS name,
      (SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull, ',' ORDER BY a.attnum)
       FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
      (SELECT string_agg(i.indexdef, ';' ORDER BY i.indexname) FROM pg_indexes i
       WHERE i.schemaname = 'public' AND i.tablename = t.relname) AS indexes
    FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
    WHERE n.nspname = 'public' AND t.relkind = 'r' ORDER BY 1`);
}
