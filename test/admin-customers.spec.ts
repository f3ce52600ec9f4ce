import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RegistrationRetentionRepository } from '../src/recovery/registration-retention.repository.js';
import { type Answer, type RunningApp, startApp, TEST_ADMIN_KEY } from './support/app.js';
import { Receiver, send, TestCompany, until } from './support/company-world.js';
import { EqpClient } from './support/eqp-client.js';
import { equals, retrieveRequest, SoapClient } from './support/soap-client.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

let database: TestDatabase;
let service: RunningApp;
let receiver: Receiver;

beforeAll(async () => {
  database = await createTestDatabase();
  service = await startApp({ databaseUrl: database.url });
  receiver = await Receiver.start();
});
afterAll(async () => {
  await service.close();
  await receiver.stop();
  await database.drop();
});

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

function ask(method: Method, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  return send(method, `${service.url}${path}`, { authorization: `Bearer ${TEST_ADMIN_KEY}`, ...headers }, body);
}

function sql<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
  return database.dataSource.query<Row[]>(text, values);
}

async function auditOf(resource: string): Promise<{ action: string; details: Record<string, unknown> }[]> {
  const { body } = await ask('GET', `/admin/audit?resource=${resource}`);
  return body['items'] as { action: string; details: Record<string, unknown> }[];
}

const newId = () => `c-${randomUUID().slice(-12)}`;
const statusesOf = async (owner: string) =>
  (
    await sql<{ status: string }>(
      `SELECT d.status FROM deliveries d JOIN destinations t ON t.id = d.destination_id JOIN ${owner} ORDER BY d.id`,
    )
  ).map(({ status }) => status);

/** The three kinds of customers, by their routes. */
const CUSTOMERS = [
  ['companies', async () => `/admin/companies/${(await TestCompany.create(service, newId())).id}`, 'company'],
  ['EQP users', async () => `/admin/eqp/users/${(await EqpClient.create(service.url)).account.mage_id}`, 'eqp-user'],
  [
    'async clients',
    async () => `/admin/async-clients/${(await SoapClient.create(service.url)).clientId}`,
    'async-client',
  ],
] as const;

describe.each(CUSTOMERS)('%s', (_title, create, kind) => {
  it('are shown with an ETag, renamed, and the rename is in the audit without the name', async () => {
    const path = await create();
    const shown = await ask('GET', path);
    expect(shown.status).toBe(200);
    const etag = shown.headers['etag'] as string;
    const renamed = await ask('PATCH', path, { name: 'Canary of a name' }, { 'if-match': etag });
    expect(renamed).toMatchObject({ status: 200, body: { ...shown.body, name: 'Canary of a name' } });
    expect((await ask('GET', path)).body).toEqual(renamed.body);
    const late = await ask('PATCH', path, { name: 'late' }, { 'if-match': etag });
    expect(late).toMatchObject({ status: 412, headers: { etag: renamed.headers['etag'] } });
    const [entry] = await auditOf(`${kind}:${path.split('/').at(-1) ?? ''}`);
    expect(entry).toMatchObject({ details: { fields: ['name'] } });
    expect(JSON.stringify(entry)).not.toContain('Canary');
  });

  it('keep their tag when they are disabled or get a new secret', async () => {
    const path = await create();
    const { headers } = await ask('GET', path);
    expect((await ask('POST', `${path}/disable`)).status).toBe(200);
    expect((await ask('POST', `${path}/${kind === 'eqp-user' ? 'rotate-secret' : 'rotate'}`)).status).toBe(200);
    expect((await ask('GET', path)).headers['etag']).toBe(headers['etag']);
  });

  it('are deleted once, and then are not there', async () => {
    const path = await create();
    expect((await ask('DELETE', path, undefined, { 'if-match': '"other"' })).status).toBe(412);
    expect((await ask('DELETE', path)).status).toBe(204);
    for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
      expect((await ask(method, path, method === 'PATCH' ? { name: 'x' } : undefined)).status, method).toBe(404);
    }
    const list = await ask('GET', path.replace(/\/[^/]+$/, ''));
    expect(JSON.stringify(list.body)).not.toContain(path.split('/').at(-1));
  });

  it.each([{ name: '' }, { name: ' ' }, { name: 'a\nb' }, { name: 'x'.repeat(101) }, { name: 7 }, { other: 1 }])(
    'are not renamed by %j',
    async (change) => {
      const path = await create();
      expect((await ask('PATCH', path, change)).status).toBe(422);
    },
  );
});

