import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { describe, expect, it, vi } from 'vitest';
import { freePort } from '../simulator/free-port.js';
import type { WorkQueue } from '../src/queue/work-queue.js';
import { REDIS_PASSWORD, REDIS_USER, REFUSALS, startRefusingRedis } from './support/redis-refusals.js';
import { startMovingAddress } from './support/moving-address.js';
import { hasOwnRedis, startRedisOn, type TestRedis } from './support/test-redis.js';
import { Ear, QueueProcesses } from './support/work-queue.js';

/** The promise: it listens again by itself this soon after it was let in. */
const BACK_WITHIN_MS = 15_000;
const NOTICED_WITHIN_MS = 10_000;
/** Long enough for a second line about the same outage. */
const OBSERVED_MS = 3_000;

/** A process that listens, and what is known of it. */
class Listening {
  readonly ear: Ear;

  private constructor(
    private readonly rig: Rig,
    readonly queue: WorkQueue,
    readonly log: readonly string[],
  ) {
    this.ear = new Ear(queue);
    queue.listen('delivery', () => undefined);
  }

  static async start(rig: Rig, url: string): Promise<Listening> {
    const log: string[] = [];
    return new Listening(rig, await rig.processes.open(url, log), log);
  }

  async expectConnected(): Promise<void> {
    await vi.waitFor(() => expect(this.queue.isConnected()).toBe(true), { timeout: BACK_WITHIN_MS });
  }

  /** Degraded, said once, without the password; rings of this process are heard at home. */
  async expectRefused(code: string): Promise<void> {
    const { queue, ear, log } = this;
    await vi.waitFor(() => expect(queue.isConnected()).toBe(false), { timeout: NOTICED_WITHIN_MS });
    await vi.waitFor(() => expect(log.join('\n')).toContain(code), { timeout: NOTICED_WITHIN_MS });
    await ear.expectRing(queue);
    const endsAt = performance.now() + OBSERVED_MS;
    while (performance.now() < endsAt) {
      expect(queue.isConnected()).toBe(false);
      await sleep(50);
    }
    expect(log.filter((line) => line.includes(code))).toHaveLength(1);
    expect(log.join('\n')).not.toContain(REDIS_PASSWORD);
  }

  /** Rings of another process are heard again, and the end of the outage was said. */
  async expectBack(): Promise<void> {
    const startedAt = performance.now();
    await this.expectConnected();
    await vi.waitFor(() => expect(this.log.at(-1)).toMatch(/Redis carries rings again after \d+ s/));
    const other = await this.rig.processes.openConnected(this.rig.redis.url);
    await this.ear.expectRingWithin(BACK_WITHIN_MS - (performance.now() - startedAt), other);
    await sleep(500);
    expect(this.queue.isConnected()).toBe(true);
    expect(this.log.join('\n')).not.toContain(REDIS_PASSWORD);
  }
}

/** A server of one test, its administrator and the processes on it. */
class Rig {
  readonly processes = new QueueProcesses();

  private constructor(
    readonly redis: TestRedis,
    readonly admin: Redis,
  ) {
    admin.on('error', () => undefined);
  }

  /** With the user that has a password. */
  get url(): string {
    return this.redis.url.replace('redis://', `redis://${REDIS_USER}:${REDIS_PASSWORD}@`);
  }

  static async run(work: (rig: Rig) => Promise<void>): Promise<void> {
    const redis = await startRefusingRedis();
    const rig = new Rig(redis, new Redis(redis.url));
    try {
      await rig.admin.ping();
      await work(rig);
    } finally {
      rig.admin.disconnect();
      await rig.processes.close();
      await redis.stop();
    }
  }

  dropConnections(): Promise<unknown> {
    return this.admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  }
}

