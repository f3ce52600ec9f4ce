import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { CompanyRateLimit } from '../src/registrations/companies/company-rate-limit.js';
import { type RunningApp, startApp } from './support/app.js';
import { admin, Receiver, send, TestCompany, until } from './support/company-world.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

let database: TestDatabase;
let service: RunningApp;
let receiver: Receiver;

beforeAll(async () => {
  database = await createTestDatabase();
  receiver = await Receiver.start();
  service = await startApp({
    databaseUrl: database.url,
    env: { REGISTRATION_RETRY_SCHEDULE: '0s,100ms,100ms,100ms' },
  });
});
afterEach(() => {
  receiver.answer = () => ({ status: 200 });
});
afterAll(async () => {
  await service.close();
  await receiver.stop();
  await database.drop();
});

const newCompany = (): Promise<TestCompany> => TestCompany.create(service, `co-${randomUUID().slice(0, 8)}`);
const newPath = (): string => `/hook/${randomUUID()}`;

function sql<Row = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
  return database.dataSource.query<Row[]>(text, values);
}

interface StoredAttempt {
  readonly number: number;
  readonly status: number | null;
  readonly request_body: string | null;
  readonly error_class: string | null;
}

/** The one delivery of an event, with its attempts. */
async function deliveryOf(
  eventId: unknown,
): Promise<{ status: string; last_error: string; attempts: StoredAttempt[] }> {
  const [delivery] = await sql<{ id: string; status: string; last_error: string }>(
    'SELECT id, status, last_error FROM deliveries WHERE owner_id = $1',
    [eventId],
  );
  const attempts = await sql<StoredAttempt>(
    'SELECT number, status, request_body, error_class FROM delivery_attempts WHERE delivery_id = $1 ORDER BY number',
    [delivery?.id],
  );
  return { status: delivery?.status ?? 'none', last_error: delivery?.last_error ?? '', attempts };
}

async function untilEnded(eventId: unknown): Promise<Awaited<ReturnType<typeof deliveryOf>>> {
  await until(async () => !['none', 'pending', 'delivering'].includes((await deliveryOf(eventId)).status));
  return deliveryOf(eventId);
}

