import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import { BulkRecoverySweeper } from '../src/resend/bulk-recovery.sweeper.js';
import { destinationOf } from '../src/delivery/destination.js';
import { type Answer, call, type RunningApp, startApp, TEST_KEY } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { Records } from './support/records.js';
import { leadRequest } from './support/requests.js';
import { ServiceProcess } from './support/service-process.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const HOUR = 3_600_000;
const TENANT = 'BULK@AdobeOrg';

let database: TestDatabase;
let records: Records;
let adobe: FakeAdobe;
/** Serves /admin and runs no loops: every sweep here is one the test makes. */
let api: RunningApp;
let worker: RunningApp;
let failed = false;

beforeAll(async () => {
  database = await createTestDatabase();
  records = new Records(database);
  adobe = await FakeAdobe.start();
  const options = { databaseUrl: database.url, adobe };
  const roles = { REDIS_URL: 'redis://127.0.0.1:9' };
  api = await startApp({ ...options, env: { ROLE: 'api', ...roles } });
  worker = await startApp({ ...options, env: { ROLE: 'api', DATABASE_POOL: '6', ...roles } });
});
afterEach(async ({ task }) => {
  failed ||= task.result?.state === 'fail';
  adobe.answer = () => undefined;
  await records.sql(
    'TRUNCATE actions, deliveries, delivery_attempts, action_history, action_payloads, bulk_jobs, admin_audit',
  );
});
afterAll(async () => {
  await Promise.all([api.close(), worker.close()]);
  await adobe.stop();
  await database.drop(failed);
});

interface Seed {
  readonly status?: string;
  readonly state?: string;
  readonly service?: string;
  readonly tenant?: string;
  readonly url?: string;
  readonly body?: string | null;
  readonly expiresInMs?: number | null;
  readonly atMs?: number;
}

/** Failed deliveries with their actions. @returns ids of the deliveries, in order. */
async function seed(count: number, options: Seed = {}): Promise<string[]> {
  const url = options.url ?? 'https://platform.adobe.io/journey/callback?key=secret';
  const destination = destinationOf('adobe', options.tenant ?? TENANT, url);
  await records.sql(
    'INSERT INTO destinations (id, channel, scope, origin) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
    [destination.id, 'adobe', destination.scope, destination.origin],
  );
  const at = options.atMs ?? Date.now() - 60_000;
  const ids = Array.from({ length: count }, (_, index) => uuidv7({ msecs: at + (index % 1_000) })).sort();
  const owners = ids.map(() => uuidv7({ msecs: at - 1_000 }));
  const state =
    options.state ??
    (options.status === 'expired' ? 'expired' : options.status === 'held' ? 'calling_back' : 'undeliverable');
  await records.sql(
    `INSERT INTO actions (id, service, dialect, tenant, object_type, entity_id, state, deadline_at)
     SELECT id, $2, 'adobe', $3, 'lead', '1', $4, now() + interval '1 hour' FROM unnest($1::uuid[]) id`,
    [owners, options.service ?? 'check-email', options.tenant ?? TENANT, state],
  );
  await records.sql(
    `INSERT INTO deliveries (id, channel, owner_id, destination_id, event_id, method, url, content_type, body, status, attempt_number,
            attempt_count, expires_at, last_status, last_error)
     SELECT id, 'adobe', owner, $3, id::text, 'POST', $4, 'application/json', $5, $6, 3, 3, now() + $7 * interval '1 millisecond', 503, 'answered 503'
       FROM unnest($1::uuid[], $2::uuid[]) AS t(id, owner)`,
    [
      ids,
      owners,
      destination.id,
      url,
      options.body === undefined ? '{"objectData":[]}' : options.body,
      options.status ?? 'dead',
      options.expiresInMs === undefined ? HOUR : options.expiresInMs,
    ],
  );
  return ids;
}

const recover = (body: object): Promise<Answer> => api.admin('/admin/deliveries/recover', { method: 'POST', body });
const progressOf = async (jobId: unknown): Promise<Record<string, unknown>> =>
  (await api.admin(`/admin/recoveries/${String(jobId)}`)).body;
const sweeper = (app = worker): BulkRecoverySweeper => app.app.get(BulkRecoverySweeper, { strict: false });
const statuses = (): Promise<{ status: string; n: number }[]> =>
  records.sql('SELECT status, count(*)::int AS n FROM deliveries GROUP BY 1 ORDER BY 1');

