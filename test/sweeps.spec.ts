import { setTimeout as sleep } from 'node:timers/promises';
import type { Type } from '@nestjs/common';
import { register } from 'prom-client';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DeadlineSweeper } from '../src/recovery/deadline.sweeper.js';
import { EraseSweeper } from '../src/erasure/erase.sweeper.js';
import { LeaseSweeper } from '../src/recovery/lease.sweeper.js';
import { RegistrationRetentionSweeper } from '../src/recovery/registration-retention.sweeper.js';
import { RetentionSweeper } from '../src/recovery/retention.sweeper.js';
import { type RunningApp, startApp } from './support/app.js';
import { Records } from './support/records.js';
import { seedActions } from './support/seeds.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const REPLICAS = 5;

let database: TestDatabase;
let records: Records;
let apps: RunningApp[];
let failed = false;

beforeAll(async () => {
  database = await createTestDatabase();
  records = new Records(database);
  // Role api runs no loops: every sweep here is one the test makes.
  const env = { ROLE: 'api', REDIS_URL: 'redis://127.0.0.1:9', DATABASE_POOL: '3' };
  apps = await Promise.all(Array.from({ length: REPLICAS }, () => startApp({ databaseUrl: database.url, env })));
});
afterEach(async ({ task }) => {
  failed ||= task.result?.state === 'fail';
  await records.sql(
    'TRUNCATE actions, deliveries, delivery_attempts, action_history, action_payloads, action_tokens, erase_jobs',
  );
});
afterAll(async () => {
  await Promise.all(apps.map((app) => app.close()));
  await database.drop(failed);
});

/** The sweep of five replicas at once, until none of them finds more. */
async function sweepSideBySide(sweeper: Type<{ sweep(): Promise<boolean> }>, rounds = 20): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const more = await Promise.all(apps.map(({ app }) => app.get(sweeper, { strict: false }).sweep()));
    if (!more.includes(true)) return;
  }
  throw new Error(`still more to do after ${rounds} rounds`);
}

/** Value of a counter, of all replicas together: they share this process. */
async function counted(name: string, labels: Record<string, string> = {}): Promise<number> {
  const metric = await register.getSingleMetric(name)?.get();
  const found = metric?.values.filter(({ labels: has }) =>
    Object.entries(labels).every(([key, value]) => has[key] === value),
  );
  return found?.reduce((sum, { value }) => sum + value, 0) ?? 0;
}

const count = async (text: string): Promise<number> =>
  (await records.sql<{ n: number }>(`SELECT count(*)::int AS n FROM ${text}`))[0]?.n ?? -1;

