import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { StatisticsWriter } from '../src/statistics/statistics-writer.js';
import { StatisticsRepository } from '../src/statistics/statistics.repository.js';
import { type Answer, type RunningApp, startApp } from './support/app.js';
import { until } from './support/company-world.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { leadRequest } from './support/requests.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

interface Destination extends Record<string, unknown> {
  readonly id: string;
  readonly state: string;
  readonly waiting: { readonly pending: number; readonly held: number };
  readonly attempts: Record<string, unknown>;
}

let database: TestDatabase;
let adobe: FakeAdobe;
let service: RunningApp;

beforeAll(async () => {
  database = await createTestDatabase();
  adobe = await FakeAdobe.start();
  service = await startApp({ databaseUrl: database.url, adobe });
});
afterEach(() => {
  adobe.answer = () => undefined;
});
afterAll(async () => {
  await service.close();
  await adobe.stop();
  await database.drop();
});

async function list(query = ''): Promise<Destination[]> {
  const answer = await service.admin(`/admin/destinations?${query}`);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body['items'] as Destination[];
}

async function submit(path: string): Promise<void> {
  const answer = await service.submit(leadRequest({ callbackUrl: `${adobe.url}${path}` }));
  expect(answer.status).toBeLessThan(300);
}

async function sent(path: string): Promise<void> {
  await submit(path);
  await adobe.until(() => adobe.of(path).length > 0);
}

async function insertOwners(ids: { company: string; eqp: string; client: string; notice: string }): Promise<void> {
  const sql = (text: string, values: unknown[]): Promise<unknown> => database.dataSource.query(text, values);
  const [company, user] = [randomUUID(), randomUUID()];
  await sql(`INSERT INTO companies (id, company_id, username, password_hash) VALUES ($1, 'acme', 'acme', 'h')`, [
    company,
  ]);
  await sql(
    `INSERT INTO company_callbacks (id, company, callback_id, event_type, qualifier, qualifier_key, url, method, content_type,
       start_date, destination_id, created_at, updated_at) VALUES ($1, $2, 'c', 'person_added', NULL, '', 'https://owned.example.com', 'POST',
       'application/json', now(), $3, now(), now())`,
    [ids.company, company, randomUUID()],
  );
  await sql(`INSERT INTO eqp_users (id, mage_id, app_id, secret_hash) VALUES ($1, 'MAG1', 'app', 'h')`, [user]);
  await sql(
    `INSERT INTO eqp_callbacks (id, user_id, position, url, username, password, destination_id)
     VALUES ($1, $2, 0, 'https://owned.example.com', 'u', 'p', $3)`,
    [ids.eqp, user, randomUUID()],
  );
  await sql(`INSERT INTO async_clients (id, name, secret_hash) VALUES ($1, 'a client', 'h')`, [ids.client]);
  await sql(
    `INSERT INTO notices (id, name, format, causes, url, origin, signing_secrets, destination_id)
     VALUES ($1, 'on call', 'json', '{}', 'u', 'https://owned.example.com', 's', $2)`,
    [ids.notice, randomUUID()],
  );
}

function change(id: string, verb: 'pause' | 'resume'): Promise<Answer> {
  return service.admin(`/admin/destinations/${id}/${verb}`, { method: 'POST' });
}

function flush(): Promise<void> {
  return service.app.get(StatisticsWriter, { strict: false }).flush();
}

/** The statistics once every request of this spec has its outcome in them. */
async function settled(): Promise<Counted> {
  let seen: Counted | undefined;
  await until(async () => {
    await flush();
    seen = (await service.admin('/admin/statistics')).body as unknown as Counted;
    return seen.total.accepted === seen.total.delivered + seen.total.failed;
  });
  return seen as Counted;
}

