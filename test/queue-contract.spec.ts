import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort } from '../simulator/free-port.js';
import type { WorkQueue } from '../src/queue/work-queue.js';
import { startHalfOpenProxy } from './support/half-open-proxy.js';
import { type TestCluster, startCluster } from './support/redis-cluster.js';
import { hasOwnRedis, hasRedis, startRedis, startRedisOn, type TestRedis } from './support/test-redis.js';
import { QueueProcesses } from './support/work-queue.js';

const processes = new QueueProcesses();
const openQueue = (url: string | null): Promise<WorkQueue> => processes.open(url);
const openConnected = (url: string | null): Promise<WorkQueue> => processes.openConnected(url);

afterEach(() => processes.close());

function describeWorkQueue(name: string, open: () => Promise<{ ringer: WorkQueue; listener: WorkQueue }>): void {
  describe(name, () => {
    it('wakes the listener of the stage with the rung ids', async () => {
      const { ringer, listener } = await open();
      const heard: string[] = [];
      const others: string[] = [];
      listener.listen('enrichment', (ids) => void heard.push(...ids), { slots: 1 });
      listener.listen('delivery', (ids) => void others.push(...ids), { slots: 1 });
      ringer.ring('enrichment', ['a', 'b']);
      await vi.waitFor(() => expect(heard).toEqual(['a', 'b']), { timeout: 5_000 });
      expect(others).toEqual([]);
    });

    it('merges a storm of rings into few, of at most 200 ids each', async () => {
      const { ringer, listener } = await open();
      const rings: number[] = [];
      let last: string | undefined;
      listener.listen(
        'enrichment',
        async (ids) => {
          rings.push(ids.length);
          last = ids.at(-1) ?? last;
          await sleep(5);
        },
        { slots: 1 },
      );
      for (let number = 0; number < 5_000; number += 1) ringer.ring('enrichment', [`id-${number}`]);
      await vi.waitFor(() => expect(rings).not.toEqual([]), { timeout: 5_000 });
      ringer.ring('enrichment', ['last']);
      await vi.waitFor(() => expect(last).toBe('last'), { timeout: 5_000 });
      expect(rings.length).toBeLessThan(10);
      expect(Math.max(...rings)).toBeLessThanOrEqual(200);
    });

    it('hears a ring that comes while its listener is looking', async () => {
      const { ringer, listener } = await open();
      const heard: string[] = [];
      let release: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => (release = resolve));
      listener.listen(
        'delivery',
        async (ids) => {
          heard.push(...ids);
          if (ids.includes('first')) await gate;
        },
        { slots: 1 },
      );
      ringer.ring('delivery', ['first']);
      await vi.waitFor(() => expect(heard).toEqual(['first']), { timeout: 5_000 });
      ringer.ring('delivery', ['second']);
      await sleep(50);
      expect(heard).toEqual(['first']);
      release();
      await vi.waitFor(() => expect(heard).toEqual(['first', 'second']), { timeout: 5_000 });
    });

    it('looks at no more rings side by side than it has slots', async () => {
      const { ringer, listener } = await open();
      let now = 0;
      let most = 0;
      let done = 0;
      listener.listen(
        'enrichment',
        async () => {
          most = Math.max(most, (now += 1));
          await sleep(60);
          now -= 1;
          done += 1;
        },
        { slots: 2 },
      );
      for (let number = 0; number < 12; number += 1) {
        ringer.ring('enrichment', [`id-${number}`]);
        await sleep(25);
      }
      await vi.waitFor(() => expect(done).toBeGreaterThan(3), { timeout: 5_000 });
      expect(most).toBe(2);
    });

    it('rings after the delay and not before', async () => {
      const { ringer, listener } = await open();
      const startedAt = performance.now();
      let heardAfter = 0;
      listener.listen('delivery', () => void (heardAfter = performance.now() - startedAt), { slots: 1 });
      ringer.ring('delivery', ['later'], { delayMs: 300 });
      await vi.waitFor(() => expect(heardAfter).toBeGreaterThan(0), { timeout: 5_000 });
      expect(heardAfter).toBeGreaterThanOrEqual(295);
      expect(heardAfter).toBeLessThan(1_500);
    });

    it('goes on listening after a handler threw or rejected', async () => {
      const { ringer, listener } = await open();
      const heard: string[] = [];
      listener.listen(
        'enrichment',
        (ids) => {
          heard.push(...ids);
          if (ids.includes('throws')) throw new Error('thrown');
          return ids.includes('rejects') ? Promise.reject(new Error('rejected')) : undefined;
        },
        { slots: 1 },
      );
      for (const id of ['throws', 'rejects', 'works']) {
        ringer.ring('enrichment', [id]);
        await vi.waitFor(() => expect(heard).toContain(id), { timeout: 5_000 });
      }
    });

    it('takes rings nobody listens to, empty ones too', async () => {
      const { ringer, listener } = await open();
      ringer.ring('delivery', ['nobody']);
      await sleep(50);
      let heard = 0;
      listener.listen('enrichment', () => void (heard += 1), { slots: 1 });
      ringer.ring('enrichment', []);
      await vi.waitFor(() => expect(heard).toBe(1), { timeout: 5_000 });
    });

    it('refuses a second listener of a stage', async () => {
      const { listener } = await open();
      listener.listen('enrichment', () => undefined, { slots: 1 });
      expect(() => listener.listen('enrichment', () => undefined, { slots: 1 })).toThrow(/already has a listener/);
    });

    it('is silent after it was closed, and closes twice', async () => {
      const { ringer, listener } = await open();
      const heard: string[] = [];
      listener.listen('enrichment', (ids) => void heard.push(...ids), { slots: 1 });
      ringer.ring('enrichment', ['late'], { delayMs: 100 });
      await ringer.close();
      await ringer.close();
      ringer.ring('enrichment', ['after']);
      await sleep(200);
      expect(heard).toEqual([]);
    });
  });
}

