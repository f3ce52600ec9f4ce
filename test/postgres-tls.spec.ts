import { chmodSync, chownSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../src/config/load-config.js';
import { buildDataSourceOptions } from '../src/database/data-source.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/database/embedded-postgres.js';
import { connectionsBeside } from '../src/database/own-connection.js';
import { createTestCa } from './support/test-ca.js';

const IS_TLS = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()';

let directory: string;
let server: EmbeddedPostgres;
let caFile: string;
let otherCaFile: string;

/** The setting is the whole server's, so it is one of its own. */
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'ricochet-tls-'));
  server = await startEmbeddedPostgres({ dataDir: directory, log: () => undefined, settings: { fsync: 'off' } });
  const { ca, server: certificate } = createTestCa();
  caFile = writeIn(directory, 'ca.pem', ca);
  otherCaFile = writeIn(directory, 'other-ca.pem', createTestCa().ca);
  const admin = new Client({ connectionString: server.url });
  await admin.connect();
  const { rows } = await admin.query<{ data_directory: string }>('SHOW data_directory');
  const home = rows[0]?.data_directory ?? realpathSync(join(directory, 'postgres'));
  const { uid, gid } = statSync(home);
  for (const [name, text] of [
    ['server.crt', certificate.cert],
    ['server.key', certificate.key],
  ] as const) {
    const path = writeIn(home, name, text);
    chownSync(path, uid, gid);
    chmodSync(path, 0o600);
  }
  await admin.query('ALTER SYSTEM SET ssl = on');
  await admin.query('SELECT pg_reload_conf()');
  await admin.end();
  await vi.waitFor(async () => expect(await offersTls()).toBe(true), { timeout: 10_000 });
}, 60_000);
afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
}, 60_000);

function writeIn(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function withParameters(parameters: Record<string, string>): string {
  return `${server.url}?${new URLSearchParams(parameters).toString()}`;
}

async function offersTls(): Promise<boolean> {
  return isTls(withParameters({ sslmode: 'no-verify' })).catch(() => false);
}

/** As the service connects: the URL through the configuration, the options of its pool. */
async function open(url: string): Promise<DataSource> {
  const { config, secrets } = loadConfig({ DATABASE_URL: url, DATA_DIR: directory });
  return new DataSource(buildDataSourceOptions(secrets.databaseUrl ?? '', config)).initialize();
}

async function isTls(url: string): Promise<boolean> {
  const dataSource = await open(url);
  try {
    return (await dataSource.query<{ ssl: boolean }[]>(IS_TLS))[0]?.ssl === true;
  } finally {
    await dataSource.destroy();
  }
}

describe('the parameters of DATABASE_URL for TLS', () => {
  it.each(['verify-full', 'verify-ca', 'require', 'prefer'])(
    'sslmode=%s trusts the authority of sslrootcert',
    async (mode) => {
      expect(await isTls(withParameters({ sslmode: mode, sslrootcert: caFile }))).toBe(true);
    },
  );

  it.each(['verify-full', 'verify-ca', 'require', 'prefer'])('sslmode=%s refuses another authority', async (mode) => {
    await expect(open(withParameters({ sslmode: mode, sslrootcert: otherCaFile }))).rejects.toThrow(/certificate/);
  });

  it.each(['verify-full', 'require'])(
    'sslmode=%s refuses an authority that is not known, and does not go on without',
    async (mode) => {
      await expect(open(withParameters({ sslmode: mode }))).rejects.toThrow(/certificate/);
    },
  );

  it('sslmode=no-verify encrypts and checks nothing', async () => {
    expect(await isTls(withParameters({ sslmode: 'no-verify' }))).toBe(true);
  });

  it.each<Record<string, string>>([{}, { sslmode: 'disable' }])('%j is not encrypted', async (parameters) => {
    expect(await isTls(withParameters(parameters))).toBe(false);
  });

  it('a file that is not there is named', async () => {
    const url = withParameters({ sslmode: 'verify-full', sslrootcert: join(directory, 'none.pem') });
    await expect(open(url)).rejects.toThrow(/ENOENT.*none\.pem/);
  });

  it('holds for connections beside the pool as well', async () => {
    const url = withParameters({ sslmode: 'verify-full', sslrootcert: caFile });
    const options = buildDataSourceOptions(url, { role: 'worker', database: { embedded: false, poolSize: 1 } });
    const client = connectionsBeside({ options }, 'listen')();
    await client.connect();
    const { rows } = await client.query<{ ssl: boolean }>(IS_TLS);
    await client.end();
    expect(rows).toEqual([{ ssl: true }]);
  });
});