describe('a registration', () => {
  it('asks for traces until it takes that back', async () => {
    const company = await newCompany();
    const destination = { url: 'https://developer.example.com/traced' };
    const created = await company.register({ event_type: 'person_added', destination, traceparent: true });
    expect([created.status, created.body['traceparent']]).toEqual([201, true]);
    const path = `/callbacks/${String(created.body['callback_id'])}`;
    const change = async (body: object): Promise<unknown> =>
      (await company.call('PUT', path, body)).body['traceparent'];
    expect(await change({ end_date: '2099-01-01' })).toBe(true);
    expect(await change({ traceparent: false })).toBeUndefined();
    expect(await change({ traceparent: true })).toBe(true);
    expect(await change({ traceparent: null })).toBeUndefined();
    expect((await company.call('GET', path)).body).not.toHaveProperty('traceparent');
  });

  it('has every field of the contract, both names of its type, and the qualifier under the key of the type', async () => {
    const company = await newCompany();
    const created = await company.register({
      callback_type: 'subscription_added',
      subscription_added: { list_id: 42 },
      destination: {
        url: 'https://developer.example.com/subscription_added',
        method: 'PUT',
        content_type: 'text/json',
      },
      start_date: '2010-01-01T00:00Z',
      end_date: '2099-12-31T23:59:59.250+02:00',
    });
    expect(created.status).toBe(201);
    const { callback_id: id, created_at: createdAt, updated_at: updatedAt, ...rest } = created.body;
    expect(id).toMatch(/^\S{8}$/);
    expect(rest).toEqual({
      event_type: 'subscription_added',
      callback_type: 'subscription_added',
      subscription_added: { list_id: 42 },
      destination: {
        url: 'https://developer.example.com/subscription_added',
        method: 'PUT',
        content_type: 'text/json',
      },
      start_date: '2010-01-01T00:00:00Z',
      end_date: '2099-12-31T21:59:59Z',
      url: `/companies/${company.id}/config/callbacks/${String(id)}`,
      active: true,
    });
    for (const moment of [createdAt, updatedAt]) expect(moment).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect((await company.call('GET', `/callbacks/${String(id)}`)).body).toEqual(created.body);
  });

  it('of the documented examples is accepted: https hosts that do not resolve, and http in development', async () => {
    const company = await newCompany();
    const https = await company.register({
      event_type: 'person_added',
      destination: { url: 'https://developer.example.com/callbacks' },
    });
    expect(https.status).toBe(201);
    expect(https.body).toMatchObject({
      destination: { method: 'POST', content_type: 'application/json' },
      active: true,
    });
    expect(https.body).not.toHaveProperty('end_date');
    const http = await company.register({ event_type: 'person_updated', destination: { url: 'http://some.url' } });
    expect([http.status, http.body['destination']]).toEqual([201, expect.objectContaining({ url: 'http://some.url' })]);
  });

  it('may have a flat method and content type, and a sibling’s key for its qualifier', async () => {
    const company = await newCompany();
    const created = await company.register({
      event_type: 'subscription_removed',
      subscription_added: { list_id: '7' },
      destination: { url: 'https://developer.example.com/a' },
      destination_method: 'put',
      content_type: 'text/json',
    });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      subscription_removed: { list_id: '7' },
      destination: { method: 'PUT', content_type: 'text/json' },
    });
    expect(created.body).not.toHaveProperty('subscription_added');
  });

  it('may be sent back as it was read, with an ended one just before it', async () => {
    const company = await newCompany();
    const body = { event_type: 'person_added', destination: { url: 'https://developer.example.com/a' } };
    const first = await company.register(body);
    await company.call('DELETE', `/callbacks/${String(first.body['callback_id'])}`);
    const second = await company.register(body);
    const path = `/callbacks/${String(second.body['callback_id'])}`;
    const put = await company.call('PUT', path, {
      ...second.body,
      callback_id: 'ignored!',
      url: '/ignored',
      end_date: '2050-01-01',
    });
    expect(put.status).toBe(200);
    expect(put.body).toMatchObject({
      callback_id: second.body['callback_id'],
      url: second.body['url'],
      start_date: second.body['start_date'],
      created_at: second.body['created_at'],
      end_date: '2050-01-01T00:00:00Z',
    });
    const open = await company.call('PUT', path, { end_date: null });
    expect(open.body).not.toHaveProperty('end_date');
  });

  it('answers with and without a trailing slash, never by redirect', async () => {
    const company = await newCompany();
    const body = { event_type: 'person_added', destination: { url: 'https://developer.example.com/a' } };
    const created = await company.call('POST', '/callbacks/', body);
    expect(created.status).toBe(201);
    const path = `/callbacks/${String(created.body['callback_id'])}`;
    for (const [method, at] of [
      ['GET', '/callbacks/'],
      ['GET', '/callbacks'],
      ['GET', `${path}/`],
      ['PUT', `${path}/`],
      ['DELETE', `${path}/`],
    ] as const) {
      expect((await company.call(method, at, method === 'PUT' ? {} : undefined)).status, `${method} ${at}`).toBe(200);
    }
    expect((await company.call('POST', '/callback_events/test/', { event_type: 'person_added' })).status).toBe(404);
  });

  it('is listed while active or to come, and found when it is over', async () => {
    const company = await newCompany();
    const destination = { url: 'https://developer.example.com/a' };
    const register = (event_type: string, dates: object) => company.register({ event_type, destination, ...dates });
    const past = await register('person_added', { start_date: '2010-01-01', end_date: '2011-01-01' });
    const future = await register('person_added', { start_date: '2090-01-01' });
    const now = await register('person_updated', {});
    expect([past.status, past.body['active']]).toEqual([201, false]);
    expect([future.status, future.body['active']]).toEqual([201, false]);
    const list = (await company.call('GET', '/callbacks')).body as unknown as Record<string, unknown>[];
    expect(list.map((one) => one['callback_id'])).toEqual([future.body['callback_id'], now.body['callback_id']]);
    expect((await company.call('GET', `/callbacks/${String(past.body['callback_id'])}`)).status).toBe(200);
  });

  it('ends by DELETE, once, and a future one is over without ever having begun', async () => {
    const company = await newCompany();
    const destination = { url: 'https://developer.example.com/a' };
    const created = await company.register({ event_type: 'person_added', destination, start_date: '2090-01-01' });
    const path = `/callbacks/${String(created.body['callback_id'])}`;
    const ended = await company.call('DELETE', path);
    expect([ended.status, ended.body['active']]).toEqual([200, false]);
    expect(ended.body['start_date']).toBe(ended.body['end_date']);
    expect((await company.call('DELETE', path)).body).toEqual(ended.body);
    const missing = await company.call('DELETE', '/callbacks/abcd1234');
    expect([missing.status, missing.body]).toEqual([
      404,
      { errors: [{ message: "Could not find callback 'abcd1234'" }] },
    ]);
  });

  it('can be made again right after it was deleted, over and over', async () => {
    const company = await newCompany();
    const body = { event_type: 'person_added', destination: { url: 'https://developer.example.com/a' } };
    for (let round = 0; round < 10; round += 1) {
      const created = await company.register(body);
      expect(created.status).toBe(201);
      expect((await company.call('DELETE', `/callbacks/${String(created.body['callback_id'])}`)).status).toBe(200);
    }
  });

  it('must not overlap another of its type and qualifier, but may touch it', async () => {
    const company = await newCompany();
    const destination = { url: 'https://developer.example.com/a' };
    const of = (rest: object) => company.register({ event_type: 'subscription_added', destination, ...rest });
    const year = (from: number, to: number) => ({ start_date: `${from}-01-01`, end_date: `${to}-01-01` });
    expect((await of(year(2030, 2031))).status).toBe(201);
    expect((await of(year(2031, 2032))).status).toBe(201);
    expect((await of({ ...year(2030, 2032), subscription_added: { list_id: 1 } })).status).toBe(201);
    expect((await of({ ...year(2030, 2032), subscription_added: { list_id: 2 } })).status).toBe(201);
    const clash = await of({ ...year(2031, 2040), subscription_removed: { list_id: '1' } });
    expect(clash.status).toBe(409);
    expect(clash.body).toEqual({
      errors: [{ message: expect.stringContaining("'subscription_added'") as string, code: 'CONFLICT' }],
    });
    const last = await of(year(2040, 2041));
    const moved = await company.call('PUT', `/callbacks/${String(last.body['callback_id'])}`, year(2030, 2041));
    expect(moved.status).toBe(409);
    const stretched = await company.call('PUT', `/callbacks/${String(last.body['callback_id'])}`, year(2040, 2045));
    expect(stretched.status).toBe(200);
  });

  it('is made once when fifty make it at the same time', async () => {
    const company = await newCompany();
    const body = { event_type: 'person_added', destination: { url: 'https://developer.example.com/a' } };
    const answers = await Promise.all(Array.from({ length: 50 }, () => company.register(body)));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array<number>(49).fill(409)]);
    const [row] = await sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM company_callbacks c JOIN companies k ON k.id = c.company WHERE k.company_id = $1`,
      [company.id],
    );
    expect(row?.n).toBe(1);
  });

  it('cannot overlap even for whoever writes to the database', async () => {
    const company = await newCompany();
    await company.register({ event_type: 'person_added', destination: { url: 'https://developer.example.com/a' } });
    await expect(
      sql(
        `INSERT INTO company_callbacks SELECT gen_random_uuid(), company, 'zzzzzzzz', event_type, qualifier, qualifier_key, url, method,
           content_type, start_date, end_date, gen_random_uuid(), NULL, created_at, updated_at
           FROM company_callbacks c WHERE company = (SELECT id FROM companies WHERE company_id = $1)`,
        [company.id],
      ),
    ).rejects.toThrow(/company_callbacks_overlap/);
  });

  it('is one of at most fifty distinct URLs', async () => {
    const company = await newCompany();
    const of = (list: number, url: string) =>
      company.register({
        event_type: 'subscription_added',
        subscription_added: { list_id: list },
        destination: { url },
      });
    for (let list = 1; list <= 50; list += 1) {
      expect((await of(list, `https://developer.example.com/${list}`)).status).toBe(201);
    }
    const tooMany = await of(51, 'https://developer.example.com/51');
    expect(tooMany.status).toBe(422);
    expect(JSON.stringify(tooMany.body)).toContain('50 distinct URLs');
    expect((await of(51, 'https://developer.example.com/50')).status).toBe(201);
  });
});

