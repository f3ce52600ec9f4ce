import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { freePort } from '../simulator/free-port.js';
import { buildDataSourceOptions } from '../src/database/data-source.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/database/embedded-postgres.js';
import { connectionsBeside } from '../src/database/own-connection.js';
import { NotifyWorkQueue } from '../src/queue/notify-work-queue.js';
import { lostRings } from '../src/queue/queue.metrics.js';
import { startHalfOpenProxy } from './support/half-open-proxy.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { Ear } from './support/work-queue.js';

const BACK_WITHIN_MS = 15_000;

let database: TestDatabase;
let admin: Client;
let log: string[];
const queues: NotifyWorkQueue[] = [];

beforeAll(async () => {
  database = await createTestDatabase({ migrated: false, poolSize: 2 });
  admin = await connect(database.url);
});
beforeEach(() => {
  log = [];
});
afterEach(async () => {
  const startedAt = performance.now();
  await Promise.all(queues.splice(0).map((queue) => queue.close()));
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, application_name: 'test-admin' });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** A queue of a worker, as the module makes it. */
function open(url: string, { listens = true } = {}): NotifyWorkQueue {
  const options = buildDataSourceOptions(url, { role: 'worker', database: { embedded: false, poolSize: 1 } });
  const say = (line: string): void => void log.push(line);
  const queue = new NotifyWorkQueue({
    openNotifier: connectionsBeside({ options }, 'notify'),
    openListener: connectionsBeside({ options }, 'listen'),
    listens,
    log: { warn: say, log: say },
  });
  queues.push(queue);
  return queue;
}

async function openConnected(url = database.url): Promise<NotifyWorkQueue> {
  const queue = open(url);
  await untilConnected(queue);
  return queue;
}

async function untilConnected(...wanted: NotifyWorkQueue[]): Promise<void> {
  await vi.waitFor(() => expect(wanted.every((queue) => queue.isConnected())).toBe(true), { timeout: BACK_WITHIN_MS });
}

/** The sessions of the queues under test. */
async function sessions(purpose: string): Promise<number[]> {
  const { rows } = await admin.query<{ pid: number }>(
    'SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1',
    [`ricochet-worker-${purpose}`],
  );
  return rows.map(({ pid }) => pid);
}

async function kill(purpose: string): Promise<void> {
  for (const pid of await sessions(purpose)) await admin.query('SELECT pg_terminate_backend($1)', [pid]);
}

async function lost(): Promise<number> {
  const { values } = await lostRings.get();
  return values.reduce((sum, { value }) => sum + value, 0);
}

describe('the queue on LISTEN and NOTIFY', () => {
  it('reaches every listening process with one ring', async () => {
    const ringer = await openConnected();
    const ears: Ear[] = [];
    for (let number = 0; number < 3; number += 1) ears.push(new Ear(await openConnected()));
    await ears[0]?.expectRing(ringer);
    await vi.waitFor(() => expect(ears.map(({ rings }) => rings)).toEqual([1, 1, 1]), { timeout: 5_000 });
  });

  it('takes one connection to ring and one to listen, and an api takes the first alone', async () => {
    const [worker, api] = [open(database.url), open(database.url, { listens: false })];
    await untilConnected(worker, api);
    expect([(await sessions('notify')).length, (await sessions('listen')).length]).toEqual([2, 1]);
    await Promise.all(queues.splice(0).map((queue) => queue.close()));
    await vi.waitFor(async () => expect([...(await sessions('notify')), ...(await sessions('listen'))]).toEqual([]));
  });

  it('listens again after its session was ended, and looks for what it may have missed', async () => {
    const [ringer, listener] = [await openConnected(), await openConnected()];
    const ear = new Ear(listener);
    await kill('listen');
    await untilConnected(ringer, listener);
    await vi.waitFor(() => expect(ear.rings).toBeGreaterThan(0), { timeout: 5_000 });
    await ear.expectRing(ringer);
    expect(log.filter((line) => line.includes('(LISTEN)')).length).toBeGreaterThan(0);
    expect(log.at(-1)).toMatch(/^PostgreSQL carries rings again after \d+ s$/);
  });

  it('counts the rings that get lost while it is cut off, and logs no password', async () => {
    const proxy = await startHalfOpenProxy(Number(new URL(database.url).port));
    const ringer = await openConnected(throughPort(proxy.port));
    const ear = new Ear(await openConnected());
    const before = await lost();
    await proxy.stop();
    await vi.waitFor(() => expect(ringer.isConnected()).toBe(false), { timeout: 5_000 });
    ringer.ring('enrichment');
    await vi.waitFor(async () => expect(await lost()).toBe(before + 1));
    expect(ear.rings).toBe(0);
    expect(log.join('\n')).not.toContain(new URL(database.url).password);
  });

  it('rings again after its session was ended', async () => {
    const ringer = await openConnected();
    const listening = await openConnected();
    const ear = new Ear(listening);
    await kill('notify');
    await vi.waitFor(() => expect(log.join()).toContain('(NOTIFY)'), { timeout: 5_000 });
    await untilConnected(ringer, listening);
    await ear.expectRing(ringer);
  });

  it('serves the listener of its own process while nothing leaves it', async () => {
    const queue = open(throughPort(await freePort()));
    expect(queue.isConnected()).toBe(false);
    await new Ear(queue, 'delivery').expectRing(queue);
  });

  it('is degraded and goes on when a file that the URL names is missing', async () => {
    const queue = open(`${database.url}?sslmode=verify-full&sslrootcert=/nowhere/ca.pem`);
    await new Ear(queue).expectRing(queue);
    expect(queue.isConnected()).toBe(false);
    expect(log.join()).toContain('ENOENT');
  });

  it('notices a half-open connection and replaces it', async () => {
    const proxy = await startHalfOpenProxy(Number(new URL(database.url).port));
    const queue = await openConnected(throughPort(proxy.port));
    const ear = new Ear(queue);
    await ear.expectRing(queue);
    proxy.goDead();
    await vi.waitFor(() => expect(queue.isConnected()).toBe(false), { timeout: BACK_WITHIN_MS });
    proxy.revive();
    await untilConnected(queue);
    await ear.expectRingWithin(5_000, await openConnected());
    await queue.close();
    await proxy.stop();
  });

  it('closes within two seconds when the server falls silent', async () => {
    const proxy = await startHalfOpenProxy(Number(new URL(database.url).port));
    const queue = await openConnected(throughPort(proxy.port));
    proxy.goDead();
    queue.ring('delivery');
    await sleep(50);
    const startedAt = performance.now();
    await queue.close();
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    await proxy.stop();
  });

  it('closes at once when the server was never there', async () => {
    const queue = open(throughPort(await freePort()));
    await sleep(250);
    const startedAt = performance.now();
    await queue.close();
    expect(performance.now() - startedAt).toBeLessThan(1_500);
  });
});

