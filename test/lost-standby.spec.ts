import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/database/embedded-postgres.js';
import { call, type RunningApp, startApp } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { leadRequest } from './support/requests.js';

const LEASE_MS = 4_000;
/** Longer than the client's own time limit for a statement, after which it leaves a session behind and opens another. */
const OUTAGE_MS = 15_000;

let directory: string;
let server: EmbeddedPostgres;
let admin: Client;
/** A session outside the service, whose commits wait for the standby like the service's. */
let probe: Client;
let adobe: FakeAdobe;
let app: RunningApp;

async function sql<Row = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
  return (await admin.query(text, values)).rows as Row[];
}

/** A server of its own: the setting is the whole cluster's. The service is no superuser, as in a deployment. */
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'ricochet-standby-'));
  server = await startEmbeddedPostgres({ dataDir: directory, log: () => undefined, settings: { fsync: 'off' } });
  const root = new Client({ connectionString: Object.assign(new URL(server.url), { pathname: '/postgres' }).href });
  await root.connect();
  await root.query(`CREATE ROLE plain LOGIN PASSWORD 'plain'`);
  await root.query('CREATE DATABASE standby OWNER plain');
  await root.end();
  admin = new Client({
    connectionString: Object.assign(new URL(server.url), { pathname: '/standby' }).href,
    options: '-c synchronous_commit=local',
  });
  admin.on('error', () => undefined);
  await admin.connect();
  probe = new Client({ connectionString: Object.assign(new URL(server.url), { pathname: '/postgres' }).href });
  probe.on('error', () => undefined);
  await probe.connect();
  await probe.query('CREATE TABLE probe (at timestamptz)');
  const databaseUrl = Object.assign(new URL(server.url), {
    pathname: '/standby',
    username: 'plain',
    password: 'plain',
  }).href;
  adobe = await FakeAdobe.start();
  app = await startApp({
    databaseUrl,
    adobe,
    env: { LEASE_ENRICH_MS: String(LEASE_MS), LEASE_DELIVERY_MS: String(LEASE_MS), ADOBE_RETRY_SCHEDULE: '0s,200ms' },
  });
}, 60_000);
afterEach(() => setStandby(''));
afterAll(async () => {
  await app.close();
  await adobe.stop();
  await probe.end();
  await admin.end();
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
}, 60_000);

/** Until commits wait, or no longer do: a reload reaches the server's processes one by one, after its answer. */
async function setStandby(name: string): Promise<void> {
  await sql(`ALTER SYSTEM SET synchronous_standby_names = '${name}'`);
  await sql('SELECT pg_reload_conf()');
  await expect.poll(commitWaits, { timeout: 10_000 }).toBe(name !== '');
}

async function commitWaits(): Promise<boolean> {
  const pid = (probe as unknown as { processID: number }).processID;
  const state: { value: 'open' | 'committed' } = { value: 'open' };
  const commit = probe.query('INSERT INTO probe VALUES (now())').then(() => (state.value = 'committed'));
  while (state.value === 'open') {
    const [row] = await sql<{ wait: string | null }>(
      `SELECT wait_event AS wait FROM pg_stat_activity WHERE pid = ${String(pid)}`,
    );
    if (row?.wait === 'SyncRep') {
      // Cancelled, it is committed here and waits no longer.
      await sql(`SELECT pg_cancel_backend(${String(pid)})`);
      await commit;
      return true;
    }
    await sleep(10);
  }
  return false;
}

const backends = async (): Promise<number> =>
  (await sql<{ n: number }>(`SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = 'plain'`))[0]?.n ?? -1;

const get = (path: string) => call('GET', `${app.url}${path}`, {});

const metric = async (name: string): Promise<number> => {
  const response = await fetch(`${app.url}/metrics`);
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await response.text())?.[1]);
};

interface Submitted {
  readonly status: number;
  readonly ms: number;
  readonly retryAfter: unknown;
  readonly requestId: unknown;
}

async function submit(path: string, token: string): Promise<Submitted> {
  const startedAt = performance.now();
  const answer = await app.submit(leadRequest({ callbackUrl: adobe.url + path, token, timeout: 60 }));
  return {
    status: answer.status,
    ms: performance.now() - startedAt,
    retryAfter: answer.headers['retry-after'],
    requestId: answer.body['requestId'],
  };
}

