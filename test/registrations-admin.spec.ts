import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { StatisticsWriter } from '../src/statistics/statistics-writer.js';
import { type RunningApp, startApp } from './support/app.js';
import { admin, TestCompany, until } from './support/company-world.js';
import { EqpClient } from './support/eqp-client.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { HttpsReceiver } from './support/https-receiver.js';
import { leadRequest } from './support/requests.js';
import { createTestCa } from './support/test-ca.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { startTrustingApp, type TrustingApp } from './support/trusting-app.js';

const PASSWORD = 'canary-Registration-0815';
const PROBLEM = expect.stringContaining('application/problem+json') as unknown;
const SERVICES = join(import.meta.dirname, '..', 'services');

const certificates = createTestCa();
let database: TestDatabase;
let receiver: HttpsReceiver;
let service: TrustingApp;

beforeAll(async () => {
  database = await createTestDatabase();
  receiver = await HttpsReceiver.start(certificates.server);
  service = await startTrustingApp({
    databaseUrl: database.url,
    ca: certificates.ca,
    env: { REGISTRATION_RETRY_SCHEDULE: '0s,100ms', EGRESS_IPS: '203.0.113.7,203.0.113.8' },
  });
});
afterEach(() => {
  receiver.answer = () => undefined;
});
afterAll(async () => {
  await service.close();
  await receiver.stop();
  await database.drop();
});

interface View {
  readonly id: string;
  readonly kind: string;
  readonly owner: string;
  readonly state: string;
  readonly url: string;
  readonly [name: string]: unknown;
}

interface Page {
  readonly items: View[];
  readonly nextCursor: string | null;
}

const newPath = (): string => `/hook/${randomUUID()}`;
const newCompany = (): Promise<TestCompany> => TestCompany.create(service, `co-${randomUUID().slice(0, 8)}`);

function sql<Row = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
  return database.dataSource.query<Row[]>(text, values);
}

async function list(query: string): Promise<Page> {
  const answer = await admin(service, 'GET', `/admin/registrations?${query}`);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body as unknown as Page;
}

/** A company's registration, and what administrators call it. */
async function registered(path: string, eventType = 'person_added'): Promise<{ company: TestCompany; id: string }> {
  const company = await newCompany();
  const created = await company.register({ event_type: eventType, destination: { url: receiver.url + path } });
  expect(created.status).toBe(201);
  const [view] = (await list(`owner=${company.id}`)).items;
  return { company, id: view?.id ?? '' };
}

/** An EQP user's callback, and what administrators call it. */
async function subscribed(path: string): Promise<{ client: EqpClient; id: string }> {
  const client = await EqpClient.create(service.url);
  const callback = { name: 'mine', url: receiver.url + path, username: 'key', password: PASSWORD };
  expect((await client.put({ api_callbacks: [callback] })).status).toBe(200);
  const [view] = (await list(`owner=${client.account.mage_id}`)).items;
  return { client, id: view?.id ?? '' };
}

async function auditOf(id: string): Promise<string[]> {
  const rows = await sql<{ verb: string }>(`SELECT verb FROM admin_audit WHERE target LIKE $1 ORDER BY id`, [
    `registration:%:${id}`,
  ]);
  return rows.map(({ verb }) => verb);
}

describe('a callback that is given up', () => {
  it('is counted beside the actions, and its destination says whose it is and why it fails', async () => {
    const path = newPath();
    receiver.answer = (request) => (request.path === path ? { status: 500, body: 'not today' } : undefined);
    const { company, id } = await registered(path);
    interface Events {
      readonly failed: number;
      readonly errors: readonly { readonly error: string; readonly count: number }[];
      readonly attempts: { readonly failed: number; readonly errors: Events['errors'] };
    }
    const read = async (): Promise<{ readonly total: { readonly failed: number }; readonly events: Events }> => {
      await service.app.get(StatisticsWriter, { strict: false }).flush();
      return (await admin(service, 'GET', '/admin/statistics')).body as never;
    };
    const countOf = ({ errors }: Pick<Events, 'errors'>): number =>
      errors.find(({ error }) => error === 'answered 500')?.count ?? 0;
    const before = await read();
    expect((await company.publish('person_added', { person_id: '1' })).status).toBe(202);
    await until(async () => (await read()).events.failed > before.events.failed);
    const after = await read();
    expect(after.total.failed).toBe(before.total.failed);
    expect(after.events.attempts.failed - before.events.attempts.failed).toBe(2);
    expect(countOf(after.events) - countOf(before.events)).toBe(1);
    expect(countOf(after.events.attempts) - countOf(before.events.attempts)).toBe(2);

    const listed = (await admin(service, 'GET', '/admin/destinations?channel=companies&limit=200')).body;
    const own = (listed['items'] as Record<string, unknown>[]).find(({ scope }) => scope === id);
    expect(own).toMatchObject({ owner: { kind: 'company', name: company.id, registration: id }, lastFailure: null });
    const { body } = await admin(service, 'GET', `/admin/destinations/${own?.['id'] as string}`);
    expect(body['lastFailure']).toMatchObject({ status: 500, errorClass: 'server_error' });
    expect(JSON.stringify(body)).not.toContain('not today');
  });
});

