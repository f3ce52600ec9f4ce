import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RunningApp, startApp } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { Records } from './support/records.js';
import { Gate, SCRIPTED_SERVICES, scriptedLead } from './support/scripted-services.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const ENVIRONMENT = { ...SCRIPTED_SERVICES, ADOBE_RETRY_SCHEDULE: '0s,1s', SHUTDOWN_GRACE_MS: '5000' };

let database: TestDatabase;
let records: Records;
let adobe: FakeAdobe;
let service: RunningApp;
const gate = new Gate();

beforeAll(async () => {
  database = await createTestDatabase();
  records = new Records(database);
  adobe = await FakeAdobe.start();
  service = await startApp({ databaseUrl: database.url, adobe, env: ENVIRONMENT });
});
afterEach(() => {
  adobe.answer = () => undefined;
});
afterAll(async () => {
  gate.open();
  await service.close();
  gate.remove();
  await adobe.stop();
  await database.drop();
});

const freshPath = (): string => `/callback/${randomUUID()}`;

async function submit(body: Record<string, unknown>): Promise<string> {
  const answer = await service.submit(body);
  expect(answer.status).toBe(200);
  return answer.body['requestId'] as string;
}

async function deadlineOf(id: string): Promise<number> {
  const [row] = await records.sql<{ ms: number }>(
    'SELECT (extract(epoch FROM deadline_at) * 1000)::float8 AS ms FROM actions WHERE id = $1',
    [id],
  );
  return row?.ms ?? Number.NaN;
}

async function lastNote(id: string): Promise<string | null> {
  const [row] = await records.sql<{ note: string | null }>(
    `SELECT note FROM action_history WHERE action_id = $1 AND from_state = 'calling_back'`,
    [id],
  );
  return row?.note ?? null;
}

describe('an action whose enrichment hangs', () => {
  it('calls back as a TIMEOUT with its id alone before the deadline, and what comes too late changes nothing', async () => {
    const path = freshPath();
    const own = new Gate();
    const id = await submit(scriptedLead({ callbackUrl: adobe.url + path, leadId: 4711, timeout: 1 }, { gate: own }));
    // Six of the sixty seconds are kept for the callback.
    await records.moveDeadline(id, 8_000);
    await adobe.until(() => adobe.of(path).length > 0, 8_000);
    const [callback] = adobe.of(path);
    expect(callback?.atMs).toBeLessThan(await deadlineOf(id));
    expect(callback?.body).toEqual({
      objectData: [
        {
          activityData: { success: false, errorCode: 'TIMEOUT', reason: expect.stringMatching(/time of the action/) },
          leadData: { id: 4711 },
        },
      ],
    });
    await records.untilState([id], 'completed');
    own.open();
    await sleep(500);
    own.remove();
    expect(adobe.of(path)).toHaveLength(1);
    expect(await records.sql('SELECT state, outcome, error_code FROM actions WHERE id = $1', [id])).toEqual([
      { state: 'completed', outcome: 'failure', error_code: 'TIMEOUT' },
    ]);
  });

  it('expires without a callback when its deadline passed unseen', async () => {
    const path = freshPath();
    const id = await submit(scriptedLead({ callbackUrl: adobe.url + path }, { gate }));
    await records.moveDeadline(id, -1_000);
    await records.untilState([id], 'expired');
    expect(adobe.of(path)).toEqual([]);
    expect(await records.attempts(id)).toEqual([]);
  });
});

describe('a callback that nobody takes', () => {
  it('is tried again until the deadline, never after it, and expires', async () => {
    const path = freshPath();
    adobe.answer = () => ({ status: 503 });
    const id = await submit(scriptedLead({ callbackUrl: adobe.url + path }));
    await adobe.until(() => adobe.of(path).length === 1);
    await records.moveDeadline(id, 3_500);
    await records.untilState([id], 'expired');
    const seen = adobe.of(path);
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.at(-1)?.atMs).toBeLessThan(await deadlineOf(id));
    expect(await records.sql('SELECT status, last_status FROM deliveries WHERE owner_id = $1', [id])).toEqual([
      { status: 'expired', last_status: 503 },
    ]);
    await sleep(1_500);
    expect(adobe.of(path)).toHaveLength(seen.length);
    expect(await records.attempts(id)).toHaveLength(seen.length);
  });

  it('and never answered is given up at the deadline', async () => {
    const path = freshPath();
    adobe.answer = (_callback, count) => (count === 1 ? { status: 503 } : new Promise(() => undefined));
    const id = await submit(scriptedLead({ callbackUrl: adobe.url + path }));
    await adobe.until(() => adobe.of(path).length === 1);
    await records.moveDeadline(id, 3_500);
    await records.untilState([id], 'expired');
    expect(Date.now() - (await deadlineOf(id))).toBeLessThan(2_500);
    expect(await records.attempts(id)).toEqual([
      { number: 1, status: 503, error_class: 'server_error' },
      { number: 2, status: null, error_class: 'timeout' },
    ]);
  });
});