describe('a company that is deleted', () => {
  it('is shut out, what waits for it is cancelled, and its id is free', async () => {
    receiver.answer = () => ({ status: 503 });
    const company = await TestCompany.create(service, newId());
    const url = receiver.url(`/${company.id}`);
    expect((await company.register({ event_type: 'person_added', destination: { url } })).status).toBe(201);
    expect((await company.publish('person_added', { id: 1 })).status).toBe(202);
    await until(() => receiver.of(`/${company.id}`).length > 0);
    const own = `company_callbacks c ON c.id = t.scope::uuid AND c.url = '${url}' AND t.channel = 'companies'`;
    await until(async () => (await statusesOf(own)).join() === 'pending');
    expect((await ask('DELETE', `/admin/companies/${company.id}`)).status).toBe(204);
    expect(await statusesOf(own)).toEqual(['cancelled']);
    expect((await company.call('GET', '/callbacks')).status).toBe(401);
    expect((await company.publish('person_added', { id: 2 })).status).toBe(404);
    const again = await TestCompany.create(service, company.id);
    expect((await again.call('GET', '/callbacks')).body).toEqual([]);
    receiver.answer = () => ({ status: 200 });
  });

  it('keeps its rows until its events are gone', async () => {
    const company = await TestCompany.create(service, newId());
    const [row] = await sql<{ id: string }>('SELECT id FROM companies WHERE company_id = $1', [company.id]);
    const url = receiver.url('/kept');
    await company.register({ event_type: 'person_added', destination: { url } });
    await company.publish('person_added', { id: 1 });
    await ask('DELETE', `/admin/companies/${company.id}`);
    const retention = service.app.get(RegistrationRetentionRepository, { strict: false });
    const rows = () => sql('SELECT 1 FROM companies WHERE id = $1', [row?.id]);
    await retention.deleteEvents('00000000-0000-0000-0000-000000000000');
    expect(await rows()).toHaveLength(1);
    await sql('DELETE FROM company_events WHERE company = $1', [row?.id]);
    await retention.deleteEvents('00000000-0000-0000-0000-000000000000');
    expect(await rows()).toEqual([]);
    expect(await sql('SELECT 1 FROM company_callbacks WHERE company = $1', [row?.id])).toEqual([]);
  });
});

describe('a company that was deleted', () => {
  it('takes no callback under the id that its row has until it goes', async () => {
    const company = await TestCompany.create(service, newId());
    const [row] = await sql<{ id: string }>('SELECT id FROM companies WHERE company_id = $1', [company.id]);
    await ask('DELETE', `/admin/companies/${company.id}`);
    const body = { event_type: 'person_added', destination: { url: 'https://a.example/' } };
    expect((await ask('POST', `/admin/companies/~${row?.id ?? ''}/callbacks`, body)).status).toBe(404);
    expect(await sql('SELECT 1 FROM company_callbacks WHERE company = $1', [row?.id])).toEqual([]);
  });
});

describe('an EQP user that is deleted', () => {
  it('is shut out, with its sessions, callbacks and events', async () => {
    const user = await EqpClient.create(service.url);
    const callback = { name: 'c', url: 'https://receiver.example/a', username: 'u', password: 'p' };
    expect((await user.put({ api_callbacks: [callback] })).status).toBe(200);
    expect((await user.publish('malware_scan_complete', { file_upload_id: 'f', tool_result: 'passed' })).status).toBe(
      202,
    );
    expect((await ask('DELETE', `/admin/eqp/users/${user.account.mage_id}`)).status).toBe(204);
    expect((await user.get()).status).toBe(401);
    expect((await user.signIn()).status).toBe(401);
    const open = `(SELECT 'eqp' AS channel) c ON c.channel = t.channel AND d.status IN ('pending', 'held')`;
    await until(async () => (await statusesOf(open)).length === 0);
  });
});

describe('an async client that is deleted', () => {
  it('has no token any more', async () => {
    const client = await SoapClient.create(service.url);
    expect((await ask('DELETE', `/admin/async-clients/${client.clientId}`)).status).toBe(204);
    expect((await client.signIn()).status).toBe(401);
    const answer = await client.retrieve('ResultMessage', equals('RequestID', randomUUID()));
    expect(answer.text).not.toContain('<OverallStatus>OK');
    expect(retrieveRequest('ResultMessage', equals('RequestID', 'x'))).toContain('ResultMessage');
  });
});

