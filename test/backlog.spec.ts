import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, type RunningApp, startApp } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { Records } from './support/records.js';
import { Gate, SCRIPTED_SERVICES, scriptedLead } from './support/scripted-services.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { hasRedis, startRedis, type TestRedis } from './support/test-redis.js';

const BACKLOG_MAX = 100_000;
/** Jobs a stage may have waiting, and one more per process that counted at the same moment. */
const WAITING_MAX = 8 + 2;
const MINUTE = 60_000;
const LOOKS = 8;
/** Actions that a process with one place has claimed, the one that runs among them. */
const HELD_IN_MEMORY = 16;

let database: TestDatabase;
let records: Records;
let adobe: FakeAdobe;

beforeAll(async () => {
  database = await createTestDatabase();
  records = new Records(database);
  adobe = await FakeAdobe.start();
});
afterAll(async () => {
  await adobe.stop();
  await database.drop();
});

/** Due rows as intake leaves them, `ageMs` after they came. */
async function fill(count: number, { ageMs = 0, timeoutMs = 60 * MINUTE } = {}): Promise<void> {
  await records.sql(
    `INSERT INTO actions (id, service, dialect, tenant, object_type, entity_id, state, received_at, deadline_at)
     SELECT gen_random_uuid(), 'backlog', 'adobe', 'TESTORG@AdobeOrg', 'lead', n::text, 'received',
            now() - $2 * interval '1 millisecond', now() + ($3::float8 - $2::float8) * interval '1 millisecond'
       FROM generate_series(1, $1::int) AS n`,
    [count, ageMs, timeoutMs],
  );
}

async function due(): Promise<number> {
  const [row] = await records.sql<{ n: number }>(`SELECT count(*)::int AS n FROM actions WHERE state = 'received'`);
  return row?.n ?? 0;
}

async function heldInMemory(): Promise<number> {
  const [row] = await records.sql<{ n: number }>(`SELECT count(*)::int AS n FROM actions WHERE state = 'enriching'`);
  return row?.n ?? 0;
}

/** No action has come to an end, nor used more than a part of its time. */
async function expectNothingLate(share: number): Promise<void> {
  const rows = await records.sql(
    `SELECT id FROM actions WHERE state IN ('expired', 'undeliverable')
        OR (state = 'received' AND now() > received_at + (deadline_at - received_at) * $1::float8) LIMIT 1`,
    [share],
  );
  expect(rows).toEqual([]);
}

const emptyBacklog = (): Promise<unknown> => records.sql(`DELETE FROM actions WHERE state = 'received'`);

/** Asks until it is answered so; the backlog is looked at once a second. */
async function untilAnswered(service: RunningApp, status: number, withinMs = 10_000): Promise<Answer> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    const answer = await service.submit(scriptedLead({ callbackUrl: `${adobe.url}/callback` }));
    if (answer.status === status) return answer;
    if (performance.now() > giveUpAt) throw new Error(`still ${answer.status}: ${JSON.stringify(answer.body)}`);
    await sleep(50);
  }
}

function expectRefusal(answer: Answer, reason: RegExp): void {
  expect(answer.body).toMatchObject({ code: 'RATE_LIMITED' });
  expect(JSON.stringify(answer.body)).toMatch(reason);
  expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
}

describe('the brake of intake', () => {
  let service: RunningApp;
  let gate: Gate;

  beforeEach(async () => {
    gate = new Gate();
    service = await startApp({
      databaseUrl: database.url,
      adobe,
      env: { ...SCRIPTED_SERVICES, ENRICH_CONCURRENCY: '1' },
    });
    // The one place is taken: nothing of the backlog is ever claimed.
    const held = await service.submit(scriptedLead({ callbackUrl: `${adobe.url}/callback` }, { gate }));
    expect(held.status).toBe(200);
    // Intake opens a moment before enrichment: older rows would be claimed ahead of it, and pass through the place.
    await expect.poll(heldInMemory, { timeout: 10_000 }).toBe(1);
  });
  afterEach(async () => {
    await emptyBacklog();
    gate.open();
    await service.close();
    gate.remove();
  });

  it('answers 429 with Retry-After once the oldest has used a quarter of its time, and accepts when it is gone', async () => {
    await fill(50, { ageMs: 10 * MINUTE });
    // A claim that came later would take the next row out of the backlog.
    await expect.poll(heldInMemory, { timeout: 10_000 }).toBe(HELD_IN_MEMORY);
    // Longer than it takes to look at the backlog.
    await sleep(1_200);
    await untilAnswered(service, 200);
    await fill(1, { ageMs: 16 * MINUTE });
    expectRefusal(await untilAnswered(service, 429), /quarter of its time/);
    await expectNothingLate(0.3);
    await emptyBacklog();
    await untilAnswered(service, 200);
  });
});

