import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { request as httpRequest } from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Answer, type RunningApp, startApp, TEST_ADMIN_KEY } from './support/app.js';
import { ChoosyIms } from './support/choosy-ims.js';
import { send } from './support/company-world.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { Records } from './support/records.js';
import { leadRequest } from './support/requests.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const LISTED = 'LISTED@AdobeOrg';
const DEFAULT_CLIENT = 'default-client';
const CANARY = 'canary-s3cr3t';
const SECOND = 1_000;
const PATIENT = { timeout: 15 * SECOND };
/** By then every process knows of a change. */
const untilKnown = (): Promise<void> => sleep(SECOND);

let database: TestDatabase;
let records: Records;
let adobe: FakeAdobe;
let ims: ChoosyIms;
let service: RunningApp;
/** Another process on the same database. */
let replica: RunningApp;
let written = '';
let answered = '';
let failed = false;

beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      written += String(text);
      return true;
    });
  }
  database = await createTestDatabase();
  records = new Records(database);
  adobe = await FakeAdobe.start();
  ims = await ChoosyIms.start();
  ims.secrets.set(DEFAULT_CLIENT, ['default-secret']);
  const env = {
    IMS_BASE_URL: ims.url,
    ADOBE_CLIENT_ID: DEFAULT_CLIENT,
    ADOBE_CLIENT_SECRETS: 'default-secret',
    ADOBE_IMS_ORG_IDS: LISTED,
    ADOBE_RETRY_SCHEDULE: '0s,1s',
    LOG_LEVEL: 'verbose',
  };
  service = await startApp({ databaseUrl: database.url, env });
  replica = await startApp({ databaseUrl: database.url, env });
});
beforeEach(() => {
  adobe.answer = () => undefined;
  ims.outage = null;
});
afterEach(({ task }) => {
  failed ||= task.result?.state === 'fail';
});
afterAll(async () => {
  vi.restoreAllMocks();
  await service.close();
  await replica.close();
  await ims.stop();
  await adobe.stop();
  await database.drop(failed);
});

let made = 0;
/** An organisation and a client that no other test has. */
function newOrg(): { org: string; clientId: string; path: string } {
  made += 1;
  return { org: `ORG${made}@AdobeOrg`, clientId: `client-${made}`, path: `/callbacks/${made}` };
}

async function ask(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
  at = service,
): Promise<Answer> {
  const answer = await send(method, at.url + path, { authorization: `Bearer ${TEST_ADMIN_KEY}`, ...headers }, body);
  answered += JSON.stringify(answer.body) + JSON.stringify(answer.headers);
  return answer;
}

const pathOf = (org: string): string => `/admin/adobe-credentials/${encodeURIComponent(org)}`;

function secret(name: string): string {
  return `${CANARY}-${name}-${randomUUID()}`;
}

async function store(org: string, body: object, at = service): Promise<Answer> {
  const answer = await ask('PUT', pathOf(org), { scopes: ['openid', 'own'], ...body }, {}, at);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer;
}

function submit(org: string | null, path: string, at = service): Promise<Answer> {
  const request = leadRequest({ callbackUrl: adobe.url + path, timeout: 60 });
  const context = request['context'] as { subscription: { imsOrgId?: string } };
  if (org === null) delete context.subscription.imsOrgId;
  else context.subscription.imsOrgId = org;
  return at.submit(request);
}

async function accepted(org: string, path: string, at = service): Promise<string> {
  const answer = await submit(org, path, at);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return String(answer.body['requestId']);
}

async function explanationOf(id: string): Promise<string> {
  return String((await ask('GET', `/admin/actions/${id}`)).body['explanation']);
}

async function callbackOf(id: string): Promise<unknown> {
  const [row] = await records.sql('SELECT status, last_error FROM deliveries WHERE owner_id = $1', [id]);
  return row;
}