describe('five replicas side by side', () => {
  it('take every lost lease back once', async () => {
    await seedActions(records, { count: 700, state: 'enriching', leaseFor: '-1 second' });
    await seedActions(records, { count: 40, state: 'enriching', leaseFor: '-1 second', crashCount: 3 });
    await seedActions(records, { count: 700, state: 'calling_back', delivery: 'delivering' });
    await seedActions(records, { count: 30, state: 'enriching', leaseFor: '1 hour' });
    const before = await counted('ricochet_leases_reclaimed_total');
    const quarantinedBefore = await counted('ricochet_quarantined_total');
    await sweepSideBySide(LeaseSweeper);
    expect(await counted('ricochet_leases_reclaimed_total')).toBe(before + 1_400);
    expect(await counted('ricochet_quarantined_total')).toBe(quarantinedBefore + 40);
    expect(await count(`actions WHERE state = 'received' AND crash_count = 1 AND lease_token IS NULL`)).toBe(700);
    expect(await count(`action_history WHERE note = 'lease lost'`)).toBe(700);
    expect(await count(`deliveries WHERE status = 'pending' AND crash_count = 1`)).toBe(700);
    expect(await count(`actions WHERE state = 'calling_back' AND error_code = 'ENRICHMENT_FAILED'`)).toBe(40);
    expect(await count('deliveries')).toBe(740);
    expect(await count(`actions WHERE state = 'enriching'`)).toBe(30);
  });

  it('end every action at its deadline once', async () => {
    await seedActions(records, { count: 450, state: 'received', deadlineIn: '20 seconds' });
    await seedActions(records, { count: 50, state: 'enriching', deadlineIn: '20 seconds', leaseFor: '1 hour' });
    await seedActions(records, { count: 300, state: 'calling_back', delivery: 'held', expiresIn: '-1 second' });
    await seedActions(records, { count: 250, state: 'calling_back', deadlineIn: '-2 minutes' });
    await seedActions(records, { count: 20, state: 'received', deadlineIn: '1 hour' });
    const before = await counted('ricochet_actions_timed_out_total');
    await sweepSideBySide(DeadlineSweeper);
    expect(await counted('ricochet_actions_timed_out_total')).toBe(before + 500);
    expect(await count(`actions WHERE state = 'calling_back' AND outcome = 'failure' AND error_code = 'TIMEOUT'`)).toBe(
      500,
    );
    expect(await count(`deliveries WHERE status = 'pending'`)).toBe(500);
    expect(await count(`deliveries WHERE status = 'expired'`)).toBe(300);
    expect(await count(`actions WHERE state = 'expired'`)).toBe(550);
    expect(await count(`action_history WHERE note IS DISTINCT FROM 'seeded'`)).toBe(500 + 300 + 250);
    expect(await count(`actions WHERE state = 'received'`)).toBe(20);
  });

  it('forget every payload and every row that is old enough once, and nothing unfinished', async () => {
    await seedActions(records, { count: 1_300, state: 'completed', ageDays: 40, delivery: 'delivered' });
    await seedActions(records, { count: 5, state: 'calling_back', ageDays: 40, delivery: 'held' });
    await seedActions(records, { count: 100, state: 'completed', delivery: 'delivered' });
    const payloads = await counted('ricochet_retention_removed_total', { kind: 'payload' });
    await sweepSideBySide(RetentionSweeper);
    expect(await counted('ricochet_retention_removed_total', { kind: 'payload' })).toBe(payloads + 1_300);
    expect(await count('action_payloads')).toBe(105);
    expect(await count('action_tokens')).toBe(105);
    expect(await count('deliveries WHERE body IS NULL')).toBe(1_300);
    expect(await count('delivery_attempts WHERE excerpt IS NULL')).toBe(1_300);
    expect(await count('actions')).toBe(1_405);

    await seedActions(records, { count: 1_200, state: 'undeliverable', ageDays: 120, delivery: 'dead' });
    await seedActions(records, { count: 5, state: 'calling_back', ageDays: 120, delivery: 'held' });
    const rows = await counted('ricochet_retention_removed_total', { kind: 'row' });
    await sweepSideBySide(RetentionSweeper);
    expect(await counted('ricochet_retention_removed_total', { kind: 'row' })).toBe(rows + 1_200);
    expect(await count('actions')).toBe(1_410);
    expect(await count('deliveries')).toBe(1_410);
    expect(await count('delivery_attempts')).toBe(1_410);
    expect(await count('action_history')).toBe(1_410);
    expect(await count('action_tokens t LEFT JOIN actions a ON a.id = t.action_id WHERE a.id IS NULL')).toBe(0);
  });

  it('forget a person once, with nothing left over', async () => {
    const tenant = 'ERASE@AdobeOrg';
    await seedActions(records, { count: 1_500, state: 'completed', tenant, entityId: '1', delivery: 'delivered' });
    await seedActions(records, { count: 30, state: 'completed', tenant, entityId: '4711', delivery: 'delivered' });
    await seedActions(records, { count: 700, state: 'completed', entityId: '4711', delivery: 'delivered' });
    const order = () => apps[0]?.admin('/admin/erase', { method: 'POST', body: { tenant, entityId: '4711' } });
    const orders = await Promise.all([order(), order(), order()]);
    expect(orders.map((answer) => answer?.status)).toEqual([202, 202, 202]);
    const [jobId, ...others] = orders.map((answer) => answer?.body['jobId'] as string);
    expect(new Set(others)).toEqual(new Set([jobId]));
    expect(await count(`admin_audit WHERE target = 'erase:${jobId ?? ''}'`)).toBe(3);
    const progress = async () => (await apps[1]?.admin(`/admin/erase/${jobId ?? ''}`))?.body;
    for (let pass = 0; pass < 20 && (await progress())?.['state'] !== 'done'; pass += 1) {
      await sweepSideBySide(EraseSweeper);
      await sleep(10);
    }
    expect(await progress()).toMatchObject({ state: 'done', scanned: 2_230, erased: 30, waiting: 0 });
    expect(await count(`actions WHERE entity_id = 'erased'`)).toBe(30);
    expect(await count('action_payloads')).toBe(2_200);
    expect(await count('action_tokens')).toBe(2_200);
    expect(await count('deliveries WHERE body IS NULL')).toBe(30);
    const again = await order();
    expect(again?.body['jobId']).not.toBe(jobId);
  });

  it('forget what registrations were sent once, and leave what is under way', async () => {
    const insert = (ageDays: number, status: string, n: number): Promise<unknown> =>
      records.sql(
        `WITH delivery AS (
           INSERT INTO deliveries (id, channel, owner_id, destination_id, event_id, method, url, content_type, body, status, attempt_number)
           SELECT id, 'company', gen_random_uuid(), gen_random_uuid(), 'e', 'POST', 'https://a.example/', 'application/json', '{}', $2, 1
             FROM unnest($1::uuid[]) id RETURNING id
         )
         INSERT INTO delivery_attempts (delivery_id, number, trigger, started_at, total_ms, request_body)
         SELECT id, 1, 'auto', now(), 1, '{"person":{}}' FROM delivery`,
        [Array.from({ length: n }, () => uuidv7({ msecs: Date.now() - ageDays * 86_400_000 })), status],
      );
    await insert(1, 'delivered', 5);
    await insert(40, 'delivered', 1_200);
    await insert(40, 'held', 3);
    await insert(100, 'dead', 1_100);
    await insert(100, 'pending', 2);
    await sweepSideBySide(RegistrationRetentionSweeper);
    expect(await count(`deliveries WHERE status = 'dead'`)).toBe(0);
    expect(await count(`deliveries WHERE status = 'delivered' AND body IS NULL`)).toBe(1_200);
    expect(await count(`deliveries WHERE body IS NOT NULL`)).toBe(10);
    expect(await count(`delivery_attempts WHERE request_body IS NOT NULL`)).toBe(10);
    expect(await count('delivery_attempts')).toBe(1_210);
  });
});
