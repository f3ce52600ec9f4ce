import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, call } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { Records } from './support/records.js';
import { Gate, SCRIPTED_SERVICES, scriptedLead } from './support/scripted-services.js';
import { ServiceProcess } from './support/service-process.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const LEASE_MS = 4_000;
const GRACE_MS = 8_000;
/** So few that a handful of requests has some of them wait. */
const ENRICH_CONCURRENCY = 2;
/** Two processes are started in a test, on a machine that has other things to do. */
const TEST_TIMEOUT_MS = 90_000;
/** Nothing that is asked of a service may take longer, stopping or not. */
const ANSWER_WITHIN_MS = 10_000;

let database: TestDatabase;
let records: Records;
let adobe: FakeAdobe;
let service: ServiceProcess;
const gates: Gate[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  records = new Records(database);
  adobe = await FakeAdobe.start();
  service = await start();
});
beforeEach(async () => {
  if (service.hasEnded) service = await start();
});
afterEach(() => {
  adobe.answer = () => undefined;
  for (const gate of gates.splice(0)) gate.remove();
});
afterAll(async () => {
  await service.kill();
  await adobe.stop();
  await database.drop();
});

const start = (): Promise<ServiceProcess> =>
  ServiceProcess.start({
    databaseUrl: database.url,
    adobe,
    env: {
      ...SCRIPTED_SERVICES,
      LEASE_ENRICH_MS: String(LEASE_MS),
      LEASE_DELIVERY_MS: String(LEASE_MS),
      SHUTDOWN_GRACE_MS: String(GRACE_MS),
      ENRICH_CONCURRENCY: String(ENRICH_CONCURRENCY),
      ADOBE_RETRY_SCHEDULE: '0s,100ms',
    },
  });

const freshPath = (): string => `/callback/${randomUUID()}`;

async function submitted(body: Record<string, unknown>): Promise<string> {
  const answer = await service.submit(body);
  expect(answer.status).toBe(200);
  return answer.body['requestId'] as string;
}

/** Resolves once the process has begun to stop: its readiness says so, or nobody listens any more. */
async function untilStopping(): Promise<void> {
  await expect.poll(readiness, { timeout: 5_000, interval: 20 }).not.toBe(200);
}

const readiness = (): Promise<number | null> =>
  call('GET', `${service.url}/health/ready`, {}).then(
    (answer) => answer.status,
    () => null,
  );

/** Submits side by side until told to stop. Answers in the order of arrival; null where there was no answer at all. */
function submitSteadily(callbackUrl: string): {
  answers: (Answer | null)[];
  slowestMs: () => number;
  stop(): Promise<void>;
} {
  const answers: (Answer | null)[] = [];
  let going = true;
  let slowestMs = 0;
  const submitters = Array.from({ length: 12 }, async () => {
    while (going) {
      const startedAt = performance.now();
      const answer = await service.submit(scriptedLead({ callbackUrl })).catch(() => null);
      slowestMs = Math.max(slowestMs, performance.now() - startedAt);
      answers.push(answer);
      await sleep(20);
    }
  });
  return {
    answers,
    slowestMs: () => slowestMs,
    stop: async () => {
      going = false;
      await Promise.all(submitters);
    },
  };
}

const leasesLeft = (): Promise<unknown[]> =>
  records.sql(`SELECT 'action' AS kind, id, state FROM actions WHERE lease_token IS NOT NULL OR lease_until IS NOT NULL OR state = 'enriching'
     UNION ALL SELECT 'delivery', id, status FROM deliveries WHERE lease_token IS NOT NULL OR lease_until IS NOT NULL OR status = 'delivering'`);

async function attemptsTo(url: string): Promise<number> {
  const [row] = await records.sql<{ n: number }>(
    `SELECT count(*)::int AS n FROM delivery_attempts t JOIN deliveries d ON d.id = t.delivery_id WHERE d.url = $1`,
    [url],
  );
  return row?.n ?? 0;
}

async function callbackRow(actionId: string): Promise<Record<string, unknown> | undefined> {
  const rows = await records.sql(
    `SELECT status, attempt_number, attempt_count, crash_count, lease_token, lease_until FROM deliveries WHERE owner_id = $1`,
    [actionId],
  );
  return rows[0];
}

