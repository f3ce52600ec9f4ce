import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppConfig } from '../src/config/config.js';
import type { Secrets } from '../src/config/secrets.js';
import { buildDataSourceOptions } from '../src/database/data-source.js';
import { DatabaseServer } from '../src/database/database-server.js';
import { EmbeddedStart } from '../src/database/embedded-start.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { compiled, machineEnvironment } from './support/service-process.js';

interface Ended {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ricochet-start-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: folder, env: { ...machineEnvironment(), ...env }, timeout: 60_000 };
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}

describe('bytecode of an earlier start', () => {
  /** A build of one file, so that no other test's start takes part. */
  function placeBuild(name: string): { program: string; kept: string } {
    const dist = join(folder, name);
    mkdirSync(join(dist, 'src'), { recursive: true });
    writeFileSync(join(dist, 'package.json'), '{"type":"module"}');
    copyFileSync(compiled('src/compiled-code.js'), join(dist, 'src', 'compiled-code.js'));
    writeFileSync(join(dist, 'src', 'later.js'), 'export const answer = () => 42;');
    const program = join(dist, 'src', 'main.js');
    writeFileSync(
      program,
      `import { useCompiledCode, keepCompiledCode } from './compiled-code.js';
       useCompiledCode();
       const { answer } = await import('./later.js');
       keepCompiledCode();
       console.log(answer());`,
    );
    return { program, kept: join(dist, '.compiled') };
  }

  it('lies beside the build, where Node can keep it', async () => {
    const { program, kept } = placeBuild('kept');
    for (let start = 1; start <= 2; start += 1) {
      expect(await run([program])).toMatchObject({ code: 0, stdout: '42\n' });
    }
    const canKeep = 'flushCompileCache' in (await import('node:module'));
    expect(existsSync(kept)).toBe(canKeep);
  });

  it('is done without where it cannot be written', async () => {
    const { program, kept } = placeBuild('read-only');
    writeFileSync(kept, 'no folder');
    expect(await run([program])).toEqual({ code: 0, stdout: '42\n', stderr: '' });
  });
});

it('errors of the service name lines of its sources', async () => {
  const script = `
    const { traceToSources } = await import(${JSON.stringify(compiled('src/source-maps.js'))});
    traceToSources();
    const { loadConfig } = await import(${JSON.stringify(compiled('src/config/load-config.js'))});
    try { loadConfig({ PORT: 'many' }); } catch (error) { console.log(error.stack); }`;
  const { stdout } = await run(['--input-type=module', '--eval', script]);
  expect(stdout).toMatch(/load-config\.ts:\d+/);
});

describe('the embedded PostgreSQL that starts before the application', () => {
  it('ends with a start that fails later', async () => {
    const dataDir = join(folder, 'data');
    const env = { DATA_DIR: dataDir, SERVICES_DIR: join(folder, 'nowhere'), PORT: '0', LOG_LEVEL: 'fatal' };
    const { code, stderr } = await run([compiled('src/main.js')], env);
    expect({ code, said: stderr.includes('SERVICES_DIR') }).toEqual({ code: 1, said: true });
    // The cluster was made, and no server runs on it.
    expect(existsSync(join(dataDir, 'postgres', 'PG_VERSION'))).toBe(true);
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
  });

  it('fails for the one who takes it, and for no other', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const start = new EmbeddedStart(file);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect(start.stop()).resolves.toBeUndefined();
    const take = start.take(
      () => undefined,
      () => Promise.resolve(),
    );
    await expect(take).rejects.toThrow('EEXIST');
  });
});

describe('a database that is up to date', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('is opened without waiting for a process that holds the lock of migrations', async () => {
    const config = { role: 'all', database: { embedded: false, poolSize: 2 } } as AppConfig;
    const server = new DatabaseServer(config, { databaseUrl: database.url } as Secrets);
    const holder = database.dataSource.createQueryRunner();
    await holder.query('SELECT pg_advisory_lock(7316204411)');
    try {
      const opened = await server.open(buildDataSourceOptions(await server.start(), config));
      expect(opened.isInitialized).toBe(true);
    } finally {
      await holder.query('SELECT pg_advisory_unlock(7316204411)');
      await holder.release();
      await server.onApplicationShutdown();
    }
  });
});
