import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../simulator/free-port.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { Records } from './support/records.js';
import { leadRequest } from './support/requests.js';
import { ServiceProcess } from './support/service-process.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { hasRedis, startRedis, type TestRedis } from './support/test-redis.js';

const ACTIONS = 60;
const RETRY_MS = 1_000;
/** Polls make up for every ring that is lost; this is many polls. */
const LATE_AT_MOST_MS = 15_000;

/** The two halves of a service, which meet in Postgres and, while there is one, in Redis. */
interface Halves {
  readonly api: ServiceProcess;
  readonly worker: ServiceProcess;
}

describe.skipIf(!hasRedis())('a service of two processes on Bull', () => {
  let redis: TestRedis;
  let database: TestDatabase;
  let records: Records;
  let adobe: FakeAdobe;
  const running: ServiceProcess[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    records = new Records(database);
    adobe = await FakeAdobe.start();
    redis = await startRedis();
  });
  afterEach(async () => {
    adobe.answer = () => undefined;
    const ends = await Promise.all(running.splice(0).map((service) => service.stop()));
    expect(ends.map((end) => end.exitCode)).toEqual(ends.map(() => 0));
  });
  afterAll(async () => {
    await adobe.stop();
    await redis.stop();
    await database.drop();
  });

  async function startHalves(redisUrl: string): Promise<Halves> {
    const start = async (ROLE: 'api' | 'worker'): Promise<ServiceProcess> => {
      const env = { ROLE, REDIS_URL: redisUrl, ADOBE_RETRY_SCHEDULE: `0s,${RETRY_MS}ms`, POLL_MS: '1000' };
      const service = await ServiceProcess.start({ databaseUrl: database.url, adobe, env });
      running.push(service);
      return service;
    };
    const [api, worker] = await Promise.all([start('api'), start('worker')]);
    return { api, worker };
  }

  /** Submits one after the other; every third callback is refused once. Then checks that each came, and when. */
  async function flow(halves: Halves, disturb: (submitted: number) => Promise<void>): Promise<void> {
    const refused = new Set<string>();
    adobe.answer = ({ path }, count) => (count === 1 && refused.has(path) ? { status: 503 } : undefined);
    const planned = new Map<string, { readonly id: string; readonly atMs: number; readonly callbacks: number }>();
    for (let index = 0; index < ACTIONS; index += 1) {
      const path = `/callback/${randomUUID()}`;
      if (index % 3 === 0) refused.add(path);
      const answer = await halves.api.submit(leadRequest({ callbackUrl: adobe.url + path, leadId: index }));
      expect(answer.status).toBe(200);
      const again = refused.has(path);
      planned.set(path, {
        id: answer.body['requestId'] as string,
        atMs: Date.now() + (again ? RETRY_MS : 0),
        callbacks: again ? 2 : 1,
      });
      await disturb(index);
      await sleep(10);
    }
    const missing = (): string[] =>
      [...planned].filter(([path, { callbacks }]) => adobe.of(path).length < callbacks).map(([path]) => path);
    await adobe.until(() => missing().length === 0, RETRY_MS + LATE_AT_MOST_MS);
    for (const [path, { atMs, callbacks }] of planned) {
      expect(adobe.of(path)).toHaveLength(callbacks);
      expect((adobe.of(path).at(-1)?.atMs ?? Infinity) - atMs).toBeLessThan(LATE_AT_MOST_MS);
    }
    const ids = [...planned.values()].map(({ id }) => id);
    await records.untilState(ids, 'completed');
    expect([...(await records.endings(ids)).values()]).toEqual(ids.map(() => 1));
  }

  it('loses nothing when Redis forgets everything, again and again', async () => {
    const admin = new Redis(redis.url);
    const halves = await startHalves(redis.url);
    await flow(halves, async (submitted) => {
      if (submitted % 5 === 0) await admin.flushall();
    });
    admin.disconnect();
  });

  it('loses nothing when Redis is killed in the middle and never comes back', async ({ skip }) => {
    if (!redis.ours) skip('NO REDIS TO KILL: REDIS_URL is not ours; put redis-server on the PATH');
    const halves = await startHalves(redis.url);
    await flow(halves, async (submitted) => {
      if (submitted === ACTIONS / 2) await redis.kill();
    });
  });

  it('works when Redis is absent from the beginning', async () => {
    const halves = await startHalves(`redis://127.0.0.1:${await freePort()}`);
    await flow(halves, () => Promise.resolve());
  });
});
