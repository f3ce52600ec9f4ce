import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../src/database/database.js';
import { IdempotentRequestsSweeper } from '../src/recovery/idempotent-requests.sweeper.js';
import { actorOfJob } from '../src/security/admin-actor.js';
import { AuditRepository } from '../src/security/audit.repository.js';
import { type Answer, type RunningApp, startApp, TEST_ADMIN_KEY } from './support/app.js';
import { send } from './support/company-world.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

let database: TestDatabase;
let service: RunningApp;
/** Another process on the same database. */
let replica: RunningApp;

beforeAll(async () => {
  database = await createTestDatabase();
  service = await startApp({ databaseUrl: database.url });
  replica = await startApp({ databaseUrl: database.url });
});
afterAll(async () => {
  await service.close();
  await replica.close();
  await database.drop();
});

interface Sent {
  readonly path?: string;
  readonly admin?: string;
  readonly at?: RunningApp;
}

function post(
  key: string,
  body: unknown,
  { path = '/admin/companies', admin, at = service }: Sent = {},
): Promise<Answer> {
  const headers = { authorization: `Bearer ${admin ?? TEST_ADMIN_KEY}`, 'idempotency-key': key };
  return send('POST', `${at.url}${path}`, headers, body);
}

function sql<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
  return database.dataSource.query<Row[]>(text, values);
}

const newCompany = () => ({ company_id: `c-${randomUUID()}` });

/** They make what is not there yet, under a name of the caller's, and answer alike in both cases. */
const CREATING_PUTS = new Set([
  'put /admin/adobe-credentials/{imsOrgId}',
  'put /admin/services/{apiName}/tenants/{imsOrgId}',
]);