describe('a published event', () => {
  it('goes to every registration that wants it, in the documented shape', async () => {
    const company = await newCompany();
    const paths = { all: newPath(), seven: newPath(), eight: newPath(), removed: newPath() };
    const register = (event_type: string, path: string, list?: number) =>
      company.register({
        event_type,
        ...(list !== undefined && { [event_type]: { list_id: list } }),
        destination: { url: receiver.url(path) },
      });
    const all = await register('subscription_added', paths.all);
    await register('subscription_added', paths.seven, 7);
    await register('subscription_added', paths.eight, 8);
    await register('subscription_removed', paths.removed);
    const published = await company.publish('subscription_added', {
      subscription: { subscription_list: { id: 7 }, big: 1 },
    });
    expect([published.status, published.body['deliveries']]).toEqual([202, 2]);
    await until(() => receiver.of(paths.all).length + receiver.of(paths.seven).length === 2);
    const [callback] = receiver.of(paths.all);
    expect(callback?.method).toBe('POST');
    expect(callback?.headers['content-type']).toBe('application/json');
    expect(callback?.body).toEqual({
      event_id: published.body['event_id'],
      callback_id: all.body['callback_id'],
      event_type: 'subscription_added',
      callback_type: 'subscription_added',
      event_date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
      delivery_attempt: '1',
      subscription: { subscription_list: { id: 7 }, big: 1 },
    });
    expect([receiver.of(paths.eight), receiver.of(paths.removed)]).toEqual([[], []]);
  });

  it('keeps numbers beyond 2^53 and names in the entity that look like ours', async () => {
    const company = await newCompany();
    const path = newPath();
    await company.register({ event_type: 'person_updated', destination: { url: receiver.url(path), method: 'PUT' } });
    const entity = `{"person_id":9007199254740993123,"custom_fields":{"note":"\\"delivery_attempt\\":\\"1\\""}}`;
    const answer = await admin(
      service,
      'POST',
      `/admin/companies/${company.id}/events`,
      `{"event_type":"person_updated","entity":${entity}}`,
    );
    expect(answer.status).toBe(202);
    await until(() => receiver.of(path).length === 1);
    expect(receiver.of(path)[0]?.method).toBe('PUT');
    expect(receiver.of(path)[0]?.text).toContain(`"person":${entity}`);
  });

  it('that is answered 500 three times counts its attempts "1" to "4", with one event_id, and records what it sent', async () => {
    const company = await newCompany();
    const path = newPath();
    await company.register({ event_type: 'person_added', destination: { url: receiver.url(path) } });
    receiver.answer = (_callback, count) => ({ status: count <= 3 ? 500 : 200 });
    const published = await company.publish('person_added', { person: { person_id: 'p1' } });
    const delivery = await untilEnded(published.body['event_id']);
    expect(delivery.status).toBe('delivered');
    const bodies = receiver.of(path).map(({ body }) => body);
    expect(bodies.map((body) => body['delivery_attempt'])).toEqual(['1', '2', '3', '4']);
    expect(new Set(bodies.map((body) => body['event_id'])).size).toBe(1);
    expect(delivery.attempts.map(({ status }) => status)).toEqual([500, 500, 500, 200]);
    expect(delivery.attempts.map(({ request_body: text }) => text)).toEqual(receiver.of(path).map(({ text }) => text));
  });

  it.each([400, 404, 408, 422, 429])('that is answered %i is not sent again', async (status) => {
    const company = await newCompany();
    const path = newPath();
    await company.register({ event_type: 'person_added', destination: { url: receiver.url(path) } });
    receiver.answer = (callback) => ({ status: callback.path === path ? status : 200 });
    const published = await company.publish('person_added', { person_id: 'p1' });
    const delivery = await untilEnded(published.body['event_id']);
    expect([delivery.status, delivery.attempts.length]).toEqual(['dead', 1]);
    expect(delivery.last_error).toContain(String(status));
    expect(receiver.of(path)).toHaveLength(1);
  });

  it.each([
    ['a redirect', 302],
    ['a failing server', 503],
  ])('that meets %s every time is dead when the schedule ends', async (_what, status) => {
    const company = await newCompany();
    const path = newPath();
    await company.register({ event_type: 'person_added', destination: { url: receiver.url(path) } });
    receiver.answer = (callback) => ({
      status: callback.path === path ? status : 200,
      headers: { location: receiver.url('/elsewhere') },
    });
    const published = await company.publish('person_added', { person_id: 'p1' });
    const delivery = await untilEnded(published.body['event_id']);
    expect([delivery.status, delivery.attempts.length]).toEqual(['dead', 4]);
    expect(receiver.of('/elsewhere')).toEqual([]);
  });

  it('of a receiver that is gone switches the registration off, until its company writes it anew', async () => {
    const company = await newCompany();
    const path = newPath();
    const created = await company.register({ event_type: 'person_added', destination: { url: receiver.url(path) } });
    const at = `/callbacks/${String(created.body['callback_id'])}`;
    receiver.answer = (callback) => ({ status: callback.path === path ? 410 : 200 });
    const gone = await company.publish('person_added', { person_id: 'p1' });
    expect((await untilEnded(gone.body['event_id'])).status).toBe('dead');
    expect((await company.call('GET', at)).body['active']).toBe(false);
    receiver.answer = () => ({ status: 200 });
    expect((await company.call('PUT', at, {})).body['active']).toBe(true);
    const next = await company.publish('person_added', { person_id: 'p2' });
    expect((await untilEnded(next.body['event_id'])).status).toBe('delivered');
  });

  it('that nobody wants is taken and goes nowhere', async () => {
    const company = await newCompany();
    const published = await company.publish('person_added', { person_id: 'p1' });
    expect([published.status, published.body['deliveries']]).toEqual([202, 0]);
  });

  it('is taken for a known, enabled company alone', async () => {
    const body = { event_type: 'person_added', entity: {} };
    expect((await admin(service, 'POST', '/admin/companies/nobody/events', body)).status).toBe(404);
    const company = await newCompany();
    await admin(service, 'POST', `/admin/companies/${company.id}/disable`);
    expect((await company.publish('person_added', {})).status).toBe(409);
  });
});

