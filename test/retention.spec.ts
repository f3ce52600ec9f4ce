import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RetentionSweeper } from '../src/recovery/retention.sweeper.js';
import { type RunningApp, startApp } from './support/app.js';
import { Records } from './support/records.js';
import { seedActions } from './support/seeds.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

/** Older than rows are kept, and than requests alone. */
const OLD = 120;
const ELDERLY = 40;

let database: TestDatabase;
let records: Records;
let apps: RunningApp[];
let failed = false;

beforeAll(async () => {
  database = await createTestDatabase();
  records = new Records(database);
  // Role api runs no loops: every sweep here is one the test makes.
  const env = { ROLE: 'api', REDIS_URL: 'redis://127.0.0.1:9', DATABASE_POOL: '3' };
  apps = await Promise.all([1, 2].map(() => startApp({ databaseUrl: database.url, env })));
});
afterEach(async ({ task }) => {
  failed ||= task.result?.state === 'fail';
  await records.sql(
    `TRUNCATE actions, deliveries, delivery_attempts, action_history, action_payloads, action_tokens, result_messages,
              retention_cursors`,
  );
});
afterAll(async () => {
  await Promise.all(apps.map((app) => app.close()));
  await database.drop(failed);
});

const sweep = (replica = 0): Promise<boolean> => {
  const app = apps[replica];
  if (app === undefined) throw new Error(`there is no replica ${replica}`);
  return app.app.get(RetentionSweeper, { strict: false }).sweep();
};

async function sweepAll(): Promise<void> {
  for (let round = 0; round < 20; round += 1) if (!(await sweep())) return;
  throw new Error('still more to forget after 20 sweeps');
}

const count = async (text: string, values: unknown[] = []): Promise<number> =>
  (await records.sql<{ n: number }>(`SELECT count(*)::int AS n FROM ${text}`, values))[0]?.n ?? -1;

const inTables = async (id: string): Promise<Record<string, number>> => ({
  actions: await count('actions WHERE id = $1', [id]),
  payloads: await count('action_payloads WHERE action_id = $1', [id]),
  tokens: await count('action_tokens WHERE action_id = $1', [id]),
  history: await count('action_history WHERE action_id = $1', [id]),
  bodies: await count('deliveries WHERE owner_id = $1 AND body IS NOT NULL', [id]),
});
const ALL_THERE = { actions: 1, payloads: 1, tokens: 1, history: 1, bodies: 1 };
const ALL_GONE = { actions: 0, payloads: 0, tokens: 0, history: 0, bodies: 0 };

/** As if the walks that look once more had rested for a day. */
const letADayPass = (): Promise<unknown> =>
  records.sql(`UPDATE retention_cursors SET next_at = now() WHERE name LIKE '% again'`);