describe('a callback that is taken too late to be recorded in time', () => {
  it('is completed nevertheless, says so, and is counted as late', async () => {
    const path = freshPath();
    const lateBefore = await lateCount();
    const runner = database.dataSource.createQueryRunner();
    adobe.answer = async (_callback, count) => {
      if (count === 1) return { status: 503 };
      // The answer is there before the deadline; the row is another's until after it.
      await runner.startTransaction();
      await runner.query('SELECT 1 FROM deliveries WHERE owner_id = $1 FOR UPDATE', [id]);
      return { status: 200 };
    };
    const id = await submit(scriptedLead({ callbackUrl: adobe.url + path }));
    await adobe.until(() => adobe.of(path).length === 1);
    await records.moveDeadline(id, 3_500);
    await adobe.until(() => adobe.of(path).length === 2);
    await sleep(Math.max((await deadlineOf(id)) - Date.now(), 0) + 500);
    await runner.commitTransaction();
    await runner.release();
    await records.untilState([id], 'completed');
    expect(await lastNote(id)).toBe('delivered after the deadline');
    expect(await lateCount()).toBe(lateBefore + 1);
    expect(adobe.of(path)).toHaveLength(2);
  });
});

async function lateCount(): Promise<number> {
  const answer = await request(`${service.url}/metrics`);
  const text = await answer.body.text();
  return Number(/^ricochet_deliveries_late_total\{channel="adobe"\} (\d+)$/m.exec(text)?.[1] ?? 0);
}

describe('while IMS is away', () => {
  it('callbacks are put off without costing an attempt, and go out when it is back', async () => {
    const own = await createTestDatabase();
    const ownRecords = new Records(own);
    let away = true;
    const ims = await startIms(() => away);
    const env = { ...ENVIRONMENT, IMS_BASE_URL: `http://127.0.0.1:${(ims.address() as AddressInfo).port}` };
    const waiting = await startApp({ databaseUrl: own.url, adobe, env });
    try {
      const path = freshPath();
      const answer = await waiting.submit(scriptedLead({ callbackUrl: adobe.url + path }));
      const id = answer.body['requestId'] as string;
      await ownRecords.untilState([id], 'calling_back');
      // Long enough for a second look: a deferral that cost attempts would show.
      await sleep(2_500);
      const [row] = await ownRecords.sql('SELECT attempt_number, attempt_count, last_error FROM deliveries');
      const [underWay] = await ownRecords.sql<{ n: number }>(
        `SELECT count(*)::int AS n FROM deliveries WHERE status = 'delivering'`,
      );
      expect(row).toMatchObject({
        attempt_number: underWay?.n,
        attempt_count: underWay?.n,
        last_error: expect.stringContaining('503'),
      });
      expect(await ownRecords.sql('SELECT * FROM delivery_attempts')).toEqual([]);
      expect(adobe.of(path)).toEqual([]);
      away = false;
      await ownRecords.untilState([id], 'completed', 20_000);
      expect(adobe.of(path)).toHaveLength(1);
      expect(await ownRecords.attempts(id)).toEqual([{ number: 1, status: 200, error_class: null }]);
    } finally {
      await waiting.close();
      ims.close();
      await own.drop();
    }
  });
});

/** Gives tokens, except while it is away. */
async function startIms(isAway: () => boolean): Promise<Server> {
  const server = createServer((incoming, response) => {
    incoming.resume();
    response.writeHead(isAway() ? 503 : 200, { 'Content-Type': 'application/json', Connection: 'close' });
    response.end(isAway() ? '{}' : '{"access_token":"token","token_type":"bearer","expires_in":86399}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
