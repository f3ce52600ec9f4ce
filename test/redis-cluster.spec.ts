import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Bull from 'bull';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort } from '../simulator/free-port.js';
import { startCluster, type TestCluster } from './support/redis-cluster.js';
import { hasOwnRedis, startRedisOn } from './support/test-redis.js';
import { Ear, QueueProcesses } from './support/work-queue.js';

const BACK_WITHIN_MS = 15_000;
const PASSWORD = 'p4ss-of-the-cluster';

const processes = new QueueProcesses();
afterEach(() => processes.close());

describe.skipIf(!hasOwnRedis())('a queue on a Redis Cluster', { timeout: 90_000 }, () => {
  let cluster: TestCluster;

  beforeAll(async () => {
    cluster = await startCluster();
  });
  afterAll(() => cluster.stop());

  it('survives the loss of the node that has its keys, and comes back with it', async () => {
    const log: string[] = [];
    const queue = await processes.open(cluster.url, log);
    const ear = new Ear(queue);
    await vi.waitFor(() => expect(queue.isConnected()).toBe(true), { timeout: 10_000 });
    const owner = await cluster.ownerOf('{ricochet}');
    await cluster.lose(owner);
    await vi.waitFor(() => expect(queue.isConnected()).toBe(false), { timeout: BACK_WITHIN_MS });
    await ear.expectRing(queue);
    await cluster.restore(owner);
    await vi.waitFor(() => expect(queue.isConnected()).toBe(true), { timeout: BACK_WITHIN_MS });
    await ear.expectRingWithin(BACK_WITHIN_MS, await processes.openConnected(cluster.url));
    expect(log.at(-1)).toMatch(/Redis carries rings again/);
  });

  it('says that it is a cluster when REDIS_URL does not', async () => {
    const owner = await cluster.ownerOf('{ricochet}');
    const stranger = cluster.nodes[(owner + 1) % cluster.nodes.length];
    const log: string[] = [];
    const queue = await processes.open(stranger?.url ?? '', log);
    await vi.waitFor(() => expect(log.join('\n')).toContain('?cluster=true'), { timeout: 10_000 });
    expect(queue.isConnected()).toBe(false);
  });

  it('is content with the least permissions that the operations page gives', async () => {
    const page = readFileSync(join(import.meta.dirname, '..', 'docs', 'operations.md'), 'utf8');
    const rules = /ACL SETUSER ricochet on '>password' (.+)/.exec(page)?.[1]?.split(' ') ?? [];
    await cluster.each((node) => node.call('ACL', 'SETUSER', 'ricochet', 'reset', 'on', `>${PASSWORD}`, ...rules));
    const log: string[] = [];
    const queue = await processes.open(cluster.url.replace('redis://', `redis://ricochet:${PASSWORD}@`), log);
    const ear = new Ear(queue);
    await vi.waitFor(() => expect(queue.isConnected()).toBe(true), { timeout: 10_000 });
    await ear.expectRingWithin(BACK_WITHIN_MS, queue);
    await cluster.each(async (node) => expect(await node.call('ACL', 'LOG')).toEqual([]));
    expect(log).toEqual([]);
  });

  it('says which password is refused, without the password', async () => {
    await cluster.each((node) => node.config('SET', 'requirepass', 'another'));
    const log: string[] = [];
    const queue = await processes.open(cluster.url.replace('redis://', `redis://:${PASSWORD}@`), log);
    await vi.waitFor(() => expect(log.join('\n')).toContain('WRONGPASS'), { timeout: 10_000 });
    await sleep(2_000);
    expect(queue.isConnected()).toBe(false);
    expect(log.filter((line) => line.includes('WRONGPASS'))).toHaveLength(1);
    expect(log.join('\n')).not.toContain(PASSWORD);
    for (const { url } of cluster.nodes) {
      const node = new Redis(url.replace('redis://', 'redis://:another@'));
      await node.config('SET', 'requirepass', PASSWORD);
      node.disconnect();
    }
    await vi.waitFor(() => expect(queue.isConnected()).toBe(true), { timeout: BACK_WITHIN_MS });
  });
});

describe.skipIf(!hasOwnRedis())('a queue beside replicas of the version before', () => {
  it('neither hears their rings nor is kept from its own', async () => {
    const redis = await startRedisOn(await freePort());
    const old = new Bull('enrichment', {
      prefix: 'ricochet',
      redis: { host: '127.0.0.1', port: Number(new URL(redis.url).port) },
    });
    const heardByOld: string[] = [];
    void old.process(1, (job: { data: { ids: string[] } }) => {
      heardByOld.push(...job.data.ids);
      return Promise.resolve();
    });
    await old.isReady();
    const ear = new Ear(await processes.openConnected(redis.url));
    await old.add({ ids: ['of the old'] });
    await vi.waitFor(() => expect(heardByOld).toEqual(['of the old']), { timeout: 5_000 });
    await sleep(300);
    expect(ear.rings).toBe(0);
    await ear.expectRing(await processes.openConnected(redis.url));
    expect(heardByOld).toEqual(['of the old']);
    await old.close();
    await processes.close();
    await redis.stop();
  });
});