describe('a test event', () => {
  it('says so when no registration of its type is active', async () => {
    const company = await newCompany();
    const destination = { url: receiver.url(newPath()) };
    await company.register({ event_type: 'person_added', destination, start_date: '2090-01-01' });
    const answer = await company.test({ event_type: 'person_added' });
    expect([answer.status, answer.body]).toEqual([
      404,
      { errors: [{ message: "Could not find a callback registration for event type 'person_added'" }] },
    ]);
  });

  it('sends a sample, the values of the body above it', async () => {
    const company = await newCompany();
    const path = newPath();
    await company.register({ event_type: 'person_added', destination: { url: receiver.url(path) } });
    const answer = await company.test({ callback_type: 'person_added', person: { mobile_phone: { mdn: '15550001' } } });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      message: "Created event for event_type 'person_added'",
      event_id: expect.any(String) as string,
    });
    await until(() => receiver.of(path).length === 1);
    expect(receiver.of(path)[0]?.body).toMatchObject({
      event_id: answer.body['event_id'],
      delivery_attempt: '1',
      person: { person_id: expect.any(String) as string, mobile_phone: { mdn: '15550001' }, custom_fields: {} },
    });
  });

  it('prefers the registration whose qualifier the body names', async () => {
    const company = await newCompany();
    const paths = { all: newPath(), one: newPath(), key: newPath() };
    const register = (path: string, qualifier: object) =>
      company.register({ event_type: 'ack_participant_added', destination: { url: receiver.url(path) }, ...qualifier });
    await register(paths.all, {});
    await register(paths.one, { ack_participant_added: { campaign_id: 11 } });
    await register(paths.key, { ack_participant_changed: { campaign_id: 'key-12' } });
    const test = (campaign?: object) =>
      company.test({
        event_type: 'ack_participant_added',
        ...(campaign && { participant: { acquisition_campaign: campaign } }),
      });
    for (const [campaign, path] of [
      [{ id: '11' }, paths.one],
      [{ api_key: 'key-12' }, paths.key],
      [{ id: 99 }, paths.all],
      [undefined, paths.all],
    ] as const) {
      const before = receiver.of(path).length;
      expect((await test(campaign)).status).toBe(201);
      await until(() => receiver.of(path).length === before + 1);
    }
    expect(receiver.of(paths.one)[0]?.body['participant']).toMatchObject({ acquisition_campaign: { id: '11' } });
    expect(receiver.of(paths.all)).toHaveLength(2);
  });

  it('to a qualified registration carries its qualifier', async () => {
    const company = await newCompany();
    const path = newPath();
    await company.register({
      event_type: 'device_removed',
      device_added: { app_id: 'app-9' },
      destination: { url: receiver.url(path) },
    });
    expect((await company.test({ event_type: 'device_removed', push_device: { app_id: 'other' } })).status).toBe(404);
    expect((await company.test({ event_type: 'device_removed' })).status).toBe(201);
    await until(() => receiver.of(path).length === 1);
    expect(receiver.of(path)[0]?.body).toMatchObject({ push_device: { app_id: 'app-9' }, person: {} });
  });
});