async function refused(): Promise<{ imsOrgId: string | null; error: string; waiting: number; remedy: string }[]> {
  return (await ask('GET', '/admin/status')).body['refusedCredentials'] as never;
}

async function metric(name: string): Promise<number> {
  const text = await (await httpRequest(`${service.url}/metrics`)).body.text();
  answered += text;
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
}

describe('two organisations with a credential each', () => {
  it('do not hold each other up: the wrong one waits, is explained, and goes out when it is mended', async () => {
    const right = newOrg();
    const wrong = newOrg();
    const [good, bad] = [secret('good'), secret('bad')];
    ims.secrets.set(right.clientId, [good]);
    ims.secrets.set(wrong.clientId, [good]);
    await store(right.org, { clientId: right.clientId, clientSecrets: [good], apiKey: 'key-of-right' });
    await store(wrong.org, { clientId: wrong.clientId, clientSecrets: [bad] });
    const goodIds = await Promise.all([1, 2, 3, 4, 5].map(() => accepted(right.org, right.path)));
    const badIds = await Promise.all([1, 2, 3].map(() => accepted(wrong.org, wrong.path)));
    await records.untilState(goodIds, 'completed');
    for (const { headers } of adobe.of(right.path)) {
      expect(headers).toMatchObject({
        authorization: `Bearer token-of-${right.clientId}`,
        'x-api-key': 'key-of-right',
        'x-gw-ims-org-id': right.org,
      });
    }

    for (const id of badIds) {
      // Between two explanations it may be tried again.
      let explanation = '';
      await expect
        .poll(async () => (explanation = await explanationOf(id)), PATIENT)
        .toMatch(/no access token for the credential of its organisation.*\(invalid_client\)/s);
      expect(explanation).toContain('/admin/adobe-credentials');
      expect(explanation).not.toContain('ADOBE_CLIENT');
    }
    expect(adobe.of(wrong.path)).toHaveLength(0);
    // Noted beside the callbacks, not before they are held.
    await expect
      .poll(() => refused(), PATIENT)
      .toEqual([
        {
          imsOrgId: wrong.org,
          error: 'invalid_client',
          waiting: 3,
          remedy: expect.stringContaining('clientSecrets') as string,
        },
      ]);
    expect((await ask('GET', pathOf(wrong.org))).body['refused']).toMatchObject({ error: 'invalid_client' });

    await store(wrong.org, { clientId: wrong.clientId, clientSecrets: [good] });
    // Far below the minute for which a refusal is believed.
    await records.untilState(badIds, 'completed', 15 * SECOND);
    expect(adobe.of(wrong.path)).toHaveLength(3);
    expect(adobe.of(wrong.path)[0]?.headers).toMatchObject({ 'x-api-key': wrong.clientId });
    await expect.poll(() => refused(), PATIENT).toEqual([]);
    expect((await ask('GET', pathOf(wrong.org))).body['refused']).toBeNull();
  });

  it('ask for one token each, however many callbacks there are', async () => {
    const one = newOrg();
    const good = secret('one');
    ims.secrets.set(one.clientId, [good]);
    await store(one.org, { clientId: one.clientId, clientSecrets: [good] });
    const ids = await Promise.all(Array.from({ length: 20 }, () => accepted(one.org, one.path)));
    await records.untilState(ids, 'completed');
    // Two processes deliver, and each has its own cache.
    expect(ims.of(one.clientId).length).toBeLessThanOrEqual(2);
    expect(ims.of(one.clientId)[0]).toMatchObject({ scope: 'openid,own' });
  });
});