/** Sweeps until the job has ended. @returns its progress. */
async function finish(jobId: unknown, app = worker): Promise<Record<string, unknown>> {
  for (;;) {
    const progress = await progressOf(jobId);
    if (progress['state'] !== 'running') return progress;
    if (!(await sweeper(app).sweep())) await sleep(20);
  }
}

describe('every route of it', () => {
  it.each([
    ['POST', '/admin/deliveries/recover'],
    ['GET', '/admin/recoveries'],
    ['GET', `/admin/recoveries/${uuidv7()}`],
    ['POST', `/admin/recoveries/${uuidv7()}/cancel`],
  ] as const)('%s %s wants an admin key', async (method, path) => {
    const answer = await call(method, api.url + path, { 'x-api-key': TEST_KEY }, method === 'POST' ? {} : undefined);
    expect([answer.status, answer.body['code']]).toEqual([401, 'UNAUTHORIZED']);
  });
});

describe('a dry run', () => {
  it('counts what would be sent and what not, shows some, and changes nothing', async () => {
    const dead = await seed(12);
    await seed(3, { status: 'expired', expiresInMs: -HOUR });
    await seed(2, { body: null });
    await seed(4, { status: 'delivered', state: 'completed' });
    const answer = await recover({ dryRun: true, status: ['dead', 'expired', 'held'] });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      dryRun: true,
      matched: 17,
      wouldSend: 12,
      wouldSkip: { overdue: 3, gone: 2 },
      otherStatuses: { delivered: 4 },
      sample: expect.any(Array),
    });
    const sample = answer.body['sample'] as Record<string, unknown>[];
    expect(sample).toHaveLength(10);
    expect(sample.every(({ url }) => url === 'https://platform.adobe.io/journey/callback')).toBe(true);
    expect(dead).toEqual(expect.arrayContaining([sample[0]?.['deliveryId']]));
    expect((await recover({ dryRun: true, channel: 'companies' })).body).toMatchObject({ otherStatuses: {} });
    expect((await recover({ dryRun: true, status: 'expired', force: true })).body).toMatchObject({
      otherStatuses: { dead: 14, delivered: 4 },
      matched: 3,
      wouldSend: 3,
      wouldSkip: {},
    });
    expect(await statuses()).toEqual([
      { status: 'dead', n: 14 },
      { status: 'delivered', n: 4 },
      { status: 'expired', n: 3 },
    ]);
    expect(await records.sql('SELECT 1 FROM bulk_jobs')).toEqual([]);
  });

  it.each([
    ['an origin, not one that begins with it', { endpoint: 'https://a.example' }, 2],
    ['the beginning of a path', { endpoint: 'https://a.example/one' }, 1],
    ['an origin however it is spelled', { endpoint: 'HTTPS://A.example:443/' }, 2],
    ['a destination', { endpoint: destinationOf('adobe', TENANT, 'https://a.example/').id }, 2],
    ['a channel', { channel: 'adobe' }, 5],
    ['a channel nobody has', { channel: 'eqp' }, 0],
    ['a service', { service: 'other' }, 1],
    ['a tenant', { tenant: 'OTHER@AdobeOrg' }, 1],
    ['a time', { since: '2026-03-01T00:00:00Z', until: '2026-03-01T01:00:00Z' }, 1],
    ['since alone', { since: '2026-03-01T00:30:00Z' }, 4],
    [
      'all of them',
      { endpoint: 'https://a.example', service: 'check-email', tenant: TENANT, channel: 'adobe', status: 'dead' },
      2,
    ],
  ])('narrows by %s', async (_what, filter, matched) => {
    await seed(1, { url: 'https://a.example/one/x?k=1' });
    await seed(1, { url: 'https://a.example/two' });
    await seed(1, { url: 'https://a.example.evil/one', service: 'other' });
    await seed(1, { url: 'https://b.example/', tenant: 'OTHER@AdobeOrg' });
    await seed(1, { url: 'https://b.example/', atMs: Date.parse('2026-03-01T00:20:00Z') });
    expect((await recover({ dryRun: true, ...filter })).body).toMatchObject({ matched });
  });

  it.each([
    [{ endpoint: 'nowhere' }, 'endpoint'],
    [{ endpoint: 'https://a.example/x?token=abc' }, 'endpoint'],
    [{ endpoint: 'https://user:pw@a.example/' }, 'endpoint'],
    [{ endpoint: 'file:///etc/passwd' }, 'endpoint'],
    [{ since: '2026-03-02', until: '2026-03-01' }, 'since'],
    [{ since: 'yesterday' }, 'since'],
    [{ status: 'delivered' }, 'status'],
    [{ status: [] }, 'status'],
    [{ ratePerSecond: 0 }, 'ratePerSecond'],
    [{ ratePerSecond: 1.5 }, 'ratePerSecond'],
    [{ force: 'yes' }, 'force'],
    [{ statuses: ['dead'] }, 'statuses'],
  ])('refuses %j', async (body, field) => {
    const answer = await recover(body);
    expect([answer.status, answer.body['code']]).toEqual([422, 'VALIDATION_ERROR']);
    expect((answer.body['errors'] as { field: string }[]).map((error) => error.field)).toContain(field);
    expect(JSON.stringify(answer.body)).not.toMatch(/token=abc|user:pw/);
    expect(await records.sql('SELECT 1 FROM bulk_jobs')).toEqual([]);
  });
});

