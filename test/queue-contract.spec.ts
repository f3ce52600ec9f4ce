import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort } from '../simulator/free-port.js';
import type { WorkQueue } from '../src/queue/work-queue.js';
import { startHalfOpenProxy } from './support/half-open-proxy.js';
import { type TestCluster, startCluster } from './support/redis-cluster.js';
import { hasOwnRedis, hasRedis, startRedis, startRedisOn, type TestRedis } from './support/test-redis.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { Ear, QueueProcesses } from './support/work-queue.js';

const processes = new QueueProcesses();
const openQueue = (url: string | null): Promise<WorkQueue> => processes.open(url);
const openConnected = (url: string | null, log?: string[]): Promise<WorkQueue> => processes.openConnected(url, log);

afterEach(() => processes.close());

function describeWorkQueue(name: string, open: () => Promise<{ ringer: WorkQueue; listener: WorkQueue }>): void {
  describe(name, () => {
    it('wakes the listener of the stage and no other', async () => {
      const { ringer, listener } = await open();
      const ear = new Ear(listener);
      const other = new Ear(listener, 'delivery');
      await ear.expectRing(ringer);
      await sleep(50);
      expect([ear.rings, other.rings]).toEqual([1, 0]);
    });

    it('merges a storm of rings into few, and hears the next one', async () => {
      const { ringer, listener } = await open();
      const ear = new Ear(listener);
      for (let number = 0; number < 5_000; number += 1) ringer.ring('enrichment');
      await vi.waitFor(() => expect(ear.rings).toBeGreaterThan(0), { timeout: 5_000 });
      await sleep(200);
      await ear.expectRing(ringer);
      expect(ear.rings).toBeLessThan(10);
    });

    it('hears a ring that comes while its listener is looking, when it has looked', async () => {
      const { ringer, listener } = await open();
      let looks = 0;
      let release: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => (release = resolve));
      listener.listen('delivery', async () => {
        looks += 1;
        if (looks === 1) await gate;
      });
      ringer.ring('delivery');
      await vi.waitFor(() => expect(looks).toBe(1), { timeout: 5_000 });
      ringer.ring('delivery');
      await sleep(50);
      expect(looks).toBe(1);
      release();
      await vi.waitFor(() => expect(looks).toBe(2), { timeout: 5_000 });
    });

    it('looks at one ring at a time', async () => {
      const { ringer, listener } = await open();
      let now = 0;
      let most = 0;
      let done = 0;
      listener.listen('enrichment', async () => {
        most = Math.max(most, (now += 1));
        await sleep(60);
        now -= 1;
        done += 1;
      });
      for (let number = 0; number < 12; number += 1) {
        ringer.ring('enrichment');
        await sleep(25);
      }
      await vi.waitFor(() => expect(done).toBeGreaterThan(3), { timeout: 5_000 });
      expect(most).toBe(1);
    });

    it('rings after the delay and not before', async () => {
      const { ringer, listener } = await open();
      const startedAt = performance.now();
      let heardAfter = 0;
      listener.listen('delivery', () => void (heardAfter = performance.now() - startedAt));
      ringer.ring('delivery', { delayMs: 300 });
      await vi.waitFor(() => expect(heardAfter).toBeGreaterThan(0), { timeout: 5_000 });
      expect(heardAfter).toBeGreaterThanOrEqual(295);
      expect(heardAfter).toBeLessThan(1_500);
    });

    it('goes on listening after a handler threw or rejected', async () => {
      const { ringer, listener } = await open();
      const endings = [
        () => {
          throw new Error('thrown');
        },
        () => Promise.reject(new Error('rejected')),
        () => undefined,
      ];
      let looks = 0;
      listener.listen('enrichment', () => endings[(looks += 1) - 1]?.());
      for (let number = 1; number <= endings.length; number += 1) {
        ringer.ring('enrichment');
        await vi.waitFor(() => expect(looks).toBe(number), { timeout: 5_000 });
      }
    });

    it('takes rings that no listener waits for', async () => {
      const { ringer, listener } = await open();
      ringer.ring('delivery');
      await sleep(50);
      await new Ear(listener).expectRing(ringer);
    });

    it('refuses a second listener of a stage', async () => {
      const { listener } = await open();
      listener.listen('enrichment', () => undefined);
      expect(() => listener.listen('enrichment', () => undefined)).toThrow(/already has a listener/);
    });

    it('is silent after it was closed, and closes twice', async () => {
      const { ringer, listener } = await open();
      const ear = new Ear(listener);
      ringer.ring('enrichment', { delayMs: 100 });
      await ringer.close();
      await ringer.close();
      ringer.ring('enrichment');
      await sleep(200);
      expect(ear.rings).toBe(0);
    });
  });
}

