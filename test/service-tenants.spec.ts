import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type RunningApp, startApp, TEST_ADMIN_KEY } from './support/app.js';
import { send } from './support/company-world.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { Records } from './support/records.js';
import { leadRequest } from './support/requests.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const LISTED = 'LISTED@AdobeOrg';
const SECOND_LISTED = 'SECOND@AdobeOrg';
const STRANGER = 'STRANGER@AdobeOrg';
const SERVICE = 'contact-quality';
const OTHER_SERVICE = 'lead-score';
const WITHIN = { timeout: 3_000 };

let database: TestDatabase;
let records: Records;
let adobe: FakeAdobe;
let service: RunningApp;
/** Another process on the same database. */
let replica: RunningApp;
/** A process of development, which serves any organisation. */
let open: RunningApp;

beforeAll(async () => {
  database = await createTestDatabase();
  records = new Records(database);
  adobe = await FakeAdobe.start();
  const env = { ADOBE_IMS_ORG_IDS: `${LISTED},${SECOND_LISTED}` };
  service = await startApp({ databaseUrl: database.url, adobe, env });
  replica = await startApp({ databaseUrl: database.url, adobe, env });
  open = await startApp({ databaseUrl: database.url, adobe });
});
afterEach(async () => {
  await records.sql('DELETE FROM service_tenants');
  await records.sql('UPDATE organisation_version SET version = version + 1');
});
afterAll(async () => {
  for (const app of [service, replica, open]) await app.close();
  await adobe.stop();
  await database.drop();
});

function ask(
  method: 'GET' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return send(method, service.url + path, { authorization: `Bearer ${TEST_ADMIN_KEY}`, ...headers }, body);
}

const pathOf = (org: string, apiName = SERVICE): string =>
  `/admin/services/${apiName}/tenants/${encodeURIComponent(org)}`;

async function rule(org: string, access: 'allow' | 'deny', apiName = SERVICE): Promise<Answer> {
  const answer = await ask('PUT', pathOf(org, apiName), { access });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer;
}

async function submit(org: string | null, apiName = SERVICE, at = service): Promise<Answer> {
  const request = leadRequest({ callbackUrl: `${adobe.url}/callback` });
  const context = request['context'] as { subscription: { imsOrgId?: string } };
  if (org === null) delete context.subscription.imsOrgId;
  else context.subscription.imsOrgId = org;
  return at.submit(request, `/services/${apiName}/submitAsyncAction`);
}

const statusOf = async (...args: Parameters<typeof submit>): Promise<number> => (await submit(...args)).status;

describe('without a rule', () => {
  it('a service is served to the organisations of ADOBE_IMS_ORG_IDS', async () => {
    expect(await statusOf(LISTED)).toBe(200);
    expect(await submit(STRANGER)).toMatchObject({
      status: 403,
      body: { status: 'error', code: 'FORBIDDEN', message: 'This IMS organization is not configured here.' },
    });
    const { body } = await ask('GET', `/admin/services/${SERVICE}/tenants`);
    expect(body).toEqual({
      apiName: SERVICE,
      others: 'deny',
      items: [LISTED, SECOND_LISTED].map((imsOrgId) => ({
        imsOrgId,
        access: 'allow',
        source: 'environment',
        updatedAt: null,
      })),
    });
    expect((await ask('GET', pathOf(STRANGER))).body).toMatchObject({ access: 'deny', source: 'nothing' });
  });

  it('any organisation is served in development', async () => {
    expect(await statusOf(STRANGER, SERVICE, open)).toBe(200);
  });
});

