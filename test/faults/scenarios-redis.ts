import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { request } from 'undici';
import { REDIS_PASSWORD, REDIS_USER, REFUSALS, startRefusingRedis } from '../support/redis-refusals.js';
import { startRedis, type TestRedis } from '../support/test-redis.js';
import type { Outcome } from './outcome.js';
import type { Rig } from './rig.js';
import type { Scenario } from './scenario.js';
import { TcpProxy } from './tcp-proxy.js';
import { inWorld, type World } from './world.js';

const LANES = 6;
const FAULT_MS = 4_000;
/** The promise: the queue works again this soon after Redis lets it in. */
const BACK_WITHIN_MS = 15_000;
/** One of each kind: a login, a permission, a role, a limit. */
const FAULT_REFUSALS = ['WRONGPASS', 'NOPERM', 'READONLY', 'OOM'].flatMap((wanted) =>
  REFUSALS.filter(({ code }) => code === wanted).slice(0, 1),
);

/**
 * Far longer than a scenario: nobody is killed, so nothing may need the end of a lease to be done in time, and on a
 * starved machine no work may seem abandoned that is only slow.
 */
const LONG_LEASES = { LEASE_ENRICH_MS: '120000', LEASE_DELIVERY_MS: '120000' };

interface Doorbell {
  readonly redis: TestRedis;
  readonly line: TcpProxy;
}

/** What may happen to Redis while one process takes requests and another does the work: it is a doorbell, no more. */
export const REDIS_SCENARIOS: readonly Scenario[] = [
  withRedis('killed, and it stays away', ({ redis }) => redis.kill()),
  withRedis(
    'FLUSHALL again and again',
    async ({ redis }) => {
      for (let time = 0; time < 20; time += 1) {
        await command(redis, (client) => client.flushall());
        await sleep(FAULT_MS / 20);
      }
    },
    { form: 'both' },
  ),
  withRedis('killed and restarted empty', ({ redis }) => redis.restart()),
  withRedis('full (maxmemory, noeviction)', ({ redis }) =>
    command(redis, async (client) => {
      await client.config('SET', 'maxmemory-policy', 'noeviction');
      await client.config('SET', 'maxmemory', '1');
    }),
  ),
  withRedis('evicting everything all the time', ({ redis }) =>
    command(redis, async (client) => {
      await client.config('SET', 'maxmemory-policy', 'allkeys-random');
      const used = /used_memory:(\d+)/.exec(await client.info('memory'))?.[1] ?? '0';
      await client.config('SET', 'maxmemory', String(Number(used) - 10_000));
    }),
  ),
  withRedis('READONLY: a replica of a master that is gone', ({ redis }) =>
    command(redis, (client) => client.replicaof('127.0.0.1', 9)),
  ),
  {
    group: 'redis',
    fault: 'Redis: answers and refuses, in one way after the other; then it lets us in',
    timeoutMs: 180_000,
    run: ({ rig }) => inRefusals(rig),
  },
  withRedis('half-open for four seconds: nothing is closed', async ({ line }) => {
    await line.set({ kind: 'black-hole' });
    await sleep(FAULT_MS);
    await line.set({ kind: 'pass' });
  }),
  withRedis('connections reset for four seconds', async ({ line }) => {
    await line.set({ kind: 'reset' });
    await sleep(FAULT_MS);
    await line.set({ kind: 'pass' });
  }),
  withRedis(
    'absent at boot, and it comes later',
    async ({ line }) => {
      await sleep(FAULT_MS);
      await line.set({ kind: 'pass' });
    },
    { absentAtBoot: true },
  ),
];

function withRedis(
  words: string,
  fault: (doorbell: Doorbell) => Promise<unknown>,
  options: { readonly form?: 'both'; readonly absentAtBoot?: boolean } = {},
): Scenario {
  return {
    group: 'redis',
    fault: `Redis: ${words}`,
    ...(options.form === undefined ? {} : { form: options.form }),
    run: async ({ rig }) => {
      const redis = await startRedis();
      const line = await TcpProxy.start(Number(new URL(redis.url).port));
      try {
        if (options.absentAtBoot === true) await line.set({ kind: 'refuse' });
        return await inHalves(rig, { redis, line }, fault);
      } finally {
        await line.stop();
        await redis.stop();
      }
    },
  };
}

/** Each refusal is noticed, and its end too, by both halves and without a restart. */
async function inRefusals(rig: Rig): Promise<Outcome> {
  const redis = await startRefusingRedis();
  const admin = new Redis(redis.url);
  admin.on('error', () => undefined);
  const redisUrl = redis.url.replace('redis://', `redis://${REDIS_USER}:${REDIS_PASSWORD}@`);
  try {
    return await inWorld(rig, { redisUrl, env: LONG_LEASES }, async (world: World) => {
      await Promise.all([world.start({ env: { ROLE: 'api' } }, 0), world.start({ env: { ROLE: 'worker' } }, 1)]);
      const stream = world.submitter.stream({ lanes: LANES, pauseMs: 20 });
      const allSay = async (word: string): Promise<boolean> =>
        (await Promise.all(world.services.map(({ url }) => queueOf(url)))).every((said) => said === word);
      for (const { name, code, refuse, admit, live } of FAULT_REFUSALS) {
        await refuse(admin, redis);
        if (live === false) await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
        world.expect(await world.until(() => allSay('degraded')), `${code} (${name}) was not noticed`);
        await admit(admin, redis);
        const back = await world.until(() => allSay('up'), BACK_WITHIN_MS * rig.patience);
        world.expect(back, `after ${code} (${name}) the queue did not come back by itself`);
      }
      await stream.stop();
      const output = world.services.map((service) => service.output).join('');
      world.expect(!output.includes(REDIS_PASSWORD), 'the password of Redis is in the log');
      return world.verify();
    });
  } finally {
    admin.disconnect();
    await redis.stop();
  }
}

async function queueOf(url: string): Promise<string | undefined> {
  const { body } = await request(`${url}/health/ready`);
  const { checks } = (await body.json()) as { checks: Record<string, string> };
  return checks['queue'];
}

function inHalves(rig: Rig, doorbell: Doorbell, fault: (doorbell: Doorbell) => Promise<unknown>): Promise<Outcome> {
  const options = { redisUrl: `redis://127.0.0.1:${doorbell.line.port}`, env: LONG_LEASES };
  return inWorld(rig, options, async (world: World) => {
    world.adobe.answer = () => sleep(Math.random() * 40).then(() => undefined);
    await Promise.all([world.start({ env: { ROLE: 'api' } }, 0), world.start({ env: { ROLE: 'worker' } }, 1)]);
    const stream = world.submitter.stream({ lanes: LANES, pauseMs: 20 });
    await sleep(700);
    await fault(doorbell);
    // Some of the faults last: what comes in under them counts, too.
    await sleep(2_000);
    await stream.stop();
    const since = performance.now();
    const outcome = await world.verify({ since });
    // Nobody was killed and nothing is redone: losing a ring may make a callback late, never double.
    return outcome.duplicated === 0
      ? outcome
      : { ...outcome, violations: [...outcome.violations, `${outcome.duplicated} callbacks came twice`] };
  });
}

async function command(redis: TestRedis, work: (client: Redis) => Promise<unknown>): Promise<void> {
  const client = new Redis(redis.url);
  client.on('error', () => undefined);
  try {
    await work(client);
  } finally {
    client.disconnect();
  }
}