describe('a stored credential', () => {
  it('makes its organisation served by every process, without a restart', async () => {
    const { org, clientId, path } = newOrg();
    const good = secret('served');
    ims.secrets.set(clientId, [good]);
    for (const at of [service, replica]) {
      const before = await submit(org, path, at);
      expect(before).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    }
    await store(org, { clientId, clientSecrets: [good] });
    const id = await accepted(org, path);
    await expect.poll(async () => (await submit(org, path, replica)).status, PATIENT).toBe(200);
    await records.untilState([id], 'completed');
    expect(adobe.of(path)[0]?.headers.authorization).toBe(`Bearer token-of-${clientId}`);
  });

  it('beats the one of the environment, which speaks for the others that are listed', async () => {
    const { clientId, path } = newOrg();
    await records.untilState([await accepted(LISTED, path)], 'completed');
    expect(adobe.of(path)[0]?.headers.authorization).toBe(`Bearer token-of-${DEFAULT_CLIENT}`);
    const good = secret('beats');
    ims.secrets.set(clientId, [good]);
    await store(LISTED, { clientId, clientSecrets: [good] });
    await untilKnown();
    await records.untilState([await accepted(LISTED, `${path}/own`)], 'completed');
    expect(adobe.of(`${path}/own`)[0]?.headers.authorization).toBe(`Bearer token-of-${clientId}`);
    const removed = await ask('DELETE', `${pathOf(LISTED)}?callbacks=default`);
    expect(removed).toMatchObject({ status: 200, body: { callbacks: 'default' } });
    await untilKnown();
    await records.untilState([await accepted(LISTED, `${path}/again`)], 'completed');
    expect(adobe.of(`${path}/again`)[0]?.headers.authorization).toBe(`Bearer token-of-${DEFAULT_CLIENT}`);
  });

  it('with two secrets is used with the newer one, and with the other when that is refused', async () => {
    const { org, clientId, path } = newOrg();
    const [newer, older] = [secret('newer'), secret('older')];
    ims.secrets.set(clientId, [newer, older]);
    await store(org, { clientId, clientSecrets: [newer, older] });
    await records.untilState([await accepted(org, path)], 'completed');
    expect(ims.of(clientId)[0]?.secret).toBe(newer);
    const count = ims.of(clientId).length;
    // Adobe knows the replacement, and not yet what was pasted here.
    const wrong = secret('wrong');
    expect((await ask('PATCH', pathOf(org), { addClientSecret: wrong })).body).toMatchObject({ secretCount: 2 });
    await untilKnown();
    await records.untilState([await accepted(org, path)], 'completed');
    expect(
      ims
        .of(clientId)
        .slice(count, count + 2)
        .map((asked) => asked.secret),
    ).toEqual([wrong, newer]);
  });
});

describe('removing a credential', () => {
  it('holds the callbacks of its organisation, says so, and they go out when there is one again', async () => {
    const { org, clientId, path } = newOrg();
    const good = secret('removed');
    ims.secrets.set(clientId, [good]);
    await store(org, { clientId, clientSecrets: [good] });
    let away = true;
    adobe.answer = () => (away ? { status: 429, headers: { 'retry-after': '1' } } : undefined);
    const ids = await Promise.all([1, 2].map(() => accepted(org, path)));
    await expect.poll(() => adobe.of(path).length, PATIENT).toBeGreaterThan(0);
    const removed = await ask('DELETE', pathOf(org));
    expect(removed).toMatchObject({ status: 200, body: { imsOrgId: org, callbacks: 'held' } });
    expect(removed.body['message']).toMatch(/held until it has a credential again/);
    away = false;
    const held = { status: 'held', last_error: 'The credential of the organisation was removed.' };
    for (const id of ids) {
      await expect.poll(() => callbackOf(id), PATIENT).toEqual(held);
      const explanation = await explanationOf(id);
      expect(explanation).toContain('an administrator removed the credential of its organisation');
      expect(explanation).toContain('sent within seconds once the organisation has a credential');
    }
    expect((await ask('GET', pathOf(org))).body).toMatchObject({ state: 'removed', secretCount: 0 });
    expect(await records.sql('SELECT client_secrets FROM adobe_credentials WHERE ims_org_id = $1', [org])).toEqual([
      { client_secrets: null },
    ]);
    // It is not served any more: nobody could call it back.
    expect((await submit(org, path)).status).toBe(403);
    expect((await ask('DELETE', pathOf(org))).status).toBe(404);

    await store(org, { clientId, clientSecrets: [good] });
    await records.untilState(ids, 'completed', 15 * SECOND);
  });

  it('holds the callbacks of a listed organisation as well: no other credential speaks in its place', async () => {
    const { clientId, path } = newOrg();
    await store(LISTED, { clientId, clientSecrets: [secret('listed')] });
    expect((await ask('DELETE', pathOf(LISTED))).body).toMatchObject({ callbacks: 'held' });
    await untilKnown();
    const id = await accepted(LISTED, path);
    await expect.poll(() => callbackOf(id), PATIENT).toMatchObject({ status: 'held' });
    expect(adobe.of(path)).toHaveLength(0);
    expect((await ask('DELETE', `${pathOf(LISTED)}?callbacks=default`)).body).toMatchObject({ callbacks: 'default' });
    await records.untilState([id], 'completed', 15 * SECOND);
    expect((await ask('GET', pathOf(LISTED))).status).toBe(404);
  });
});

