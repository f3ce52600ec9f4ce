import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { EqpSessionsSweeper } from '../src/recovery/eqp-sessions.sweeper.js';
import { SigningKeys } from '../src/oauth/signing-keys.js';
import { call, type RunningApp, startApp } from './support/app.js';
import { asAdmin, askToken, bearer, formOf, makeClient, tokenOf } from './support/oauth-world.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const UNKNOWN = '0198f0c2-7a55-7cc0-9a44-5f2f0c3f6d11';
const WRONG = 'The client id or the client secret is wrong, or the client is disabled.';

let database: TestDatabase;
let service: RunningApp;
/** Another process on the same database. */
let replica: RunningApp;
let written = '';
/** Secrets and tokens that stand nowhere but in the one answer that shows them. */
const canaries: string[] = [];

beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      written += String(text);
      return true;
    });
  }
  database = await createTestDatabase();
  const env = { INBOUND_AUTH: 'oauth2', LOG_LEVEL: 'verbose', LOG_TRAFFIC: 'true', TRUST_PROXY: 'true' };
  service = await startApp({ databaseUrl: database.url, env });
  replica = await startApp({ databaseUrl: database.url, env });
});
afterAll(async () => {
  await service.close();
  await replica.close();
  await database.drop();
  vi.restoreAllMocks();
});

let clock: { mockRestore(): void } | null = null;

/** Buckets earn nothing meanwhile, however slow this machine is. */
function stopClock(): void {
  clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now());
}

afterEach(() => {
  clock?.mockRestore();
  clock = null;
});

const sql = <Row>(text: string, values: unknown[] = []): Promise<Row[]> => database.dataSource.query(text, values);
const statusFor = (token: string, at: RunningApp): Promise<number> =>
  call('GET', `${at.url}/services/contact-quality/status`, bearer(token)).then(({ status }) => status);
const basic = (id: string, secret: string): Record<string, string> => ({
  authorization: `Basic ${btoa(`${id}:${secret}`)}`,
});