describeWorkQueue('the embedded work queue', async () => {
  const queue = await openConnected(null);
  return { ringer: queue, listener: queue };
});

describe('the work queue on PostgreSQL', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: false, poolSize: 2 });
  });
  afterAll(() => database.drop());

  describeWorkQueue('within one process', async () => {
    const queue = await openConnected(database.url);
    return { ringer: queue, listener: queue };
  });

  describeWorkQueue('between two processes', async () => ({
    ringer: await openConnected(database.url),
    listener: await openConnected(database.url),
  }));
});

describe.skipIf(!hasOwnRedis())('the work queue on a Redis Cluster', () => {
  let cluster: TestCluster;

  beforeAll(async () => {
    cluster = await startCluster();
  });
  afterAll(() => cluster.stop());
  afterEach(() => cluster.each((node) => node.flushall()));

  describeWorkQueue('within one process', async () => {
    const queue = await openConnected(cluster.url);
    return { ringer: queue, listener: queue };
  });

  describeWorkQueue('between two processes', async () => ({
    ringer: await openConnected(cluster.url),
    listener: await openConnected(cluster.url),
  }));

  it('keeps all of its keys on one node', async () => {
    const queue = await openConnected(cluster.url);
    for (const stage of ['enrichment', 'delivery'] as const) queue.ring(stage);
    const sizes: number[] = [];
    await vi.waitFor(async () => {
      sizes.length = 0;
      await cluster.each(async (node) => sizes.push(await node.dbsize()));
      expect(Math.max(...sizes)).toBeGreaterThanOrEqual(6);
    });
    expect(sizes.filter((size) => size > 0)).toHaveLength(1);
  });
});

