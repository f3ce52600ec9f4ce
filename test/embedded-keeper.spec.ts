import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AppConfig } from '../src/config/config.js';
import type { Secrets } from '../src/config/secrets.js';
import { buildDataSourceOptions } from '../src/database/data-source.js';
import { Database } from '../src/database/database.js';
import { DatabaseServer } from '../src/database/database-server.js';
import { EmbeddedKeeper } from '../src/database/embedded-keeper.js';
import type { EmbeddedPostgres } from '../src/database/embedded-postgres.js';
import { readPostmasterFile } from '../src/database/postmaster-file.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { leadRequest } from './support/requests.js';
import { ServiceProcess } from './support/service-process.js';

const one = { name: 'one', text: 'SELECT 1 AS one' };

let logged: string[];

beforeEach(() => {
  logged = [];
  for (const level of ['log', 'warn', 'error'] as const) {
    vi.spyOn(Logger.prototype, level).mockImplementation((message: unknown) => {
      logged.push(`${level}: ${String(message)}`);
    });
  }
});
afterEach(() => {
  vi.restoreAllMocks();
});

const linesOf = (pattern: RegExp): string[] => logged.filter((line) => pattern.test(line));

describe('a living service whose embedded PostgreSQL has ended', () => {
  let dataDir: string;
  const servers: DatabaseServer[] = [];

  // One cluster for all: making one takes longer than every test of it.
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'ricochet-keeper-'));
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.onApplicationShutdown();
    expect(await readPostmasterFile(join(dataDir, 'postgres'))).toBeNull();
  });

  async function open(): Promise<{ server: DatabaseServer; database: Database; url: () => string }> {
    const config = { role: 'all', dataDir, database: { embedded: true, poolSize: 2 } } as AppConfig;
    const server = new DatabaseServer(config, { databaseUrl: null } as Secrets);
    const url = await server.start();
    const dataSource = await server.open(buildDataSourceOptions(url, config, server.currentUrl));
    servers.push(server);
    return { server, database: new Database(dataSource), url: () => server.currentUrl?.() ?? '' };
  }

  async function kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<number> {
    return killPostmaster(dataDir, signal);
  }

  async function untilAnswers(database: Database): Promise<void> {
    await vi.waitFor(async () => expect(await database.query(one, [])).toEqual([{ one: 1 }]), {
      timeout: 20_000,
      interval: 50,
    });
  }

  it.each(['SIGKILL', 'SIGQUIT', 'SIGINT'] as const)(
    'starts it again where it was after %s, with what was committed, and says so',
    async (signal) => {
      const { database, url } = await open();
      await database.query({ name: 'make', text: `CREATE TABLE kept_${signal} AS SELECT 7 AS seven` }, []);
      const before = url();
      await kill(signal);
      await vi.waitFor(() => expect(linesOf(/had ended and was started again/)).toHaveLength(1), { timeout: 20_000 });
      await untilAnswers(database);
      expect(url()).toBe(before);
      expect(await database.query({ name: 'kept', text: `SELECT seven FROM kept_${signal}` }, [])).toEqual([
        { seven: 7 },
      ]);
      expect(logged.join()).not.toContain(new URL(before).password);
    },
  );

  it('starts it on another port when its own is taken, and the pool follows', async () => {
    const { database, url } = await open();
    const port = await kill();
    const squatter = await squat(port);
    try {
      await untilAnswers(database);
      expect(new URL(url()).port).not.toBe(String(port));
    } finally {
      await new Promise((resolve) => squatter.close(resolve));
    }
  });

  it('shares it with others: one starts it, all go on, and the last one leaving ends it', async () => {
    const all = [await open(), await open(), await open()];
    await kill();
    for (const { database } of all) await untilAnswers(database);
    await vi.waitFor(() => expect(linesOf(/embedded PostgreSQL had ended/)).toHaveLength(3), { timeout: 20_000 });
    expect(linesOf(/was started again/)).toHaveLength(1);
    expect(linesOf(/connection to the embedded PostgreSQL had ended; it runs/)).toHaveLength(2);
    await all[0]?.server.onApplicationShutdown();
    await untilAnswers(all[1]!.database);
  });

  it('leaves it alone once it is stopping itself', async () => {
    const { server } = await open();
    server.onModuleDestroy();
    await kill();
    await sleep(1_500);
    expect(await isDown(dataDir)).toBe(true);
    expect(linesOf(/started again/)).toEqual([]);
  });

  it('is not disturbed when only its session was ended', async () => {
    const { database } = await open();
    await database.query(
      {
        name: 'end',
        text: `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ricochet-presence'`,
      },
      [],
    );
    await vi.waitFor(() => expect(linesOf(/had ended; it runs/)).toHaveLength(1), { timeout: 10_000 });
    expect(linesOf(/started again/)).toEqual([]);
    const present = { name: 'p', text: `SELECT 1 FROM pg_stat_activity WHERE application_name = 'ricochet-presence'` };
    expect(await database.query(present, [])).toHaveLength(1);
  });
});

