import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { newId } from '../src/database/new-id.js';
import { signWebhook } from '../src/delivery/signature.js';
import { NOTICE_CAUSES, type NoticeCause } from '../src/notices/notice.js';
import { NoticesSweeper } from '../src/notices/notices.sweeper.js';
import { type Answer, type RunningApp, startApp, TEST_ADMIN_KEY } from './support/app.js';
import { send } from './support/company-world.js';
import { Receiver } from './support/receiver.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const BEARER = { authorization: `Bearer ${TEST_ADMIN_KEY}` };
const SECRET_PATH = '/services/canary-team/canary-channel-secret';
const WITHIN = { timeout: 60_000 };

/** Processes that send, and two that run no loop: every look there is one that the test makes. */
let database: TestDatabase;
let quietDatabase: TestDatabase;
let busy: RunningApp;
let quiet: readonly RunningApp[];
/** Those of the tests under way. */
let service: RunningApp;
let used: TestDatabase;
let receiver: Receiver;
let written = '';

beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      written += String(text);
      return true;
    });
  }
  database = await createTestDatabase();
  quietDatabase = await createTestDatabase();
  receiver = await Receiver.start();
  const env = { LOG_LEVEL: 'verbose', PUBLIC_URL: 'https://ricochet.example.com' };
  busy = await startApp({ databaseUrl: database.url, env });
  const silent = { databaseUrl: quietDatabase.url, env: { ...env, ROLE: 'api', REDIS_URL: 'redis://127.0.0.1:9' } };
  quiet = [await startApp(silent), await startApp(silent)];
  service = busy;
  used = database;
});
beforeEach(async () => {
  await sql('DELETE FROM notices');
  await sql('DELETE FROM notice_causes');
});
afterAll(async () => {
  for (const app of [busy, ...quiet]) await app.close();
  await receiver.stop();
  await database.drop();
  await quietDatabase.drop();
  vi.restoreAllMocks();
});

function sql<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
  return used.dataSource.query<Row[]>(text, values);
}

interface Made {
  readonly id: string;
  readonly signingSecret: string;
  readonly path: string;
}

function post(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  return send('POST', `${service.url}/admin/notices${path}`, { ...BEARER, ...headers }, body);
}

async function make(fields: object = {}): Promise<Made> {
  const path = `${SECRET_PATH}-${randomUUID()}`;
  const answer = await post('', {
    name: `notice ${randomUUID()}`,
    url: receiver.url + path,
    causes: ['callbacksDead'],
    ...fields,
  });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return { ...(answer.body as unknown as Made), path };
}

/** What both processes look for, as their loops do, as if a quarter of a minute had passed. */
async function look(): Promise<void> {
  await sql(`UPDATE notice_causes SET looked_at = '-infinity'`);
  const sweepers = quiet.map(({ app }) => app.get(NoticesSweeper, { strict: false }));
  await Promise.all(sweepers.map((sweeper) => sweeper.sweep()));
}

/** Messages that were made, whether or not they have arrived. */
async function messages({ id }: Made): Promise<Record<string, unknown>[]> {
  const rows = await sql<{ body: string }>(
    `SELECT d.body FROM deliveries d JOIN destinations t ON t.id = d.destination_id WHERE t.scope = $1 ORDER BY d.id`,
    [id],
  );
  return rows.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
}

async function passHour(): Promise<void> {
  await sql(`UPDATE notice_causes SET told_at = told_at - interval '61 minutes'`);
}

async function actionsFail(count: number, minutesAgo = 0): Promise<void> {
  await sql(
    `INSERT INTO statistics AS s (kind, subject, step_minutes, at, name, count)
     VALUES ('all', '', 1, date_bin('1 minute', now() - $2 * interval '1 minute', 'epoch'), 'failed', $1)
     ON CONFLICT (kind, subject, step_minutes, at, name) DO UPDATE SET count = s.count + excluded.count`,
    [count, minutesAgo],
  );
}