describeWorkQueue('the embedded work queue', async () => {
  const queue = await openConnected(null);
  return { ringer: queue, listener: queue };
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
    for (const stage of ['enrichment', 'delivery'] as const) queue.ring(stage, ['a']);
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
    queue.listen('enrichment', () => ((heard += 1) % 2 === 0 ? Promise.reject(new Error('no')) : undefined), {
      slots: 1,
    });
    for (let number = 1; number <= 6; number += 1) {
      queue.ring('enrichment', [`id-${number}`]);
      await vi.waitFor(() => expect(heard).toBe(number), { timeout: 5_000 });
    }
    await vi.waitFor(async () => expect(await admin.keys('{ricochet}:enrichment:[0-9]*')).toEqual([]));
  });

  it('keeps Redis small when nobody listens', async () => {
    const ringers = [await openConnected(redis.url), await openConnected(redis.url)];
    for (let number = 0; number < 200; number += 1) {
      for (const ringer of ringers) ringer.ring('delivery', [`id-${number}`], number % 2 === 0 ? {} : { delayMs: 100 });
      await sleep(5);
    }
    expect(await admin.llen('{ricochet}:delivery:wait')).toBeGreaterThan(0);
    expect(await admin.dbsize()).toBeLessThan(20);
  });

  it('hears new rings after FLUSHALL', async () => {
    const [ringer, listener] = [await openConnected(redis.url), await openConnected(redis.url)];
    const heard: string[] = [];
    listener.listen('enrichment', (ids) => void heard.push(...ids), { slots: 2 });
    ringer.ring('enrichment', ['before']);
    await vi.waitFor(() => expect(heard).toContain('before'), { timeout: 5_000 });
    await admin.flushall();
    await admin.script('FLUSH');
    ringer.ring('enrichment', ['after']);
    await vi.waitFor(() => expect(heard).toContain('after'), { timeout: 5_000 });
  });

  it.skipIf(process.env['REDIS_URL'])('survives Redis being killed and comes back with it', async () => {
    const own = await startRedis();
    const [ringer, listener] = [await openConnected(own.url), await openConnected(own.url)];
    const heard: string[] = [];
    listener.listen('enrichment', (ids) => void heard.push(...ids), { slots: 1 });
    ringer.ring('enrichment', ['before']);
    await vi.waitFor(() => expect(heard).toContain('before'), { timeout: 5_000 });
    await own.kill();
    await vi.waitFor(() => expect(ringer.isConnected()).toBe(false), { timeout: 5_000 });
    expect(() => ringer.ring('enrichment', ['lost'])).not.toThrow();
    listener.ring('enrichment', ['at home']);
    await vi.waitFor(() => expect(heard).toContain('at home'), { timeout: 5_000 });
    await own.restart();
    await vi.waitFor(() => expect(ringer.isConnected() && listener.isConnected()).toBe(true), { timeout: 10_000 });
    await vi.waitFor(
      () => {
        ringer.ring('enrichment', ['after']);
        expect(heard).toContain('after');
      },
      { timeout: 10_000, interval: 200 },
    );
    await own.stop();
  });

  it.skipIf(process.env['REDIS_URL'])('boots without Redis and finds it later', async () => {
    const port = await freePort();
    const queue = await openQueue(`redis://127.0.0.1:${port}`);
    const heard: string[] = [];
    expect(queue.isConnected()).toBe(false);
    queue.listen('delivery', (ids) => void heard.push(...ids), { slots: 1 });
    queue.ring('delivery', ['at home']);
    await vi.waitFor(() => expect(heard).toEqual(['at home']), { timeout: 5_000 });
    const late = await startRedisOn(port);
    const other = await openConnected(late.url);
    await vi.waitFor(
      () => {
        other.ring('delivery', ['from afar']);
        expect(heard).toContain('from afar');
      },
      { timeout: 15_000, interval: 200 },
    );
    await vi.waitFor(() => expect(queue.isConnected()).toBe(true), { timeout: 10_000 });
    await late.stop();
  });

  it('closes within two seconds when Redis was never there', async () => {
    const queue = await openQueue(`redis://127.0.0.1:${await freePort()}`);
    queue.listen('enrichment', () => undefined, { slots: 4 });
    await sleep(100);
    const startedAt = performance.now();
    await queue.close();
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('closes within two seconds when Redis falls silent, and while a listener hangs', async () => {
    const proxy = await startHalfOpenProxy(Number(new URL(redis.url).port));
    const queue = await openConnected(`redis://127.0.0.1:${proxy.port}`);
    let hanging = false;
    queue.listen('enrichment', () => new Promise(() => (hanging = true)), { slots: 1 });
    queue.ring('enrichment', ['hangs']);
    await vi.waitFor(() => expect(hanging).toBe(true), { timeout: 5_000 });
    proxy.goDead();
    queue.ring('delivery', ['into the void']);
    await sleep(30);
    const startedAt = performance.now();
    await queue.close();
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    await proxy.stop();
  });

  it('notices a half-open connection and replaces it', async () => {
    const proxy = await startHalfOpenProxy(Number(new URL(redis.url).port));
    const queue = await openConnected(`redis://127.0.0.1:${proxy.port}`);
    const heard: string[] = [];
    queue.listen('enrichment', (ids) => void heard.push(...ids), { slots: 1 });
    queue.ring('enrichment', ['before']);
    await vi.waitFor(() => expect(heard).toContain('before'), { timeout: 5_000 });
    proxy.goDead();
    queue.ring('enrichment', ['void']);
    await sleep(100);
    proxy.revive();
    const ringer = await openConnected(redis.url);
    await vi.waitFor(
      () => {
        ringer.ring('enrichment', ['after']);
        expect(heard).toContain('after');
      },
      { timeout: 15_000, interval: 200 },
    );
    await vi.waitFor(() => expect(queue.isConnected()).toBe(true), { timeout: 10_000 });
    await queue.close();
    await proxy.stop();
  });
});
