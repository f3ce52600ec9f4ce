import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RunningApp, startApp } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { Records } from './support/records.js';
import { leadRequest } from './support/requests.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const ACTIONS = 3_072;
/** Three statements of outcomes, and as many actions as a worker holds. */
const CLAIMED_MAX = 600 + 1_024 + 256;
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

async function submitAll(api: RunningApp): Promise<void> {
  for (let done = 0; done < ACTIONS; done += AT_ONCE) {
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, () => api.submit(leadRequest({ callbackUrl: `${adobe.url}/callback` }))),
    );
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  }
}

/** Once it has not changed for half a second. */
async function settled(count: () => Promise<number>): Promise<number> {
  let last = -1;
  for (;;) {
    const now = await count();
    if (now === last) return now;
    last = now;
    await sleep(500);
  }
}

describe('a worker whose outcomes cannot be stored for a moment', () => {
  it('leaves what it could not store soon to be claimed later, and calls everybody back once', async () => {
    await submitAll(await start('api'));
    expect(await countIn('received')).toBe(ACTIONS);
    const lock = new Client({ connectionString: database.url });
    await lock.connect();
    try {
      await lock.query('BEGIN');
      // Outcomes write here, nothing else does.
      await lock.query('LOCK TABLE delivery_attempts IN EXCLUSIVE MODE');
      await start('worker');
      await expect.poll(() => adobe.of('/callback').length, { timeout: 20_000 }).toBeGreaterThan(200);
      expect(await settled(() => countIn('received'))).toBeGreaterThanOrEqual(ACTIONS - CLAIMED_MAX);
    } finally {
      await lock.query('ROLLBACK');
      await lock.end();
    }
    await expect.poll(() => countIn('completed'), { timeout: 30_000 }).toBe(ACTIONS);
    expect(adobe.of('/callback')).toHaveLength(ACTIONS);
    // None of them had to be claimed a second time for want of a place.
    expect(await records.sql('SELECT max(attempt_number)::int AS most, count(*)::int AS n FROM deliveries')).toEqual([
      { most: 1, n: ACTIONS },
    ]);
  });
});