describe('the test of a credential', () => {
  const test = (org: string): Promise<Answer> => ask('POST', `${pathOf(org)}/test`);

  it('says in words what IMS answered', async () => {
    const { org, clientId } = newOrg();
    const [newer, older] = [secret('test-newer'), secret('test-older')];
    await store(org, { clientId, clientSecrets: [newer] });
    expect(await test(org)).toMatchObject({
      status: 200,
      body: {
        imsOrgId: org,
        credential: 'stored',
        outcome: 'refused',
        secrets: [{ secret: 'newer', outcome: 'refused', error: 'invalid_client' }],
        message: expect.stringMatching(/^IMS refused the credential: invalid_client\. .*clientSecrets/) as string,
      },
    });
    expect((await refused()).map(({ imsOrgId, waiting }) => [imsOrgId, waiting])).toContainEqual([org, 0]);

    ims.secrets.set(clientId, [newer]);
    expect((await test(org)).body).toMatchObject({
      outcome: 'issued',
      message: 'IMS issued an access token. It is valid for 24 hours, and callbacks use it from now on.',
    });
    await expect.poll(async () => (await refused()).some(({ imsOrgId }) => imsOrgId === org), PATIENT).toBe(false);

    await store(org, { clientId, clientSecrets: [newer, older] });
    expect((await test(org)).body).toMatchObject({
      outcome: 'issued',
      message: expect.stringContaining('refused the older secret (invalid_client): remove it') as string,
    });
    ims.secrets.set(clientId, [older]);
    expect((await test(org)).body).toMatchObject({
      outcome: 'issued',
      secrets: [{ outcome: 'refused' }, { secret: 'older', outcome: 'issued', error: null }],
      message: expect.stringContaining('refused the newer secret (invalid_client): check it') as string,
    });
    ims.secrets.set(clientId, [newer, older]);
    expect((await test(org)).body['message']).toContain('for either secret');
    ims.outage = 503;
    expect((await test(org)).body).toMatchObject({
      outcome: 'unavailable',
      secrets: [{ outcome: 'unavailable', error: 'status 503' }],
      message: expect.stringContaining('neither accepted nor refused') as string,
    });
  });

  it('asks about the credential of the environment where it speaks, and about nothing where none does', async () => {
    expect((await test(LISTED)).body).toMatchObject({ credential: 'default', outcome: 'issued' });
    expect((await test(newOrg().org)).status).toBe(404);
  });
});