describe.skipIf(!hasRedis())('100,000 due rows', () => {
  let redis: TestRedis;
  let client: Redis;
  let services: RunningApp[] = [];
  let gate: Gate;

  beforeEach(async () => {
    gate = new Gate();
    redis = await startRedis();
    client = new Redis(redis.url);
    await client.flushall();
  });
  afterEach(async () => {
    await emptyBacklog();
    gate.open();
    await Promise.all(services.map((service) => service.close()));
    services = [];
    gate.remove();
    client.disconnect();
    await redis.stop();
  });

  async function startTwo(env: Record<string, string>): Promise<void> {
    const options = { databaseUrl: database.url, adobe, env: { ...SCRIPTED_SERVICES, REDIS_URL: redis.url, ...env } };
    services = [await startApp(options), await startApp(options)];
  }

  /** Keys that stay: those of a ring that is being heard come and go within milliseconds. */
  async function countStaying(): Promise<number> {
    let least = Infinity;
    for (let time = 0; time < 5; time += 1) {
      least = Math.min(least, await client.dbsize());
      await sleep(10);
    }
    return least;
  }

  /** Submits to both, look after look, and counts what lies in Redis after each. */
  async function ringAndCount(looks: number): Promise<{ keys: number[]; waiting: number[]; statuses: Set<number> }> {
    const seen = { keys: [] as number[], waiting: [] as number[], statuses: new Set<number>() };
    for (let look = 0; look < looks; look += 1) {
      for (let turn = 0; turn < 5; turn += 1) {
        const requests = services.map((service) =>
          service.submit(scriptedLead({ callbackUrl: `${adobe.url}/callback` })),
        );
        for (const answer of await Promise.all(requests)) seen.statuses.add(answer.status);
        // Longer than the gap between two rings of a process: each of these rings by itself.
        await sleep(20);
      }
      seen.keys.push(await countStaying());
      const lists = ['wait', 'active', 'paused'].map((list) => client.llen(`{ricochet}:enrichment:${list}`));
      const sets = ['delayed', 'failed', 'completed'].map((set) => client.zcard(`{ricochet}:enrichment:${set}`));
      const counts = await Promise.all([...lists, ...sets]);
      seen.waiting.push(counts.reduce((sum, count) => sum + count, 0));
    }
    return seen;
  }

  async function expectBrakeAndRelease(): Promise<void> {
    await fill(BACKLOG_MAX + 1 - (await due()));
    for (const service of services) expectRefusal(await untilAnswered(service, 429), /more than 100000 actions wait/);
    await expectNothingLate(0.25);
    expect(await due()).toBeGreaterThan(BACKLOG_MAX);
    await emptyBacklog();
    for (const service of services) await untilAnswered(service, 200);
  }

  it('leave a few rings in Redis however often it is rung and no worker runs, and stop intake in time', async () => {
    await startTwo({ ROLE: 'api' });
    await fill(BACKLOG_MAX - 1_000);
    const { keys, waiting, statuses } = await ringAndCount(LOOKS);
    expect(statuses).toEqual(new Set([200]));
    // It did ring, and nobody took the rings away.
    expect(Math.max(...waiting)).toBeGreaterThan(0);
    expect(Math.max(...waiting)).toBeLessThanOrEqual(WAITING_MAX);
    // The second half of the looks finds what the first one found.
    expect(Math.max(...keys.slice(LOOKS / 2))).toBeLessThanOrEqual(Math.max(...keys.slice(0, LOOKS / 2)) + 2);
    expect(Math.max(...keys)).toBeLessThanOrEqual(WAITING_MAX + 10);
    await expectBrakeAndRelease();
  });

  it('leave none behind when workers hear every ring and have no place free', async () => {
    await startTwo({ ROLE: 'all', ENRICH_CONCURRENCY: '1' });
    for (const service of services) {
      const held = await service.submit(scriptedLead({ callbackUrl: `${adobe.url}/callback` }, { gate }));
      expect(held.status).toBe(200);
    }
    await fill(BACKLOG_MAX - 1_000);
    const { keys, waiting, statuses } = await ringAndCount(LOOKS);
    expect(statuses).toEqual(new Set([200]));
    expect(Math.max(...waiting)).toBeLessThanOrEqual(WAITING_MAX);
    expect(Math.max(...keys.slice(LOOKS / 2))).toBeLessThanOrEqual(Math.max(...keys.slice(0, LOOKS / 2)) + 4);
    await emptyBacklog();
    await sleep(500);
    expect(await client.llen('{ricochet}:enrichment:wait')).toBeLessThanOrEqual(1);
  });
});
