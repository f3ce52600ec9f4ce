import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../src/boot.js';
import { loadConfig } from '../src/config/load-config.js';
import { buildDataSourceOptions, MIGRATIONS } from '../src/database/data-source.js';
import { DatabaseUnusableError } from '../src/database/database.errors.js';
import { runMigrations } from '../src/database/migrator.js';
import { ensureExtension } from '../src/database/needed-extension.js';
import { testEnvironment } from './support/app.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const PASSWORD = 'role-password-canary';
const ROLE = `plain_${randomBytes(6).toString('hex')}`;

let database: TestDatabase;

async function asOwner(...statements: readonly string[]): Promise<void> {
  for (const statement of statements) await database.dataSource.query(statement);
}

/** The URL of a role that owns nothing. */
const urlOfRole = (): string => Object.assign(new URL(database.url), { username: ROLE, password: PASSWORD }).href;
const optionsOfRole = (): ReturnType<typeof buildDataSourceOptions> =>
  buildDataSourceOptions(urlOfRole(), { role: 'all', database: { embedded: false, poolSize: 2 } });
const migrate = (): Promise<string[]> => runMigrations(optionsOfRole(), () => undefined);
const databaseName = (): string => new URL(database.url).pathname.slice(1);

beforeAll(async () => {
  database = await createTestDatabase({ migrated: false });
  await asOwner(`CREATE ROLE ${ROLE} LOGIN PASSWORD '${PASSWORD}'`);
  await database.drop();
});
beforeEach(async () => {
  database = await createTestDatabase({ migrated: false });
  await asOwner(`GRANT CREATE ON SCHEMA public TO ${ROLE}`);
});
afterEach(() => database.drop());
afterAll(async () => {
  database = await createTestDatabase({ migrated: false });
  await asOwner(`DROP ROLE ${ROLE}`);
  await database.drop();
});

describe('a role that may not create extensions', () => {
  it('is told who may, before anything is changed, and migrates once it is there', async () => {
    const error: unknown = await migrate().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DatabaseUnusableError);
    const { message } = error as Error;
    expect(message).toContain('CREATE EXTENSION btree_gist;');
    expect(message).toContain('the owner of the database or a superuser');
    expect(message).not.toContain(PASSWORD);
    expect(await database.dataSource.query(`SELECT 1 FROM pg_tables WHERE schemaname = 'public'`)).toEqual([]);

    await asOwner('CREATE EXTENSION btree_gist');
    expect(await migrate()).toHaveLength(MIGRATIONS.length);
  });

  it('does not start the service', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'ricochet-extension-'));
    const loaded = loadConfig({ ...testEnvironment({ databaseUrl: urlOfRole() }), DATA_DIR: dataDir });
    try {
      const starting = createApp(loaded).then((app) => app.init());
      await expect(starting).rejects.toMatchObject({
        code: 'DATABASE_UNUSABLE',
        message: expect.stringContaining('CREATE EXTENSION btree_gist;') as string,
      });
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  });

  it('needs no one else where it may create in the database', async () => {
    await asOwner(`GRANT CREATE ON DATABASE ${databaseName()} TO ${ROLE}`);
    expect(await migrate()).toHaveLength(MIGRATIONS.length);
  });
});

describe('the words for a server', () => {
  it.each([
    ['0A000', 'extension "btree_gist" is not available', 'contrib modules'],
    ['58P01', 'could not open extension control file', 'contrib modules'],
    [
      'XX000',
      'extension "btree_gist" is not allow-listed',
      'could not be created (extension "btree_gist" is not allow',
    ],
  ])('that answers %s', async (code, message, words) => {
    const connection = {
      query: (sql: string) =>
        sql.startsWith('SELECT') ? Promise.resolve([]) : Promise.reject(Object.assign(new Error(message), { code })),
    };
    await expect(ensureExtension(connection)).rejects.toThrow(words);
    await expect(ensureExtension(connection)).rejects.toThrow('CREATE EXTENSION btree_gist;');
  });
});

it('two processes that migrate at once do not trip over it', async () => {
  await asOwner(`GRANT CREATE ON DATABASE ${databaseName()} TO ${ROLE}`);
  const ran = await Promise.all([migrate(), migrate()]);
  expect(ran.flat()).toHaveLength(MIGRATIONS.length);
});