describe('credentials', () => {
  it('are shown once, rotate, and end with the company', async () => {
    const company = await newCompany();
    const listed = await admin(service, 'GET', '/admin/companies?limit=200');
    expect(JSON.stringify(listed.body)).toContain(company.username);
    expect(JSON.stringify(listed.body)).not.toContain(company.password);
    const rotated = await admin(service, 'POST', `/admin/companies/${company.id}/rotate`);
    expect(rotated.body).toMatchObject({ company_id: company.id, username: company.username });
    expect((await company.call('GET', '/callbacks')).status).toBe(401);
    const text = `${company.username}:${String(rotated.body['password'])}`;
    const authorization = `Basic ${Buffer.from(text).toString('base64')}`;
    const list = () => send('GET', `${service.url}/companies/${company.id}/config/callbacks`, { authorization });
    expect((await list()).status).toBe(200);
    await admin(service, 'POST', `/admin/companies/${company.id}/disable`);
    const refused = await list();
    expect([refused.status, refused.body]).toEqual([
      403,
      { errors: [{ message: 'The company is disabled.', code: 'FORBIDDEN' }] },
    ]);
    await admin(service, 'POST', `/admin/companies/${company.id}/enable`);
    expect((await list()).status).toBe(200);
    expect((await admin(service, 'POST', '/admin/companies', { company_id: company.id })).status).toBe(409);
  });

  it('let a company in only as often as its limit says', async () => {
    const company = await newCompany();
    const limit = service.app.get(CompanyRateLimit, { strict: false });
    const take = vi.spyOn(limit, 'take').mockReturnValueOnce(1_200);
    const refused = await company.call('GET', '/callbacks');
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '2']);
    expect(refused.body).toEqual({ errors: [{ message: expect.any(String) as string, code: 'RATE_LIMITED' }] });
    expect((await company.call('GET', '/callbacks')).status).toBe(200);
    const [row] = await sql<{ id: string }>('SELECT id FROM companies WHERE company_id = $1', [company.id]);
    expect(take.mock.calls).toEqual([[row?.id], [row?.id]]);
    take.mockRestore();
  });

  it('are nowhere in the database', async () => {
    const company = await newCompany();
    const tables = await sql<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
    );
    for (const { name } of tables) {
      const [found] = await sql<{ n: number }>(
        `SELECT count(*)::int AS n FROM "${name}" t WHERE strpos(t::text, $1) > 0`,
        [company.password],
      );
      expect(found?.n, name).toBe(0);
    }
  });
});