describe('destinations', () => {
  it('show where callbacks go, how it went, and what waits', async () => {
    expect(await list()).toEqual([]);
    adobe.answer = ({ path }) => (path === '/no' ? { status: 404 } : undefined);
    await sent('/yes');
    await sent('/no');
    await until(async () => {
      await flush();
      return (await list())[0]?.attempts['attempts'] === 2;
    });
    const [destination] = await list();
    expect(destination).toMatchObject({
      channel: 'adobe',
      scope: 'TESTORG@AdobeOrg',
      origin: adobe.url,
      state: 'well',
      reason: null,
      openCount: 0,
      waiting: { pending: 0, held: 0 },
      attempts: { attempts: 2, delivered: 1, success: 0.5, errors: [{ error: 'answered 404', count: 1 }] },
    });
    expect(destination?.attempts['p50Ms']).toBeGreaterThan(0);
    expect((await service.admin(`/admin/destinations/${destination?.id}?window=7d`)).body).toMatchObject({
      id: destination?.id,
      attempts: { attempts: 2 },
    });
    const query = `destination=${destination?.id}&window=24h`;
    const { body } = await service.admin(`/admin/statistics/destination?${query}`);
    expect(body).toMatchObject({ window: '24h', stepSeconds: 900, total: { attempts: 2, delivered: 1 } });
    expect(await list('troubled=true')).toEqual([]);
    expect(await list('channel=companies')).toEqual([]);
  });

  it('are paused and resumed by an administrator: what is held meanwhile is sent', async () => {
    await sent('/before');
    const [{ id } = { id: '' }] = await list();
    expect((await change(id, 'pause')).status).toBe(204);
    expect((await list())[0]).toMatchObject({ state: 'paused', reason: 'paused by an administrator' });
    expect((await list('troubled=true')).map((one) => one.id)).toEqual([id]);
    // Known to every process within a second.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await submit('/while-paused');
    await until(async () => (await list())[0]?.waiting.held === 1);
    expect(adobe.of('/while-paused')).toEqual([]);
    expect((await change(id, 'resume')).status).toBe(204);
    expect((await list())[0]).toMatchObject({ state: 'well', reason: null });
    await adobe.until(() => adobe.of('/while-paused').length === 1);
    const rows = await database.dataSource.query<{ verb: string; details: unknown }[]>(
      `SELECT verb, details FROM admin_audit WHERE target = $1 ORDER BY id`,
      [`destination:${id}`],
    );
    const details = { channel: 'adobe', scope: 'TESTORG@AdobeOrg', origin: adobe.url };
    expect(rows).toEqual([
      { verb: 'destination.pause', details },
      { verb: 'destination.resume', details },
    ]);
  });

  it('that are off for another reason are not resumed here, and those that were left are not paused', async () => {
    const [off, left] = [randomUUID(), randomUUID()];
    await database.dataSource.query(
      `INSERT INTO destinations (id, channel, scope, origin, disabled_reason, left_at) VALUES
        ($1, 'companies', 'x', 'https://off.example.com', 'the receiver answered 410', NULL),
        ($2, 'companies', 'x', 'https://left.example.com', NULL, now())`,
      [off, left],
    );
    expect((await list('troubled=true')).find(({ id }) => id === off)).toMatchObject({ state: 'off' });
    expect((await change(off, 'resume')).status).toBe(409);
    expect((await change(off, 'pause')).status).toBe(204);
    expect((await service.admin(`/admin/destinations/${off}`)).body).toMatchObject({
      state: 'off',
      reason: 'the receiver answered 410',
    });
    expect((await change(left, 'pause')).status).toBe(409);
    expect((await change(randomUUID(), 'pause')).status).toBe(404);
    expect((await change(randomUUID(), 'resume')).status).toBe(404);
    expect((await change('1', 'resume')).status).toBe(400);
  });

  it.each([
    ['open', `opened_until = now() + interval '1 hour', open_count = 3`],
    ['halfOpen', `opened_until = now() - interval '1 second', open_count = 3`],
    ['throttled', `throttled_until = now() + interval '1 hour'`],
  ])('are said to be %s', async (state, change) => {
    const id = randomUUID();
    await database.dataSource.query(
      `INSERT INTO destinations (id, channel, scope, origin) VALUES ($1, 'eqp', 'x', 'https://sick.example.com')`,
      [id],
    );
    await database.dataSource.query(`UPDATE destinations SET ${change} WHERE id = $1`, [id]);
    expect((await service.admin(`/admin/destinations/${id}`)).body).toMatchObject({ state });
  });

  it('say whose they are, in the words of administrators, and that an owner is gone', async () => {
    const [company, eqp, client, notice] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    await insertOwners({ company, eqp, client, notice });
    const cases: readonly (readonly [channel: string, scope: string, owner: unknown])[] = [
      ['companies', company, { kind: 'company', name: 'acme', registration: company }],
      ['eqp', eqp, { kind: 'eqp', name: 'MAG1', registration: eqp }],
      ['async-call', client, { kind: 'asyncClient', name: 'a client', registration: null }],
      ['notice', notice, { kind: 'notice', name: 'on call', registration: null }],
      ['companies', randomUUID(), { kind: 'company', name: null, registration: null }],
      ['eqp', randomUUID(), { kind: 'eqp', name: null, registration: null }],
      ['async-call', randomUUID(), { kind: 'asyncClient', name: null, registration: null }],
      ['notice', randomUUID(), { kind: 'notice', name: null, registration: null }],
      ['companies', 'no id', { kind: 'company', name: null, registration: null }],
      ['adobe', 'OTHERORG@AdobeOrg', null],
      ['marketo', '123-ABC-456', null],
      ['gone-channel', company, null],
    ];
    const ids = cases.map(() => randomUUID());
    await database.dataSource.query(
      `INSERT INTO destinations (id, channel, scope, origin)
       SELECT id, channel, scope, 'https://owned.example.com' FROM unnest($1::uuid[], $2::text[], $3::text[]) AS t(id, channel, scope)`,
      [ids, cases.map(([channel]) => channel), cases.map(([, scope]) => scope)],
    );
    const listed = await list('limit=200');
    const owners = ids.map((id) => listed.find((one) => one.id === id)?.['owner']);
    expect(owners).toEqual(cases.map(([, , owner]) => owner));
  });

  it.each(['troubled=maybe', 'window=2h', 'limit=0', 'cursor=1', 'channel=%00', 'x=1'])('refuse %s', async (query) => {
    expect((await service.admin(`/admin/destinations?${query}`)).status).toBe(400);
  });
});