describe.skipIf(!hasRedis())('the work queue on Bull', () => {
  let redis: TestRedis;
  let admin: Redis;

  beforeAll(async () => {
    redis = await startRedis();
    admin = new Redis(redis.url);
    admin.on('error', () => undefined);
  });
  afterAll(async () => {
    admin.disconnect();
    await redis.stop();
  });
  afterEach(async () => {
    await admin.flushall();
  });

  describeWorkQueue('within one process', async () => {
    const queue = await openConnected(redis.url);
    return { ringer: queue, listener: queue };
  });

  describeWorkQueue('between two processes', async () => ({
    ringer: await openConnected(redis.url),
    listener: await openConnected(redis.url),
  }));

  it('leaves no job behind, done or failed', async () => {
    const queue = await openConnected(redis.url);
    let heard = 0;
    queue.listen('enrichment', () => ((heard += 1) % 2 === 0 ? Promise.reject(new Error('no')) : undefined));
    for (let number = 1; number <= 6; number += 1) {
      queue.ring('enrichment');
      await vi.waitFor(() => expect(heard).toBe(number), { timeout: 5_000 });
    }
    await vi.waitFor(async () => expect(await admin.keys('{ricochet}:enrichment:[0-9]*')).toEqual([]));
  });

  it('keeps Redis small when nobody listens', async () => {
    const ringers = [await openConnected(redis.url), await openConnected(redis.url)];
    for (let number = 0; number < 200; number += 1) {
      for (const ringer of ringers) ringer.ring('delivery', number % 2 === 0 ? {} : { delayMs: 100 });
      await sleep(5);
    }
    expect(await admin.llen('{ricochet}:delivery:wait')).toBeGreaterThan(0);
    expect(await admin.dbsize()).toBeLessThan(20);
  });

  it('lets one ring wait while its listener is looking, and writes no more for others', async () => {
    const [ringer, listener] = [await openConnected(redis.url), await openConnected(redis.url)];
    let looks = 0;
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    listener.listen('enrichment', () => ((looks += 1) === 1 ? gate : undefined));
    ringer.ring('enrichment');
    await vi.waitFor(() => expect(looks).toBe(1), { timeout: 5_000 });
    for (let number = 0; number < 20; number += 1) {
      ringer.ring('enrichment');
      await sleep(25);
    }
    expect(await admin.llen('{ricochet}:enrichment:wait')).toBe(1);
    release();
    await vi.waitFor(() => expect(looks).toBe(2), { timeout: 5_000 });
    await sleep(100);
    expect(looks).toBe(2);
  });

  it('is well when Redis forgot a ring while its listener was looking', async () => {
    const log: string[] = [];
    const [ringer, listener] = [await openConnected(redis.url), await openConnected(redis.url, log)];
    let looks = 0;
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    listener.listen('enrichment', () => ((looks += 1) === 1 ? gate : undefined));
    ringer.ring('enrichment');
    await vi.waitFor(() => expect(looks).toBe(1), { timeout: 5_000 });
    await admin.flushall();
    release();
    await vi.waitFor(
      () => {
        ringer.ring('enrichment');
        expect(looks).toBeGreaterThan(1);
      },
      { timeout: 5_000, interval: 100 },
    );
    expect(listener.isConnected()).toBe(true);
    expect(log).toEqual([]);
  });

  it('hears new rings after FLUSHALL', async () => {
    const [ringer, listener] = [await openConnected(redis.url), await openConnected(redis.url)];
    const ear = new Ear(listener);
    await ear.expectRing(ringer);
    await admin.flushall();
    await admin.script('FLUSH');
    await ear.expectRing(ringer);
  });

  it.skipIf(process.env['REDIS_URL'])('survives Redis being killed and comes back with it', async () => {
    const own = await startRedis();
    const [ringer, listener] = [await openConnected(own.url), await openConnected(own.url)];
    const ear = new Ear(listener);
    await ear.expectRing(ringer);
    await own.kill();
    await vi.waitFor(() => expect(ringer.isConnected()).toBe(false), { timeout: 5_000 });
    expect(() => ringer.ring('enrichment')).not.toThrow();
    await ear.expectRing(listener);
    await own.restart();
    await vi.waitFor(() => expect(ringer.isConnected() && listener.isConnected()).toBe(true), { timeout: 10_000 });
    await ear.expectRingWithin(10_000, ringer);
    await own.stop();
  });

  it.skipIf(process.env['REDIS_URL'])('boots without Redis and finds it later', async () => {
    const port = await freePort();
    const queue = await openQueue(`redis://127.0.0.1:${port}`);
    expect(queue.isConnected()).toBe(false);
    const ear = new Ear(queue, 'delivery');
    await ear.expectRing(queue);
    expect(ear.rings).toBe(1);
    const late = await startRedisOn(port);
    const other = await openConnected(late.url);
    await vi.waitFor(() => expect(queue.isConnected()).toBe(true), { timeout: 10_000 });
    await ear.expectRingWithin(15_000, other);
    await late.stop();
  });

  it('closes within two seconds when Redis was never there', async () => {
    const queue = await openQueue(`redis://127.0.0.1:${await freePort()}`);
    queue.listen('enrichment', () => undefined);
    await sleep(100);
    const startedAt = performance.now();
    await queue.close();
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('closes within two seconds when Redis falls silent, and while a listener hangs', async () => {
    const proxy = await startHalfOpenProxy(Number(new URL(redis.url).port));
    const queue = await openConnected(`redis://127.0.0.1:${proxy.port}`);
    let hanging = false;
    queue.listen('enrichment', () => new Promise(() => (hanging = true)));
    queue.ring('enrichment');
    await vi.waitFor(() => expect(hanging).toBe(true), { timeout: 5_000 });
    proxy.goDead();
    queue.ring('delivery');
    await sleep(30);
    const startedAt = performance.now();
    await queue.close();
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    await proxy.stop();
  });

  it('notices a half-open connection and replaces it', async () => {
    const proxy = await startHalfOpenProxy(Number(new URL(redis.url).port));
    const queue = await openConnected(`redis://127.0.0.1:${proxy.port}`);
    const ear = new Ear(queue);
    await ear.expectRing(queue);
    proxy.goDead();
    queue.ring('enrichment');
    await sleep(100);
    proxy.revive();
    const ringer = await openConnected(redis.url);
    await ear.expectRingWithin(15_000, ringer);
    await vi.waitFor(() => expect(queue.isConnected()).toBe(true), { timeout: 10_000 });
    await queue.close();
    await proxy.stop();
  });
});