describe('a notice', { timeout: 120_000 }, () => {
  it('sends a signed message to its address, which is shown nowhere', async () => {
    const notice = await make();
    const sent = await post(`/${notice.id}/test`);
    expect(sent.status).toBe(202);
    await expect.poll(() => receiver.of(notice.path), WITHIN).toHaveLength(1);
    const [request] = receiver.of(notice.path);
    const { headers, body } = request as unknown as { headers: Record<string, string>; body: string };
    const id = headers['webhook-id'] ?? '';
    const timestampSeconds = Number(headers['webhook-timestamp']);
    const expected = signWebhook({ id, timestampSeconds, body }, [notice.signingSecret]);
    expect(headers['webhook-signature']).toBe(expected?.['webhook-signature']);
    expect(JSON.parse(body)).toMatchObject({
      type: 'notice.test',
      data: { noticeId: notice.id, cause: 'test', link: 'https://ricochet.example.com/console/' },
    });
    const { deliveryId } = sent.body as { deliveryId: string };
    const status = `SELECT status, url, channel FROM deliveries WHERE id = $1`;
    await expect
      .poll(() => sql(status, [deliveryId]), WITHIN)
      .toEqual([{ status: 'delivered', url: `${receiver.url}/`, channel: 'notice' }]);
    const seen = await Promise.all([
      service.admin('/admin/notices'),
      service.admin(`/admin/notices/${notice.id}`),
      service.admin('/admin/deliveries?channel=notice'),
      service.admin('/admin/destinations'),
      service.admin('/admin/audit'),
    ]);
    for (const { status: code, body: shown } of seen) {
      expect(code).toBe(200);
      expect(JSON.stringify(shown)).not.toMatch(/canary|whsec_/);
    }
    expect(JSON.stringify(await sql('SELECT * FROM notices'))).not.toMatch(/canary|whsec_/);
    expect(written).not.toMatch(/canary|whsec_/);
  });

  it('keeps its address out of what a receiver repeats, and tries again', async () => {
    const notice = await make();
    receiver.answer = (response, { path }, count) =>
      count === 1
        ? response.writeHead(500, { 'x-path': path }).end(`no such hook: ${path} (${path.split('/').at(-1)})`)
        : response.writeHead(200).end();
    const { deliveryId } = (await post(`/${notice.id}/test`)).body as { deliveryId: string };
    const attempts = `SELECT status, url, headers::text AS headers, convert_from(excerpt, 'UTF8') AS excerpt FROM delivery_attempts WHERE delivery_id = $1`;
    await expect.poll(() => sql(attempts, [deliveryId]), WITHIN).not.toHaveLength(0);
    const [first] = await sql<{ status: number; excerpt: string }>(attempts, [deliveryId]);
    expect(first).toMatchObject({ status: 500 });
    expect(first?.excerpt).toContain('[redacted]');
    expect(JSON.stringify(first)).not.toContain('canary-channel-secret');
    receiver.answer = (response) => response.writeHead(200).end();
    await expect.poll(() => receiver.of(notice.path).length, WITHIN).toBeGreaterThan(1);
  });

  it.each([
    [
      'slack',
      (body: Record<string, unknown>) => body['text'],
      /\*A test message\*\n.*\n<https:\/\/ricochet.example.com/,
    ],
    [
      'teams',
      (body: Record<string, unknown>) => JSON.stringify(body['attachments']),
      /application\/vnd\.microsoft\.card\.adaptive.*AdaptiveCard.*A test message.*Action\.OpenUrl/,
    ],
  ] as const)('has the form of %s', async (format, textOf, expected) => {
    const notice = await make({ format });
    await post(`/${notice.id}/test`);
    const [body = {}] = await messages(notice);
    expect(textOf(body)).toMatch(expected);
  });

  it('is changed by those who have seen it as it is', async () => {
    const notice = await make();
    const path = `/admin/notices/${notice.id}`;
    const seen = await send('GET', service.url + path, BEARER);
    const etag = String(seen.headers['etag']);
    const change = { name: `changed ${randomUUID()}`, causes: ['backlog'], backlogRows: 10, format: 'slack' };
    const changed = await send('PATCH', service.url + path, { ...BEARER, 'if-match': etag }, change);
    expect(changed).toMatchObject({ status: 200, body: { ...change, lagSeconds: null, state: 'active' } });
    expect((await send('PATCH', service.url + path, { ...BEARER, 'if-match': etag }, change)).status).toBe(412);
    const other = await send('PATCH', service.url + path, BEARER, { url: 'http://127.0.0.2:9/canary-other' });
    expect(other.body).toMatchObject({ origin: 'http://127.0.0.2:9' });
    expect(other.headers['etag']).not.toBe(changed.headers['etag']);
    // Without its cause the bound makes no sense.
    expect((await send('PATCH', service.url + path, BEARER, { causes: ['lag'] })).status).toBe(422);
    const lag = { causes: ['lag'], backlogRows: null, lagSeconds: 5 };
    expect((await send('PATCH', service.url + path, BEARER, lag)).body).toMatchObject(lag);
    expect(await sql('SELECT cause FROM notice_causes')).toEqual([{ cause: 'lag' }]);
    const audit = await service.admin(`/admin/audit?resource=notice:${notice.id}`);
    expect((audit.body['items'] as { action: string }[]).map(({ action }) => action)).toEqual([
      'notice.change',
      'notice.change',
      'notice.change',
      'notice.create',
    ]);
    expect(JSON.stringify(audit.body)).not.toContain('canary');
  });

  it('signs with a new secret and for a while with the one before', async () => {
    const notice = await make();
    const { signingSecret } = (await post(`/${notice.id}/signing-secret`)).body as { signingSecret: string };
    await post(`/${notice.id}/test`);
    await expect.poll(() => receiver.of(notice.path), WITHIN).toHaveLength(1);
    const { headers, body } = receiver.of(notice.path)[0] as unknown as {
      headers: Record<string, string>;
      body: string;
    };
    const message = { id: headers['webhook-id'] ?? '', timestampSeconds: Number(headers['webhook-timestamp']), body };
    const both = signWebhook(message, [signingSecret, notice.signingSecret]);
    expect(headers['webhook-signature']).toBe(both?.['webhook-signature']);
  });

  it('says nothing while it is paused, and is gone when it is deleted', async () => {
    const notice = await make();
    expect((await post(`/${notice.id}/pause`)).body).toMatchObject({ state: 'paused' });
    expect((await post(`/${notice.id}/test`)).status).toBe(409);
    await actionsFail(1);
    await busy.app.get(NoticesSweeper, { strict: false }).sweep();
    expect(await messages(notice)).toEqual([]);
    expect((await post(`/${notice.id}/resume`)).body).toMatchObject({ state: 'active' });
    expect((await send('DELETE', `${service.url}/admin/notices/${notice.id}`, BEARER)).status).toBe(204);
    expect((await send('GET', `${service.url}/admin/notices/${notice.id}`, BEARER)).status).toBe(404);
    expect(await sql('SELECT 1 FROM notice_causes')).toEqual([]);
  });

  it('has a name of its own, and is one of at most 50', async () => {
    const { name } = (await make({ name: 'one name' })) as unknown as { name: string };
    const again = { name: name.toUpperCase(), url: `${receiver.url}/x`, causes: ['callbacksDead'] };
    expect((await post('', again)).status).toBe(409);
    await sql(
      `INSERT INTO notices (id, name, format, causes, url, origin, signing_secrets, destination_id)
       SELECT gen_random_uuid(), 'filler ' || n, 'json', '{lag}', 'x', 'x', 'x', gen_random_uuid() FROM generate_series(1, 49) n`,
    );
    expect((await post('', { ...again, name: 'another' })).status).toBe(409);
  });
});