function throughPort(port: number): string {
  return Object.assign(new URL(database.url), { port: String(port) }).href;
}

/** A server of its own: the lock and the setting are the whole cluster's. */
describe('where another database of the cluster holds the lock of NOTIFY', () => {
  let directory: string;
  let server: EmbeddedPostgres;
  let root: Client;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'ricochet-notify-'));
    server = await startEmbeddedPostgres({ dataDir: directory, log: () => undefined, settings: { fsync: 'off' } });
    root = await connect(Object.assign(new URL(server.url), { pathname: '/postgres' }).href);
    await root.query('CREATE TABLE others (at timestamptz)');
  }, 60_000);
  afterAll(async () => {
    await root.end();
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }, 60_000);

  it('gives up in time, says why, and rings once the lock is free', async () => {
    const queue = await openConnected(server.url);
    const ear = new Ear(queue);
    await ear.expectRing(queue);
    const before = await lost();
    const holder = await connect(Object.assign(new URL(server.url), { pathname: '/postgres' }).href);
    await root.query('SET synchronous_commit = local');
    await root.query(`ALTER SYSTEM SET synchronous_standby_names = 'away'`);
    await root.query('SELECT pg_reload_conf()');
    await sleep(300);
    // It writes and notifies: its commit waits for the standby with the lock in its hands.
    await holder.query('BEGIN');
    await holder.query('INSERT INTO others VALUES (now())');
    await holder.query(`NOTIFY others`);
    const commit = holder.query('COMMIT').catch(() => undefined);
    await vi.waitFor(async () => {
      const { rowCount } = await root.query(`SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'`);
      expect(rowCount).toBe(1);
    });
    queue.ring('enrichment');
    await vi.waitFor(async () => expect(await lost()).toBe(before + 1), { timeout: 5_000 });
    expect(queue.isConnected()).toBe(false);
    expect(log.join('\n')).toMatch(/\(NOTIFY\).*lock timeout/);
    // The listener of this process heard of it all the same.
    await ear.expectRing(queue);
    await root.query('ALTER SYSTEM RESET synchronous_standby_names');
    await root.query('SELECT pg_reload_conf()');
    await commit;
    await holder.end();
    await untilConnected(queue);
    await ear.expectRing(queue);
    expect(log.at(-1)).toMatch(/carries rings again/);
  });

  it('waits for no standby itself', async () => {
    const queue = await openConnected(server.url);
    const ear = new Ear(queue);
    await root.query('SET synchronous_commit = local');
    await root.query(`ALTER SYSTEM SET synchronous_standby_names = 'away'`);
    await root.query('SELECT pg_reload_conf()');
    await sleep(300);
    await ear.expectRing(queue);
    expect(queue.isConnected()).toBe(true);
    await root.query('ALTER SYSTEM RESET synchronous_standby_names');
    await root.query('SELECT pg_reload_conf()');
  });
});
