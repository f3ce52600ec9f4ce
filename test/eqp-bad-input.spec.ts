import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEST_ADMIN_KEY, TEST_KEY } from './support/app.js';
import { basicOf, EqpClient } from './support/eqp-client.js';
import { createTestCa } from './support/test-ca.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { startTrustingApp, type TrustingApp } from './support/trusting-app.js';

const MAGE_ID = 'MAG123456789';
const PROFILE = `/rest/v1/users/${MAGE_ID}`;
const TOKEN = '/rest/v1/app/session/token';
const EVENTS = '/admin/eqp/events';
const USERS = '/admin/eqp/users';
const SECRET = 'not-to-be-seen-anywhere';

let database: TestDatabase;
let service: TrustingApp;
let client: EqpClient;
let counts: string;

beforeAll(async () => {
  database = await createTestDatabase();
  service = await startTrustingApp({ databaseUrl: database.url, ca: createTestCa().ca });
  client = await EqpClient.create(service.url, { mage_id: MAGE_ID });
  await client.put({ api_callbacks: [callback({})] });
  counts = await countRows();
});
afterAll(async () => {
  // Whatever was refused here, in whatever way, has changed nothing.
  expect(await countRows()).toBe(counts);
  await service.close();
  await database.drop();
});

async function countRows(): Promise<string> {
  const rows: unknown = await database.dataSource.query(
    `SELECT (SELECT json_agg(u) FROM eqp_users u) AS users, (SELECT json_agg(c) FROM eqp_callbacks c) AS callbacks,
       (SELECT count(*) FROM eqp_sessions) AS sessions, (SELECT count(*) FROM eqp_events) AS events,
       (SELECT count(*) FROM deliveries) AS deliveries, (SELECT count(*) FROM eqp_packages) AS packages,
       (SELECT count(*) FROM eqp_uploads) AS uploads, (SELECT count(*) FROM admin_audit) AS audit`,
  );
  return JSON.stringify(rows);
}

function callback(change: object): object {
  return { name: 'mine', url: 'https://developer.example.com/callback', username: 'key', password: SECRET, ...change };
}

interface Sent {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  readonly path: string;
  /** Null sends none; absent is the session's, or the application's for a token. */
  readonly authorization?: string | null;
  readonly body?: unknown;
  readonly raw?: string | Buffer;
  readonly headers?: Record<string, string>;
}

type Row = readonly [what: string, sent: Sent, status: number, named: readonly string[]];

async function send({ method = 'GET', path, authorization, body, raw, headers = {} }: Sent) {
  const usual = path.startsWith('/admin')
    ? `Bearer ${TEST_ADMIN_KEY}`
    : path === TOKEN
      ? basicOf(client.account.app_id, client.account.app_secret)
      : `Bearer ${client.ust}`;
  const sent = authorization === undefined ? usual : authorization;
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  return service.app.inject({
    method,
    url: path,
    headers: {
      ...(payload !== undefined && { 'content-type': 'application/json' }),
      ...(sent !== null && { authorization: sent }),
      ...headers,
    },
    ...(payload !== undefined && { payload }),
  });
}

const put = (body: unknown): Sent => ({ method: 'PUT', path: PROFILE, body });
const callbacks = (...entries: unknown[]): Sent => put({ api_callbacks: entries });
const session = (body: unknown): Sent => ({ method: 'POST', path: TOKEN, body });

