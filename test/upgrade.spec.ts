import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config/load-config.js';
import { buildDataSourceOptions, MIGRATIONS } from '../src/database/data-source.js';
import { countPendingMigrations, runMigrations } from '../src/database/migrator.js';
import { SEALED_COLUMNS, placeOf } from '../src/security/sealed-columns.js';
import { SecretBox } from '../src/security/secret-box.js';
import { type RunningApp, startApp, testEnvironment } from './support/app.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

/**
 * Filled databases of releases, one per tag, made by scripts/make-schema-fixture.mjs. A released one never changes:
 * every later migration is tried on it.
 */
const RELEASES = ['v0.1.0'] as const;

/**
 * Columns that a later migration has given up, each with the place its values went to: `table.column` to a sentence.
 * What is not named here must still be there, value for value.
 */
const MOVED: Readonly<Record<string, string>> = {};

/** Days; nothing of a fixture is ever too old. */
const FOR_EVER = '3650';

type Row = Readonly<Record<string, unknown>>;

describe.each(RELEASES)('a filled database of %s', (release) => {
  let database: TestDatabase;
  let before: ReadonlyMap<string, readonly Row[]>;
  let service: RunningApp | null = null;

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: false });
    await database.dataSource.query(readFileSync(join(import.meta.dirname, 'fixtures', `${release}.sql`), 'utf8'));
    before = await readTables();
    const options = buildDataSourceOptions(database.url, { role: 'all', database: { embedded: false, poolSize: 2 } });
    await runMigrations(options, () => undefined);
  });
  afterAll(async () => {
    await service?.close();
    await database.drop();
  });

  it('was filled: every table has rows, every state and status occurs', async () => {
    expect([...before].filter(([, rows]) => rows.length === 0)).toEqual([]);
    const valuesOf = (table: string, column: string): unknown[] =>
      [...new Set((before.get(table) ?? []).map((row) => row[column]))].sort();
    expect(valuesOf('actions', 'state')).toEqual(
      ['received', 'enriching', 'calling_back', 'completed', 'undeliverable', 'expired'].sort(),
    );
    expect(valuesOf('deliveries', 'status')).toEqual(
      ['pending', 'delivering', 'delivered', 'dead', 'expired', 'held', 'cancelled'].sort(),
    );
    expect(valuesOf('deliveries', 'channel')).toEqual(['adobe', 'async-call', 'companies', 'eqp'].sort());
  });

  it('has run every migration since, once', async () => {
    expect(before.get('migrations')?.length).toBeLessThanOrEqual(MIGRATIONS.length);
    expect(await countPendingMigrations(database.dataSource)).toBe(0);
    const options = buildDataSourceOptions(database.url, { role: 'all', database: { embedded: false, poolSize: 2 } });
    expect(await runMigrations(options, () => undefined)).toEqual([]);
  });

  it('has lost no row and no value', async () => {
    const after = await readTables();
    for (const [table, rows] of before) {
      const found = after.get(table);
      if (found === undefined) {
        expect(MOVED, `table ${table} is gone`).toHaveProperty([table]);
        continue;
      }
      const columns = Object.keys(rows[0] ?? {}).filter((column) => MOVED[`${table}.${column}`] === undefined);
      // A column without a value in any row would be missed by its values.
      expect(Object.keys(found[0] ?? {}), table).toEqual(expect.arrayContaining(columns));
      const only = (row: Row): string => JSON.stringify(columns.map((column) => row[column]));
      expect(found.map(only), table).toEqual(expect.arrayContaining(rows.map(only)));
      if (table !== 'migrations') expect(found.length, table).toBe(rows.length);
    }
  });

  it('has the tables, columns, checks and indexes of a new database', async () => {
    const fresh = await createTestDatabase();
    try {
      expect(await describeSchema(database)).toEqual(await describeSchema(fresh));
    } finally {
      await fresh.drop();
    }
  });

  it('opens every secret with the key it was sealed with', async () => {
    const { secrets } = loadConfig(testEnvironment({ databaseUrl: database.url }));
    const box = new SecretBox(secrets);
    for (const place of Object.values(SEALED_COLUMNS)) {
      const rows = await database.dataSource.query<{ id: string; sealed: string }[]>(
        `SELECT ${place.idColumn} AS id, ${place.column} AS sealed FROM ${place.table} WHERE ${place.column} IS NOT NULL`,
      );
      if (RELEASED_SECRETS.includes(place.table)) expect(rows.length, place.table).toBeGreaterThan(0);
      for (const { id, sealed } of rows) expect(box.open(sealed, placeOf(place, id)).length).toBeGreaterThan(0);
    }
  });

  it('is served: the service boots on it, is ready, and lists what was there', async () => {
    service = await startApp({
      databaseUrl: database.url,
      env: { RETENTION_PAYLOAD_DAYS: FOR_EVER, RETENTION_ROW_DAYS: FOR_EVER },
    });
    expect((await service.admin('/health/ready')).status).toBe(200);
    const ids = (before.get('actions') ?? []).map(({ id }) => id as string);
    const listed = (await service.admin('/admin/actions?limit=200')).body['items'] as { requestId: string }[];
    expect(listed.map(({ requestId }) => requestId).sort()).toEqual([...ids].sort());
    for (const id of ids) {
      const { status, body } = await service.admin(`/admin/actions/${id}`);
      expect({ status, id: body['requestId'] }).toEqual({ status: 200, id });
      expect(body['explanation']).toEqual(expect.any(String));
    }
    for (const [path, table] of [
      ['/admin/recoveries', 'bulk_jobs'],
      [`/admin/erase/${String(before.get('erase_jobs')?.[0]?.['id'])}`, 'erase_jobs'],
      ['/admin/async-clients', 'async_clients'],
      ['/admin/companies', 'companies'],
      ['/admin/eqp/users', 'eqp_users'],
      ['/admin/registrations', 'company_callbacks'],
      ['/admin/status', 'deliveries'],
    ] as const) {
      expect([path, (await service.admin(path)).status]).toEqual([path, 200]);
      expect(before.get(table)?.length).toBeGreaterThan(0);
    }
    const { items } = (await service.admin('/admin/registrations')).body as { items: { id: string }[] };
    const registered = ['company_callbacks', 'eqp_callbacks'].flatMap((table) => before.get(table) ?? []);
    expect(items.map(({ id }) => id).sort()).toEqual(registered.map(({ id }) => id as string).sort());
  });

  async function readTables(): Promise<Map<string, Row[]>> {
    const { dataSource } = database;
    const names = await dataSource.query<{ name: string }[]>(
      `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
    );
    const tables = new Map<string, Row[]>();
    for (const { name } of names) {
      const rows = await dataSource.query<{ row: Row }[]>(`SELECT to_jsonb(t) AS row FROM ${name} t`);
      tables.set(
        name,
        rows.map(({ row }) => row),
      );
    }
    return tables;
  }
});

/** Tables whose secrets the first release already had. */
const RELEASED_SECRETS: readonly string[] = ['action_payloads', 'eqp_callbacks', 'company_callbacks'];

/** Whatever decides what a table takes, in an order of its own: columns that were added later stand behind. */
async function describeSchema({ dataSource }: TestDatabase): Promise<unknown> {
  return dataSource.query(`
    SELECT t.relname AS name,
      (SELECT jsonb_agg(jsonb_build_array(a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                pg_get_expr(d.adbin, d.adrelid)) ORDER BY a.attname)
         FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
      (SELECT jsonb_agg(pg_get_constraintdef(c.oid) ORDER BY c.conname) FROM pg_constraint c WHERE c.conrelid = t.oid) AS checks,
      (SELECT jsonb_agg(i.indexdef ORDER BY i.indexname) FROM pg_indexes i
        WHERE i.schemaname = 'public' AND i.tablename = t.relname) AS indexes, t.reloptions AS options
    FROM pg_class t WHERE t.relkind = 'r' AND t.relnamespace = 'public'::regnamespace ORDER BY 1`);
}