describe('an Idempotency-Key', () => {
  it('can be sent with every create, and with nothing else', async () => {
    const { body } = await send('GET', `${service.url}/docs-json`, {});
    const paths = body['paths'] as Record<
      string,
      Record<string, { responses: object; parameters?: { name: string }[] }>
    >;
    const wrong: string[] = [];
    let count = 0;
    for (const [path, operations] of Object.entries(paths).filter(([name]) => name.startsWith('/admin/'))) {
      for (const [method, { responses, parameters = [] }] of Object.entries(operations)) {
        const creates =
          CREATING_PUTS.has(`${method} ${path}`) || (method === 'post' && ('201' in responses || '202' in responses));
        count += Number(creates);
        if (parameters.some(({ name }) => name === 'Idempotency-Key') !== creates) wrong.push(`${method} ${path}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(8);
  });

  it('brings the first answer again, with the secret that is shown once, from any process', async () => {
    const [key, body] = [randomUUID(), newCompany()];
    const first = await post(key, body);
    expect(first.status).toBe(201);
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    for (const at of [service, replica]) {
      const again = await post(key, body, { at });
      expect(again).toMatchObject({ status: 201, body: first.body, headers: { 'idempotency-replayed': 'true' } });
      expect(again.headers['cache-control']).toBe('no-store');
    }
    expect(await sql(`SELECT verb FROM admin_audit WHERE target = $1`, [`company:${body.company_id}`])).toHaveLength(1);
  });

  it('rests with a sealed answer: neither key nor secret is in the table', async () => {
    const key = `canary-${randomUUID()}`;
    const { body } = await post(key, newCompany());
    const rows = JSON.stringify(await sql('SELECT r::text, answer FROM idempotent_requests r'));
    expect(rows).not.toContain(key);
    expect(rows).not.toContain(body['password']);
    expect(rows).not.toContain(body['company_id']);
  });

  it('lets one of many at once do the work, and gives all of them its answer', async () => {
    const [key, body] = [randomUUID(), newCompany()];
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => post(key, body, { at: index % 2 === 0 ? service : replica })),
    );
    expect(new Set(answers.map((answer) => JSON.stringify([answer.status, answer.body]))).size).toBe(1);
    expect(answers[0]?.status).toBe(201);
    expect(answers.filter(({ headers }) => headers['idempotency-replayed'] === undefined)).toHaveLength(1);
  });

  it('of another body is refused', async () => {
    const key = randomUUID();
    expect((await post(key, newCompany())).status).toBe(201);
    const refused = await post(key, newCompany());
    expect(refused).toMatchObject({ status: 422, body: { code: 'VALIDATION_ERROR' } });
    expect(JSON.stringify(refused.body)).not.toContain(key);
  });

  it('is of one administrator and one path', async () => {
    const key = randomUUID();
    expect((await post(key, { name: 'shared', role: 'admin' }, { path: '/admin/keys' })).status).toBe(201);
    expect((await post(key, newCompany())).status).toBe(201);
    const other = await send(
      'POST',
      `${service.url}/admin/keys`,
      { authorization: `Bearer ${TEST_ADMIN_KEY}` },
      {
        name: `other ${key.slice(0, 8)}`,
        role: 'admin',
      },
    );
    const own = await post(key, newCompany(), { admin: other.body['key'] as string });
    expect(own).toMatchObject({ status: 201 });
    expect(own.headers['idempotency-replayed']).toBeUndefined();
  });

  it('is not used up by a refusal: the mended request may bring it', async () => {
    const [key, taken] = [randomUUID(), newCompany()];
    await post(randomUUID(), taken);
    expect((await post(key, {})).status).toBe(422);
    expect((await post(key, '{')).status).toBe(400);
    expect((await post(key, taken)).status).toBe(409);
    expect((await post(key, newCompany())).status).toBe(201);
  });

  it('does the work again after a crash before the commit, and never after one behind it', async () => {
    const [key, body] = [randomUUID(), newCompany()];
    const crash = (done: string) =>
      sql(`UPDATE idempotent_requests SET done_at = ${done}, status = NULL, answer = NULL, locked_until = now() - interval '1 s'
            WHERE created_at = (SELECT max(created_at) FROM idempotent_requests)`);
    const first = await post(key, body);
    await crash('done_at');
    expect(await post(key, body)).toMatchObject({
      status: 409,
      body: { title: expect.stringContaining('audit') as string },
    });
    // As if nothing had been committed.
    await sql('DELETE FROM companies WHERE company_id = $1', [body.company_id]);
    await crash('NULL');
    expect((await post(key, newCompany())).status).toBe(422);
    const again = await post(key, body);
    expect(again.status).toBe(201);
    expect(again.body['password']).not.toBe(first.body['password']);
  });

  it('that another request has taken over takes the work of the first one back', async () => {
    const [key, body] = [randomUUID(), newCompany()];
    await post(key, body);
    const [row] = await sql<{ id: string }>('SELECT id FROM idempotent_requests ORDER BY created_at DESC LIMIT 1');
    const late = { ...actorOfJob('late'), claimId: row?.id ?? '', requestId: randomUUID() };
    const count = () => sql('SELECT count(*) FROM admin_audit');
    const before = await count();
    const audit = service.app.get(AuditRepository, { strict: false });
    const work = service.app
      .get(Database, { strict: false })
      .transaction((tx) => audit.record(tx, { actor: late, verb: 'erase', target: 'erase:x', details: {} }));
    await expect(work).rejects.toMatchObject({ status: 409 });
    expect(await count()).toEqual(before);
  });

  it('is over after 24 hours, and then removed', async () => {
    const key = randomUUID();
    await post(key, newCompany());
    const age = (hours: number) =>
      sql(`UPDATE idempotent_requests SET created_at = now() - ${String(hours)} * interval '1 hour'`);
    await age(23);
    expect((await post(key, newCompany())).status).toBe(422);
    await age(25);
    expect((await post(key, newCompany())).status).toBe(201);
    expect(await service.app.get(IdempotentRequestsSweeper, { strict: false }).sweep()).toBe(false);
    expect(await sql('SELECT 1 FROM idempotent_requests')).toHaveLength(1);
  });

  it.each(['', ' ', 'a b', 'x'.repeat(256), 'é', 'a\tb'])('cannot be %j', async (key) => {
    const answer = await post(key, newCompany()).catch((error: unknown) => error);
    // The client itself refuses some of them.
    if (answer instanceof Error) return;
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
  });

  it('is asked for after the key of the administrator, and before the body', async () => {
    const headers = { authorization: 'Bearer none', 'idempotency-key': 'a b' };
    expect((await send('POST', `${service.url}/admin/companies`, headers, {})).status).toBe(401);
  });

  it('keeps the status of an answer', async () => {
    const [key, body] = [randomUUID(), { tenant: 'a@AdobeOrg', entityId: '1' }];
    const first = await post(key, body, { path: '/admin/erase' });
    expect(first.status).toBe(202);
    expect(await post(key, body, { path: '/admin/erase' })).toMatchObject({ status: 202, body: first.body });
    const preview = { dryRun: true };
    const shown = await post(key, preview, { path: '/admin/deliveries/recover' });
    expect(shown.status).toBe(200);
    expect((await post(key, preview, { path: '/admin/deliveries/recover' })).status).toBe(200);
  });
});