describe('the list of registrations', () => {
  it('has every family, the newest first, in pages that miss nothing and repeat nothing', async () => {
    const company = await newCompany();
    const made: string[] = [];
    for (let index = 0; index < 3; index += 1) {
      await company.register({
        event_type: 'subscription_added',
        subscription_added: { list_id: index },
        destination: { url: `${receiver.url}/list?key=secret-${index}` },
      });
      made.push((await list('limit=1')).items[0]?.id ?? '');
      const { id } = await subscribed(newPath());
      made.push(id);
    }
    const seen: View[] = [];
    for (let cursor: string | null = '', round = 0; cursor !== null && round < 50; round += 1) {
      const page: Page = await list(`limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items);
      cursor = page.nextCursor;
    }
    expect(seen.map(({ id }) => id)).toEqual([...new Set(seen.map(({ id }) => id))].sort().reverse());
    expect(seen.map(({ id }) => id).filter((id) => made.includes(id))).toEqual([...made].reverse());
    expect(new Set(seen.map(({ kind }) => kind))).toEqual(new Set(['company', 'eqp']));
    const text = JSON.stringify(seen);
    for (const secret of [PASSWORD, company.password, 'secret-1']) expect(text).not.toContain(secret);
  });

  it('narrows by kind, owner and state', async () => {
    const { company, id } = await registered(newPath());
    const destination = { url: receiver.url + newPath() };
    await company.register({ event_type: 'person_updated', destination, start_date: '2090-01-01' });
    await company.register({ event_type: 'person_updated', destination, start_date: '2010', end_date: '2011' });
    const { client } = await subscribed(newPath());
    expect((await list(`kind=eqp&owner=${company.id}`)).items).toEqual([]);
    expect((await list(`kind=eqp&owner=${client.account.mage_id}`)).items).toHaveLength(1);
    for (const [state, count] of [
      ['active', 1],
      ['future', 1],
      ['ended', 1],
      ['paused', 0],
      ['disabled', 0],
    ] as const) {
      expect((await list(`owner=${company.id}&state=${state}`)).items, state).toHaveLength(count);
    }
    await admin(service, 'POST', `/admin/registrations/${id}/pause`);
    expect((await list(`owner=${company.id}&state=paused`)).items.map((view) => view.id)).toEqual([id]);
    expect((await list(`owner=${company.id}&state=active`)).items).toEqual([]);
  });

  it.each(['kind=soap', 'state=on', 'limit=0', 'limit=x', 'cursor=1', 'owner=%00', 'colour=red'])(
    'refuses %s with problem details',
    async (query) => {
      const answer = await admin(service, 'GET', `/admin/registrations?${query}`);
      expect([answer.status, answer.headers['content-type']]).toEqual([400, PROBLEM]);
    },
  );
});

describe('a registration', () => {
  it('is shown, changed and ended, each with an audit row', async () => {
    const path = newPath();
    const { company, id } = await registered(path);
    const at = `/admin/registrations/${id}`;
    const moved = newPath();
    const changed = await admin(service, 'PATCH', at, {
      url: `${receiver.url}${moved}?token=abc`,
      method: 'PUT',
      contentType: 'text/json',
      endDate: '2090-01-01',
    });
    expect(changed.status, JSON.stringify(changed.body)).toBe(200);
    expect(changed.body).toMatchObject({
      url: receiver.url + moved,
      method: 'PUT',
      contentType: 'text/json',
      endDate: '2090-01-01T00:00:00.000Z',
      state: 'active',
      qualifier: null,
    });
    expect((await admin(service, 'GET', at)).body).toEqual(changed.body);
    const published = await company.publish('person_added', { person_id: 'p' });
    expect(published.body['deliveries']).toBe(1);
    await until(() => receiver.of(`${moved}?token=abc`).length === 1);
    expect((await admin(service, 'DELETE', at)).status).toBe(204);
    expect((await admin(service, 'GET', at)).body['state']).toBe('ended');
    expect(await auditOf(id)).toEqual(['registration.change', 'registration.remove']);
  });

  it('of an EQP user keeps its origin, and is gone when it is removed', async () => {
    const { client, id } = await subscribed('/eqp/a');
    const at = `/admin/registrations/${id}`;
    const refused = await admin(service, 'PATCH', at, { url: 'https://elsewhere.example.com/a', method: 'PUT' });
    expect(refused.status).toBe(422);
    expect((refused.body['errors'] as { field: string }[]).map(({ field }) => field)).toEqual(['method', 'url']);
    expect((await admin(service, 'PATCH', at, { url: `${receiver.url}/eqp/b` })).status).toBe(200);
    expect(((await client.get()).body['api_callbacks'] as { url: string }[])[0]?.url).toBe(`${receiver.url}/eqp/b`);
    expect((await admin(service, 'DELETE', at)).status).toBe(204);
    expect((await client.get()).body['api_callbacks']).toEqual([]);
    expect((await admin(service, 'GET', at)).status).toBe(404);
  });

  it.each([
    ['an unknown field', { colour: 'red' }, 422],
    ['an odd method', { method: 'GET' }, 422],
    ['a url that is null', { url: null }, 422],
    ['a url that is refused', { url: 'http://169.254.169.254/' }, 422],
    ['an end before its start', { endDate: '2001-01-01' }, 422],
    ['an end that is no moment', { endDate: 'soon' }, 422],
  ])('is not changed to %s', async (_what, body, status) => {
    const { id } = await registered(newPath());
    const answer = await admin(service, 'PATCH', `/admin/registrations/${id}`, body);
    expect([answer.status, answer.headers['content-type']]).toEqual([status, PROBLEM]);
    expect(await auditOf(id)).toEqual([]);
  });

  it('that would overlap another is a conflict', async () => {
    const { company, id } = await registered(newPath());
    await admin(service, 'PATCH', `/admin/registrations/${id}`, { endDate: '2050-01-01' });
    const destination = { url: receiver.url + newPath() };
    expect((await company.register({ event_type: 'person_added', destination, start_date: '2050' })).status).toBe(201);
    expect((await admin(service, 'PATCH', `/admin/registrations/${id}`, { endDate: null })).status).toBe(409);
  });

  it('nobody knows is not found, and an odd id is refused', async () => {
    const at = `/admin/registrations/${randomUUID()}`;
    const calls = [
      ['GET', at],
      ['PATCH', at],
      ['DELETE', at],
      ['POST', `${at}/pause`],
      ['POST', `${at}/resume`],
      ['POST', `${at}/test`],
      ['POST', `${at}/signing-secret`],
      ['POST', `${at}/recover`],
      ['GET', `${at}/deliveries`],
    ] as const;
    for (const [method, path] of calls) {
      const answer = await admin(service, method, path, method === 'PATCH' ? {} : undefined);
      expect(answer.status, `${method} ${path}`).toBe(404);
    }
    expect((await admin(service, 'GET', '/admin/registrations/1')).status).toBe(400);
  });
});

describe('a paused registration', () => {
  it.each(['company', 'eqp'] as const)('of kind %s keeps its deliveries, and sends them when resumed', async (kind) => {
    const path = newPath();
    const owner = kind === 'company' ? await registered(path) : await subscribed(path);
    const at = `/admin/registrations/${owner.id}`;
    const publish = (): Promise<{ status: number }> =>
      'company' in owner
        ? owner.company.publish('person_added', { person_id: 'p' })
        : owner.client.publish('malware_scan_complete', { file_upload_id: 'f', tool_result: 'passed' });
    const paused = await admin(service, 'POST', `${at}/pause`);
    expect(paused.body).toMatchObject({ state: 'paused', reason: 'paused by an administrator' });
    // Every process knows of it within a second; until then what is published may still be sent.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect((await publish()).status).toBe(202);
    expect((await publish()).status).toBe(202);
    const held = await admin(service, 'GET', `${at}/deliveries?status=held`);
    expect(held.body['items']).toHaveLength(2);
    expect(receiver.of(path)).toEqual([]);
    const resumed = await admin(service, 'POST', `${at}/resume`);
    expect(resumed.body).toMatchObject({ state: 'active', reason: null });
    await until(() => receiver.of(path).length === 2);
    expect(await auditOf(owner.id)).toEqual(['registration.pause', 'registration.resume']);
  });

  it('stays paused when its company moves it to another origin', async () => {
    const { company, id } = await registered(newPath());
    await admin(service, 'POST', `/admin/registrations/${id}/pause`);
    const [callback] = (await company.call('GET', '/callbacks')).body as unknown as { callback_id: string }[];
    const put = await company.call('PUT', `/callbacks/${callback?.callback_id}`, {
      destination: { url: 'https://moved.example.com/' },
    });
    expect([put.status, put.body['active']]).toEqual([200, false]);
    expect((await admin(service, 'GET', `/admin/registrations/${id}`)).body['state']).toBe('paused');
    expect((await admin(service, 'POST', `/admin/registrations/${id}/resume`)).body['state']).toBe('active');
  });
});

describe('deliveries of a registration', () => {
  it.each(['company', 'eqp'] as const)('of kind %s are tested, listed with attempts, and sent again', async (kind) => {
    const path = newPath();
    const { id } = kind === 'company' ? await registered(path) : await subscribed(path);
    const at = `/admin/registrations/${id}`;
    receiver.answer = (request) => (request.path === path ? { status: 500, body: 'not today' } : undefined);
    const test = await admin(service, 'POST', `${at}/test`);
    expect(test.status).toBe(202);
    type Delivery = {
      deliveryId: string;
      status: string;
      eventId: string;
      attempts: { status: number; trigger: string }[];
    };
    const deliveries = async (query = ''): Promise<Delivery[]> =>
      (await admin(service, 'GET', `${at}/deliveries${query}`)).body['items'] as Delivery[];
    await until(async () => (await deliveries())[0]?.status === 'dead');
    const [dead] = await deliveries('?status=dead&limit=1');
    expect(dead?.eventId).toBe(test.body['eventId']);
    expect(dead?.attempts.map(({ status, trigger }) => [status, trigger])).toEqual([
      [500, 'test'],
      [500, 'auto'],
    ]);
    expect(JSON.stringify(dead)).not.toContain(PASSWORD);
    const one = await admin(service, 'GET', `/admin/deliveries/${dead?.deliveryId}`);
    const { eventType, explanation, registrationId, service: ofAction, ...rest } = one.body;
    expect([eventType, registrationId, ofAction]).toEqual([expect.any(String), id, null]);
    expect(dead).toEqual(expect.objectContaining({ eventType, attempts: rest['attempts'] }));
    expect(JSON.stringify(rest['attempts'])).toContain('not today');
    expect(explanation).toBe(
      'The callback was given up after 2 attempts because the receiver answered 500. It is not sent again by itself. Check the receiver. Then send it again.',
    );
    expect(JSON.stringify(one.body)).not.toContain(PASSWORD);
    receiver.answer = () => undefined;
    const recovery = await admin(service, 'POST', `${at}/recover`, { status: ['dead'] });
    expect(recovery.status).toBe(202);
    expect(recovery.body['items']).toEqual([{ jobId: expect.any(String) as string, matched: 1 }]);
    await until(async () => (await deliveries())[0]?.status === 'delivered');
    expect((await admin(service, 'POST', `${at}/recover`)).body['items']).toEqual([]);
    const resent = await admin(service, 'POST', `/admin/deliveries/${dead?.deliveryId}/resend`, { force: true });
    expect([resent.status, resent.body['requestId']]).toEqual([202, null]);
    await until(() => receiver.of(path).length === 4);
    await until(async () => (await deliveries())[0]?.attempts.length === 4);
    expect((await deliveries())[0]?.attempts.map(({ trigger }) => trigger)).toEqual(['test', 'auto', 'bulk', 'manual']);
  });

  it('are signed once there is a secret, with both while it rotates, and it is shown once', async () => {
    const path = newPath();
    const { company, id } = await registered(path);
    const rotate = () => admin(service, 'POST', `/admin/registrations/${id}/signing-secret`);
    const [first, second] = [await rotate(), await rotate()];
    expect(first.headers['cache-control']).toBe('no-store');
    expect((await admin(service, 'GET', `/admin/registrations/${id}`)).body['signed']).toBe(true);
    await company.publish('person_added', { person_id: 'p' });
    await until(() => receiver.of(path).length === 1);
    const [request] = receiver.of(path);
    for (const answer of [first, second]) {
      const secret = answer.body['signingSecret'] as string;
      const verified = new Webhook(secret).verify(request?.body ?? '', request?.headers as Record<string, string>);
      expect(verified).toMatchObject({ event_type: 'person_added' });
      const stored = await sql<{ n: number }>(
        `SELECT count(*)::int AS n FROM company_callbacks c WHERE strpos(c::text, $1) > 0`,
        [secret.slice('whsec_'.length)],
      );
      expect(stored[0]?.n).toBe(0);
      expect(service.logged.join('\n')).not.toContain(secret);
    }
    const { id: unsigned } = await subscribed(newPath());
    expect((await admin(service, 'POST', `/admin/registrations/${unsigned}/signing-secret`)).status).toBe(409);
  });
});

describe('GET /admin/egress', () => {
  it('names the addresses to allow', async () => {
    const answer = await admin(service, 'GET', '/admin/egress');
    expect([answer.status, answer.body]).toEqual([200, { addresses: ['203.0.113.7', '203.0.113.8'] }]);
  });
});

describe('the bridge', () => {
  let bridged: RunningApp;
  let bridgedDatabase: TestDatabase;
  let adobe: FakeAdobe;
  let servicesDir: string;

  beforeAll(async () => {
    servicesDir = mkdtempSync(join(tmpdir(), 'ricochet-services-'));
    const lead = readFileSync(join(SERVICES, 'contact-quality.yaml'), 'utf8');
    writeFileSync(
      join(servicesDir, 'contact-quality.yaml'),
      `${lead}\nbridge:\n  companies: { TESTORG@AdobeOrg: acme, OTHER@AdobeOrg: globex }\n`,
    );
    for (const name of ['account-profile.yaml', 'buying-group.yaml']) {
      copyFileSync(join(SERVICES, name), join(servicesDir, name));
    }
    bridgedDatabase = await createTestDatabase();
    adobe = await FakeAdobe.start();
    bridged = await startApp({ databaseUrl: bridgedDatabase.url, adobe, env: { SERVICES_DIR: servicesDir } });
  });
  afterAll(async () => {
    await bridged.close();
    await adobe.stop();
    await bridgedDatabase.drop();
    rmSync(servicesDir, { recursive: true, force: true });
  });

  it('publishes a finished lead once to the company of its organisation, however often the request comes', async () => {
    const [acme, globex] = [await TestCompany.create(bridged, 'acme'), await TestCompany.create(bridged, 'globex')];
    for (const company of [acme, globex]) {
      const url = `${adobe.url}/company/${company.id}`;
      expect((await company.register({ event_type: 'person_updated', destination: { url } })).status).toBe(201);
    }
    const lead = leadRequest({ callbackUrl: `${adobe.url}/callback`, leadId: 4711 });
    const answers = await Promise.all([1, 2, 3].map(() => bridged.submit(lead)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    await adobe.until(() => adobe.of('/callback').length > 0 && adobe.of('/company/acme').length > 0);
    expect(adobe.of('/company/acme')[0]?.body).toMatchObject({
      event_type: 'person_updated',
      delivery_attempt: '1',
      person: {
        person_id: '4711',
        external_person_id: '4711',
        mobile_phone: { mdn: '+442079460018' },
        custom_fields: { contactTier: expect.any(String) as string },
      },
    });
    const events = await bridgedDatabase.dataSource.query<{ origin: string; deliveries: number }[]>(
      'SELECT origin, deliveries FROM company_events',
    );
    expect(events).toEqual([{ origin: 'bridge', deliveries: 1 }]);
    expect(adobe.of('/company/globex')).toEqual([]);
  });

  it('publishes nothing of an organisation without a company', async () => {
    const lead = leadRequest({ callbackUrl: `${adobe.url}/stranger`, leadId: 1 });
    const context = lead['context'] as { subscription: Record<string, unknown> };
    context.subscription['imsOrgId'] = 'STRANGER@AdobeOrg';
    await bridged.submit(lead);
    await adobe.until(() => adobe.of('/stranger').length > 0);
    const [count] = await bridgedDatabase.dataSource.query<{ n: number }[]>(
      'SELECT count(*)::int AS n FROM company_events',
    );
    expect(count?.n).toBe(1);
  });
});
