import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from '../../simulator/free-port.js';
import { startRedisOn, type TestRedis } from './test-redis.js';

/** The user of REDIS_URL in these tests, and its password. */
export const REDIS_USER = 'ricochet';
export const REDIS_PASSWORD = 'p4ss-w0rd-of-tests';

/** One way in which a Redis that answers refuses to work. */
export interface Refusal {
  readonly name: string;
  /** Stands in the reason. */
  readonly code: string;
  /** Begins it; connections that are there may live on. */
  readonly refuse: (admin: Redis, redis: TestRedis) => Promise<unknown>;
  /** Ends it, without touching the service. */
  readonly admit: (admin: Redis, redis: TestRedis) => Promise<unknown>;
  /** False when only new connections are refused: the running ones are closed by the test. */
  readonly live?: false;
}

const user = (admin: Redis, ...rules: string[]): Promise<unknown> => admin.call('ACL', 'SETUSER', REDIS_USER, ...rules);
const admitted = (admin: Redis): Promise<unknown> => user(admin, 'on', 'allkeys', 'allchannels', '+@all');
const config = (admin: Redis, name: string, value: string): Promise<unknown> => admin.config('SET', name, value);

/** Every refusal that is tried, on a server made by {@link startRefusingRedis}. */
export const REFUSALS: readonly Refusal[] = [
  {
    name: 'a password that was changed',
    code: 'WRONGPASS',
    refuse: (admin) => user(admin, 'resetpass', '>another'),
    admit: (admin) => user(admin, 'resetpass', `>${REDIS_PASSWORD}`),
    live: false,
  },
  {
    name: 'a user that is switched off',
    code: 'WRONGPASS',
    refuse: (admin) => user(admin, 'off'),
    admit: (admin) => user(admin, 'on'),
    live: false,
  },
  {
    name: 'a user that may do nothing',
    code: 'NOPERM',
    refuse: (admin) => user(admin, '-@all'),
    admit: admitted,
  },
  {
    name: 'a user without scripts',
    code: 'NOPERM',
    refuse: (admin) => user(admin, '-@scripting'),
    admit: admitted,
  },
  {
    name: 'a user that may not wait for jobs',
    code: 'NOPERM',
    refuse: (admin) => user(admin, '-@blocking'),
    admit: admitted,
  },
  {
    name: 'a user that may not count jobs',
    code: 'NOPERM',
    refuse: (admin) => user(admin, '-llen', '-multi'),
    admit: admitted,
  },
  {
    name: 'a user with the keys of another service',
    code: 'NOPERM',
    refuse: (admin) => user(admin, 'resetkeys', '~other:*'),
    admit: admitted,
  },
  {
    name: 'a primary that became a replica',
    code: 'READONLY',
    refuse: (admin) => admin.replicaof('127.0.0.1', 9),
    admit: (admin) => admin.replicaof('NO', 'ONE'),
  },
  {
    name: 'a replica without its primary',
    code: 'MASTERDOWN',
    refuse: async (admin) => {
      await config(admin, 'replica-serve-stale-data', 'no');
      await admin.replicaof('127.0.0.1', 9);
    },
    admit: async (admin) => {
      await admin.replicaof('NO', 'ONE');
      await config(admin, 'replica-serve-stale-data', 'yes');
    },
  },
  {
    name: 'too few replicas',
    code: 'NOREPLICAS',
    refuse: (admin) => config(admin, 'min-replicas-to-write', '1'),
    admit: (admin) => config(admin, 'min-replicas-to-write', '0'),
  },
  {
    name: 'a memory that is full (noeviction)',
    code: 'OOM',
    refuse: (admin) => config(admin, 'maxmemory', '1'),
    admit: (admin) => config(admin, 'maxmemory', '0'),
  },
  {
    name: 'a disk that takes no snapshot',
    code: 'MISCONF',
    refuse: async (admin) => {
      // A snapshot is renamed to this name at the end, which fails.
      await mkdir(await snapshotOf(admin));
      await config(admin, 'save', '3600 1');
      await admin.set('changed', '1');
      await admin.bgsave();
      while (!(await admin.info('persistence')).includes('rdb_last_bgsave_status:err')) await sleep(50);
    },
    admit: async (admin) => {
      await rm(await snapshotOf(admin), { recursive: true });
      await config(admin, 'save', '');
      await admin.bgsave();
    },
  },
  {
    name: 'a script that never ends',
    code: 'BUSY',
    refuse: async (admin, redis) => {
      const busy = new Redis(redis.url);
      busy.on('error', () => undefined);
      // Answered when it is killed.
      void busy.eval('while true do end', 0).catch(() => busy.disconnect());
      await sleep(300);
      await admin.ping().catch(() => undefined);
    },
    admit: (admin) => admin.call('SCRIPT', 'KILL'),
  },
  {
    name: 'data that is being loaded',
    code: 'LOADING',
    refuse: async (admin, redis) => {
      await admin.mset(
        Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`filler-${index}`, 'x'.repeat(64)])),
      );
      await config(admin, 'key-load-delay', '1500');
      const loading = new Redis(redis.url);
      loading.on('error', () => undefined);
      void loading
        .call('DEBUG', 'RELOAD')
        .catch(() => undefined)
        .finally(() => loading.disconnect());
      await sleep(300);
    },
    admit: async (admin) => {
      await config(admin, 'key-load-delay', '0');
    },
  },
  {
    name: 'no place for another connection',
    code: 'max number of clients',
    refuse: (admin) => config(admin, 'maxclients', '1'),
    admit: (admin) => config(admin, 'maxclients', '1000'),
    live: false,
  },
];

/** A redis-server on which every refusal of the list can be played; its user is {@link REDIS_USER}. */
export async function startRefusingRedis(): Promise<TestRedis> {
  return startRedisOn(await freePort(), [
    ...['--enable-debug-command', 'local', '--loading-process-events-interval-bytes', '1024'],
    ...['--busy-reply-threshold', '100'],
    ...['--user', REDIS_USER, 'on', `>${REDIS_PASSWORD}`, 'allkeys', 'allchannels', '+@all'],
  ]);
}

async function snapshotOf(admin: Redis): Promise<string> {
  const [, directory = ''] = (await admin.config('GET', 'dir')) as string[];
  return join(directory, 'dump.rdb');
}