describe('a cause', () => {
  beforeAll(() => {
    service = quiet[0] ?? busy;
    used = quietDatabase;
  });
  afterAll(() => {
    service = busy;
    used = database;
  });

  /** What makes it true, and how many of it there are. */
  const WAYS: Readonly<Record<NoticeCause, { fields?: object; happen: () => Promise<unknown>; count: number }>> = {
    registrationDisabled: {
      happen: () =>
        sql(
          `INSERT INTO destinations (id, channel, scope, origin, disabled_reason) VALUES (gen_random_uuid(), 'companies', $1, 'https://gone.example', 'gone')`,
          [newId()],
        ),
      count: 1,
    },
    callbacksDead: { happen: () => actionsFail(7), count: 7 },
    credentialRefused: {
      happen: () =>
        sql(
          `INSERT INTO adobe_credentials (id, ims_org_id, client_id, secret_count, scopes, refused_error, refused_at)
           VALUES (gen_random_uuid(), $1, 'client', 1, '{openid}', 'invalid_client', now())`,
          [`${randomUUID()}@AdobeOrg`],
        ),
      count: 1,
    },
    backlog: { fields: { backlogRows: 3 }, happen: () => waitingActions(4, 1), count: 3 },
    lag: { fields: { lagSeconds: 3_000 }, happen: () => waitingActions(1, 3_600), count: 3_600 },
    tableJobEnded: {
      happen: () =>
        sql(
          `INSERT INTO lookup_versions (table_name, state, actor, current_at) VALUES ('stores', 'ready', 'x', clock_timestamp())`,
        ),
      count: 1,
    },
  };

  async function waitingActions(count: number, ageSeconds: number): Promise<void> {
    await sql(
      `INSERT INTO actions (id, service, dialect, tenant, object_type, entity_id, state, received_at, deadline_at)
       SELECT gen_random_uuid(), 'none', 'none', 'none', 'lead', '1', 'received', now() - $2 * interval '1 second',
              now() + interval '1 day' FROM generate_series(1, $1)`,
      [count, ageSeconds],
    );
  }

  it.each(NOTICE_CAUSES)('%s is told once, by one process', async (cause) => {
    const { fields = {}, happen, count } = WAYS[cause];
    await sql('DELETE FROM statistics');
    const notice = await make({ causes: [cause], ...fields });
    // What other tests have left is told first.
    await look();
    const before = (await messages(notice)).length;
    await passHour();
    await happen();
    await look();
    await look();
    const told = (await messages(notice)).slice(before);
    expect(told).toHaveLength(1);
    const [{ type, data } = {}] = told as { type?: string; data?: { count: number; text: string } }[];
    expect(type).toBe(`notice.${cause}`);
    expect(data?.count).toBeGreaterThanOrEqual(count);
    if (cause === 'tableJobEnded') expect(data?.text).toContain('stores');
    await passHour();
    await look();
    expect((await messages(notice)).slice(before)).toHaveLength(1);
    await sql('DELETE FROM actions');
  });

  it('waits for its hour, and tells then what came meanwhile', async () => {
    await sql('DELETE FROM statistics');
    const notice = await make();
    await actionsFail(1, 0);
    await look();
    expect(await messages(notice)).toMatchObject([{ data: { count: 1 } }]);
    await sql('UPDATE notice_causes SET since = since - interval $$1 hour$$');
    await actionsFail(2, 5);
    await actionsFail(3, 6);
    await look();
    expect(await messages(notice)).toHaveLength(1);
    await passHour();
    await look();
    expect((await messages(notice)).slice(1)).toMatchObject([{ data: { count: 5 } }]);
    const shown = (await service.admin(`/admin/notices/${notice.id}`)).body;
    expect(shown['lastSentAt']).not.toBeNull();
  });

  it('is not told for a pause by an administrator, nor for what was before the notice', async () => {
    await sql('DELETE FROM statistics');
    await sql('DELETE FROM destinations WHERE disabled_reason IS NOT NULL');
    await actionsFail(4, 10);
    await sql(
      `INSERT INTO destinations (id, channel, scope, origin, disabled_reason)
       VALUES (gen_random_uuid(), 'companies', $1, 'https://paused.example', 'paused by an administrator')`,
      [newId()],
    );
    const notice = await make({ causes: ['callbacksDead', 'registrationDisabled'] });
    await look();
    expect(await messages(notice)).toEqual([]);
  });
});