describe('a rule', () => {
  it('denies a service to a listed organisation, in every process, and to no other', async () => {
    await rule(LISTED, 'deny');
    expect(await submit(LISTED)).toMatchObject({
      status: 403,
      body: {
        status: 'error',
        code: 'FORBIDDEN',
        message: 'This IMS organization is not enabled for this service.',
        details: [{ field: 'context.subscription.imsOrgId', message: 'is not enabled for this service' }],
        error: { code: 'FORBIDDEN' },
      },
    });
    await expect.poll(() => statusOf(LISTED, SERVICE, replica), WITHIN).toBe(403);
    expect(await statusOf(LISTED, OTHER_SERVICE)).toBe(200);
    expect(await statusOf(SECOND_LISTED)).toBe(200);
    // A request without an organisation is the first one's.
    expect(await statusOf(null)).toBe(403);
  });

  it('allows a service to another organisation, in every process, and is taken back', async () => {
    await rule(STRANGER, 'allow');
    const answer = await submit(STRANGER);
    expect(answer.status).toBe(200);
    await expect.poll(() => statusOf(STRANGER, SERVICE, replica), WITHIN).toBe(200);
    expect(await statusOf(STRANGER, OTHER_SERVICE)).toBe(403);
    // The credential of the environment speaks for it.
    await records.untilState([String(answer.body['requestId'])], 'completed');
    expect((await ask('DELETE', pathOf(STRANGER))).status).toBe(204);
    expect(await statusOf(STRANGER)).toBe(403);
    await expect.poll(() => statusOf(STRANGER, SERVICE, replica), WITHIN).toBe(403);
    expect((await ask('DELETE', pathOf(STRANGER))).status).toBe(404);
  });

  it('is kept in development as well', async () => {
    await rule(STRANGER, 'deny');
    await expect.poll(() => statusOf(STRANGER, SERVICE, open), WITHIN).toBe(403);
  });

  it('does not stop callbacks of requests that were accepted before it', async () => {
    let away = true;
    adobe.answer = () => (away ? { status: 503 } : undefined);
    const { body } = await submit(LISTED);
    await rule(LISTED, 'deny');
    away = false;
    await records.untilState([String(body['requestId'])], 'completed', 15_000);
  });

  it('is shown with its reason and its time', async () => {
    const put = await rule(LISTED, 'deny');
    expect(put.body).toMatchObject({ imsOrgId: LISTED, access: 'deny', source: 'rule' });
    const got = await ask('GET', pathOf(LISTED));
    expect(got.body).toEqual(put.body);
    expect(got.headers['etag']).toBe(put.headers['etag']);
    expect((await ask('GET', `/admin/services/${SERVICE}/tenants`)).body['items']).toContainEqual(put.body);
  });

  it('that is based on an older state is refused with the current tag', async () => {
    const before = String((await ask('GET', pathOf(LISTED))).headers['etag']);
    const put = await ask('PUT', pathOf(LISTED), { access: 'deny' }, { 'if-match': before });
    expect(put.status).toBe(200);
    const etag = String(put.headers['etag']);
    expect(await ask('PUT', pathOf(LISTED), { access: 'allow' }, { 'if-match': before })).toMatchObject({
      status: 412,
      headers: { etag },
    });
    expect((await ask('DELETE', pathOf(LISTED), undefined, { 'if-match': before })).status).toBe(412);
    expect((await ask('DELETE', pathOf(LISTED), undefined, { 'if-match': etag })).status).toBe(204);
  });

  it('with an Idempotency-Key is made once, and every change is written down', async () => {
    const headers = { 'idempotency-key': `tenant-${Date.now()}` };
    const first = await ask('PUT', pathOf(LISTED), { access: 'deny' }, headers);
    expect((await ask('PUT', pathOf(LISTED), { access: 'deny' }, headers)).body).toEqual(first.body);
    await ask('DELETE', pathOf(LISTED));
    const { body } = await ask(
      'GET',
      `/admin/audit?resource=${encodeURIComponent(`tenant:${SERVICE}/${LISTED}`)}&limit=2`,
    );
    expect(body['items']).toMatchObject([
      { action: 'tenant.delete', details: { before: { access: 'deny' } } },
      { action: 'tenant.put', details: { before: { access: null }, after: { access: 'deny' } } },
    ]);
  });

  it.each<[string, unknown, number]>([
    ['no access', {}, 422],
    ['an access that is none', { access: 'Deny' }, 422],
    ['null', { access: null }, 422],
    ['a list', { access: ['deny'] }, 422],
    ['another field', { access: 'deny', imsOrgId: 'X' }, 422],
    ['no object', [], 400],
    ['no JSON', '{', 400],
  ])('with %s is refused', async (_what, body, status) => {
    expect((await ask('PUT', pathOf(LISTED), body)).status).toBe(status);
    expect((await ask('GET', pathOf(LISTED))).body).toMatchObject({ source: 'environment' });
  });

  it('is for a service that there is, and an organisation that there can be', async () => {
    for (const path of ['/admin/services/nothing/tenants', pathOf(LISTED, 'nothing'), pathOf(LISTED, '__proto__')]) {
      expect((await ask('GET', path)).status).toBe(404);
    }
    expect((await ask('PUT', pathOf(LISTED, 'nothing'), { access: 'deny' })).status).toBe(404);
    expect((await ask('PUT', pathOf('a b'), { access: 'deny' })).status).toBe(400);
  });

  it('is one of a thousand at most', async () => {
    await records.sql(
      `INSERT INTO service_tenants (service, ims_org_id, access) SELECT $1, 'o' || n, 'deny' FROM generate_series(1, 1000) n`,
      [SERVICE],
    );
    expect(await ask('PUT', pathOf(STRANGER), { access: 'allow' })).toMatchObject({ status: 409 });
    expect((await ask('PUT', pathOf('o7'), { access: 'allow' })).status).toBe(200);
  });
});
