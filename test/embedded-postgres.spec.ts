import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Test } from '@nestjs/testing';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppConfig } from '../src/config/config.js';
import { Secrets } from '../src/config/secrets.js';
import { Global, Module } from '@nestjs/common';
import { DatabaseModule } from '../src/database/database.module.js';
import { Database } from '../src/database/database.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../src/database/embedded-postgres.js';
import { MigrationStatus } from '../src/database/migration-status.js';
import { readPostmasterFile } from '../src/database/postmaster-file.js';

describe('the embedded PostgreSQL', () => {
  let dataDir: string;
  const started: EmbeddedPostgres[] = [];
  const start = async (directory = dataDir): Promise<EmbeddedPostgres> => {
    const server = await startEmbeddedPostgres({ dataDir: directory, log: () => undefined });
    started.push(server);
    return server;
  };
  const cluster = (): string => join(dataDir, 'postgres');

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'ricochet-embedded-'));
  });
  afterEach(async () => {
    for (const server of started.splice(0)) await server.stop();
    expect(await readPostmasterFile(cluster())).toBeNull();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('starts on a bare directory with the settings the design relies on', async () => {
    const server = await start();
    expect(server.adopted).toBe(false);
    const names = [
      'fsync',
      'synchronous_commit',
      'shared_buffers',
      'max_connections',
      'listen_addresses',
      'full_page_writes',
      'wal_compression',
    ];
    const { rows } = await query(
      server.url,
      'SELECT name, current_setting(name) AS value FROM unnest($1::text[]) name',
      [names],
    );
    expect(Object.fromEntries(rows.map(({ name, value }) => [name, value]))).toMatchObject({
      fsync: 'on',
      synchronous_commit: 'on',
      shared_buffers: '256MB',
      max_connections: '200',
      listen_addresses: '127.0.0.1',
      full_page_writes: 'on',
      wal_compression: 'off',
    });
    expect((await stat(join(cluster(), 'ricochet.password'))).mode & 0o777).toBe(0o600);
  });

  it('refuses a connection without its password', async () => {
    const url = new URL((await start()).url);
    url.password = 'wrong';
    await expect(query(url.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
  });

  it('keeps its data and its password over a stop and a start', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept AS SELECT 1 AS one');
    await first.stop();
    const second = await start();
    expect(second.adopted).toBe(false);
    expect((await query(second.url, 'SELECT one FROM kept')).rows).toEqual([{ one: 1 }]);
  });

  it('makes one cluster when several services start at once', async () => {
    const servers = await Promise.all([start(), start(), start()]);
    expect(servers.filter(({ adopted }) => !adopted)).toHaveLength(1);
    expect(new Set(servers.map(({ url }) => url)).size).toBe(1);
  });

  it('keeps running until the last service leaves', async () => {
    const [first, second] = [await start(), await start()];
    await first.stop();
    expect((await query(second.url, 'SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await second.stop();
    expect(await readPostmasterFile(cluster())).toBeNull();
  });

  it.runIf(process.platform === 'linux')(
    'outlives the service that started it and is adopted by the next',
    async () => {
      const first = await start();
      const pid = (await readPostmasterFile(cluster()))?.pid ?? 0;
      const session = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ')[3];
      expect(session, 'a session of its own: no signal to ours reaches it').toBe(String(pid));
      await first.release();
      const next = await start();
      expect(next).toMatchObject({ adopted: true, url: first.url });
    },
  );

  it('recovers what was committed after the server itself was killed', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE survivor AS SELECT 1 AS one');
    const file = await readPostmasterFile(cluster());
    process.kill(file?.pid ?? 0, 'SIGKILL');
    const second = await start();
    expect(second.adopted).toBe(false);
    expect((await query(second.url, 'SELECT one FROM survivor')).rows).toEqual([{ one: 1 }]);
  });

  it('starts over a pid file whose number belongs to another program by now', async () => {
    await (await start()).stop();
    const stranger = spawn('sleep', ['60']);
    await writeFile(join(cluster(), 'postmaster.pid'), `${stranger.pid}\n${cluster()}\n0\n5432\n\n\n\nready\n`);
    const server = await start();
    expect(server.adopted).toBe(false);
    expect((await query(server.url, 'SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    expect(stranger.kill()).toBe(true);
  });

  it('takes over the lock of a process that died', async () => {
    const dead = spawn('true');
    await new Promise((resolve) => dead.once('exit', resolve));
    await writeFile(join(dataDir, 'postgres.lock'), `${dead.pid} gone`);
    expect((await start()).adopted).toBe(false);
  });

  it('says what is wrong with a directory that is not ours', async () => {
    const server = await start();
    await server.stop();
    await rm(join(cluster(), 'ricochet.password'));
    await expect(start()).rejects.toThrow(/not a cluster this service made/);
  });

  it('never writes the password into its log', async () => {
    const server = await start();
    await expect(query(server.url, 'SELECT nonsense')).rejects.toThrow(/nonsense/);
    expect(await readFile(join(dataDir, 'postgres.log'), 'utf8')).not.toContain(new URL(server.url).password);
  });

  it('comes up with the database module, migrated, and goes down with it', async () => {
    const app = await boot(dataDir, 'all');
    const rows = await app.get(Database).query<{ one: number }>({ name: 'one', text: 'SELECT 1 AS one' }, []);
    expect(rows).toEqual([{ one: 1 }]);
    expect(app.get(MigrationStatus).isReady()).toBe(true);
    await app.close();
    expect(await readPostmasterFile(cluster())).toBeNull();
  });

  it('lets a worker boot at once and wait for the migrations another process runs', async () => {
    const worker = await boot(dataDir, 'worker');
    expect(worker.get(MigrationStatus).isReady()).toBe(false);
    const all = await boot(dataDir, 'all');
    await worker.get(MigrationStatus).whenReady();
    expect(worker.get(MigrationStatus).isReady()).toBe(true);
    await all.close();
    expect(await worker.get(DataSource).query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await worker.close();
  });
});

async function boot(dataDir: string, role: 'all' | 'worker') {
  @Global()
  @Module({
    providers: [
      { provide: AppConfig, useValue: { role, dataDir, database: { embedded: true, poolSize: 3 } } },
      { provide: Secrets, useValue: { databaseUrl: null } },
    ],
    exports: [AppConfig, Secrets],
  })
  class ConfigModule {}
  const module = await Test.createTestingModule({ imports: [ConfigModule, DatabaseModule] }).compile();
  module.useLogger(false);
  return module.init();
}

async function query(url: string, text: string, values: unknown[] = []) {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await client.query<Record<string, unknown>>(text, values);
  } finally {
    await client.end();
  }
}