describe('a bulk job', () => {
  it('sends by the rules of a single resend, brings actions back, and is audited at start and end', async () => {
    const dead = await seed(30);
    const held = await seed(2, { status: 'held' });
    await seed(1, { body: null });
    await seed(2, { expiresInMs: -1_000 });
    await seed(5, { status: 'expired', expiresInMs: -1_000 });
    const answer = await recover({ tenant: TENANT, ratePerSecond: 1_000 });
    expect(answer).toMatchObject({ status: 202, body: { matched: 35 } });
    const { jobId } = answer.body;
    expect(await progressOf(jobId)).toMatchObject({ state: 'running', matched: 35, remaining: 35, finishedAt: null });
    expect(await finish(jobId)).toMatchObject({
      jobId,
      state: 'done',
      matched: 35,
      resent: 32,
      skipped: 3,
      skippedBecause: { gone: 1, overdue: 2 },
      failed: 0,
      remaining: 0,
      finishedAt: expect.any(String),
    });
    const sent = await records.sql<{ id: string }>(
      `SELECT id FROM deliveries WHERE status = 'pending' AND next_trigger = 'bulk' AND attempt_count = 0 AND attempt_number = 3 ORDER BY id`,
    );
    expect(sent.map(({ id }) => id)).toEqual([...dead, ...held].sort());
    expect(await records.sql(`SELECT state, count(*)::int AS n FROM actions GROUP BY 1 ORDER BY 1`)).toEqual([
      { state: 'calling_back', n: 32 },
      { state: 'expired', n: 5 },
      { state: 'undeliverable', n: 3 },
    ]);
    const [history] = await records.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM action_history WHERE note = 'sent again by bulk job ' || $1`,
      [jobId],
    );
    expect(history?.n).toBe(30);
    const audit = await records.sql<{ verb: string; actor: string; details: object }>(
      'SELECT verb, actor, details FROM admin_audit WHERE target = $1 ORDER BY id',
      [`recovery:${String(jobId)}`],
    );
    expect(audit.map(({ verb }) => verb)).toEqual(['recover', 'recover.end']);
    expect(new Set(audit.map(({ actor }) => actor)).size).toBe(1);
    expect(audit[1]?.details).toEqual({ matched: 35, resent: 32, skipped: 3, failed: 0 });
  });

  it('gives what is past its time a quarter of an hour when it is forced', async () => {
    await seed(3, { status: 'expired', expiresInMs: -HOUR });
    const { jobId } = (await recover({ status: 'expired', force: true, ratePerSecond: 100 })).body;
    expect(await finish(jobId)).toMatchObject({ resent: 3, skipped: 0 });
    const [row] = await records.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM deliveries WHERE status = 'pending' AND expires_at > now() + interval '14 minutes'`,
    );
    expect(row?.n).toBe(3);
  });

  it('passes over what others changed after it began, forced or not', async () => {
    const ids = await seed(10);
    const { jobId } = (await recover({ force: true, ratePerSecond: 100 })).body;
    await records.sql(`UPDATE deliveries SET status = 'delivered' WHERE id = ANY($1::uuid[])`, [ids.slice(0, 3)]);
    expect(await finish(jobId)).toMatchObject({ matched: 10, resent: 7, skipped: 3, skippedBecause: { changed: 3 } });
    expect(await statuses()).toEqual([
      { status: 'delivered', n: 3 },
      { status: 'pending', n: 7 },
    ]);
  });

  it('counts a row that Postgres refuses as failed and sends the others', async () => {
    const ids = await seed(9);
    await records.sql(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '23514'; END $$`,
    );
    await records.sql(
      `CREATE TRIGGER refuse BEFORE UPDATE ON deliveries FOR EACH ROW WHEN (OLD.id = '${ids[4]}') EXECUTE FUNCTION refuse()`,
    );
    try {
      const { jobId } = (await recover({ ratePerSecond: 100 })).body;
      expect(await finish(jobId)).toMatchObject({ state: 'done', resent: 8, failed: 1, skipped: 0 });
    } finally {
      await records.sql('DROP TRIGGER refuse ON deliveries; DROP FUNCTION refuse()');
    }
  });

  it('is refused while one with the same filter runs, and not afterwards', async () => {
    await seed(2);
    const filter = { status: ['held', 'dead'], since: '2026-03-01' };
    const { jobId } = (await recover(filter)).body;
    const answers = await Promise.all([
      recover({ ...filter, status: ['dead', 'held'], ratePerSecond: 7 }),
      recover({ ...filter, since: '2026-03-01T01:00:00+01:00' }),
    ]);
    expect(answers.map(({ status, body }) => [status, body['code']])).toEqual([
      [409, 'CONFLICT'],
      [409, 'CONFLICT'],
    ]);
    expect((await recover({ ...filter, force: true })).status).toBe(202);
    await finish(jobId);
    expect((await recover(filter)).status).toBe(202);
  });

  it('stops when it is cancelled, which is audited; done ones cannot be', async () => {
    await seed(50);
    const { jobId } = (await recover({ ratePerSecond: 10 })).body;
    while (((await progressOf(jobId))['resent'] as number) === 0) {
      await sweeper().sweep();
      await sleep(20);
    }
    const cancel = () => api.admin(`/admin/recoveries/${String(jobId)}/cancel`, { method: 'POST' });
    const cancelled = await cancel();
    expect(cancelled).toMatchObject({ status: 200, body: { state: 'cancelled', finishedAt: expect.any(String) } });
    expect(cancelled.body['remaining']).toBe(50 - (cancelled.body['resent'] as number));
    expect((await cancel()).body).toEqual(cancelled.body);
    await sleep(300);
    expect(await sweeper().sweep()).toBe(false);
    expect(await progressOf(jobId)).toEqual(cancelled.body);
    expect(await records.sql('SELECT verb FROM admin_audit ORDER BY id')).toEqual([
      { verb: 'recover' },
      { verb: 'recover.cancel' },
    ]);
    const other = (await recover({ ratePerSecond: 1_000 })).body;
    await finish(other['jobId']);
    expect((await api.admin(`/admin/recoveries/${String(other['jobId'])}/cancel`, { method: 'POST' })).status).toBe(
      409,
    );
    expect((await api.admin(`/admin/recoveries/${uuidv7()}/cancel`, { method: 'POST' })).status).toBe(404);
  });

  it('waits while it is paused, keeps its filter for itself, and goes on where it was', async () => {
    await seed(30);
    const { jobId } = (await recover({ ratePerSecond: 1_000 })).body;
    const turn = (how: string, id = String(jobId)) => api.admin(`/admin/recoveries/${id}/${how}`, { method: 'POST' });
    const paused = await turn('pause');
    expect(paused).toMatchObject({ status: 200, body: { state: 'paused', finishedAt: null, remaining: 30 } });
    expect((await turn('pause')).body).toEqual(paused.body);
    expect(await sweeper().sweep()).toBe(false);
    expect((await progressOf(jobId))['resent']).toBe(0);
    expect((await recover({ ratePerSecond: 1_000 })).status).toBe(409);
    expect((await api.admin('/admin/recoveries?state=paused')).body['items']).toHaveLength(1);
    expect(await turn('resume')).toMatchObject({ status: 200, body: { state: 'running' } });
    expect(await turn('resume')).toMatchObject({ status: 200, body: { state: 'running' } });
    await finish(jobId);
    expect(await progressOf(jobId)).toMatchObject({ state: 'done', resent: 30 });
    for (const how of ['pause', 'resume']) {
      expect((await turn(how)).status).toBe(409);
      expect((await turn(how, uuidv7())).status).toBe(404);
    }
    const other = (await recover({ tenant: 'another' })).body;
    await turn('pause', String(other['jobId']));
    expect(await turn('cancel', String(other['jobId']))).toMatchObject({ status: 200, body: { state: 'cancelled' } });
    expect((await turn('resume', String(other['jobId']))).status).toBe(409);
    const verbs = await records.sql<{ verb: string }>('SELECT verb FROM admin_audit ORDER BY id');
    expect(verbs.map(({ verb }) => verb)).toEqual([
      'recover',
      'recover.pause',
      'recover.resume',
      'recover.end',
      'recover',
      'recover.pause',
      'recover.cancel',
    ]);
  });

  it('is listed, the newest first, in pages', async () => {
    const jobs: unknown[] = [];
    for (const tenant of ['a', 'b', 'c']) jobs.unshift((await recover({ tenant })).body['jobId']);
    const first = (await api.admin('/admin/recoveries?limit=2')).body as {
      items: { jobId: string }[];
      nextCursor: string;
    };
    expect(first.items.map(({ jobId }) => jobId)).toEqual(jobs.slice(0, 2));
    const second = (await api.admin(`/admin/recoveries?limit=2&cursor=${first.nextCursor}`)).body;
    expect(second).toMatchObject({ items: [{ jobId: jobs[2], filter: { tenant: 'a' } }], nextCursor: null });
    expect((await api.admin('/admin/recoveries?state=done')).body).toEqual({ items: [], nextCursor: null });
    for (const job of jobs) await finish(job);
    expect((await api.admin('/admin/recoveries?state=done')).body['items']).toHaveLength(3);
    expect((await api.admin('/admin/recoveries?state=odd')).status).toBe(400);
  });
});

describe('five replicas side by side', () => {
  it('send every delivery once, and no faster than the rate of the job', async () => {
    const ids = await seed(300);
    const startedAt = performance.now();
    const { jobId } = (await recover({ ratePerSecond: 100 })).body;
    await Promise.all(Array.from({ length: 5 }, () => finish(jobId)));
    // 100 of the 300 may be the second's worth that a budget holds.
    expect(performance.now() - startedAt).toBeGreaterThan(1_900);
    expect(await progressOf(jobId)).toMatchObject({ state: 'done', matched: 300, resent: 300, skipped: 0, failed: 0 });
    const [row] = await records.sql<{ n: number; twice: number }>(
      `SELECT count(*)::int AS n, (count(*) - count(DISTINCT action_id))::int AS twice FROM action_history WHERE to_state = 'calling_back'`,
    );
    expect(row).toEqual({ n: ids.length, twice: 0 });
  });
});

describe('a job whose process is killed', () => {
  it('goes on where it was, in the loops of the next one, and everything arrives', async () => {
    const path = '/bulk-after-kill';
    const env = { ADOBE_RETRY_SCHEDULE: '0s,1s', LEASE_DELIVERY_MS: '3000', LEASE_ENRICH_MS: '3000' };
    let service = await ServiceProcess.start({ databaseUrl: database.url, adobe, env });
    try {
      adobe.answer = () => ({ status: 400 });
      const ids: string[] = [];
      for (let lead = 0; lead < 60; lead += 1) {
        const answer = await service.submit(
          leadRequest({ callbackUrl: adobe.url + path, leadId: 5_000 + lead, timeout: 600 }),
        );
        ids.push(answer.body['requestId'] as string);
      }
      await records.untilState(ids, 'undeliverable', 20_000);
      adobe.answer = () => undefined;
      const { jobId } = (await recover({ endpoint: adobe.url, ratePerSecond: 20 })).body;
      while (((await progressOf(jobId))['resent'] as number) < 10) await sleep(20);
      await service.kill();
      const atKill = await progressOf(jobId);
      expect(atKill).toMatchObject({ state: 'running', matched: 60 });
      service = await ServiceProcess.start({ databaseUrl: database.url, adobe, env });
      await expect
        .poll(() => progressOf(jobId), { timeout: 20_000, interval: 200 })
        .toMatchObject({ state: 'done', resent: 60 });
      await records.untilState(ids, 'completed', 60_000);
      const [row] = await records.sql<{ n: number }>(
        `SELECT count(*)::int AS n FROM action_history WHERE from_state = 'undeliverable' AND to_state = 'calling_back'`,
      );
      expect(row?.n).toBe(60);
      const [bulk] = await records.sql<{ n: number }>(
        `SELECT count(DISTINCT delivery_id)::int AS n FROM delivery_attempts WHERE trigger = 'bulk'`,
      );
      expect(bulk?.n).toBeGreaterThan(0);
    } finally {
      await service.kill();
    }
  }, 90_000);
});