/** Statements like `DELETE ON actions` fail while it works. */
async function refuseOn(what: string, work: () => Promise<void>): Promise<void> {
  await records.sql(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$`);
  await records.sql(`CREATE TRIGGER refuse BEFORE ${what} EXECUTE FUNCTION refuse()`);
  try {
    await work();
  } finally {
    await records.sql('DROP FUNCTION refuse CASCADE');
  }
}

/** Sweeps while another session changes rows that the sweep has to wait for. @returns what the sweep says */
async function sweepMeanwhile(change: (sender: Client) => Promise<void>): Promise<boolean> {
  const sender = new Client({ connectionString: database.url });
  await sender.connect();
  try {
    await sender.query('BEGIN');
    await change(sender);
    const swept = sweep();
    await untilWaiting();
    await sender.query('COMMIT');
    return await swept;
  } finally {
    await sender.end();
  }
}

describe('the walk of retention', () => {
  it('goes on where it stood, in whichever process', async () => {
    await seedActions(records, { count: 16_300, state: 'completed', ageDays: ELDERLY, delivery: 'delivered' });
    expect(await sweep(0)).toBe(true);
    expect(await count('action_payloads')).toBe(8_300);
    const [before] = await records.sql<{ after_id: string }>(
      `SELECT after_id FROM retention_cursors WHERE name = 'payloads'`,
    );
    expect(await count('action_payloads WHERE action_id <= $1', [before?.after_id])).toBe(0);
    expect(await sweep(1)).toBe(true);
    expect(await count('action_payloads')).toBe(300);
    await sweep(0);
    expect(await count('action_payloads')).toBe(0);
    const [after] = await records.sql<{ last: boolean }>(
      `SELECT after_id = (SELECT max(id::text)::uuid FROM actions) AS last FROM retention_cursors WHERE name = 'payloads'`,
    );
    expect(after?.last).toBe(true);
  });

  it.each([
    ['payloads', ELDERLY, { ...ALL_GONE, actions: 1, history: 1 }],
    ['rows', OLD, ALL_GONE],
  ])('comes back for %s of an action that finished after it had passed by', async (_, ageDays, left) => {
    const [late = ''] = await seedActions(records, { count: 1, state: 'calling_back', ageDays, delivery: 'held' });
    await seedActions(records, { count: 5, state: 'completed', ageDays: ageDays - 1, delivery: 'delivered' });
    await sweepAll();
    await letADayPass();
    await sweepAll();
    expect(await inTables(late)).toEqual(ALL_THERE);
    await records.sql(`UPDATE deliveries SET status = 'delivered' WHERE owner_id = $1`, [late]);
    await records.sql(`UPDATE actions SET state = 'completed' WHERE id = $1`, [late]);
    await letADayPass();
    await sweepAll();
    expect(await inTables(late)).toEqual(left);
  });

  it('comes back for a row whose id is older than what it has passed', async () => {
    await seedActions(records, { count: 5, state: 'completed', ageDays: OLD, delivery: 'delivered' });
    await sweepAll();
    const [older = ''] = await seedActions(records, {
      count: 1,
      state: 'expired',
      ageDays: OLD + 5,
      delivery: 'expired',
    });
    await sweepAll();
    // Looking from the beginning every time would pass over what is gone.
    expect(await inTables(older)).toEqual(ALL_THERE);
    await letADayPass();
    await sweepAll();
    expect(await inTables(older)).toEqual(ALL_GONE);
  });

  it('looks again once a day, not with every sweep', async () => {
    await sweepAll();
    const rests = await records.sql<{ name: string; hours: string }>(
      `SELECT name, extract(epoch FROM next_at - now()) / 3600 AS hours FROM retention_cursors WHERE name LIKE '% again' ORDER BY name`,
    );
    expect(rests.map(({ name }) => name)).toEqual(['payloads again', 'rows again']);
    for (const { hours } of rests) expect(Number(hours)).toBeCloseTo(24, 1);
  });

  it('is taken over a minute after its process was killed, and not before', async () => {
    await seedActions(records, { count: 3, state: 'completed', ageDays: ELDERLY, delivery: 'delivered' });
    await records.sql(`INSERT INTO retention_cursors (name, next_at) VALUES ('payloads', now() + interval '1 minute')`);
    await records.sql(
      `INSERT INTO retention_cursors (name, next_at) VALUES ('payloads again', now() + interval '1 day')`,
    );
    await sweepAll();
    expect(await count('action_payloads')).toBe(3);
    await records.sql(`UPDATE retention_cursors SET next_at = next_at - interval '1 minute' WHERE name = 'payloads'`);
    await sweepAll();
    expect(await count('action_payloads')).toBe(0);
  });

  it('loses nothing when a sweep fails half-way: it removes a page and moves on together, or not at all', async () => {
    await seedActions(records, { count: 1_200, state: 'completed', ageDays: OLD, delivery: 'delivered' });
    await refuseOn('DELETE ON action_history', async () => {
      await expect(sweep()).rejects.toThrow('no');
      await expect(sweep()).rejects.toThrow('no');
    });
    expect(await count('actions')).toBe(1_200);
    expect(await count('deliveries')).toBe(1_200);
    expect(await count('action_history')).toBe(1_200);
    expect(
      await count(`retention_cursors WHERE name = 'rows' AND after_id > '0f000000-0000-0000-0000-000000000000'`),
    ).toBe(0);
    await sweepAll();
    for (const table of [
      'actions',
      'deliveries',
      'delivery_attempts',
      'action_history',
      'action_payloads',
      'action_tokens',
    ])
      expect(await count(table), table).toBe(0);
  });
});

describe('a batch', () => {
  it('is half as large after one that failed, and a little larger after one that went well', async () => {
    // One sweep that goes well: however small a test before left it, no more than four of these make it small again.
    await seedActions(records, { count: 4_300, state: 'completed', ageDays: ELDERLY, delivery: 'delivered' });
    await refuseOn('DELETE ON action_payloads', async () => {
      for (let failures = 0; failures < 4; failures += 1) await expect(sweep()).rejects.toThrow('no');
    });
    const left: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await sweep();
      left.push(await count('action_payloads'));
    }
    expect(left).toEqual([3_300, 2_100, 700]);
  });

  it('that ended after its bodies loses its excerpts when it comes again', async () => {
    const ids = await seedActions(records, { count: 20, state: 'undeliverable', ageDays: ELDERLY, delivery: 'dead' });
    const excerpts = 'delivery_attempts WHERE excerpt IS NOT NULL OR headers IS NOT NULL OR request_body IS NOT NULL';
    const before = await count(excerpts);
    expect(before).toBeGreaterThan(0);
    await refuseOn('DELETE ON action_tokens', async () => {
      await expect(sweep()).rejects.toThrow('no');
    });
    expect(await count('deliveries WHERE body IS NOT NULL')).toBe(0);
    expect(await count('action_payloads')).toBe(ids.length);
    expect(await count(excerpts)).toBe(before);
    await sweepAll();
    expect(await count('action_payloads')).toBe(0);
    expect(await count('action_tokens')).toBe(0);
    expect(await count(excerpts)).toBe(0);
  });

  it('that is taken back keeps every body of an owner of which one delivery is sent again meanwhile', async () => {
    const [id = ''] = await seedActions(records, { count: 1, state: 'completed', ageDays: ELDERLY, delivery: 'dead' });
    await records.sql(
      `INSERT INTO deliveries (id, channel, owner_id, destination_id, event_id, method, url, content_type, body, status)
       SELECT gen_random_uuid(), channel, owner_id, destination_id, event_id, method, url, content_type, body, 'delivered'
         FROM deliveries WHERE owner_id = $1`,
      [id],
    );
    const more = await sweepMeanwhile(async (sender) => {
      await sender.query(`UPDATE deliveries SET status = 'pending' WHERE owner_id = $1 AND status = 'dead'`, [id]);
    });
    expect(more).toBe(true);
    expect(await inTables(id)).toEqual({ ...ALL_THERE, bodies: 2 });
  });

  it('empties its bodies within their pages', async () => {
    await seedActions(records, { count: 400, state: 'completed', ageDays: ELDERLY, delivery: 'delivered' });
    await records.sql(`UPDATE deliveries SET body = repeat('x', 190)`);
    await records.sql('VACUUM FULL deliveries');
    const places = `SELECT (ctid::text::point)[0] AS page, id FROM deliveries ORDER BY id`;
    const before = await records.sql(places);
    await sweepAll();
    expect(await count('deliveries WHERE body IS NOT NULL')).toBe(0);
    expect(await records.sql(places)).toEqual(before);
  });
});

describe('an action of which something is under way', () => {
  it.each(['pending', 'delivering', 'held'])(
    'is left alone with all that it has while a delivery is %s',
    async (status) => {
      const [id = ''] = await seedActions(records, {
        count: 1,
        state: 'completed',
        ageDays: OLD,
        delivery: 'delivered',
      });
      // A second delivery, as of a call with two receivers, sent again by an administrator.
      await records.sql(
        `INSERT INTO deliveries (id, channel, owner_id, destination_id, event_id, method, url, content_type, body, status)
       SELECT gen_random_uuid(), channel, owner_id, destination_id, event_id, method, url, content_type, body, $2
         FROM deliveries WHERE owner_id = $1`,
        [id, status],
      );
      await sweepAll();
      expect(await inTables(id)).toEqual({ ...ALL_THERE, bodies: 2 });
      expect(await count('delivery_attempts WHERE excerpt IS NOT NULL')).toBe(1);
      await records.sql(`UPDATE deliveries SET status = 'cancelled' WHERE status = $1`, [status]);
      await letADayPass();
      await sweepAll();
      expect(await inTables(id)).toEqual(ALL_GONE);
      expect(await count('delivery_attempts')).toBe(0);
    },
  );

  it.each([
    ['payload', ELDERLY, ALL_THERE, { ...ALL_GONE, actions: 1, history: 1 }],
    ['row', OLD, { ...ALL_THERE, payloads: 0, tokens: 0 }, ALL_GONE],
  ])('keeps its %s when it is sent again in the moment of the sweep', async (what, ageDays, kept, left) => {
    const ids = await seedActions(records, { count: 9, state: 'undeliverable', ageDays, delivery: 'dead' });
    // Else the walk along payloads comes first.
    if (what === 'row') await records.sql('TRUNCATE action_payloads, action_tokens');
    const [sentAgain = '', ...others] = ids.reverse();
    const more = await sweepMeanwhile(async (sender) => {
      await sender.query(`UPDATE deliveries SET status = 'pending' WHERE owner_id = $1`, [sentAgain]);
      await sender.query(`UPDATE actions SET state = 'calling_back' WHERE id = $1`, [sentAgain]);
    });
    // Its batch is taken back and comes again.
    expect(more).toBe(true);
    await sweepAll();
    expect(await inTables(sentAgain)).toEqual(kept);
    for (const other of others) expect(await inTables(other)).toEqual(left);
  });
});

/** Until a session waits for the row lock of another one. */
async function untilWaiting(): Promise<void> {
  for (let look = 0; look < 500; look += 1) {
    if ((await count(`pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`)) > 0) return;
    await sleep(20);
  }
  throw new Error('the sweep waited for no row');
}
