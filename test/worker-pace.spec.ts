import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PendingWrites } from '../src/queue/pending-writes.js';
import { type RunningApp, startApp } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { Records } from './support/records.js';
import { leadRequest } from './support/requests.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

/** More than three statements of outcomes. */
const FIRST = 704;
const LATER = 320;
const AT_ONCE = 64;

let database: TestDatabase;
let records: Records;
let adobe: FakeAdobe;
let services: RunningApp[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  records = new Records(database);
  adobe = await FakeAdobe.start();
});
afterEach(async () => {
  await Promise.all(services.map((service) => service.close()));
  services = [];
});
afterAll(async () => {
  await adobe.stop();
  await database.drop();
});

async function start(role: string): Promise<RunningApp> {
  const service = await startApp({ databaseUrl: database.url, adobe, env: { ROLE: role, QUEUE: 'postgres' } });
  services.push(service);
  return service;
}

async function countIn(state: string): Promise<number> {
  const [row] = await records.sql<{ n: number }>('SELECT count(*)::int AS n FROM actions WHERE state = $1', [state]);
  return row?.n ?? 0;
}

async function submit(api: RunningApp, count: number): Promise<void> {
  for (let done = 0; done < count; done += AT_ONCE) {
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, () => api.submit(leadRequest({ callbackUrl: `${adobe.url}/callback` }))),
    );
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  }
}

describe('a worker whose outcomes cannot be stored for a moment', () => {
  it('claims nothing until they are, and then calls everybody back once', async () => {
    const api = await start('api');
    await submit(api, FIRST);
    expect(await countIn('received')).toBe(FIRST);
    const lock = new Client({ connectionString: database.url });
    await lock.connect();
    try {
      await lock.query('BEGIN');
      // Outcomes write here, nothing else does.
      await lock.query('LOCK TABLE delivery_attempts IN EXCLUSIVE MODE');
      const worker = await start('worker');
      const pending = worker.app.get(PendingWrites, { strict: false });
      await expect.poll(() => countIn('calling_back'), { timeout: 8_000 }).toBe(FIRST);
      await expect.poll(() => pending.count, { timeout: 8_000 }).toBe(FIRST);
      await submit(api, LATER);
      // Longer than a poll.
      await sleep(1_000);
      expect(await countIn('received')).toBe(LATER);
      expect(pending.count).toBe(FIRST);
    } finally {
      await lock.query('ROLLBACK');
      await lock.end();
    }
    await expect.poll(() => countIn('completed'), { timeout: 30_000 }).toBe(FIRST + LATER);
    expect(adobe.of('/callback')).toHaveLength(FIRST + LATER);
  });
});
