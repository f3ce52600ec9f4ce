import { ConsoleLogger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { Redis } from 'ioredis';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../simulator/free-port.js';
import { RicochetConfigModule } from '../src/config/config.module.js';
import type { Role } from '../src/config/config.js';
import type { Secrets } from '../src/config/secrets.js';
import { buildDataSourceOptions } from '../src/database/data-source.js';
import { DatabaseModule } from '../src/database/database.module.js';
import { runMigrations } from '../src/database/migrator.js';
import { HealthModule } from '../src/health/health.module.js';
import { configureHttp } from '../src/http/configure-http.js';
import { createHttpAdapter } from '../src/http/http-adapter.js';
import { HttpModule } from '../src/http/http.module.js';
import { testConfig } from '../src/intake/intake.fixtures.js';
import { MetricsModule } from '../src/metrics/metrics.module.js';
import { Drain } from '../src/queue/drain.js';
import { QueueModule } from '../src/queue/queue.module.js';
import { type HalfOpenProxy, startHalfOpenProxy } from './support/half-open-proxy.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { hasOwnRedis, startRedisOn } from './support/test-redis.js';

const POOL = 4;

let database: TestDatabase;
let app: NestFastifyApplication | undefined;
let proxy: HalfOpenProxy | undefined;

afterEach(async ({ task }) => {
  await app?.close();
  await proxy?.stop();
  app = undefined;
  proxy = undefined;
  await database.drop(task.result?.state === 'fail');
});

interface StartOptions {
  readonly role?: Role;
  readonly databaseUrl?: string;
  readonly redisUrl?: string | null;
}

async function start({ role = 'all', databaseUrl = database.url, redisUrl = null }: StartOptions = {}) {
  const config = testConfig({
    role,
    database: { embedded: false, poolSize: POOL },
    queue: { kind: redisUrl === null ? 'embedded' : 'redis', pollMs: 1000 },
  });
  const secrets: Secrets = {
    databaseUrl,
    redisUrl,
    inboundApiKeys: [],
    inboundBasicUsers: [],
    adminApiKeys: [],
    encryptionKeys: [],
    adobeClientSecrets: [],
    named: new Map(),
  };
  const module = await Test.createTestingModule({
    imports: [
      RicochetConfigModule.register({ config, secrets }),
      DatabaseModule,
      QueueModule.register(config),
      HttpModule,
      HealthModule,
      MetricsModule,
    ],
  })
    .setLogger(new ConsoleLogger({ logLevels: ['fatal'] }))
    .compile();
  const started = module.createNestApplication<NestFastifyApplication>(createHttpAdapter(config), { logger: false });
  await configureHttp(started, config);
  await started.init();
  await started.getHttpAdapter().getInstance().ready();
  app = started;
  return started;
}

async function get(path: string): Promise<{ status: number; body: any; cache: unknown; type: string }> {
  const response = await app!.inject({ url: path });
  const type = String(response.headers['content-type']);
  return {
    status: response.statusCode,
    body: type.startsWith('application/json') ? response.json() : response.body,
    cache: response.headers['cache-control'],
    type,
  };
}

/** Samples of one metric, by their labels. */
async function samples(name: string): Promise<Record<string, number>> {
  const { status, body } = await get('/metrics');
  expect(status).toBe(200);
  const lines = (body as string)
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return Object.fromEntries(
    lines.map((line) => [line.slice(name.length, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
  );
}

function pool(): Pool {
  return (app!.get(DataSource).driver as unknown as { master: Pool }).master;
}

async function startBehindProxy(): Promise<HalfOpenProxy> {
  const url = new URL(database.url);
  proxy = await startHalfOpenProxy(Number(url.port));
  url.port = String(proxy.port);
  await start({ databaseUrl: url.href });
  return proxy;
}

describe('with everything there', () => {
  beforeEach(async () => {
    database = await createTestDatabase();
  });

  it.each<Role>(['all', 'worker'])('every probe of %s is answered 200, uncached and without a key', async (role) => {
    await start({ role });
    expect(await get('/health/live')).toMatchObject({ status: 200, body: { status: 'ok' }, cache: 'no-store' });
    expect(await get('/health/startup')).toMatchObject({ status: 200, body: { status: 'ok' }, cache: 'no-store' });
    expect(await get('/health/ready')).toMatchObject({
      status: 200,
      cache: 'no-store',
      body: { status: 'ok', checks: { serving: 'up', postgres: 'up', migrations: 'up', queue: 'up' } },
    });
  });

  it('asks Postgres once for many probes', async () => {
    await start();
    const connect = pool().totalCount;
    const answers = await Promise.all(Array.from({ length: 50 }, () => get('/health/ready')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(pool().totalCount).toBeLessThanOrEqual(Math.max(connect, 1));
  });

  it('is not ready any more from the moment it drains, but lives', async () => {
    const started = await start();
    started.get(Drain).begin();
    expect(await get('/health/ready')).toMatchObject({
      status: 503,
      cache: 'no-store',
      body: { status: 'unavailable', checks: { serving: 'down', postgres: 'up' } },
    });
    expect((await get('/health/live')).status).toBe(200);
    expect((await get('/health/startup')).status).toBe(200);
  });

  it('counts what waits, by state and stage', async () => {
    await start();
    expect(await samples('ricochet_oldest_due_age_seconds')).toEqual({
      '{stage="enrichment"}': 0,
      '{stage="delivery"}': 0,
    });
    const ages = [
      [1, 300],
      [2, 90],
      [2, -60],
    ] as const;
    for (const [destination, seconds] of ages) {
      await database.dataSource.query(
        `INSERT INTO deliveries (id, channel, owner_id, destination_id, event_id, method, url, content_type, body, status, next_attempt_at)
         VALUES ($1, 'adobe', $1, $2, 'e', 'POST', 'https://x', 'application/json', '{}', 'pending', now() - $3 * interval '1 second')`,
        [uuidv7(), `00000000-0000-0000-0000-00000000000${destination}`, seconds],
      );
    }
    for (const [state, seconds] of [
      ['received', 120],
      ['received', 5],
      ['enriching', 500],
      ['completed', 900],
    ] as const) {
      await database.dataSource.query(
        `INSERT INTO actions (id, service, dialect, tenant, object_type, entity_id, state, received_at, deadline_at)
         VALUES ($1, 's', 'adobe', 't', 'lead', '1', $2, now() - $3 * interval '1 second', now() + interval '1 hour' - $3 * interval '1 second')`,
        [uuidv7(), state, seconds],
      );
    }
    const ages2 = await samples('ricochet_oldest_due_age_seconds');
    expect(Math.round(ages2['{stage="enrichment"}'] ?? 0)).toBe(120);
    expect(Math.round(ages2['{stage="delivery"}'] ?? 0)).toBe(300);
    expect(await samples('ricochet_actions_unfinished')).toEqual({
      '{state="received"}': 2,
      '{state="enriching"}': 1,
      '{state="calling_back"}': 0,
    });
  });

  it('shows the process, the pool and the queue in the text format', async () => {
    await start();
    const { type, body, cache } = await get('/metrics');
    expect([type, cache]).toEqual(['text/plain; version=0.0.4; charset=utf-8', 'no-store']);
    expect(body).toContain('# TYPE process_cpu_seconds_total counter');
    expect(body).toContain('# TYPE nodejs_eventloop_lag_seconds gauge');
    expect(await samples('ricochet_queue_connected')).toEqual({ '': 1 });
    expect(Object.keys(await samples('ricochet_database_pool_connections'))).toEqual([
      '{state="open"}',
      '{state="idle"}',
      '{state="waiting"}',
    ]);
  });

  it('is degraded, and ready nevertheless, without Redis', async () => {
    await start({ redisUrl: `redis://127.0.0.1:${await freePort()}` });
    expect(await get('/health/ready')).toMatchObject({
      status: 200,
      body: { status: 'degraded', checks: { queue: 'degraded' } },
    });
    expect(await samples('ricochet_queue_connected')).toEqual({ '': 0 });
  });

  it.skipIf(!hasOwnRedis())('is degraded while Redis answers and refuses, and up once it lets us in', async () => {
    const redis = await startRedisOn(await freePort());
    const admin = new Redis(redis.url);
    await admin.config('SET', 'requirepass', 'another-password-of-redis');
    await start({ redisUrl: redis.url.replace('redis://', 'redis://:a-wrong-password-of-ours@') });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const refused = await get('/health/ready');
    expect(refused).toMatchObject({ status: 200, body: { status: 'degraded', checks: { queue: 'degraded' } } });
    expect(await samples('ricochet_queue_connected')).toEqual({ '': 0 });
    expect(JSON.stringify([refused, await get('/metrics')])).not.toContain('password-of-ours');
    await admin.config('SET', 'requirepass', 'a-wrong-password-of-ours');
    await expect
      .poll(async () => (await get('/health/ready')).body, { timeout: 15_000 })
      .toMatchObject({ status: 'ok', checks: { queue: 'up' } });
    expect(await samples('ricochet_queue_connected')).toEqual({ '': 1 });
    admin.disconnect();
    await app?.close();
    app = undefined;
    await redis.stop();
  });

  it('scrapes within a second, without the gauges of Postgres, while a table is locked', async () => {
    await start();
    const lock = database.dataSource.createQueryRunner();
    await lock.startTransaction();
    await lock.query('LOCK TABLE actions IN ACCESS EXCLUSIVE MODE');
    const startedAt = performance.now();
    const answers = await Promise.all([1, 2, 3].map(() => samples('ricochet_actions_unfinished')));
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(answers).toEqual([{}, {}, {}]);
    expect(pool().totalCount).toBeLessThanOrEqual(2);
    await lock.rollbackTransaction();
    await lock.release();
    await expect
      .poll(() => samples('ricochet_actions_unfinished'), { timeout: 5_000 })
      .toHaveProperty('{state="received"}', 0);
  });
});

describe('with Postgres silent', () => {
  beforeEach(async () => {
    database = await createTestDatabase();
  });

  it(
    'is not ready within a second, holds one connection at most for asking, and recovers',
    { timeout: 60_000 },
    async () => {
      const line = await startBehindProxy();
      expect((await get('/health/ready')).status).toBe(200);
      // What was just answered holds for half a second.
      await new Promise((resolve) => setTimeout(resolve, 600));
      line.goDead();
      const startedAt = performance.now();
      const first = await Promise.all(Array.from({ length: 20 }, () => get('/health/ready')));
      expect(performance.now() - startedAt).toBeLessThan(1_800);
      for (const { status, body } of first) {
        expect([status, body.status, body.checks.postgres]).toEqual([503, 'unavailable', 'down']);
      }
      const again = performance.now();
      await get('/health/ready');
      expect(performance.now() - again).toBeLessThan(500);
      expect(pool().totalCount - pool().idleCount + pool().waitingCount).toBeLessThanOrEqual(1);
      expect((await get('/health/live')).status).toBe(200);
      expect(await samples('ricochet_actions_unfinished')).toEqual({});
      expect(await samples('ricochet_oldest_due_age_seconds')).toEqual({});
      expect(await samples('process_cpu_seconds_total')).not.toEqual({});
      line.revive();
      await expect.poll(async () => (await get('/health/ready')).status, { timeout: 40_000, interval: 500 }).toBe(200);
    },
  );
});

describe('before the migrations', () => {
  beforeEach(async () => {
    database = await createTestDatabase({ migrated: false });
  });

  it('a worker lives, is neither started nor ready, and becomes both once they ran', async () => {
    await start({ role: 'worker' });
    expect((await get('/health/live')).status).toBe(200);
    expect(await get('/health/startup')).toMatchObject({ status: 503, body: { status: 'waiting for migrations' } });
    expect(await get('/health/ready')).toMatchObject({
      status: 503,
      body: { checks: { postgres: 'up', migrations: 'down' } },
    });
    expect(await samples('ricochet_actions_unfinished')).toEqual({});
    const options = buildDataSourceOptions(database.url, { role: 'all', database: { embedded: false, poolSize: 2 } });
    await runMigrations(options, () => undefined);
    await expect.poll(async () => (await get('/health/startup')).status, { timeout: 5_000 }).toBe(200);
    expect((await get('/health/ready')).status).toBe(200);
  });
});