describe('a service that is asked to stop', { timeout: TEST_TIMEOUT_MS }, () => {
  it('fails its readiness first, goes on answering, leaves no lease behind, and loses nothing', async () => {
    const path = freshPath();
    const callbackUrl = adobe.url + path;
    let slow = false;
    // Once it stops, one callback takes its time: the drain is long enough to look at.
    adobe.answer = async (_callback, count) => {
      await sleep(slow ? 1_500 : count % 30);
      return count % 9 === 0 ? { status: 503 } : undefined;
    };
    const load = submitSteadily(callbackUrl);
    await adobe.until(() => adobe.of(path).length > 60);
    slow = true;
    await sleep(50);
    const stopping = service.stop();
    await untilStopping();
    const before = load.answers.length;
    await expect.poll(() => load.answers.length, { timeout: 10_000 }).toBeGreaterThan(before + 20);
    const end = await stopping;
    await load.stop();

    expect(end).toMatchObject({ exitCode: 0, signal: null });
    expect(end.ms).toBeLessThan(GRACE_MS);
    expect(load.slowestMs()).toBeLessThan(ANSWER_WITHIN_MS);
    const answered = load.answers.filter((answer) => answer !== null);
    for (const { status, headers } of answered) {
      expect([200, 503]).toContain(status);
      if (status === 503) expect(headers['retry-after']).toMatch(/^\d+$/);
    }
    expect(await leasesLeft()).toEqual([]);
    expect(await attemptsTo(callbackUrl)).toBe(adobe.of(path).length);

    slow = false;
    const acknowledged = answered.filter(({ status }) => status === 200).map(({ body }) => body['requestId'] as string);
    service = await start();
    await records.untilState(acknowledged, 'completed', 20_000);
    const called = new Set(adobe.of(path).map((callback) => callback.headers['x-request-id']));
    expect(acknowledged.filter((id) => !called.has(id))).toEqual([]);
  });

  it('gives back at once what it has not begun, and finishes what it has', async () => {
    const gate = new Gate();
    gates.push(gate);
    const path = freshPath();
    const callbackUrl = adobe.url + path;
    const ids: string[] = [];
    for (let index = 0; index < ENRICH_CONCURRENCY + 4; index += 1)
      ids.push(await submitted(scriptedLead({ callbackUrl }, { gate })));
    const stopping = service.stop();
    const stateCounts = (): Promise<{ state: string; n: number }[]> =>
      records.sql(
        `SELECT state, count(*)::int AS n FROM actions WHERE id = ANY($1::uuid[]) GROUP BY state ORDER BY state`,
        [ids],
      );
    await expect.poll(stateCounts, { timeout: 5_000 }).toEqual([
      { state: 'enriching', n: ENRICH_CONCURRENCY },
      { state: 'received', n: 4 },
    ]);
    gate.open();
    expect(await stopping).toMatchObject({ exitCode: 0 });
    expect(await stateCounts()).toEqual([
      { state: 'completed', n: ENRICH_CONCURRENCY },
      { state: 'received', n: 4 },
    ]);
    expect(adobe.of(path)).toHaveLength(ENRICH_CONCURRENCY);
    expect(await leasesLeft()).toEqual([]);
    const [crashed] = await records.sql(
      'SELECT max(crash_count)::int AS most FROM actions WHERE id = ANY($1::uuid[])',
      [ids],
    );
    expect(crashed).toEqual({ most: 0 });
    service = await start();
    await records.untilState(ids, 'completed', 20_000);
    expect(adobe.of(path)).toHaveLength(ids.length);
  });

  it('ends in time although a receiver hangs, and what was under way is due again at no cost', async () => {
    const path = freshPath();
    const callbackUrl = adobe.url + path;
    adobe.answer = () => new Promise(() => undefined);
    const id = await submitted(scriptedLead({ callbackUrl }));
    await adobe.until(() => adobe.of(path).length === 1);
    const end = await service.stop();
    expect(end).toMatchObject({ exitCode: 0, signal: null });
    expect(end.ms).toBeLessThan(GRACE_MS);
    expect(await callbackRow(id)).toEqual({
      status: 'pending',
      attempt_number: 1,
      attempt_count: 0,
      crash_count: 0,
      lease_token: null,
      lease_until: null,
    });
    expect(await records.attempts(id)).toEqual([{ number: 1, status: null, error_class: 'interrupted' }]);
    adobe.answer = () => undefined;
    service = await start();
    await records.untilState([id], 'completed');
    expect(await records.attempts(id)).toMatchObject([{ number: 1 }, { number: 2, status: 200 }]);
    expect(await attemptsTo(callbackUrl)).toBe(adobe.of(path).length);
  });

  it('does not wait for connections that never carried a request', async () => {
    const { hostname, port } = new URL(service.url);
    const sockets = Array.from({ length: 3 }, () => connect(Number(port), hostname));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    const closed = Promise.all(sockets.map((socket) => once(socket, 'close')));
    // Also not while it still serves what it is asked: only its stop ends them.
    expect(await readiness()).toBe(200);
    expect(sockets.map((socket) => socket.destroyed)).toEqual([false, false, false]);
    const end = await service.stop();
    expect(end).toMatchObject({ exitCode: 0, signal: null });
    expect(end.ms).toBeLessThan(GRACE_MS / 2);
    await closed;
  });

  it('takes Ctrl-C that comes from the terminal and once more from npm for one', async () => {
    const path = freshPath();
    adobe.answer = () => sleep(400).then(() => ({ status: 200 }));
    await submitted(scriptedLead({ callbackUrl: adobe.url + path }));
    await adobe.until(() => adobe.of(path).length === 1);
    service.signal('SIGINT');
    await sleep(30);
    service.signal('SIGINT');
    expect(await service.exited).toEqual({ exitCode: 0, signal: null });
  });

  it('exits at once when it is asked again, and leaves the rest to its leases', async () => {
    const path = freshPath();
    adobe.answer = () => new Promise(() => undefined);
    const id = await submitted(scriptedLead({ callbackUrl: adobe.url + path }));
    await adobe.until(() => adobe.of(path).length === 1);
    service.signal('SIGTERM');
    await untilStopping();
    expect(service.hasEnded).toBe(false);
    const askedAgainAt = performance.now();
    service.signal('SIGINT');
    expect(await service.exited).toEqual({ exitCode: 1, signal: null });
    expect(performance.now() - askedAgainAt).toBeLessThan(5_000);
    adobe.answer = () => undefined;
    service = await start();
    await records.untilState([id], 'completed', LEASE_MS + 15_000);
    expect(adobe.of(path)).toHaveLength(2);
  });
});