describe('POST /oauth2/token', () => {
  it('issues a token of 15 minutes for a form, JSON and Basic authentication, good in every process', async () => {
    const { id, clientSecret } = await makeClient(service);
    const grant = 'grant_type=client_credentials';
    const answers = [
      await askToken(service, formOf(id, clientSecret)),
      await askToken(service, {
        grant_type: 'client_credentials',
        client_id: id,
        client_secret: clientSecret,
        scope: 'x',
      }),
      await askToken(service, grant, basic(id, clientSecret)),
      await askToken(service, { grant_type: 'client_credentials' }, basic(id, clientSecret)),
      await askToken(
        service,
        `${grant}&client_id=${id}`,
        basic(encodeURIComponent(id), encodeURIComponent(clientSecret)),
      ),
      await askToken(replica, formOf(id.toUpperCase(), clientSecret)),
    ];
    for (const { status, headers, body } of answers) {
      expect(status).toBe(200);
      expect(headers['cache-control']).toBe('no-store');
      expect(body).toEqual({ access_token: expect.any(String) as string, token_type: 'Bearer', expires_in: 900 });
      const token = body['access_token'] as string;
      canaries.push(token, clientSecret);
      const [, payload = ''] = token.split('.');
      const { iat, exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { iat: number; exp: number };
      expect(exp - iat).toBe(900);
      for (const at of [service, replica]) expect(await statusFor(token, at)).toBe(200);
    }
    expect(new Set(answers.map(({ body }) => body['access_token'])).size).toBe(answers.length);
  });

  it.each<readonly [string, string | Record<string, unknown>, Record<string, string>, number, string]>([
    ['nothing', '', {}, 400, 'invalid_request'],
    ['an empty object', {}, {}, 400, 'invalid_request'],
    ['a list', '[]', { 'content-type': 'application/json' }, 400, 'invalid_request'],
    ['broken JSON', '{"a"', { 'content-type': 'application/json' }, 400, 'invalid_request'],
    ['XML', '<a/>', { 'content-type': 'text/xml' }, 415, 'invalid_request'],
    ['a compressed form', 'grant_type=x', { 'content-encoding': 'gzip' }, 415, 'invalid_request'],
    ['another grant', 'grant_type=password&username=a&password=b', {}, 400, 'unsupported_grant_type'],
    ['a refresh token', 'grant_type=refresh_token&refresh_token=a', {}, 400, 'unsupported_grant_type'],
    ['a grant twice', 'grant_type=client_credentials&grant_type=client_credentials', {}, 400, 'invalid_request'],
    ['a secret twice', `${formOf(UNKNOWN, 'x')}&client_secret=y`, {}, 400, 'invalid_request'],
    ['a forbidden field', 'grant_type=client_credentials&__proto__=1', {}, 400, 'invalid_request'],
    ['a hundred fields and more', `grant_type=client_credentials${'&a'.repeat(101)}`, {}, 400, 'invalid_request'],
    ['more than 16 KiB', `grant_type=client_credentials&a=${'x'.repeat(17_000)}`, {}, 413, 'invalid_request'],
    ['no client', 'grant_type=client_credentials', {}, 400, 'invalid_request'],
    ['no secret', `grant_type=client_credentials&client_id=${UNKNOWN}`, {}, 400, 'invalid_request'],
    [
      'a secret that is a number',
      { grant_type: 'client_credentials', client_id: UNKNOWN, client_secret: 7 },
      {},
      400,
      'invalid_request',
    ],
    ['a secret of 513 characters', formOf(UNKNOWN, 'x'.repeat(513)), {}, 400, 'invalid_request'],
    ['credentials in both places', formOf(UNKNOWN, 'x'), basic(UNKNOWN, 'x'), 400, 'invalid_request'],
    ['two names', `grant_type=client_credentials&client_id=other`, basic(UNKNOWN, 'x'), 400, 'invalid_request'],
    [
      'malformed Basic credentials',
      'grant_type=client_credentials',
      { authorization: 'Basic %%%' },
      401,
      'invalid_client',
    ],
    ['an unknown client', formOf(UNKNOWN, 'x'), {}, 401, 'invalid_client'],
    ['an unknown client by Basic', 'grant_type=client_credentials', basic(UNKNOWN, 'x'), 401, 'invalid_client'],
    [
      'a client with a zero byte in its name',
      'grant_type=client_credentials&client_id=%00&client_secret=x',
      {},
      401,
      'invalid_client',
    ],
    ['a Bearer token beside it', formOf(UNKNOWN, 'x'), bearer('x'), 401, 'invalid_client'],
  ])('answers %s in the words of OAuth 2.0', async (_title, body, headers, status, error) => {
    const answer = await askToken(service, body, { 'x-forwarded-for': '198.51.100.1', ...headers });
    expect(answer).toMatchObject({ status, body: { error, error_description: expect.any(String) as string } });
    expect(Object.keys(answer.body)).toEqual(['error', 'error_description']);
    const asksForBasic = headers['authorization']?.startsWith('Basic') === true && status === 401;
    expect(answer.headers['www-authenticate']).toBe(asksForBasic ? 'Basic realm="oauth2"' : undefined);
  });

  it('refuses a form that is not UTF-8', async () => {
    const answer = await fetch(`${service.url}/oauth2/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new Uint8Array([0x67, 0x3d, 0xff]),
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: 'invalid_request' });
  });

  it('answers another method and another path under it in its words too', async () => {
    const get = await call('GET', `${service.url}/oauth2/token`, {});
    expect(get).toMatchObject({ status: 405, body: { error: 'invalid_request' } });
    const other = await call('GET', `${service.url}/oauth2/authorize`, {});
    expect(other).toMatchObject({ status: 404, body: { error: 'invalid_request' } });
  });

  it('says the same of a wrong secret, an unknown client and a disabled one', async () => {
    const { id, clientSecret } = await makeClient(service);
    canaries.push(clientSecret);
    await asAdmin(service, 'PATCH', `/admin/oauth-clients/${id}`, { disabled: true });
    const from = { 'x-forwarded-for': '198.51.100.2' };
    for (const form of [formOf(UNKNOWN, 'x'), formOf(id, 'x'), formOf(id, clientSecret)]) {
      expect(await askToken(replica, form, from)).toMatchObject({
        status: 401,
        body: { error: 'invalid_client', error_description: WRONG },
      });
    }
  });

  it('slows guesses of one client from one address, and lets the client itself through from its own', async () => {
    const { id, clientSecret } = await makeClient(service);
    canaries.push(clientSecret);
    const guess = (turn: number) =>
      askToken(service, formOf(id, `guess ${String(turn)}`), { 'x-forwarded-for': '203.0.113.5' });
    stopClock();
    const statuses: number[] = [];
    for (let turn = 0; turn < 12; turn += 1) statuses.push((await guess(turn)).status);
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429, 429]);
    const slowed = await guess(12);
    expect(slowed.body).toMatchObject({ error: 'temporarily_unavailable' });
    expect(Number(slowed.headers['retry-after'])).toBeGreaterThan(0);
    const right = { 'x-forwarded-for': '203.0.113.5' };
    expect((await askToken(service, formOf(id, clientSecret), right)).status).toBe(429);
    expect((await askToken(service, formOf(id, clientSecret), { 'x-forwarded-for': '203.0.113.6' })).status).toBe(200);
  });

  it('slows an address that tries many clients', async () => {
    const from = { 'x-forwarded-for': '203.0.113.77' };
    stopClock();
    const statuses = new Set<number>();
    for (let turn = 0; turn < 105; turn += 1) {
      statuses.add((await askToken(replica, formOf(`client-${String(turn)}`, 'x'), from)).status);
    }
    expect([...statuses]).toEqual([401, 429]);
    expect((await askToken(replica, formOf('another', 'x'), { 'x-forwarded-for': '203.0.113.78' })).status).toBe(401);
  });

  it('gives one client no more than a hundred tokens at once', async () => {
    const { id, clientSecret } = await makeClient(service);
    canaries.push(clientSecret);
    stopClock();
    const ask = () => askToken(service, formOf(id, clientSecret), { 'x-forwarded-for': '203.0.113.99' });
    const statuses = [];
    for (let turn = 0; turn < 10; turn += 1) {
      statuses.push(...(await Promise.all(Array.from({ length: 10 }, ask))).map(({ status }) => status));
    }
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await ask()).toMatchObject({ status: 429, body: { error: 'temporarily_unavailable' } });
  });
});

describe('/admin/oauth-clients', () => {
  it('makes a client with a secret that is shown this once, and stored as a hash', async () => {
    const answer = await asAdmin(service, 'POST', '/admin/oauth-clients', { name: 'Adobe, production' });
    expect(answer.status).toBe(201);
    expect(answer.headers['cache-control']).toBe('no-store');
    const { clientSecret, ...shown } = answer.body;
    canaries.push(clientSecret as string);
    expect(shown).toMatchObject({ name: 'Adobe, production', state: 'active', createdBy: 'env', disabledAt: null });
    const { body } = await asAdmin(replica, 'GET', `/admin/oauth-clients/${String(shown['id'])}`);
    expect(body).toEqual(shown);
    const { items } = (await asAdmin(service, 'GET', '/admin/oauth-clients?limit=1')).body as { items?: unknown[] };
    expect(items).toEqual([shown]);
    const rows = JSON.stringify(
      await sql(`SELECT c.*, s.* FROM oauth_clients c JOIN oauth_client_secrets s ON s.client_id = c.id`),
    );
    expect(rows).not.toContain(clientSecret);
  });

  it('pages through clients', async () => {
    for (let turn = 0; turn < 3; turn += 1) canaries.push((await makeClient(service)).clientSecret);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query = cursor === null ? 'limit=2' : `limit=2&cursor=${cursor}`;
      const { body } = await asAdmin(service, 'GET', `/admin/oauth-clients?${query}`);
      const page = body as unknown as { items: { id: string }[]; nextCursor: string | null };
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    const [row] = await sql<{ count: string }>(`SELECT count(*) FROM oauth_clients`);
    expect(seen).toHaveLength(Number(row?.count));
    expect([...seen].sort().reverse()).toEqual(seen);
  });

  it('refuses a name that is taken, in any case, also in an edit', async () => {
    const [one, other] = [await makeClient(service), await makeClient(service)];
    canaries.push(one.clientSecret, other.clientSecret);
    const taken = { name: one.name.toUpperCase() };
    expect((await asAdmin(service, 'POST', '/admin/oauth-clients', taken)).status).toBe(409);
    expect((await asAdmin(service, 'PATCH', `/admin/oauth-clients/${other.id}`, taken)).status).toBe(409);
  });

  it.each([
    ['POST', '', {}, 422],
    ['POST', '', { name: '' }, 422],
    ['POST', '', { name: ' ' }, 422],
    ['POST', '', { name: 'x'.repeat(101) }, 422],
    ['POST', '', { name: 'ok', clientSecret: 'my own' }, 422],
    ['PATCH', `/${UNKNOWN}`, { name: 'ok' }, 404],
    ['PATCH', `/${UNKNOWN}`, { disabled: 'yes' }, 422],
    ['GET', `/${UNKNOWN}`, undefined, 404],
    ['GET', '/x', undefined, 400],
    ['DELETE', `/${UNKNOWN}`, undefined, 404],
    ['POST', `/${UNKNOWN}/secrets`, undefined, 404],
    ['DELETE', `/${UNKNOWN}/secrets/${UNKNOWN}`, undefined, 404],
    ['DELETE', `/${UNKNOWN}/secrets/x`, undefined, 400],
  ] as const)('answers %s %s with %j by %i', async (method, path, body, status) => {
    expect((await asAdmin(service, method, `/admin/oauth-clients${path}`, body)).status).toBe(status);
  });

  it('has two live secrets of a client at a time, and says when each was used', async () => {
    const { id, clientSecret, secrets } = await makeClient(service);
    const added = await asAdmin(service, 'POST', `/admin/oauth-clients/${id}/secrets`);
    expect(added).toMatchObject({ status: 201, body: { clientId: id, lastUsedAt: null } });
    const second = added.body['clientSecret'] as string;
    canaries.push(clientSecret, second);
    const third = await asAdmin(service, 'POST', `/admin/oauth-clients/${id}/secrets`);
    expect(third).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
    const [oldToken, newToken] = [await tokenOf(service, id, clientSecret), await tokenOf(replica, id, second)];
    canaries.push(oldToken, newToken);
    const shown = (await asAdmin(service, 'GET', `/admin/oauth-clients/${id}`)).body as unknown as {
      secrets: { lastUsedAt: string | null }[];
    };
    expect(shown.secrets.map(({ lastUsedAt }) => typeof lastUsedAt)).toEqual(['string', 'string']);
    expect(
      (await asAdmin(service, 'DELETE', `/admin/oauth-clients/${id}/secrets/${secrets[0]?.id ?? ''}`)).status,
    ).toBe(204);
    for (const at of [service, replica]) {
      expect(await statusFor(oldToken, at)).toBe(401);
      expect(await statusFor(newToken, at)).toBe(200);
      expect((await askToken(at, formOf(id, clientSecret), { 'x-forwarded-for': '198.51.100.9' })).status).toBe(401);
    }
  });

  it('ends a disabled client in every process by the time it answers, again and again', async () => {
    const { id, clientSecret } = await makeClient(service);
    const token = await tokenOf(service, id, clientSecret);
    canaries.push(clientSecret, token);
    for (let turn = 0; turn < 5; turn += 1) {
      expect([await statusFor(token, service), await statusFor(token, replica)]).toEqual([200, 200]);
      // Both are called all the time, so that each has just read that the client is live.
      let stop = false;
      const busy = [service, replica].map(async (at) => {
        while (!stop) await statusFor(token, at);
      });
      await asAdmin(service, 'PATCH', `/admin/oauth-clients/${id}`, { disabled: true });
      expect([await statusFor(token, service), await statusFor(token, replica)]).toEqual([401, 401]);
      stop = true;
      await Promise.all(busy);
      await asAdmin(replica, 'PATCH', `/admin/oauth-clients/${id}`, { disabled: false });
    }
  });

  it('edits only what the administrator has seen', async () => {
    const { id, clientSecret } = await makeClient(service);
    canaries.push(clientSecret);
    const { headers } = await asAdmin(service, 'GET', `/admin/oauth-clients/${id}`);
    const etag = String(headers['etag']);
    expect((await asAdmin(service, 'PATCH', `/admin/oauth-clients/${id}`, { name: `renamed ${id}` })).status).toBe(200);
    const stale = await fetch(`${service.url}/admin/oauth-clients/${id}`, {
      method: 'DELETE',
      headers: { authorization: 'Bearer test-key-of-an-admin-0001', 'if-match': etag },
    });
    expect(stale.status).toBe(412);
    await stale.arrayBuffer();
  });

  it('leaves a row of each change in the audit', async () => {
    const { id, clientSecret, secrets, name } = await makeClient(service);
    canaries.push(clientSecret);
    const second = await asAdmin(service, 'POST', `/admin/oauth-clients/${id}/secrets`);
    canaries.push(second.body['clientSecret'] as string);
    await asAdmin(service, 'PATCH', `/admin/oauth-clients/${id}`, { disabled: true });
    await asAdmin(service, 'DELETE', `/admin/oauth-clients/${id}/secrets/${secrets[0]?.id ?? ''}`);
    await asAdmin(service, 'DELETE', `/admin/oauth-clients/${id}`);
    const rows = await sql<{ verb: string; details: unknown }>(
      `SELECT verb, details FROM admin_audit WHERE target = $1 ORDER BY id`,
      [`oauth-client:${id}`],
    );
    expect(rows).toEqual([
      { verb: 'oauth.client.create', details: { after: { name } } },
      { verb: 'oauth.secret.create', details: { after: { secretId: second.body['id'] } } },
      { verb: 'oauth.client.change', details: { before: { isDisabled: false }, after: { isDisabled: true } } },
      { verb: 'oauth.secret.end', details: { before: { secretId: secrets[0]?.id } } },
      { verb: 'oauth.client.delete', details: { before: { name } } },
    ]);
  });
});

describe('the keys that sign', () => {
  it('are shared by all processes, sealed, and rotate without refusing a token', async () => {
    const { id, clientSecret } = await makeClient(service);
    const before = await tokenOf(service, id, clientSecret);
    const [old] = await sql<{ id: string; private_key: string }>(`SELECT id, private_key FROM oauth_signing_keys`);
    expect(old?.private_key).toMatch(/^k1\./);
    expect(kidOf(before)).toBe(old?.id);
    expect(kidOf(await tokenOf(replica, id, clientSecret))).toBe(old?.id);
    await sql(`UPDATE oauth_signing_keys SET created_at = now() - interval '31 days'`);
    const both = await Promise.all([service, replica].map((at) => tokenOf(at, id, clientSecret)));
    expect(new Set(both.map(kidOf)).size).toBe(1);
    expect(kidOf(both[0] ?? '')).not.toBe(old?.id);
    canaries.push(clientSecret, before, ...both);
    for (const at of [service, replica]) {
      for (const token of [before, ...both]) expect(await statusFor(token, at)).toBe(200);
    }
    const rows = await sql<{ retires: string | null }>(
      `SELECT extract(epoch FROM retires_at - now())::int AS retires FROM oauth_signing_keys ORDER BY created_at`,
    );
    expect(rows).toHaveLength(2);
    expect(Number(rows[0]?.retires)).toBeGreaterThan(16 * 60);
    expect(rows[1]?.retires).toBeNull();
  });

  it('are replaced where none of ENCRYPTION_KEYS opens them, and deleted when they are long over', async () => {
    const { id, clientSecret } = await makeClient(service);
    canaries.push(clientSecret);
    await sql(`UPDATE oauth_signing_keys SET retires_at = now() - interval '2 days' WHERE retires_at IS NOT NULL`);
    await sql(
      `UPDATE oauth_signing_keys SET private_key = replace(private_key, 'k1.', 'k9.') WHERE retires_at IS NULL`,
    );
    const fresh = await startApp({ databaseUrl: database.url, env: { INBOUND_AUTH: 'oauth2' } });
    try {
      const token = await tokenOf(fresh, id, clientSecret);
      canaries.push(token);
      expect(await statusFor(token, replica)).toBe(200);
      const rows = await sql<{ id: string }>(`SELECT id FROM oauth_signing_keys ORDER BY created_at`);
      expect(rows).toHaveLength(2);
      expect(rows[1]?.id).toBe(kidOf(token));
      expect((await fresh.app.get(SigningKeys, { strict: false }).current()).id).toBe(kidOf(token));
    } finally {
      await fresh.close();
    }
  });
});

function kidOf(token: string): string {
  const [head = ''] = token.split('.');
  return (JSON.parse(Buffer.from(head, 'base64url').toString()) as { kid: string }).kid;
}

describe('the document of a service', () => {
  it('declares oauth2 alone, with the address of the tokens', async () => {
    for (const path of ['/services/contact-quality/openapi.json', '/openapi.json']) {
      const { body } = await call('GET', `${service.url}${path}`, {});
      expect(body['security']).toEqual([{ oauth2: [] }]);
      expect(body).toMatchObject({
        components: {
          securitySchemes: {
            oauth2: { flows: { clientCredentials: { tokenUrl: 'http://127.0.0.1:3000/oauth2/token', scopes: {} } } },
          },
        },
      });
    }
  });
});

describe('EQP', () => {
  const open = (appId: string, secret: string, from: string) =>
    call(
      'POST',
      `${service.url}/rest/v1/app/session/token`,
      { ...basic(appId, secret), 'x-forwarded-for': from },
      { grant_type: 'session', expires_in: 7_200 },
    );

  it('slows guesses at the secret of an application as well, in its own words', async () => {
    const { body } = await asAdmin(service, 'POST', '/admin/eqp/users', {});
    const { app_id: appId, app_secret: secret } = body as { app_id: string; app_secret: string };
    canaries.push(secret);
    stopClock();
    for (let turn = 0; turn < 10; turn += 1) expect((await open(appId, 'guess', '192.0.2.50')).status).toBe(401);
    const slowed = await open(appId, 'guess', '192.0.2.50');
    expect(slowed).toMatchObject({
      status: 429,
      body: { code: 429, message: 'Too many wrong credentials: try again later.' },
    });
    expect(Number(slowed.headers['retry-after'])).toBeGreaterThan(0);
    expect((await open(appId, secret, '192.0.2.51')).status).toBe(200);
  });

  it('has its sessions removed by a sweep when they are over, and no others', async () => {
    const { body } = await asAdmin(service, 'POST', '/admin/eqp/users', {});
    const { app_id: appId, app_secret: secret } = body as { app_id: string; app_secret: string };
    canaries.push(secret);
    const kept = (await open(appId, secret, '192.0.2.52')).body['ust'] as string;
    canaries.push(kept);
    const [before] = await sql<{ count: string }>(`SELECT count(*) FROM eqp_sessions`);
    await sql(
      `INSERT INTO eqp_sessions (token_hash, user_id, expires_at)
       SELECT sha256(convert_to(n::text, 'UTF8')), (SELECT id FROM eqp_users LIMIT 1), now() - interval '1 second'
         FROM generate_series(1, 1500) n`,
    );
    const sweeper = service.app.get(EqpSessionsSweeper, { strict: false });
    expect(await sweeper.sweep()).toBe(true);
    expect(await sweeper.sweep()).toBe(false);
    expect(await sql(`SELECT count(*) FROM eqp_sessions`)).toEqual([before]);
    expect((await call('GET', `${service.url}/rest/v1/users/x`, bearer(kept))).status).not.toBe(401);
  });
});

describe('secrets and tokens', () => {
  it('are in no log, metric, audit row or list, and no table', async () => {
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toContain('ricochet_oauth_token_requests_total{outcome="issued"}');
    const listed = JSON.stringify([
      (await asAdmin(service, 'GET', '/admin/oauth-clients?limit=100')).body,
      (await asAdmin(service, 'GET', '/admin/audit?limit=100')).body,
      (await asAdmin(service, 'GET', '/admin/status')).body,
    ]);
    const tables = await sql<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
    );
    const stored = await Promise.all(
      tables.map(async ({ name }) => JSON.stringify(await sql(`SELECT t::text FROM "${name}" t`))),
    );
    expect(canaries.length).toBeGreaterThan(20);
    for (const canary of canaries) {
      expect(canary.length).toBeGreaterThan(20);
      expect(written).not.toContain(canary);
      expect(metrics).not.toContain(canary);
      expect(listed).not.toContain(canary);
      expect(stored.join('')).not.toContain(canary);
    }
    expect(written).not.toContain('guess');
  });
});