describe('a server that keeps ending', () => {
  /** A server that ends as often as it is told to, and starts as often as it is allowed to. */
  function fake(revive: () => Promise<'started' | 'running'>): { server: EmbeddedPostgres; end: () => void } {
    const life = new EventEmitter();
    let ended = once(life, 'end');
    const server = {
      url: 'postgresql://ricochet:secret@127.0.0.1:5432/ricochet',
      adopted: false,
      logFile: '/data/postgres.log',
      whenLost: () => ended.then(() => undefined),
      revive: async () => {
        const how = await revive();
        ended = once(life, 'end');
        return how;
      },
      stop: () => Promise.resolve(),
      release: () => Promise.resolve(),
    };
    return { server, end: () => void life.emit('end') };
  }

  it('is started at once, then after pauses that double', async () => {
    const at: number[] = [];
    const { server, end } = fake(() => {
      at.push(performance.now());
      return Promise.resolve('started');
    });
    const keeper = new EmbeddedKeeper(server, new Logger('Database'), 300);
    const waits: number[] = [];
    for (let death = 1; death <= 4; death += 1) {
      const endedAt = performance.now();
      end();
      await vi.waitFor(() => expect(at).toHaveLength(death), { timeout: 5_000, interval: 5 });
      waits.push((at[death - 1] ?? 0) - endedAt);
      await sleep(20);
    }
    await keeper.stop();
    expect(waits[0]).toBeLessThan(250);
    for (const [index, least] of [300, 600, 1_200].entries()) {
      expect(waits[index + 1]).toBeGreaterThanOrEqual(least - 5);
    }
    expect(linesOf(/has ended 4 times in a row. It is started again in 1.2 s/)).toHaveLength(1);
    expect(logged.join()).not.toContain('secret');
  });

  it('and does not start is tried until it does, each time said once', async () => {
    let tries = 0;
    const { server, end } = fake(() => {
      tries += 1;
      return tries < 4 ? Promise.reject(new Error('no space left on device')) : Promise.resolve('started');
    });
    const keeper = new EmbeddedKeeper(server, new Logger('Database'), 20);
    end();
    await vi.waitFor(() => expect(linesOf(/was started again/)).toHaveLength(1), { timeout: 5_000 });
    await keeper.stop();
    expect(linesOf(/does not start: no space left on device\. It is tried again in 0\.0[248] s/)).toHaveLength(3);
  });

  it('holds up no shutdown with its pause', async () => {
    const { server, end } = fake(() => Promise.reject(new Error('no')));
    const keeper = new EmbeddedKeeper(server, new Logger('Database'), 60_000);
    end();
    await vi.waitFor(() => expect(linesOf(/does not start/)).toHaveLength(1));
    const startedAt = performance.now();
    await keeper.stop();
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});

it(
  'a service of development goes on after its PostgreSQL was killed under it, and ends cleanly',
  { timeout: 90_000 },
  async () => {
    const adobe = await FakeAdobe.start();
    const service = await ServiceProcess.start({ databaseUrl: '', adobe, env: { LOG_LEVEL: 'log' } });
    try {
      const [, folder = ''] = /"dataDir":"([^"]+)"/.exec(service.output) ?? [];
      const before = await service.submit(leadRequest({ callbackUrl: `${adobe.url}/callback/before` }));
      expect(before.status).toBe(200);
      await killPostmaster(folder, 'SIGKILL');
      await vi.waitFor(
        async () => {
          const answer = await service.submit(leadRequest({ callbackUrl: `${adobe.url}/callback/after` }));
          expect(answer.status).toBe(200);
        },
        { timeout: 25_000, interval: 250 },
      );
      await adobe.until(
        () => adobe.of('/callback/before').length > 0 && adobe.of('/callback/after').length > 0,
        25_000,
      );
      // It serves again a moment before it says so.
      await vi.waitFor(() => expect(service.output).toContain('had ended and was started again'), 10_000);
      const end = await service.stop();
      expect(end).toMatchObject({ exitCode: 0, signal: null });
      expect(service.output).toContain('Stopped the embedded PostgreSQL');
    } finally {
      if (!service.hasEnded) await service.stop();
      await adobe.stop();
    }
  },
);

/** @returns the port it had. @throws when there is none: a number of 0 would be this process's own group. */
async function killPostmaster(dataDir: string, signal: NodeJS.Signals): Promise<number> {
  const file = await readPostmasterFile(join(dataDir, 'postgres'));
  if (file?.port == null) throw new Error(`no PostgreSQL runs under ${dataDir}`);
  process.kill(file.pid, signal);
  return file.port;
}

async function isDown(dataDir: string): Promise<boolean> {
  const file = await readPostmasterFile(join(dataDir, 'postgres'));
  try {
    if (file !== null) process.kill(file.pid, 0);
    return file === null;
  } catch {
    return true;
  }
}

function squat(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    const listen = (): void => void server.listen(port, '127.0.0.1', () => resolve(server));
    // The dead server's children may hold it for some milliseconds.
    let tries = 0;
    server.on('error', (error) => {
      tries += 1;
      if (tries > 500) reject(error);
      else setTimeout(listen, 2);
    });
    listen();
  });
}