describe('an edit of a credential', () => {
  const good = { clientId: 'a-client', clientSecrets: ['a-secret'], scopes: ['openid'] };

  it.each<[string, unknown]>([
    ['no clientId', { ...good, clientId: undefined }],
    ['a clientId with spaces', { ...good, clientId: 'a client' }],
    ['a clientId of 256 characters', { ...good, clientId: 'a'.repeat(256) }],
    ['a number as clientId', { ...good, clientId: 7 }],
    ['no secrets for a new one', { ...good, clientSecrets: undefined }],
    ['null as secrets', { ...good, clientSecrets: null }],
    ['no secret in the list', { ...good, clientSecrets: [] }],
    ['three secrets', { ...good, clientSecrets: ['a', 'b', 'c'] }],
    ['the same secret twice', { ...good, clientSecrets: ['a', 'a'] }],
    ['a secret with a line break', { ...good, clientSecrets: ['a\nb'] }],
    ['a secret that is a list', { ...good, clientSecrets: [['a']] }],
    ['a text as secrets', { ...good, clientSecrets: 'a' }],
    ['no scopes', { ...good, scopes: undefined }],
    ['an empty list of scopes', { ...good, scopes: [] }],
    ['scopes in one text', { ...good, scopes: 'openid,AdobeID' }],
    ['a scope with a comma', { ...good, scopes: ['openid,AdobeID'] }],
    ['101 scopes', { ...good, scopes: Array.from({ length: 101 }, (_, index) => `s${index}`) }],
    ['an apiKey with a line break', { ...good, apiKey: 'a\r\nx: y' }],
    ['a field that is not known', { ...good, clientSecret: 'a' }],
  ])('with %s is refused, and stores nothing', async (_what, body) => {
    const { org } = newOrg();
    const answer = await ask('PUT', pathOf(org), body);
    expect(answer).toMatchObject({ status: 422, body: { code: 'VALIDATION_ERROR' } });
    expect((await ask('GET', pathOf(org))).status).toBe(404);
  });

  it('with __proto__ is refused before it is looked at', async () => {
    const { org } = newOrg();
    const body = '{"clientId":"c","clientSecrets":["s"],"scopes":["o"],"__proto__":{"apiKey":"k"}}';
    expect((await ask('PUT', pathOf(org), body)).status).toBe(400);
    expect((await ask('GET', pathOf(org))).status).toBe(404);
  });

  it.each([
    ['with spaces', 'a b'],
    ['with a comma', 'a,b'],
    ['of 256 characters', 'a'.repeat(256)],
    ['in other letters', 'Ü@AdobeOrg'],
    ['with NUL', 'a\0b'],
  ])('of an organisation %s is a 400', async (_what, org) => {
    expect((await ask('PUT', pathOf(org), good)).status).toBe(400);
  });

  it.each<[string, unknown, number]>([
    ['another clientId without secrets', { clientId: 'another' }, 422],
    ['both ways to set secrets', { clientSecrets: ['x'], addClientSecret: 'y' }, 422],
    ['the secret that is stored', { addClientSecret: 'a-secret' }, 422],
    ['null as a secret', { addClientSecret: null }, 422],
    ['an empty apiKey', { apiKey: '' }, 422],
    ['an unknown field', { imsOrgId: 'X@AdobeOrg' }, 422],
  ])('by PATCH with %s is refused', async (_what, body, status) => {
    const { org } = newOrg();
    await store(org, good);
    expect((await ask('PATCH', pathOf(org), body)).status).toBe(status);
    expect((await ask('GET', pathOf(org))).body).toMatchObject({ clientId: 'a-client', secretCount: 1 });
  });

  it('changes what it names, keeps the secrets it does not, and is written down with its fields', async () => {
    const { org } = newOrg();
    await store(org, good);
    await store(org, { clientId: 'a-client', scopes: ['openid', 'more'] });
    const changed = await ask('PATCH', pathOf(org), { apiKey: 'a-key', addClientSecret: secret('audited') });
    expect(changed.body).toMatchObject({ scopes: ['openid', 'more'], apiKey: 'a-key', secretCount: 2 });
    expect((await ask('PATCH', pathOf(org), { apiKey: null })).body).toMatchObject({ apiKey: null, secretCount: 2 });
    const entries = (await ask('GET', `/admin/audit?resource=${encodeURIComponent(`credential:${org}`)}`)).body;
    const items = (entries['items'] as { action: string; details: object }[]).reverse();
    expect(items).toMatchObject([
      { action: 'credential.put', details: { after: { clientId: 'a-client' }, secrets: 'replaced' } },
      { action: 'credential.put', details: { after: { scopes: ['openid', 'more'] }, secrets: 'kept' } },
      { action: 'credential.change', details: { after: { apiKey: 'a-key' }, secrets: 'replaced' } },
      { action: 'credential.change', details: { before: { apiKey: 'a-key' }, secrets: 'kept' } },
    ]);
  });

  it('that is based on an older state is refused with the current tag', async () => {
    const { org } = newOrg();
    const none = await ask('PUT', pathOf(org), good, { 'if-match': '"x"' });
    expect(none.status).toBe(412);
    const first = await store(org, good);
    const etag = String(first.headers['etag']);
    expect((await ask('GET', pathOf(org))).headers['etag']).toBe(etag);
    const second = await ask('PATCH', pathOf(org), { scopes: ['other'] }, { 'if-match': etag });
    expect(second.status).toBe(200);
    const current = String(second.headers['etag']);
    for (const [method, body] of [
      ['PUT', good],
      ['PATCH', { scopes: ['openid'] }],
      ['DELETE', undefined],
    ] as const) {
      const late = await ask(method, pathOf(org), body, { 'if-match': etag });
      expect(late).toMatchObject({ status: 412, headers: { etag: current } });
    }
    expect((await ask('DELETE', pathOf(org), undefined, { 'if-match': current })).status).toBe(200);
  });

  it('with an Idempotency-Key is made once', async () => {
    const { org } = newOrg();
    const headers = { 'idempotency-key': randomUUID() };
    const first = await ask('PUT', pathOf(org), good, headers);
    expect((await ask('PUT', pathOf(org), good, headers)).body).toEqual(first.body);
    expect((await ask('PUT', pathOf(org), { ...good, scopes: ['x'] }, headers)).status).toBe(422);
    const rows = await records.sql(`SELECT 1 FROM admin_audit WHERE target = $1`, [`credential:${org}`]);
    expect(rows).toHaveLength(1);
  });

  it('is in the list, page by page', async () => {
    const [one, two] = [newOrg(), newOrg()];
    await store(one.org, good);
    await store(two.org, good);
    const { body } = await ask('GET', '/admin/adobe-credentials?limit=1');
    expect(body['items']).toMatchObject([{ imsOrgId: two.org }]);
    const next = await ask('GET', `/admin/adobe-credentials?limit=1&cursor=${String(body['nextCursor'])}`);
    expect(next.body['items']).toMatchObject([{ imsOrgId: one.org }]);
  });
});

describe('a secret of a credential', () => {
  it('is in no answer, log, metric or audit, and sealed in the database', async () => {
    await metric('ricochet_ims_credentials_refused');
    const stored = JSON.stringify([
      await records.sql('SELECT * FROM adobe_credentials'),
      await records.sql('SELECT * FROM admin_audit'),
      await records.sql('SELECT * FROM deliveries'),
      await records.sql('SELECT * FROM delivery_attempts'),
      await records.sql('SELECT id, request_id, status, answer FROM idempotent_requests'),
    ]);
    expect(ims.requests.some((asked) => asked.secret.startsWith(CANARY))).toBe(true);
    expect(answered.length).toBeGreaterThan(10_000);
    expect(written).toContain('No access token from IMS');
    for (const text of [stored, written, answered]) {
      expect(text).not.toContain(CANARY);
      expect(text).not.toContain('token-of-');
    }
  });
});
