import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { inject } from 'vitest';
import { buildDataSourceOptions } from '../../src/database/data-source.js';
import { runMigrations } from '../../src/database/migrator.js';
import { keepRun, openTestServer } from './test-server.js';
import './global-setup.js';

const TEMPLATE = 'ricochet_template';
const TEMPLATE_LOCK = 4_711;

/** A migrated database of one test file. */
export interface TestDatabase {
  /** For DATABASE_URL; contains the password. */
  readonly url: string;
  /** Opened on it with the service's own options, role `all`. */
  readonly dataSource: DataSource;
  /** Call in `afterAll`. A failed file's database is kept until the next run and named in the output. */
  drop(failed?: boolean): Promise<void>;
}

/** Clones the migrated template (or an empty database, `{ migrated: false }`) on the run's own PostgreSQL. */
export async function createTestDatabase({ migrated = true, poolSize = 10 } = {}): Promise<TestDatabase> {
  const runDirectory = inject('runDirectory');
  const server = await openTestServer(runDirectory);
  const name = `ricochet_test_${randomBytes(6).toString('hex')}`;
  await withAdmin(server.url, async (admin) => {
    // One at a time: a template that somebody else is copying cannot be copied, nor made twice.
    await admin.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    if (migrated) await ensureTemplate(admin, server.url);
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${migrated ? TEMPLATE : 'template0'}`);
  });
  const url = withDatabase(server.url, name);
  const dataSource = await new DataSource(optionsOf(url, poolSize)).initialize();
  return {
    url,
    dataSource,
    drop: async (failed = false) => {
      if (dataSource.isInitialized) await dataSource.destroy();
      if (failed && process.env['CI'] === undefined) {
        keepRun(runDirectory);
        console.error(`The database of this failed file is kept until the next run: ${url}`);
      } else {
        await withAdmin(server.url, (admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
      }
      await server.release();
    },
  };
}

async function ensureTemplate(admin: Client, serverUrl: string): Promise<void> {
  const { rowCount } = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [TEMPLATE]);
  if (rowCount !== 0) return;
  const draft = `${TEMPLATE}_draft`;
  await admin.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`);
  await admin.query(`CREATE DATABASE ${draft} TEMPLATE template0`);
  await runMigrations(optionsOf(withDatabase(serverUrl, draft), 2), () => undefined);
  await admin.query(`ALTER DATABASE ${draft} RENAME TO ${TEMPLATE}`);
}

function optionsOf(url: string, poolSize: number): ReturnType<typeof buildDataSourceOptions> {
  return buildDataSourceOptions(url, { role: 'all', database: { embedded: false, poolSize } });
}

function withDatabase(url: string, name: string): string {
  return Object.assign(new URL(url), { pathname: `/${name}` }).href;
}

async function withAdmin(url: string, work: (admin: Client) => Promise<unknown>): Promise<void> {
  const admin = new Client({ connectionString: withDatabase(url, 'postgres'), application_name: 'test-admin' });
  admin.on('error', () => undefined);
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}