describe('statistics', () => {
  it('count requests, callbacks and failures of each service, and of all', async () => {
    const before = await settled();
    adobe.answer = ({ path }) => (path === '/lost' ? { status: 404 } : undefined);
    await sent('/counted-1');
    await sent('/counted-2');
    await sent('/lost');
    const after = await settled();
    expect(after.total.failed - before.total.failed).toBe(1);
    expect(after.total.delivered - before.total.delivered).toBe(2);
    for (const window of ['1h', '24h', '7d']) {
      const answer = await service.admin(`/admin/statistics?window=${window}`);
      const { total, points, services } = answer.body as unknown as Counted;
      expect(total.accepted - before.total.accepted).toBe(3);
      expect(points.reduce((sum, point) => sum + point.accepted, 0)).toBe(total.accepted);
      const one = services.find(({ service: name }) => name === 'contact-quality');
      expect(one).toMatchObject({ accepted: total.accepted, delivered: total.delivered, failed: total.failed });
      expect(one?.errors.map(({ error }) => error)).toContain('answered 404');
      expect(total.p50Ms).toBeGreaterThan(0);
      expect(total.success).toBeLessThan(1);
    }
  });

  it('are kept for their window, and are the same when two processes count', async () => {
    const repository = service.app.get(StatisticsRepository, { strict: false });
    const tally = { kind: 'service', subject: 'two-processes', name: 'accepted', count: 5 } as const;
    await Promise.all([repository.add([tally]), repository.add([tally]), repository.add([{ ...tally, count: 2 }])]);
    expect(await repository.readTotals('service', ['two-processes'], '1h')).toMatchObject([{ count: 12 }]);
    await database.dataSource.query(
      `UPDATE statistics SET at = at - interval '2 hours' WHERE subject = 'two-processes'`,
    );
    expect(await repository.readTotals('service', ['two-processes'], '1h')).toEqual([]);
    expect(await repository.readTotals('service', ['two-processes'], '24h')).toMatchObject([{ count: 12 }]);
    expect(await repository.forget()).toBe(false);
    const steps = await database.dataSource.query<{ step_minutes: number }[]>(
      `SELECT step_minutes FROM statistics WHERE subject = 'two-processes' ORDER BY 1`,
    );
    expect(steps).toEqual([{ step_minutes: 15 }, { step_minutes: 120 }]);
  });

  it.each(['window=2h', 'window=1h&window=7d', 'x=1'])('refuse %s', async (query) => {
    expect((await service.admin(`/admin/statistics?${query}`)).status).toBe(400);
  });

  it.each(['', 'destination=1', `destination=${randomUUID()}&window=x`])(
    'of a destination refuse %j',
    async (query) => {
      expect((await service.admin(`/admin/statistics/destination?${query}`)).status).toBe(400);
    },
  );
});

interface Counts {
  readonly accepted: number;
  readonly delivered: number;
  readonly failed: number;
  readonly success: number | null;
  readonly p50Ms: number | null;
  readonly errors: readonly { readonly error: string }[];
}

interface Counted {
  readonly total: Counts;
  readonly points: readonly Counts[];
  readonly services: readonly (Counts & { readonly service: string })[];
}
