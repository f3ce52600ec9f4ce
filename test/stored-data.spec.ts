import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENV_SCHEMA } from '../src/config/env-schema.js';
import { SEALED_COLUMNS } from '../src/security/sealed-columns.js';
import { PROJECT_ROOT } from './support/service-process.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

interface Row {
  readonly tables: readonly string[];
  readonly protection: string;
  readonly stays: string;
}

const page = readFileSync(join(PROJECT_ROOT, 'docs', 'stored-data.md'), 'utf8');
const rows: Row[] = page
  .split('\n')
  .filter((line) => /^\| `[a-z_]+`/.test(line))
  .map((line) => {
    const [, tables = '', , , protection = '', stays = ''] = line.split('|').map((cell) => cell.trim());
    return { tables: [...tables.matchAll(/`(\w+)`/g)].map(([, name = '']) => name), protection, stays };
  });
const rowOf = (table: string): Row | undefined => rows.find(({ tables }) => tables.includes(table));

describe('the page of stored data', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('has every table of the database, once', async () => {
    const found = await database.dataSource.query<{ name: string }[]>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
    );
    const tables = rows.flatMap((row) => row.tables).sort();
    expect(tables).toEqual(found.map(({ name }) => name).sort());
  });

  it('names columns that exist, and calls sealed those that are', async () => {
    for (const { tables, protection } of rows) {
      for (const [, column = ''] of protection.matchAll(/`([a-z_]+)`/g)) {
        const found = await database.dataSource.query(
          `SELECT 1 FROM information_schema.columns WHERE table_name = ANY($1) AND column_name = $2`,
          [tables, column],
        );
        expect(found, `${tables.join()}.${column}`).toHaveLength(1);
      }
    }
    for (const { table, column } of Object.values(SEALED_COLUMNS)) {
      expect(rowOf(table)?.protection, table).toContain(`\`${column}\` sealed`);
    }
    const sealed = new Set(Object.values(SEALED_COLUMNS).map(({ table }) => table));
    expect(rows.filter(({ protection }) => protection.includes('sealed'))).toHaveLength(sealed.size);
  });

  it('names a hash for every column that is one', async () => {
    const hashes = await database.dataSource.query<{ table: string; column: string }[]>(
      `SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns
        WHERE table_schema = 'public' AND column_name ~ '_(hash|mac)$'`,
    );
    expect(hashes.length).toBeGreaterThan(0);
    for (const { table, column } of hashes) expect(rowOf(table)?.protection, table).toContain(`\`${column}\``);
  });

  it('names settings that exist', () => {
    for (const { stays } of rows) {
      for (const [, name = ''] of stays.matchAll(/`([A-Z_]+)`/g)) expect(ENV_SCHEMA).toHaveProperty(name);
    }
  });
});
