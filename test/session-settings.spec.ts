import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseEnvironment } from '../src/config/parse-environment.js';
import { buildDataSourceOptions } from '../src/database/data-source.js';
import { startEmbeddedPostgres } from '../src/database/embedded-postgres.js';
import { runMigrations } from '../src/database/migrator.js';
import { startApp } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { leadRequest } from './support/requests.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

/** What a database's owner may have chosen, and what our sessions are like all the same. */
const PINNED: [string, string, string][] = [
  ['datestyle', 'SQL, DMY', 'ISO, MDY'],
  ['intervalstyle', 'iso_8601', 'postgres'],
  ['timezone', 'Asia/Kolkata', 'UTC'],
  ['bytea_output', 'escape', 'hex'],
  ['extra_float_digits', '-15', '1'],
  ['standard_conforming_strings', 'off', 'on'],
  ['array_nulls', 'off', 'on'],
  ['default_transaction_isolation', 'serializable', 'read committed'],
  ['enable_seqscan', 'on', 'off'],
  ['enable_bitmapscan', 'on', 'off'],
  ['jit', 'on', 'off'],
  ['statement_timeout', '1h', '10s'],
  ['idle_in_transaction_session_timeout', '1h', '10s'],
  ['lock_timeout', '1ms', '0'],
  ['idle_session_timeout', '1h', '0'],
  ['client_encoding', 'LATIN1', 'UTF8'],
];

describe('the settings of a session', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  async function alter(): Promise<void> {
    for (const [name, value] of PINNED) {
      await asAdmin(`ALTER DATABASE ${new URL(database.url).pathname.slice(1)} SET ${name} = '${value}'`);
    }
  }

  async function asAdmin(text: string): Promise<void> {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query(text);
    await client.end();
  }

  it('are ours, whatever the database says', async () => {
    await alter();
    expect(await settingsOf(database.url)).toEqual(PINNED.map(([name, , value]) => [name, value]));
  });

  it('are ours, whatever the URL says, which keeps what is its own', async () => {
    const url = new URL(database.url);
    const options = PINNED.map(([name, value]) => `-c ${name}=${value.replaceAll(' ', '\\ ')}`);
    url.searchParams.set('options', [...options, '-c work_mem=7MB', '--geqo=off'].join(' '));
    for (const name of ['statement_timeout', 'idle_in_transaction_session_timeout', 'query_timeout']) {
      url.searchParams.set(name, '1');
    }
    for (const [name, value] of [
      ['client_encoding', 'LATIN1'],
      ['binary', 'true'],
      ['application_name', 'mine'],
    ] as const) {
      url.searchParams.set(name, value);
    }
    const expected = PINNED.map(([name, , value]) => [name, value]);
    expect(await settingsOf(url.href, ['work_mem', 'geqo', 'application_name'])).toEqual([
      ...expected,
      ['work_mem', '7MB'],
      ['geqo', 'off'],
      ['application_name', 'mine'],
    ]);
  });

  it('let a service work on a database of SQL, DMY and all the rest', async () => {
    await alter();
    const adobe = await FakeAdobe.start();
    const app = await startApp({ databaseUrl: database.url, adobe });
    try {
      const answer = await app.submit(leadRequest({ callbackUrl: `${adobe.url}/callback/1` }));
      expect(answer.status).toBe(200);
      await adobe.until(() => adobe.of('/callback/1').length === 1);
      const { status, body } = await app.admin(`/admin/actions/${String(answer.body['requestId'])}`);
      expect(status).toBe(200);
      const action = body['action'] as Record<string, string> | undefined;
      const receivedAt = Date.parse(String((action ?? body)['receivedAt']));
      expect(Math.abs(Date.now() - receivedAt)).toBeLessThan(60_000);
    } finally {
      await app.close();
      await adobe.stop();
    }
  });

  it('keep the schema that the URL chose, from the first migration on', async () => {
    const empty = await createTestDatabase({ migrated: false });
    try {
      await empty.dataSource.query('CREATE SCHEMA app');
      const url = new URL(empty.url);
      url.searchParams.set('options', '-c search_path=app');
      await runMigrations(optionsOf(url.href), () => undefined);
      const rows = await empty.dataSource.query<{ schema: string }[]>(
        `SELECT DISTINCT schemaname AS schema FROM pg_tables WHERE tablename IN ('actions', 'migrations')`,
      );
      expect(rows).toEqual([{ schema: 'app' }]);
    } finally {
      await empty.drop();
    }
  });
});

describe('a socket address', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ricochet-socket-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is understood with user, password and no host', async () => {
    const sockets = mkdtempSync(join(folder, 's'));
    chmodSync(folder, 0o755);
    chmodSync(sockets, 0o777);
    const server = await startEmbeddedPostgres({
      dataDir: join(folder, 'data'),
      log: () => undefined,
      settings: { unix_socket_directories: sockets, fsync: 'off', shared_buffers: '64MB' },
    });
    try {
      const { username, password, port } = new URL(server.url);
      const written = `postgres://${username}:${password}@/ricochet?host=${sockets}&port=${port}`;
      const { values, problems } = parseEnvironment({ DATABASE_URL: written });
      expect(problems).toEqual([]);
      const dataSource = await new DataSource(optionsOf(values.DATABASE_URL ?? '')).initialize();
      const [row] = await dataSource.query<{ address: string | null; name: string }[]>(
        'SELECT inet_client_addr() AS address, current_database() AS name',
      );
      await dataSource.destroy();
      expect(row).toEqual({ address: null, name: 'ricochet' });
    } finally {
      await server.stop();
    }
  });
});

function optionsOf(url: string): ReturnType<typeof buildDataSourceOptions> {
  return buildDataSourceOptions(url, { role: 'all', database: { embedded: false, poolSize: 2 } });
}

/** As a connection of the service's own pool sees them. */
async function settingsOf(url: string, more: string[] = []): Promise<[string, string][]> {
  const dataSource = await new DataSource(optionsOf(url)).initialize();
  try {
    const names = [...PINNED.map(([name]) => name), ...more];
    const rows = await dataSource.query<{ name: string; value: string }[]>(
      'SELECT name, current_setting(name) AS value FROM unnest($1::text[]) WITH ORDINALITY AS n(name, at) ORDER BY at',
      [names],
    );
    return rows.map(({ name, value }) => [name, value]);
  } finally {
    await dataSource.destroy();
  }
}
