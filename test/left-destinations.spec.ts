import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FollowRegistrations1764100000100 } from '../migrations/1764100000100-follow-registrations.js';
import { buildDataSourceOptions, MIGRATIONS } from '../src/database/data-source.js';
import { runMigrations } from '../src/database/migrator.js';
import { destinationOf } from '../src/delivery/destination.js';
import { StoredDestinationMoves } from '../src/delivery/stored-destination-moves.js';
import { admin, TestCompany, until } from './support/company-world.js';
import { EqpClient } from './support/eqp-client.js';
import { HttpsReceiver } from './support/https-receiver.js';
import { createTestCa } from './support/test-ca.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { startTrustingApp, type TrustingApp } from './support/trusting-app.js';

const certificates = createTestCa();
let here: HttpsReceiver;
let there: HttpsReceiver;

beforeAll(async () => {
  [here, there] = [await HttpsReceiver.start(certificates.server), await HttpsReceiver.start(certificates.server)];
});
afterAll(() => Promise.all([here.stop(), there.stop()]));

const env = { REGISTRATION_RETRY_SCHEDULE: '0s,1h,1h' };

interface Waiting {
  readonly channel: string;
  readonly scope: string;
  readonly url: string;
  readonly status: string;
  readonly count: number;
}

/** Deliveries as they wait at the destination of a url, every one with an attempt behind it that does not say where it went. */
async function insertWaiting(database: TestDatabase, { channel, scope, url, status, count }: Waiting): Promise<void> {
  const { id, origin } = destinationOf(channel, scope, url);
  await database.dataSource.query(
    `INSERT INTO destinations (id, channel, scope, origin) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
    [id, channel, scope, origin],
  );
  await database.dataSource.query(
    `WITH made AS (
       INSERT INTO deliveries (id, channel, owner_id, destination_id, event_id, method, url, content_type, body, status, held_for, attempt_number, attempt_count, next_attempt_at)
       SELECT gen_random_uuid(), $2, gen_random_uuid(), $1, 'e' || n, 'POST', $3, 'application/json', '{"delivery_attempt":"1"}', $4,
              CASE WHEN $4 = 'held' THEN 'destination' END, 1, 1, now() + interval '1 hour' FROM generate_series(1, $5) n RETURNING id)
     INSERT INTO delivery_attempts (delivery_id, number, trigger, started_at, total_ms, status) SELECT id, 1, 'auto', now(), 1, 503 FROM made`,
    [id, channel, url, status, count],
  );
}

async function countsOf(database: TestDatabase, scope: string): Promise<Record<string, number>> {
  const rows = await database.dataSource.query<{ status: string; url: string; n: number }[]>(
    `SELECT d.status, d.url, count(*)::int AS n FROM deliveries d JOIN destinations t ON t.id = d.destination_id WHERE t.scope = $1 GROUP BY 1, 2`,
    [scope],
  );
  return Object.fromEntries(rows.map(({ status, url, n }) => [`${status} ${url}`, n]));
}

describe('what waits where registrations have been', () => {
  let database: TestDatabase;
  let service: TrustingApp;

  beforeAll(async () => {
    database = await createTestDatabase();
    service = await startTrustingApp({ databaseUrl: database.url, ca: certificates.ca, env });
  });
  afterEach(() => {
    here.answer = () => undefined;
  });
  afterAll(async () => {
    await service.close();
    await database.drop();
  });

  /** A company's registration and what administrators call it. */
  async function registered(url: string): Promise<{ company: TestCompany; at: string; id: string }> {
    const company = await TestCompany.create(service, `co-${randomUUID().slice(0, 8)}`);
    const created = await company.register({ event_type: 'person_added', destination: { url } });
    const { body } = await admin(service, 'GET', `/admin/registrations?owner=${company.id}`);
    return {
      company,
      at: `/callbacks/${String(created.body['callback_id'])}`,
      id: (body['items'] as { id: string }[])[0]?.id ?? '',
    };
  }

  it('follows in one change however much it is, and none of it is lost or changed else', async () => {
    const [before, after] = [`${here.url}/much`, `${there.url}/much`];
    const { company, at, id } = await registered(before);
    await admin(service, 'POST', `/admin/registrations/${id}/pause`);
    await insertWaiting(database, { channel: 'companies', scope: id, url: before, status: 'held', count: 7_000 });
    await insertWaiting(database, { channel: 'companies', scope: id, url: before, status: 'pending', count: 6_000 });
    const startedAt = performance.now();
    expect((await company.call('PUT', at, { destination: { url: after } })).status).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(9_000);
    const counts = await countsOf(database, id);
    expect((counts[`held ${after}`] ?? 0) + (counts[`pending ${after}`] ?? 0)).toBe(13_000);
    const [attempts] = await database.dataSource.query<{ n: number }[]>(
      'SELECT count(*)::int AS n FROM delivery_attempts WHERE url = $1',
      [before],
    );
    expect(attempts?.n).toBe(13_000);
    await database.dataSource.query('DELETE FROM deliveries');
  });

  it('moves to the url of now when a sweep finds it, and only once', async () => {
    const [before, after] = [`${here.url}/late`, `${there.url}/late`];
    const { company, at, id } = await registered(before);
    await company.publish('person_added', { person_id: 'p' });
    await until(() => here.of('/late').length === 1);
    await company.call('PUT', at, { destination: { url: after } });
    await insertWaiting(database, { channel: 'companies', scope: id, url: before, status: 'pending', count: 2 });
    await insertWaiting(database, { channel: 'companies', scope: id, url: before, status: 'held', count: 1 });
    const moves = service.app.get(StoredDestinationMoves, { strict: false });
    await Promise.all([moves.followLeft(), moves.followLeft()]);
    await until(() => there.of('/late').length === 3);
    await until(async () => (await countsOf(database, id))[`delivered ${after}`] === 3);
    expect(await moves.followLeft()).toBe(false);
  });

  it('of a thousand callbacks follows or ends in one request of their user', async () => {
    const client = await EqpClient.create(service.url);
    const entry = (origin: string, index: number): object => ({
      name: `n${index}`,
      url: `${origin}/of/${index}`,
      username: 'key',
      password: 'secret',
    });
    const list = (origin: string, count: number): object[] =>
      Array.from({ length: count }, (_, index) => entry(origin, index));
    expect((await client.put({ api_callbacks: list(here.url, 1_000) })).status).toBe(200);
    here.answer = () => ({ status: 503 });
    await client.publish('malware_scan_complete', { file_upload_id: 'f', tool_result: 'passed' });
    const waiting = `SELECT count(*)::int AS n FROM deliveries WHERE channel = 'eqp' AND status = 'pending' AND attempt_number = 1 AND lease_token IS NULL`;
    await until(async () => (await database.dataSource.query<{ n: number }[]>(waiting))[0]?.n === 1_000);
    const startedAt = performance.now();
    expect((await client.put({ api_callbacks: list(there.url, 600) })).status).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(9_000);
    const ended = `SELECT status, count(*)::int AS n FROM deliveries WHERE channel = 'eqp' GROUP BY 1 ORDER BY 1`;
    await until(
      async () =>
        !(await database.dataSource.query<{ status: string }[]>(ended)).some(
          ({ status }) => status.startsWith('p') || status === 'delivering',
        ),
      30_000,
    );
    expect(await database.dataSource.query(ended)).toEqual([
      { status: 'cancelled', n: 400 },
      { status: 'delivered', n: 600 },
    ]);
    expect(there.requests.filter(({ path }) => path.startsWith('/of/'))).toHaveLength(600);
  });
});

describe('a database of the version before', () => {
  it('has what waits at urls of the past moved, and what waits for nobody cancelled', async () => {
    const database = await createTestDatabase({ migrated: false });
    const options = buildDataSourceOptions(database.url, { role: 'all', database: { embedded: false, poolSize: 2 } });
    await runMigrations(options, () => undefined);
    for (let n = MIGRATIONS.length; n > MIGRATIONS.indexOf(FollowRegistrations1764100000100); n -= 1) {
      await database.dataSource.undoLastMigration();
    }
    const ids = { company: randomUUID(), callback: randomUUID(), removed: randomUUID() };
    const [before, after] = [`${here.url}/old`, `${there.url}/new`];
    await database.dataSource.query(
      `INSERT INTO companies (id, company_id, username, password_hash) VALUES ($1, 'c', 'c', '\\x00')`,
      [ids.company],
    );
    await database.dataSource.query(
      `INSERT INTO company_callbacks (id, company, callback_id, event_type, qualifier_key, url, method, content_type, start_date, destination_id, created_at, updated_at)
       VALUES ($1, $2, 'abcd1234', 'person_added', '', $3, 'POST', 'application/json', now(), $4, now(), now())`,
      [ids.callback, ids.company, after, destinationOf('companies', ids.callback, after).id],
    );
    await insertWaiting(database, { channel: 'companies', scope: ids.callback, url: before, status: 'held', count: 2 });
    await insertWaiting(database, {
      channel: 'companies',
      scope: ids.callback,
      url: before,
      status: 'pending',
      count: 1,
    });
    await insertWaiting(database, { channel: 'eqp', scope: ids.removed, url: before, status: 'held', count: 2 });
    await database.dataSource.query(
      `UPDATE destinations SET disabled_reason = 'gone (410)', opened_until = now() + interval '1 hour'`,
    );
    const service = await startTrustingApp({ databaseUrl: database.url, ca: certificates.ca, env });
    try {
      await until(async () => (await countsOf(database, ids.callback))[`delivered ${after}`] === 3, 30_000);
      await until(async () => (await countsOf(database, ids.removed))[`cancelled ${before}`] === 2, 30_000);
      expect([here.of('/old').length, there.of('/new').length]).toEqual([0, 3]);
      const attempts = await database.dataSource.query<{ url: string; n: number }[]>(
        `SELECT a.url, count(*)::int AS n FROM delivery_attempts a JOIN deliveries d ON d.id = a.delivery_id WHERE d.channel = 'companies' GROUP BY 1 ORDER BY 2`,
      );
      expect(attempts.map(({ url }) => url).sort()).toEqual([before, after].sort());
    } finally {
      await service.close();
      await database.drop();
    }
  });
});