describe('a callback that an administrator registers', () => {
  it('for a company is the company’s own, and is changed under its ETag', async () => {
    const company = await TestCompany.create(service, newId());
    const path = `/admin/companies/${company.id}/callbacks`;
    const body = {
      event_type: 'subscription_added',
      subscription_added: { list_id: 42 },
      destination: { url: 'https://receiver.example/canary-path?key=canary-key' },
    };
    const created = await ask('POST', path, body);
    expect(created).toMatchObject({
      status: 201,
      body: { owner: company.id, eventType: 'subscription_added', qualifier: { list_id: 42 } },
    });
    expect((await ask('POST', path, body)).status).toBe(409);
    expect((await company.call('GET', '/callbacks')).body).toHaveLength(1);
    const { id, label } = created.body as { id: string; label: string };
    const etag = (await ask('GET', `/admin/registrations/${id}`)).headers['etag'] as string;
    expect(etag).toBe(created.headers['etag']);
    const changed = await ask('PATCH', `${path}/${label}`, { content_type: 'text/json' }, { 'if-match': etag });
    expect(changed).toMatchObject({ status: 200, body: { contentType: 'text/json' } });
    const late = await ask(
      'PATCH',
      `${path}/${label}`,
      { destination: { url: 'https://b.example/' } },
      { 'if-match': etag },
    );
    expect(late.status).toBe(412);
    expect((await ask('GET', `/admin/registrations/${id}`)).body).toEqual(changed.body);
    const audit = await auditOf(`registration:company:${id}`);
    expect(audit).toMatchObject([
      { action: 'company.callback.change', details: { before: { contentType: 'application/json' } } },
      { action: 'company.callback.create', details: { after: { origin: 'https://receiver.example' } } },
    ]);
    expect(JSON.stringify([audit, changed.body])).not.toContain('canary-key');
    expect(JSON.stringify(audit)).not.toContain('canary');
  });

  it('keeps its tag when it is paused, gets a secret to sign with, or is edited to what it is', async () => {
    const company = await TestCompany.create(service, newId());
    const path = `/admin/companies/${company.id}/callbacks`;
    const body = { event_type: 'person_added', destination: { url: 'https://receiver.example/a' } };
    const { headers, body: made } = await ask('POST', path, body);
    const at = `/admin/registrations/${made['id'] as string}`;
    for (const act of ['signing-secret', 'pause', 'resume', 'signing-secret']) {
      expect((await ask('POST', `${at}/${act}`)).status, act).toBe(200);
      expect((await ask('GET', at)).headers['etag'], act).toBe(headers['etag']);
    }
    const edited = await ask('PATCH', at, { method: 'PUT' }, { 'if-match': headers['etag'] as string });
    expect(edited.status).toBe(200);
    expect(edited.headers['etag']).not.toBe(headers['etag']);
    const label = made['label'] as string;
    const later = await ask('PATCH', `${path}/${label}`, {}, { 'x-api-version': '2' });
    expect(later.body['apiVersion']).toBe(2);
    expect(later.headers['etag']).not.toBe(edited.headers['etag']);
  });

  it.each([
    ['no url', { event_type: 'person_added' }],
    ['an unknown event', { event_type: 'x', destination: { url: 'https://a.example' } }],
    ['a refused address', { event_type: 'person_added', destination: { url: 'https://10.0.0.1/' } }],
    ['an unknown field', { event_type: 'person_added', destination: { url: 'https://a.example' }, other: 1 }],
  ])('for a company is refused with %s', async (_title, body) => {
    const company = await TestCompany.create(service, newId());
    expect((await ask('POST', `/admin/companies/${company.id}/callbacks`, body)).status).toBe(422);
  });

  it('for an EQP user is the user’s own; its password goes to no other origin', async () => {
    const user = await EqpClient.create(service.url);
    await user.put({ api_callbacks: [{ name: 'first', url: 'https://a.example/1', username: 'u', password: 'p' }] });
    const path = `/admin/eqp/users/${user.account.mage_id}/callbacks`;
    const body = { name: 'second', url: 'https://b.example/2', username: 'canary-user', password: 'canary-password' };
    const created = await ask('POST', path, body);
    expect(created).toMatchObject({ status: 201, body: { label: 'second', owner: user.account.mage_id } });
    const { id } = created.body as { id: string };
    const names = async () => ((await user.get()).body['api_callbacks'] as { name: string }[]).map(({ name }) => name);
    expect(await names()).toEqual(['first', 'second']);
    const moved = await ask('PATCH', `${path}/${id}`, { url: 'https://c.example/' });
    expect(moved).toMatchObject({ status: 422, body: { errors: [{ field: 'password' }] } });
    const etag = created.headers['etag'] as string;
    const [before] = await sql<{ password: string }>('SELECT password FROM eqp_callbacks WHERE id = $1', [id]);
    const renamed = await ask(
      'PATCH',
      `${path}/${id}`,
      { name: 'other', url: 'https://b.example/3' },
      { 'if-match': etag },
    );
    expect(renamed).toMatchObject({ status: 200, body: { label: 'other', url: 'https://b.example/3' } });
    expect(await sql('SELECT password FROM eqp_callbacks WHERE id = $1', [id])).toEqual([before]);
    const secret = await ask('PATCH', `${path}/${id}`, { password: 'canary-password-2' });
    expect(secret.headers['etag']).not.toBe(renamed.headers['etag']);
    expect((await ask('PATCH', `${path}/${id}`, { name: 'late' }, { 'if-match': etag })).status).toBe(412);
    expect(await names()).toEqual(['first', 'other']);
    const audit = await auditOf(`registration:eqp:${id}`);
    expect(audit.map(({ action }) => action)).toEqual([
      'eqp.callback.change',
      'eqp.callback.change',
      'eqp.callback.create',
    ]);
    expect(audit.map(({ details }) => [details['fields'], details['before'], details['after']])).toEqual([
      [['password'], {}, {}],
      [['name', 'url'], {}, {}],
      [undefined, undefined, expect.objectContaining({ origin: 'https://b.example' }) as unknown],
    ]);
    const toOther = { url: 'https://d.example/', password: 'canary-password-3' };
    expect((await ask('PATCH', `${path}/${id}`, toOther)).status).toBe(200);
    expect((await auditOf(`registration:eqp:${id}`))[0]?.details).toMatchObject({
      before: { origin: 'https://b.example' },
      after: { origin: 'https://d.example' },
    });
    expect(JSON.stringify([created.body, renamed.body, secret.body, audit])).not.toContain('canary');
  });

  it.each([
    ['no password', { url: 'https://a.example', username: 'u' }],
    ['an empty password', { url: 'https://a.example', username: 'u', password: '' }],
    ['a password with a line break', { url: 'https://a.example', username: 'u', password: 'a\nb' }],
    ['a password with half a surrogate pair', { url: 'https://a.example', username: 'u', password: 'a\ud800' }],
    ['no url', { username: 'u', password: 'p' }],
    ['plain http', { url: 'http://a.example', username: 'u', password: 'p' }],
    ['a refused address', { url: 'https://10.0.0.1', username: 'u', password: 'p' }],
    ['an unknown field', { url: 'https://a.example', username: 'u', password: 'p', other: 1 }],
  ])('for an EQP user is refused with %s', async (_title, body) => {
    const user = await EqpClient.create(service.url);
    expect((await ask('POST', `/admin/eqp/users/${user.account.mage_id}/callbacks`, body)).status).toBe(422);
  });

  it('needs a customer and a callback that are there', async () => {
    const url = 'https://a.example';
    expect((await ask('POST', '/admin/companies/none/callbacks', {})).status).toBe(404);
    expect((await ask('PATCH', '/admin/companies/none/callbacks/abcdefgh', {})).status).toBe(404);
    for (const odd of ['%00', 'a%00b', 'a%20b', '~x']) {
      const answer = await ask('POST', `/admin/companies/${odd}/callbacks`, {});
      expect([odd, answer.status]).toEqual([odd, 404]);
      expect((await ask('PATCH', `/admin/companies/${odd}/callbacks/abcdefgh`, {})).status).toBe(404);
    }
    const eqp = '/admin/eqp/users/none/callbacks';
    expect((await ask('POST', eqp, { url, username: 'u', password: 'p' })).status).toBe(404);
    expect((await ask('PATCH', `${eqp}/${randomUUID()}`, {})).status).toBe(404);
    const user = await EqpClient.create(service.url);
    const own = `/admin/eqp/users/${user.account.mage_id}/callbacks`;
    expect((await ask('PATCH', `${own}/${randomUUID()}`, {})).status).toBe(404);
  });

  it('of another user cannot be changed through this one', async () => {
    const [mine, other] = [await EqpClient.create(service.url), await EqpClient.create(service.url)];
    const body = { url: 'https://a.example/x', username: 'u', password: 'p' };
    const created = await ask('POST', `/admin/eqp/users/${mine.account.mage_id}/callbacks`, body);
    const path = `/admin/eqp/users/${other.account.mage_id}/callbacks/${created.body['id'] as string}`;
    expect((await ask('PATCH', path, { name: 'x' })).status).toBe(404);
  });
});
