import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { freePort } from '../simulator/free-port.js';
import { hasRedis, startRedis, type TestRedis } from './support/test-redis.js';
import { TwoHalves } from './support/two-halves.js';

/** Two processes start in each. */
const TWO_MINUTES = 120_000;

describe.skipIf(!hasRedis())('a service of two processes on Bull', { timeout: TWO_MINUTES }, () => {
  let redis: TestRedis;
  let halves: TwoHalves;

  beforeAll(async () => {
    halves = await TwoHalves.open();
    redis = await startRedis();
  });
  afterEach(() => halves.stop());
  afterAll(async () => {
    await redis.stop();
    await halves.close();
  });

  it('loses nothing when Redis forgets everything, again and again', async () => {
    const admin = new Redis(redis.url);
    const api = await halves.start({ REDIS_URL: redis.url });
    await halves.flow(api, async (submitted) => {
      if (submitted % 5 === 0) await admin.flushall();
    });
    admin.disconnect();
  });

  it('loses nothing when Redis is killed in the middle and never comes back', async ({ skip }) => {
    if (!redis.ours) skip('NO REDIS TO KILL: REDIS_URL is not ours; put redis-server on the PATH');
    const api = await halves.start({ REDIS_URL: redis.url });
    await halves.flow(api, async (submitted) => {
      if (submitted === 30) await redis.kill();
    });
  });

  it('works when Redis is absent from the beginning', async () => {
    const api = await halves.start({ REDIS_URL: `redis://127.0.0.1:${await freePort()}` });
    await halves.flow(api);
  });
});