describe('while commits wait for a synchronous standby that is lost', () => {
  it(
    'says so, answers 503 soon, opens no session after the other, and blames nobody when it is over',
    { timeout: 120_000 },
    async () => {
      const path = `/callback/${randomUUID()}`;
      // Some of them are under way when it begins: their callbacks and settlements are caught in it, too.
      adobe.answer = () => sleep(1_500).then(() => undefined);
      const before = await Promise.all(Array.from({ length: 20 }, () => submit(path, randomUUID())));
      expect(new Set(before.map(({ status }) => status))).toEqual(new Set([200]));
      expect((await get('/health/ready')).body).toEqual({
        status: 'ok',
        checks: { serving: 'up', postgres: 'up', migrations: 'up', queue: 'up' },
      });
      const opened = await backends();
      await setStandby('nobody');
      const untilMs = performance.now() + OUTAGE_MS;
      const tokens: string[] = [];
      const answers: Submitted[] = [];
      let most = 0;
      while (performance.now() < untilMs) {
        const token = randomUUID();
        tokens.push(token);
        answers.push(await submit(path, token));
        most = Math.max(most, await backends());
        await sleep(250);
      }
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
      for (const { retryAfter } of answers) expect(Number(retryAfter)).toBeGreaterThan(0);
      expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(5_000);
      expect(answers.filter(({ ms }) => ms > 1_000).length).toBeLessThanOrEqual(2);
      const ready = await get('/health/ready');
      expect(ready.status).toBe(503);
      expect(ready.body).toMatchObject({ status: 'unavailable', checks: { postgres: 'down' } });
      expect((ready.body['reasons'] as Record<string, string>)['postgres']).toMatch(
        /^commits wait for a synchronous standby .* synchronous_standby_names/,
      );
      expect((await get('/health/live')).status).toBe(200);
      expect(await metric('ricochet_database_commits_waiting')).toBe(1);
      expect(await metric('ricochet_database_writes_refused_total')).toBeGreaterThan(10);
      expect(most).toBeLessThanOrEqual(opened + 3);
      // It grows no more once the breaker is there, however long it lasts.
      await sleep(2_000);
      expect(await backends()).toBeLessThanOrEqual(most);

      await setStandby('');
      await expect.poll(async () => (await get('/health/ready')).status, { timeout: 10_000 }).toBe(200);
      expect(await metric('ricochet_database_commits_waiting')).toBe(0);
      // The callers repeat what was answered 503: each is one action, stored then or now.
      adobe.answer = () => undefined;
      const repeated = await Promise.all(tokens.map((token) => submit(path, token)));
      const again = await Promise.all(tokens.map((token) => submit(path, token)));
      expect(new Set(repeated.map(({ status }) => status))).toEqual(new Set([200]));
      expect(again.map(({ requestId }) => requestId)).toEqual(repeated.map(({ requestId }) => requestId));
      const ids = [...before, ...repeated].map(({ requestId }) => requestId);
      expect(new Set(ids).size).toBe(20 + tokens.length);
      await expect
        .poll(() => sql('SELECT state, count(*)::int AS n FROM actions GROUP BY 1'), { timeout: 30_000 })
        .toEqual([{ state: 'completed', n: ids.length }]);
      expect(
        await sql('SELECT max(crash_count) AS a, (SELECT max(crash_count) FROM deliveries) AS d FROM actions'),
      ).toEqual([{ a: 0, d: 0 }]);
      expect(await sql(`SELECT id FROM processes WHERE ended_at IS NOT NULL`)).toEqual([]);
      const called = adobe.of(path).map((callback) => callback.headers['x-request-id']);
      expect([...called].sort()).toEqual([...ids].sort());
    },
  );

  it(
    'notices it by probes alone, which leave one session waiting, however often they ask',
    { timeout: 60_000 },
    async () => {
      const opened = await backends();
      await setStandby('nobody');
      const untilMs = performance.now() + 6_000;
      let most = 0;
      while (performance.now() < untilMs) {
        expect([200, 503]).toContain((await get('/health/ready')).status);
        most = Math.max(most, await backends());
        await sleep(100);
      }
      const ready = await get('/health/ready');
      expect([ready.status, (ready.body['reasons'] as Record<string, string>)['postgres']]).toEqual([
        503,
        expect.stringContaining('synchronous standby'),
      ]);
      expect(most).toBeLessThanOrEqual(opened + 2);
      const waiting = await sql(`SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'`);
      expect(waiting.length).toBeLessThanOrEqual(2);
      await setStandby('');
      await expect.poll(async () => (await get('/health/ready')).status, { timeout: 10_000 }).toBe(200);
    },
  );
});
