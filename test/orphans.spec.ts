import { Logger } from '@nestjs/common';
import { register } from 'prom-client';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import { Database } from '../src/database/database.js';
import { ORPHAN_KINDS, OrphanRepository } from '../src/recovery/orphan.repository.js';
import { OrphanSweeper } from '../src/recovery/orphan.sweeper.js';
import { Records } from './support/records.js';
import { channelsOfActions } from './support/scripted-channel.js';
import { seedActions } from './support/seeds.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const TABLES = ['actions', 'deliveries', 'delivery_attempts', 'action_history', 'action_payloads', 'action_tokens'];
const NONE = Object.fromEntries(ORPHAN_KINDS.map((kind) => [kind, 0]));

let database: TestDatabase;
let records: Records;
let failed = false;

beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 12 });
  records = new Records(database);
});
afterEach(async ({ task }) => {
  failed ||= task.result?.state === 'fail';
  vi.restoreAllMocks();
  await records.sql(`TRUNCATE ${TABLES.join(', ')}, orphan_checks`);
});
afterAll(() => database.drop(failed));

function newSweeper(): OrphanSweeper {
  const own = new Database(database.dataSource);
  return new OrphanSweeper(own, new OrphanRepository(own, channelsOfActions('adobe')));
}

/** Five replicas, until none has anything to look at. */
async function check(): Promise<void> {
  const sweepers = Array.from({ length: 5 }, newSweeper);
  while ((await Promise.all(sweepers.map((sweeper) => sweeper.sweep()))).includes(true));
}

async function gauge(): Promise<Record<string, number>> {
  const metric = await register.getSingleMetric('ricochet_orphans')?.get();
  return Object.fromEntries(metric?.values.map(({ labels, value }) => [labels['kind'], value]) ?? []);
}

async function rowCounts(): Promise<number[]> {
  const counts = TABLES.map((table) => records.sql<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`));
  return (await Promise.all(counts)).map(([row]) => row?.n ?? -1);
}

/** What any number of lives leaves behind: finished, under way, with and without deliveries. */
async function seedLives(): Promise<void> {
  await seedActions(records, { count: 6_000, state: 'completed', delivery: 'delivered' });
  await seedActions(records, { count: 30, state: 'calling_back', delivery: 'pending' });
  await seedActions(records, { count: 30, state: 'calling_back', delivery: 'held' });
  await seedActions(records, { count: 30, state: 'received' });
}

describe('the orphan check', () => {
  it('finds nothing where everything belongs to something', async () => {
    const errors = vi.spyOn(Logger.prototype, 'error').mockReturnValue(undefined);
    await seedLives();
    await check();
    expect(await gauge()).toEqual(NONE);
    expect(errors).not.toHaveBeenCalled();
  });

  it('counts every kind once however many replicas look, tells in the log, and deletes nothing', async () => {
    const errors = vi.spyOn(Logger.prototype, 'error').mockReturnValue(undefined);
    await seedLives();
    await records.sql(
      `INSERT INTO deliveries (id, channel, owner_id, destination_id, event_id, method, url, content_type, status)
       SELECT gen_random_uuid(), 'adobe', gen_random_uuid(), gen_random_uuid(), 'e', 'POST', 'https://a.example/', 'x', 'dead' FROM generate_series(1, 3)`,
    );
    // Of events, not of actions: no orphan.
    await records.sql(
      `INSERT INTO deliveries (id, channel, owner_id, destination_id, event_id, method, url, content_type, status)
       SELECT gen_random_uuid(), 'eqp', gen_random_uuid(), gen_random_uuid(), 'e', 'POST', 'https://a.example/', 'x', 'dead' FROM generate_series(1, 9)`,
    );
    await records.sql(
      `INSERT INTO delivery_attempts (delivery_id, number, trigger, started_at, total_ms)
       SELECT d, n, 'auto', now(), 1 FROM (SELECT gen_random_uuid() AS d FROM generate_series(1, 4)) x, generate_series(1, 2) n`,
    );
    await records.sql(
      `INSERT INTO action_history (action_id, from_state, to_state) SELECT gen_random_uuid(), 'received', 'enriching' FROM generate_series(1, 5)`,
    );
    await records.sql(
      `INSERT INTO action_tokens (token_key, action_id) SELECT gen_random_uuid(), gen_random_uuid() FROM generate_series(1, 6)`,
    );
    await records.sql(
      `INSERT INTO action_payloads (action_id, token_key, request, secrets, callback_url)
       SELECT gen_random_uuid(), gen_random_uuid(), '{"email":"jane.doe@example.com"}', 'k1.x', 'https://a.example/' FROM generate_series(1, 7)`,
    );
    await seedActions(records, { count: 8, state: 'calling_back' });
    const before = await rowCounts();
    await check();
    expect(await gauge()).toEqual({ deliveries: 3, attempts: 4, history: 5, tokens: 6, payloads: 7, calling_back: 8 });
    const told = errors.mock.calls.map(([line]) => line as { kind: string; found: number; ids: string[] });
    for (const kind of ORPHAN_KINDS) {
      const lines = told.filter((line) => line.kind === kind);
      expect(
        lines.reduce((sum, { found }) => sum + found, 0),
        kind,
      ).toBe((await gauge())[kind]);
      expect(lines.every(({ ids }) => ids.length <= 5)).toBe(true);
    }
    expect(JSON.stringify(told)).not.toContain('jane.doe');
    expect(await rowCounts()).toEqual(before);
  });

  it('rests for an hour after a pass, and forgets what is mended with the next one', async () => {
    await records.sql(`INSERT INTO action_tokens (token_key, action_id) VALUES ($1, $2)`, [uuidv7(), uuidv7()]);
    vi.spyOn(Logger.prototype, 'error').mockReturnValue(undefined);
    await check();
    expect(await gauge()).toEqual({ ...NONE, tokens: 1 });
    await records.sql('DELETE FROM action_tokens');
    expect(await newSweeper().sweep()).toBe(false);
    expect(await gauge()).toEqual({ ...NONE, tokens: 1 });
    const [row] = await records.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM orphan_checks WHERE next_at > now() + interval '59 minutes'`,
    );
    expect(row?.n).toBe(ORPHAN_KINDS.length);
    await records.sql('UPDATE orphan_checks SET next_at = now()');
    await check();
    expect(await gauge()).toEqual(NONE);
  });
});