const REST: readonly Row[] = [
  ['no session', { path: PROFILE, authorization: null }, 401, ['Bearer']],
  ['an unknown session', { path: PROFILE, authorization: 'Bearer nobody' }, 401, ['session']],
  ['an admin key for a session', { path: PROFILE, authorization: `Bearer ${TEST_ADMIN_KEY}` }, 401, []],
  ['a caller key for a session', { path: PROFILE, authorization: `Bearer ${TEST_KEY}` }, 401, []],
  ['Basic where a session is asked for', { path: PROFILE, authorization: basicOf('a', 'b') }, 401, []],
  ['another user', { path: '/rest/v1/users/MAG000000000' }, 403, ['mage_id']],
  ['another user’s profile to change', { ...put({ first_name: 'A' }), path: '/rest/v1/users/other' }, 403, []],
  ['an unknown route', { path: '/rest/v1/nothing' }, 404, []],
  ['the root of the API', { path: '/rest/v1' }, 404, []],
  ['another version, in any case', { path: '/REST/V1/Nothing' }, 404, []],
  ['a wrong method', { method: 'DELETE', path: PROFILE }, 405, []],
  ['a token by GET', { path: TOKEN }, 405, []],
  ['a broken escape', { path: '/rest/v1/users/%zz' }, 400, []],
  ['a file nobody was told of', { path: '/rest/v1/files/uploads/1.2' }, 404, ['file']],
  ['a file with NUL in its id', { path: '/rest/v1/files/uploads/%00' }, 404, []],
  ['a package nobody was told of', { path: '/rest/v1/products/packages/x' }, 404, ['package']],
  ['an item nobody was told of', { path: '/rest/v1/products/packages/items/x' }, 404, ['package']],
  ['an id that is far too long', { path: `/rest/v1/products/packages/${'x'.repeat(3_000)}` }, 414, []],

  ['a token without credentials', { ...session({ grant_type: 'session' }), authorization: null }, 401, []],
  ['a token with Bearer', { ...session({ grant_type: 'session' }), authorization: 'Bearer x' }, 401, []],
  ['a token with no base64', { ...session({ grant_type: 'session' }), authorization: 'Basic ?!' }, 401, []],
  ['a token with half its padding', { ...session({}), authorization: 'Basic YWRhOg=' }, 401, ['malformed']],
  ['a token in Latin-1', { ...session({}), authorization: 'Basic avxyOng=' }, 401, ['malformed']],
  ['a token without an id', { ...session({}), authorization: basicOf('', SECRET) }, 401, ['application id']],
  ['a token without a colon', { ...session({ grant_type: 'session' }), authorization: 'Basic YWJj' }, 401, []],
  ['a token for nobody', { ...session({}), authorization: basicOf('nobody', SECRET) }, 401, ['application']],
  ['a token for NUL', { ...session({}), authorization: basicOf('\u0000', SECRET) }, 401, []],
  ['a token without a grant', session({}), 400, ['grant_type']],
  ['a token of another grant', session({ grant_type: 'password' }), 400, ['grant_type']],
  ['a life of zero', session({ grant_type: 'session', expires_in: 0 }), 400, ['expires_in']],
  ['a life below zero', session({ grant_type: 'session', expires_in: -1 }), 400, ['expires_in']],
  ['half a second', session({ grant_type: 'session', expires_in: 0.5 }), 400, ['expires_in']],
  ['a life in words', session({ grant_type: 'session', expires_in: '7200' }), 400, ['expires_in']],
  ['everything wrong with a token', session({ grant: 1, expires_in: 'x' }), 400, ['grant_type', 'grant', 'expires_in']],
  ['a token without a body', { method: 'POST', path: TOKEN }, 400, ['empty']],

  ['no body', { method: 'PUT', path: PROFILE }, 400, ['empty']],
  ['no JSON', { method: 'PUT', path: PROFILE, raw: '{"a":' }, 400, ['JSON']],
  ['a list', put([]), 400, ['object']],
  ['no UTF-8', { method: 'PUT', path: PROFILE, raw: Buffer.from([0x7b, 0xff, 0x7d]) }, 400, ['UTF-8']],
  ['another content type', { ...put({}), headers: { 'content-type': 'text/plain' } }, 415, ['application/json']],
  ['a form', { ...put({}), headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415, []],
  ['a prototype', { method: 'PUT', path: PROFILE, raw: '{"__proto__":{"a":1}}' }, 400, ['forbidden']],
  ['forty levels', { method: 'PUT', path: PROFILE, raw: `${'{"a":'.repeat(40)}1${'}'.repeat(40)}` }, 400, ['nested']],
  ['an unknown field', put({ favourite_colour: 'red' }), 400, ['favourite_colour']],
  ['a field every object has', put({ toString: 1, valueOf: 2 }), 400, ['toString', 'valueOf']],
  ['another mage_id', put({ mage_id: 'MAG000000000' }), 400, ['mage_id']],
  ['an unknown action', put({ action: 'delete' }), 400, ['action']],
  ['a name that is a number', put({ first_name: 1 }), 400, ['first_name']],
  ['a name with NUL', put({ first_name: 'a\u0000' }), 400, ['first_name']],
  ['half a surrogate pair', { method: 'PUT', path: PROFILE, raw: '{"last_name":"\\ud800"}' }, 400, ['last_name']],
  ['a name without end', put({ screen_name: 'x'.repeat(1_025) }), 400, ['screen_name']],
  ['a flag in words', put({ has_accepted_tos: 'yes' }), 400, ['has_accepted_tos']],
  ['a section that is a list', put({ personal_profile: [] }), 400, ['personal_profile']],
  ['NUL deep inside', put({ personal_profile: { a: [{ b: '\u0000' }] } }), 400, ['personal_profile', 'NUL']],
  [
    'a number beyond 2^53 inside',
    { method: 'PUT', path: PROFILE, raw: '{"company_profile":{"n":12345678901234567890}}' },
    400,
    ['company_profile'],
  ],
  ['a profile of a megabyte', put({ personal_profile: { bio: 'x'.repeat(1_000_000) } }), 400, ['64 KiB']],

  ['callbacks that are null', put({ api_callbacks: null }), 400, ['api_callbacks']],
  ['callbacks that are an object', put({ api_callbacks: { 0: {} } }), 400, ['api_callbacks']],
  ['callbacks that are text', callbacks('https://a.example', null), 400, ['api_callbacks[0]', 'api_callbacks[1]']],
  ['an empty callback', callbacks({}), 400, ['api_callbacks[0].url', 'api_callbacks[0].username']],
  ['1,001 callbacks', put({ api_callbacks: Array(1_001).fill(callback({})) }), 400, ['1000']],
  ['a million callbacks', put({ api_callbacks: Array(1_000_000).fill(0) }), 400, ['1000']],
  ['http', callbacks(callback({ url: 'http://developer.example.com/' })), 400, ['api_callbacks[0].url', 'https']],
  ['http on loopback', callbacks(callback({ url: 'http://127.0.0.1:1/' })), 400, ['api_callbacks[0].url', 'https']],
  ['another scheme', callbacks(callback({ url: 'ftp://developer.example.com/' })), 400, ['api_callbacks[0].url']],
  ['no URL', callbacks(callback({ url: 'developer' })), 400, ['api_callbacks[0].url']],
  ['a URL that is a number', callbacks(callback({ url: 1 })), 400, ['api_callbacks[0].url']],
  ['credentials in the URL', callbacks(callback({ url: 'https://a:b@c.example/' })), 400, ['api_callbacks[0].url']],
  ['a private address', callbacks(callback({ url: 'https://10.0.0.1/' })), 400, ['api_callbacks[0].url']],
  ['a metadata address', callbacks(callback({ url: 'https://169.254.169.254/' })), 400, ['api_callbacks[0].url']],
  ['a URL without end', callbacks(callback({ url: `https://a.example/${'x'.repeat(3_000)}` })), 400, ['2048']],
  ['a colon in the username', callbacks(callback({ username: 'a:b' })), 400, ['api_callbacks[0].username']],
  ['an empty username', callbacks(callback({ username: '' })), 400, ['api_callbacks[0].username']],
  ['a line break in the username', callbacks(callback({ username: 'a\r\nb' })), 400, ['api_callbacks[0].username']],
  ['an empty password', callbacks(callback({ password: '' })), 400, ['api_callbacks[0].password']],
  ['a password that is a number', callbacks(callback({ password: 1 })), 400, ['api_callbacks[0].password']],
  ['NUL in the password', callbacks(callback({ password: `${SECRET}\u0000` })), 400, ['api_callbacks[0].password']],
  ['an unknown field of a callback', callbacks(callback({ secret: SECRET })), 400, ['api_callbacks[0].secret']],
  ['no password for a new one', callbacks(callback({ username: 'new', password: null })), 400, ['[0].password']],
  [
    'everything wrong at once, stored rows considered',
    put({
      mage_id: 'MAG000000000',
      action: 'x',
      colour: 1,
      email: [],
      api_callbacks: [
        callback({}),
        callback({ url: 'http://a.example', name: 1 }),
        callback({ username: 'new', password: undefined }),
        callback({ username: 'a:b', password: '' }),
      ],
    }),
    400,
    [
      'mage_id',
      'action',
      'colour',
      'email',
      'api_callbacks[1].url',
      'api_callbacks[1].name',
      'api_callbacks[2].password',
      'api_callbacks[3].username',
      'api_callbacks[3].password',
    ],
  ],
];

const STATUS = { overall: 'approved', technical: 'approved', marketing: 'draft' };
const UPDATE = { submission_id: 's1', eqp_flow: 'technical', current_status: 'approved', eqp_status: STATUS };
const update = (change: object): Sent => event({ update_info: { ...UPDATE, ...change } });
const scan = (info: unknown): Sent => event({ callback_event: 'malware_scan_complete', update_info: info });
const event = (change: object): Sent => ({
  method: 'POST',
  path: EVENTS,
  body: { mage_id: MAGE_ID, callback_event: 'eqp_status_update', update_info: UPDATE, ...change },
});
const user = (body: unknown): Sent => ({ method: 'POST', path: USERS, body });

const ADMIN: readonly Row[] = [
  ['no key', { ...user({}), authorization: null }, 401, []],
  ['a session for an admin key', { path: USERS, authorization: 'Bearer session' }, 401, []],
  ['a mage_id with a slash', user({ mage_id: 'a/b' }), 422, ['mage_id']],
  ['a mage_id that is taken', user({ mage_id: MAGE_ID }), 409, ['mage_id']],
  ['a profile that is text', user({ profile: 'x' }), 422, ['profile']],
  ['callbacks in a new profile', user({ profile: { api_callbacks: [] } }), 422, ['profile.api_callbacks']],
  ['two things wrong', user({ mage_id: '', profile: { email: 1 }, a: 1 }), 422, ['mage_id', 'profile.email', 'a']],
  ['a page of nothing', { path: `${USERS}?limit=0` }, 400, ['limit']],
  ['two things wrong with a page', { path: `${USERS}?limit=x&cursor=y` }, 400, ['limit', 'cursor']],
  ['an unknown filter', { path: `${USERS}?colour=red` }, 400, ['colour']],
  ['an unknown user to disable', { method: 'POST', path: `${USERS}/MAG000000000/disable` }, 404, []],
  ['an odd user to enable', { method: 'POST', path: `${USERS}/%00/enable` }, 404, []],
  ['an unknown user to rotate', { method: 'POST', path: `${USERS}/nobody/rotate-secret` }, 404, []],
  ['an unknown admin route', { path: '/admin/eqp/nothing' }, 404, []],
  ['an event for nobody', event({ mage_id: 'MAG000000000' }), 404, []],
  ['an unknown event', event({ callback_event: 'x' }), 422, ['callback_event']],
  ['an event about nothing', event({ update_info: null }), 422, ['update_info']],
  ['an event about a list', event({ update_info: [] }), 422, ['update_info']],
  ['a status nobody has', update({ eqp_status: { ...STATUS, overall: 'rejected' } }), 422, ['eqp_status.overall']],
  [
    'a technical status of marketing',
    update({ eqp_status: { ...STATUS, technical: 'in_marketing_review' } }),
    422,
    ['technical'],
  ],
  ['a status that is missing', update({ eqp_status: { overall: 'draft' } }), 422, ['technical', 'marketing']],
  ['an unknown flow', update({ eqp_flow: 'overall' }), 422, ['eqp_flow']],
  ['a current status of the other flow', update({ eqp_flow: 'marketing' }), 422, ['current_status']],
  ['no submission', update({ submission_id: undefined }), 422, ['submission_id']],
  ['an empty item', update({ item_id: '' }), 422, ['item_id']],
  ['NUL in an item', update({ item_id: 'a\u0000' }), 422, ['item_id']],
  ['a day that does not exist', update({ modified_at: '2026-02-30 10:00:00' }), 422, ['modified_at']],
  ['an hour without a zone', update({ modified_at: '2026-02-03T10:00:00' }), 422, ['modified_at']],
  ['a scan without a result', scan({ file_upload_id: '1' }), 422, ['tool_result']],
  ['a scan that may have passed', scan({ file_upload_id: '1', tool_result: 'maybe' }), 422, ['tool_result']],
  [
    'submissions that are text',
    scan({ file_upload_id: '1', tool_result: 'passed', submission_ids: 'x' }),
    422,
    ['submission_ids'],
  ],
  [
    'everything wrong at once',
    event({
      mage_id: 1,
      colour: 'red',
      update_info: {
        eqp_flow: 'x',
        current_status: 1,
        eqp_status: { overall: 1, colour: 2 },
        modified_at: 'now',
        also: 1,
      },
    }),
    422,
    [
      'mage_id',
      'colour',
      'update_info.submission_id',
      'update_info.eqp_flow',
      'update_info.current_status',
      'update_info.eqp_status.overall',
      'update_info.eqp_status.technical',
      'update_info.eqp_status.colour',
      'update_info.modified_at',
      'update_info.also',
    ],
  ],
];

function expectNothingSecret(text: string): void {
  expect(text).not.toContain(SECRET);
  expect(text).not.toMatch(/\n\s+at |node_modules|eqp_users|eqp_callbacks/);
}

describe('under /rest/v1', () => {
  it.each(REST)('%s is refused as {code, message}', async (_what, sent, status, named) => {
    const response = await send(sent);
    const body = response.json<{ code: number; message: string }>();
    expect([response.statusCode, Object.keys(body)]).toEqual([status, ['code', 'message']]);
    expect(body.code).toBe(status);
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
    for (const name of named) expect(body.message).toContain(name);
    if (status === 401) expect(response.headers['www-authenticate']).toMatch(/^(Basic|Bearer) realm="eqp"$/);
    if (status === 405) expect(response.headers['allow']).toBeTruthy();
    expectNothingSecret(response.body);
  });
});

describe('under /admin/eqp', () => {
  it.each(ADMIN)('%s is refused as problem details', async (_what, sent, status, named) => {
    const response = await send(sent);
    const body = response.json<{ status: number; errors?: { field: string }[] }>();
    expect([response.statusCode, response.headers['content-type'], body.status]).toEqual([
      status,
      'application/problem+json; charset=utf-8',
      status,
    ]);
    const fields = (body.errors ?? []).map(({ field }) => field);
    for (const name of named)
      expect(
        fields.some((field) => field.includes(name)),
        `${name} in ${fields.join()}`,
      ).toBe(true);
    expectNothingSecret(response.body);
  });
});