describe('a notice is refused', () => {
  const good = { name: 'n', url: 'http://127.0.0.1:9/x', causes: ['callbacksDead'] };
  it.each([
    ['no name', { ...good, name: undefined }],
    ['an empty name', { ...good, name: '' }],
    ['a blank name', { ...good, name: '  ' }],
    ['a name with a line break', { ...good, name: 'a\nb' }],
    ['a long name', { ...good, name: 'x'.repeat(101) }],
    ['a number as its name', { ...good, name: 5 }],
    ['no url', { ...good, url: undefined }],
    ['null as its url', { ...good, url: null }],
    ['an empty url', { ...good, url: '' }],
    ['a relative url', { ...good, url: '/hook' }],
    ['ftp', { ...good, url: 'ftp://127.0.0.1/x' }],
    ['a user in the url', { ...good, url: 'http://user:word@127.0.0.1/x' }],
    ['a url with a space', { ...good, url: 'http://127.0.0.1/a b' }],
    ['a long url', { ...good, url: `http://127.0.0.1/${'x'.repeat(2_048)}` }],
    ['an address of the metadata service', { ...good, url: 'http://169.254.169.254/latest' }],
    ['a list of urls', { ...good, url: [good.url] }],
    ['no causes', { ...good, causes: undefined }],
    ['an empty list of causes', { ...good, causes: [] }],
    ['a cause that is none', { ...good, causes: ['callbackDead'] }],
    ['a cause twice', { ...good, causes: ['callbacksDead', 'callbacksDead'] }],
    ['a text as its causes', { ...good, causes: 'callbacksDead' }],
    ['null among its causes', { ...good, causes: [null] }],
    ['a format that is none', { ...good, format: 'xml' }],
    ['null as its format', { ...good, format: null }],
    ['a backlog without its bound', { ...good, causes: ['backlog'] }],
    ['a bound without its cause', { ...good, backlogRows: 5 }],
    ['a bound of 0', { ...good, causes: ['backlog'], backlogRows: 0 }],
    ['a bound with a fraction', { ...good, causes: ['backlog'], backlogRows: 1.5 }],
    ['a bound as a text', { ...good, causes: ['backlog'], backlogRows: '5' }],
    ['a bound that is too large', { ...good, causes: ['backlog'], backlogRows: 100_001 }],
    ['a lag without its bound', { ...good, causes: ['lag'] }],
    ['a lag of more than a day', { ...good, causes: ['lag'], lagSeconds: 86_401 }],
    ['a member that it does not have', { ...good, secret: 'x' }],
  ])('with %s', async (_name, body) => {
    const answer = await post('', body);
    expect(answer.status, JSON.stringify(answer.body)).toBe(422);
    expect(await sql('SELECT 1 FROM notices')).toEqual([]);
  });

  it.each([
    ['POST', '', '[]', 400],
    ['POST', '', '{', 400],
    ['PATCH', `/${randomUUID()}`, {}, 404],
    ['PATCH', '/no-id', {}, 400],
    ['DELETE', `/${randomUUID()}`, undefined, 404],
    ['POST', `/${randomUUID()}/test`, undefined, 404],
    ['POST', `/${randomUUID()}/pause`, undefined, 404],
    ['POST', `/${randomUUID()}/resume`, undefined, 404],
    ['POST', `/${randomUUID()}/signing-secret`, undefined, 404],
  ] as const)('by %s %s %j', async (method, path, body, status) => {
    expect((await send(method, `${service.url}/admin/notices${path}`, BEARER, body)).status).toBe(status);
  });
});