describe.skipIf(!hasOwnRedis())('a Redis that answers and refuses', { timeout: 90_000, concurrent: true }, () => {
  it.each(REFUSALS)('$code: $name, at boot and while it works', (refusal) =>
    Rig.run(async (rig) => {
      const working = await Listening.start(rig, rig.url);
      await working.expectConnected();
      // Its listener waits for a job by now.
      await sleep(300);
      await refusal.refuse(rig.admin, rig.redis);
      if (refusal.live === false) await rig.dropConnections();
      const booted = await Listening.start(rig, rig.url);
      await Promise.all([working.expectRefused(refusal.code), booted.expectRefused(refusal.code)]);
      await refusal.admit(rig.admin, rig.redis);
      await Promise.all([working.expectConnected(), booted.expectConnected()]);
      await working.queue.close();
      await booted.expectBack();
    }),
  );

  it.each(REFUSALS.filter(({ code }) => ['WRONGPASS', 'NOPERM', 'READONLY', 'OOM'].includes(code)))(
    '$code: $name, and the listener that worked before hears again',
    (refusal) =>
      Rig.run(async (rig) => {
        const working = await Listening.start(rig, rig.url);
        await working.expectConnected();
        await refusal.refuse(rig.admin, rig.redis);
        if (refusal.live === false) await rig.dropConnections();
        await working.expectRefused(refusal.code);
        await refusal.admit(rig.admin, rig.redis);
        await working.expectBack();
      }),
  );

  it('NOAUTH: a password that REDIS_URL does not have, and that is taken away again', () =>
    Rig.run(async (rig) => {
      await rig.admin.config('SET', 'requirepass', 'secret-of-the-server');
      const listening = await Listening.start(rig, rig.redis.url);
      await listening.expectRefused('NOAUTH');
      await rig.admin.config('SET', 'requirepass', '');
      await listening.expectBack();
    }));

  it('WRONGPASS: the password of the server itself is another one, until it is set', () =>
    Rig.run(async (rig) => {
      await rig.admin.config('SET', 'requirepass', 'another');
      const url = rig.redis.url.replace('redis://', `redis://:${REDIS_PASSWORD}@`);
      const listening = await Listening.start(rig, url);
      await listening.expectRefused('WRONGPASS');
      await rig.admin.config('SET', 'requirepass', REDIS_PASSWORD);
      await listening.expectConnected();
    }));

  it('AUTH under another name: the password that the server quotes is not logged', async () => {
    const redis = await startRedisOn(await freePort(), ['--rename-command', 'AUTH', 'LOGIN']);
    const processes = new QueueProcesses();
    const log: string[] = [];
    const url = redis.url.replace('redis://', `redis://${REDIS_USER}:${REDIS_PASSWORD}@`);
    await processes.open(url, log);
    await vi.waitFor(() => expect(log.join('\n')).toMatch(/unknown command 'auth'/i), { timeout: NOTICED_WITHIN_MS });
    expect(log.join('\n')).not.toContain(REDIS_PASSWORD);
    await processes.close();
    await redis.stop();
  });

  it('READONLY: a failover moves the address, and connections of before follow it', () =>
    Rig.run(async (rig) => {
      const next = await startRedisOn(await freePort());
      const address = await startMovingAddress(Number(new URL(rig.redis.url).port));
      const listening = await Listening.start(rig, `redis://127.0.0.1:${address.port}`);
      await listening.expectConnected();
      await rig.admin.replicaof('127.0.0.1', 9);
      address.moveTo(Number(new URL(next.url).port));
      await listening.expectConnected();
      const other = await rig.processes.openConnected(next.url);
      await listening.ear.expectRingWithin(BACK_WITHIN_MS, other);
      await rig.processes.close();
      await address.stop();
      await next.stop();
    }));

  it('the least permissions that the operations page gives are enough', () =>
    Rig.run(async (rig) => {
      const page = readFileSync(join(import.meta.dirname, '..', 'docs', 'operations.md'), 'utf8');
      const rules = /ACL SETUSER ricochet on '>password' (.+)/.exec(page)?.[1]?.split(' ') ?? [];
      expect(rules.length).toBeGreaterThan(3);
      await rig.admin.call('ACL', 'SETUSER', REDIS_USER, 'reset', 'on', `>${REDIS_PASSWORD}`, ...rules);
      const listening = await Listening.start(rig, rig.url);
      await listening.expectConnected();
      for (let ring = 0; ring < 20; ring += 1) await listening.ear.expectRing(listening.queue);
      await sleep(1_000);
      expect(await rig.admin.call('ACL', 'LOG')).toEqual([]);
      expect(listening.log).toEqual([]);
    }));

  it('does not storm a server that refuses its password', () =>
    Rig.run(async (rig) => {
      await rig.admin.call('ACL', 'SETUSER', REDIS_USER, 'off');
      await Listening.start(rig, rig.url);
      const connections = async (): Promise<number> =>
        Number(/total_connections_received:(\d+)/.exec(await rig.admin.info('stats'))?.[1]);
      await sleep(5_000);
      const before = await connections();
      await sleep(4_000);
      expect((await connections()) - before).toBeLessThan(20);
    }));
});
