import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ActionIntake } from '../src/actions/action-intake.js';
import { leadRequest as rawLeadRequest } from '../src/intake/intake.fixtures.js';
import { type RunningApp, startApp, TEST_ADMIN_KEY, TEST_KEY } from './support/app.js';
import { type HalfOpenProxy, startHalfOpenProxy } from './support/half-open-proxy.js';
import { Records } from './support/records.js';
import { Gate, SCRIPTED_SERVICES } from './support/scripted-services.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const TOKEN = 'tok-0123456789abcdef';
const LEAD = '/services/check-email/submitAsyncAction';
const ACCOUNT = '/services/check-account/submitAsyncAction';
const GROUP = '/services/check-group/submitAsyncAction';
const ROOT = '/submitAsyncAction';

/** Production's rules for addresses and organisations; IMS is nobody, so that no callback ever leaves. */
const ENVIRONMENT = {
  ...SCRIPTED_SERVICES,
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://ricochet.example',
  IMS_BASE_URL: 'https://127.0.0.1:9',
  ADOBE_IMS_ORG_IDS: 'ABC@AdobeOrg',
  SHUTDOWN_GRACE_MS: '5000',
};

let database: TestDatabase;
let records: Records;
let service: RunningApp;
let countsAtStart: Counts;
let accepted = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  records = new Records(database);
  service = await startApp({ databaseUrl: database.url, env: ENVIRONMENT });
  countsAtStart = await countRows(records);
});
afterAll(async () => {
  // Whatever was refused here, in whatever way, has left no trace.
  expect(await countRows(records)).toEqual(plus(countsAtStart, accepted));
  await service.close();
  await database.drop();
});

interface Counts {
  readonly actions: number;
  readonly tokens: number;
  readonly payloads: number;
}

async function countRows(of: Records): Promise<Counts> {
  const [counts] = await of.sql<Counts>(`SELECT (SELECT count(*)::int FROM actions) AS actions,
    (SELECT count(*)::int FROM action_tokens) AS tokens, (SELECT count(*)::int FROM action_payloads) AS payloads`);
  if (counts === undefined) throw new Error('no counts');
  return counts;
}

const plus = (counts: Counts, more: number): Counts => ({
  actions: counts.actions + more,
  tokens: counts.tokens + more,
  payloads: counts.payloads + more,
});

/** A valid request, told from all others by its token where that is stored. */
function leadRequest(token = TOKEN): ReturnType<typeof rawLeadRequest> {
  return Object.assign(rawLeadRequest(), { token });
}

interface Sent {
  readonly path?: string;
  readonly method?: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly raw?: string | Buffer;
}

/** `expected`: status, top-level code, and a field that details name (null: none). */
type Row = readonly [what: string, sent: Sent, expected: readonly [status: number, code: string, field: string | null]];

type Json = Record<string, unknown>;

async function send({ path = LEAD, method = 'POST', headers = {}, body, raw }: Sent, to: RunningApp = service) {
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const sent = { 'x-api-key': TEST_KEY, 'content-type': 'application/json', ...headers };
  const present = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;
  return to.app.inject({ method, url: path, headers: present, ...(payload !== undefined && { payload }) });
}

async function expectRefusal(sent: Sent, [status, code, field]: Row[2], to = service): Promise<Json> {
  const response = await send(sent, to);
  const body = response.json<Json & { error: Json; details: { field: string; message: string }[] }>();
  expect([response.statusCode, body['code']]).toEqual([status, code]);
  expect(response.statusCode).not.toBe(500);
  expect(body).toMatchObject({
    status: 'error',
    message: expect.any(String),
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(Date.parse(String(body['timestamp']))).toBeGreaterThan(0);
  expect(body.error).toMatchObject({ code: expect.any(String), message: body['message'], details: expect.any(Object) });
  if (status === 429 || status === 503) expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
  if (field === null) expect(body.details).toEqual([]);
  else expect(body.details.map((detail) => detail.field)).toContain(field);
  expect(response.body).not.toContain(TOKEN);
  // Without the id that was drawn for it: one in two thousand holds the digits of the port.
  const said = response.body.replace(String(body['requestId']), '');
  expect(said).not.toMatch(/\n\s+at |node_modules|5432|action_/);
  return body;
}

function table(title: string, rows: readonly Row[]): void {
  describe(title, () => {
    it.each(rows)('%s is refused', async (_what, sent, expected) => {
      const before = await countRows(records);
      await expectRefusal(sent, expected);
      expect(await countRows(records)).toEqual(before);
    });
  });
}

/** A lead request with one change. */
function lead(change: (request: ReturnType<typeof leadRequest>) => void): Sent {
  const body = leadRequest();
  change(body);
  return { body };
}

function account(context: Json): Sent {
  const body = leadRequest();
  body.objectData = { objectType: 'account', objectContext: context };
  return { path: ACCOUNT, body };
}

const person = (id: number | string, leadData: unknown = { email: 'a@example.com' }): Json => ({
  accountPersonRelId: id,
  accountId: 7,
  personId: id,
  leadData,
});

function group(accountPersonRelationships: unknown): Sent {
  const body = leadRequest();
  body.objectData = {
    objectType: 'accountPerson',
    objectContext: { accountId: 7, accountData: { domain: 'example.com' }, accountPersonRelationships },
  };
  return { path: GROUP, body };
}

const RELATIONSHIPS = 'objectData.objectContext.accountPersonRelationships';
const LEAD_DATA = 'objectData.objectContext.leadData';

/** Sends it with a token of its own. @returns the answer's body once it is 200 and stored. */
async function expectAccepted({ body, ...sent }: Sent, to = service, of = records): Promise<Json> {
  const before = await countRows(of);
  const response = await send(
    body === undefined ? sent : { ...sent, body: { ...(body as Json), token: randomUUID() } },
    to,
  );
  expect(response.statusCode).toBe(200);
  expect(await countRows(of)).toEqual(plus(before, 1));
  if (to === service) accepted += 1;
  expect(response.headers).not.toHaveProperty('content-security-policy');
  return response.json();
}

it('accepts the request all others here are variations of', async () => {
  expect(await expectAccepted({ body: leadRequest() })).toEqual({
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    status: 'accepted',
    message: 'Request accepted for processing',
  });
});

it('accepts an account and a buying group', async () => {
  await expectAccepted(account({ accountId: 'a-1', accountData: { domain: 'example.com' } }));
  await expectAccepted(group([person(1), person(2)]));
  await expectAccepted({ path: ROOT, body: leadRequest() });
});

const text = JSON.stringify(leadRequest());

table('JSON', [
  ['an empty body', { raw: '' }, [400, 'INVALID_REQUEST', 'body']],
  ['half an object', { raw: text.slice(0, 200) }, [400, 'INVALID_REQUEST', 'body']],
  ['text', { raw: 'hello there' }, [400, 'INVALID_REQUEST', 'body']],
  ['an array', { raw: `[${text}]` }, [400, 'INVALID_REQUEST', 'body']],
  ['null', { raw: 'null' }, [400, 'INVALID_REQUEST', 'body']],
  ['a number', { raw: '42' }, [400, 'INVALID_REQUEST', 'body']],
  ['a trailing comma', { raw: `${text.slice(0, -1)},}` }, [400, 'INVALID_REQUEST', 'body']],
  ['broken UTF-8', { raw: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]) }, [400, 'INVALID_REQUEST', 'body']],
  ['a __proto__ key', { raw: `{"__proto__":{"admin":true},${text.slice(1)}` }, [400, 'INVALID_REQUEST', 'body']],
  ['an escaped __proto__ key', { raw: `{"\\u005f_proto__":{},${text.slice(1)}` }, [400, 'INVALID_REQUEST', 'body']],
  ['a constructor key', { raw: `{"constructor":{"prototype":{}},${text.slice(1)}` }, [400, 'INVALID_REQUEST', 'body']],
  ['a number out of range', { raw: `{"n":1e999,${text.slice(1)}` }, [400, 'INVALID_REQUEST', 'body']],
]);

table('Content type', [
  ['text/plain', { raw: text, headers: { 'content-type': 'text/plain' } }, [415, 'INVALID_REQUEST', 'Content-Type']],
  [
    'a form',
    { raw: 'a=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    [415, 'INVALID_REQUEST', 'Content-Type'],
  ],
  ['XML', { raw: '<a/>', headers: { 'content-type': 'application/xml' } }, [415, 'INVALID_REQUEST', 'Content-Type']],
  [
    'multipart',
    { raw: '--x--', headers: { 'content-type': 'multipart/form-data; boundary=x' } },
    [415, 'INVALID_REQUEST', 'Content-Type'],
  ],
  ['a type that is none', { raw: text, headers: { 'content-type': 'json' } }, [415, 'INVALID_REQUEST', null]],
  [
    'a body without a type',
    { raw: Buffer.from(text), headers: { 'content-type': undefined } },
    [415, 'INVALID_REQUEST', 'Content-Type'],
  ],
]);

it.each(['application/json; charset=utf-8', 'application/vnd.api+json', 'Application/JSON'])(
  'takes %s',
  async (type) => {
    const raw = JSON.stringify(leadRequest(randomUUID()));
    await expectAccepted({ raw, headers: { 'content-type': type } });
  },
);

const padded = (bytes: number): string => `{"padding":"${'x'.repeat(bytes)}",${text.slice(1)}`;
const MEBIBYTE = 1024 * 1024;

table('Size', [
  ['a lead of more than 1 MiB', { raw: padded(MEBIBYTE) }, [413, 'INVALID_REQUEST', 'body']],
  ['the same at /', { path: ROOT, raw: padded(MEBIBYTE) }, [413, 'INVALID_REQUEST', 'body']],
  ['an account of more than 1 MiB', { path: ACCOUNT, raw: padded(2 * MEBIBYTE) }, [413, 'INVALID_REQUEST', 'body']],
  ['anything of more than 8 MiB', { path: GROUP, raw: padded(8 * MEBIBYTE) }, [413, 'INVALID_REQUEST', null]],
  ['a token of more than 4 KiB', lead((r) => (r['token'] = 'x'.repeat(4097))), [400, 'INVALID_REQUEST', 'token']],
  [
    'more than 2,000 people',
    group(Array.from({ length: 2001 }, (_, i) => person(i))),
    [400, 'INVALID_REQUEST', RELATIONSHIPS],
  ],
]);

const nested = (levels: number, open: string, close: string): string =>
  open.repeat(levels) + '1' + close.repeat(levels);

table('Depth', [
  ['33 arrays', { raw: `{"deep":${nested(33, '[', ']')},${text.slice(1)}` }, [400, 'INVALID_REQUEST', 'body']],
  ['33 objects', { raw: `{"deep":${nested(33, '{"a":', '}')},${text.slice(1)}` }, [400, 'INVALID_REQUEST', 'body']],
  ['100,000 open brackets', { raw: '['.repeat(100_000) }, [400, 'INVALID_REQUEST', 'body']],
  [
    'deep nesting beside a long integer',
    { raw: `{"n":12345678901234567890,"deep":${nested(50_000, '[', ']')}}` },
    [400, 'INVALID_REQUEST', 'body'],
  ],
]);

table('Service', [
  [
    'an unknown name',
    { path: '/services/nobody/submitAsyncAction', body: leadRequest() },
    [404, 'RESOURCE_NOT_FOUND', null],
  ],
  [
    'a name of the prototype',
    { path: '/services/__proto__/submitAsyncAction', body: leadRequest() },
    [404, 'RESOURCE_NOT_FOUND', null],
  ],
  [
    'an endless name',
    { path: `/services/${'x'.repeat(3_000)}/submitAsyncAction`, body: leadRequest() },
    [414, 'INVALID_REQUEST', null],
  ],
  ['a broken escape', { path: '/services/%ZZ/submitAsyncAction', body: leadRequest() }, [400, 'INVALID_REQUEST', null]],
  [
    'a disabled one',
    { path: '/services/switched-off/submitAsyncAction', body: leadRequest() },
    [403, 'FORBIDDEN', null],
  ],
  ['an unknown route', { path: '/nowhere?api_key=secret', body: leadRequest() }, [404, 'RESOURCE_NOT_FOUND', null]],
  ['another method', { method: 'PUT', body: leadRequest() }, [405, 'INVALID_REQUEST', null]],
]);

const OBJECT_TYPE = 'objectData.objectType';

table('Entity type', [
  [
    'an account for a lead service',
    { ...account({ accountId: 1, accountData: {} }), path: LEAD },
    [422, 'VALIDATION_ERROR', OBJECT_TYPE],
  ],
  ['a lead for an account service', { path: ACCOUNT, body: leadRequest() }, [422, 'VALIDATION_ERROR', OBJECT_TYPE]],
  [
    'a type nobody knows',
    lead((r) => (r.objectData.objectType = 'opportunity')),
    [422, 'VALIDATION_ERROR', OBJECT_TYPE],
  ],
  [
    'the same at /',
    { ...lead((r) => (r.objectData.objectType = 'opportunity')), path: ROOT },
    [422, 'VALIDATION_ERROR', OBJECT_TYPE],
  ],
  ['a number', lead((r) => (r.objectData.objectType = 7)), [400, 'INVALID_REQUEST', OBJECT_TYPE]],
]);

const without = (field: string): Sent => lead((r) => Reflect.deleteProperty(r, field));

table('Missing parts of the envelope', [
  ['no token', without('token'), [400, 'INVALID_REQUEST', 'token']],
  ['no callbackUrl', without('callbackUrl'), [400, 'INVALID_REQUEST', 'callbackUrl']],
  ['no objectData', without('objectData'), [400, 'INVALID_REQUEST', 'objectData']],
  [
    'objectData that is an array',
    lead((r) => Object.assign(r, { objectData: [r.objectData] })),
    [400, 'INVALID_REQUEST', 'objectData'],
  ],
  ['no objectType', lead((r) => (r.objectData.objectType = undefined)), [400, 'INVALID_REQUEST', OBJECT_TYPE]],
  [
    'no objectContext',
    lead((r) => Object.assign(r.objectData, { objectContext: null })),
    [400, 'INVALID_REQUEST', 'objectData.objectContext'],
  ],
  ['no leadData', lead((r) => delete r.objectData.objectContext['leadData']), [400, 'INVALID_REQUEST', LEAD_DATA]],
  ['no accountData', account({ accountId: 1 }), [400, 'INVALID_REQUEST', 'objectData.objectContext.accountData']],
  ['no relationships', group(undefined), [400, 'INVALID_REQUEST', RELATIONSHIPS]],
  [
    'a person without leadData',
    group([person(1), person(2, null)]),
    [400, 'INVALID_REQUEST', `${RELATIONSHIPS}[1].leadData`],
  ],
  [
    'paths that are no array',
    lead((r) => Object.assign(r, { actionConfig: { pathConfig: {} } })),
    [400, 'INVALID_REQUEST', 'actionConfig.pathConfig'],
  ],
  [
    'a path that is a string',
    lead((r) => Object.assign(r, { actionConfig: { pathConfig: ['x'] } })),
    [400, 'INVALID_REQUEST', 'actionConfig.pathConfig[0]'],
  ],
  [
    'a path that is null',
    lead((r) => Object.assign(r, { actionConfig: { pathConfig: [null] } })),
    [400, 'INVALID_REQUEST', 'actionConfig.pathConfig[0]'],
  ],
  [
    'a path that is an array',
    lead((r) => Object.assign(r, { actionConfig: { pathConfig: [[]] } })),
    [400, 'INVALID_REQUEST', 'actionConfig.pathConfig'],
  ],
  [
    'an operand that is an object',
    lead((r) =>
      Object.assign(r, {
        actionConfig: {
          pathConfig: [{ pathId: 'p', pathDefinition: [{ accessor: 'a', operator: 'is', values: [{}] }] }],
        },
      }),
    ),
    [400, 'INVALID_REQUEST', 'actionConfig.pathConfig[0].pathDefinition[0].values'],
  ],
  ['a field called constructor', lead((r) => Object.assign(r, { constructor: 'x' })), [400, 'INVALID_REQUEST', 'body']],
  [
    'the same inside',
    lead((r) => Object.assign(r.objectData, { constructor: { name: 'x' } })),
    [400, 'INVALID_REQUEST', 'objectData'],
  ],
  [
    'a path without an id',
    lead((r) => Object.assign(r, { actionConfig: { pathConfig: [{ pathDefinition: [] }] } })),
    [400, 'INVALID_REQUEST', 'actionConfig.pathConfig[0].pathId'],
  ],
  ['a context that is a string', lead((r) => Object.assign(r, { context: 'x' })), [400, 'INVALID_REQUEST', 'context']],
  [
    'split paths that are text',
    lead((r) => Object.assign(r, { enableSplitPaths: 'yes' })),
    [400, 'INVALID_REQUEST', 'enableSplitPaths'],
  ],
]);

/** Where each required value sits in a valid request, and what else than a valid value may stand there. */
const NO_ID = [undefined, null, true, {}];
const NO_TEXT = [undefined, null, 42, {}];
const NO_OBJECT = [undefined, null, 42, []];
const REQUIRED: readonly (readonly [field: string, request: () => Sent, wrong: readonly unknown[]])[] = [
  ['token', () => lead(() => undefined), NO_TEXT],
  ['callbackUrl', () => lead(() => undefined), NO_TEXT],
  ['objectData', () => lead(() => undefined), NO_OBJECT],
  [OBJECT_TYPE, () => lead(() => undefined), NO_TEXT],
  ['objectData.objectContext', () => lead(() => undefined), NO_OBJECT],
  ['objectData.objectContext.leadId', () => lead(() => undefined), NO_ID],
  [LEAD_DATA, () => lead(() => undefined), NO_OBJECT],
  ['objectData.objectContext.accountId', () => account({ accountId: 1, accountData: { domain: 'a.example' } }), NO_ID],
  ['objectData.objectContext.accountData', () => account({ accountId: 1, accountData: {} }), NO_OBJECT],
  [RELATIONSHIPS, () => group([person(1)]), [undefined, null, 42, {}]],
  ...['accountPersonRelId', 'accountId', 'personId'].map(
    (name) => [`${RELATIONSHIPS}[0].${name}`, () => group([person(1)]), NO_ID] as const,
  ),
  [`${RELATIONSHIPS}[0].leadData`, () => group([person(1)]), NO_OBJECT],
];

/** The request with that value at a path such as `a.b[0].c`; undefined takes it out. */
function replaceAt(sent: Sent, field: string, value: unknown): Sent {
  const keys = field.split(/[.[\]]+/);
  const last = keys.pop() ?? '';
  const body = structuredClone(sent.body) as Json;
  const parent = keys.reduce<Json>((at, key) => at[key] as Json, body);
  parent[last] = value;
  return { ...sent, body };
}

table(
  'Every required value',
  REQUIRED.flatMap(([field, request, wrong]) =>
    wrong.map((value): Row => [
      `${field}: ${JSON.stringify(value) ?? 'absent'}`,
      replaceAt(request(), field, value),
      [400, 'INVALID_REQUEST', field],
    ]),
  ),
);

const leadData = (change: Json): Sent =>
  lead((r) => Object.assign(r.objectData.objectContext['leadData'] as Json, change));

table('Fields the service demands', [
  ['no e-mail', leadData({ email: undefined }), [422, 'VALIDATION_ERROR', `${LEAD_DATA}.email`]],
  ['a null e-mail', leadData({ email: null }), [422, 'VALIDATION_ERROR', `${LEAD_DATA}.email`]],
  ['an empty e-mail', leadData({ email: '' }), [422, 'VALIDATION_ERROR', `${LEAD_DATA}.email`]],
  ['an e-mail that is an object', leadData({ email: {} }), [422, 'VALIDATION_ERROR', `${LEAD_DATA}.email`]],
  ['an age in words', leadData({ age: 'forty' }), [422, 'VALIDATION_ERROR', `${LEAD_DATA}.age`]],
  ['half a year', leadData({ age: 41.5 }), [422, 'VALIDATION_ERROR', `${LEAD_DATA}.age`]],
  [
    'a flag that is no boolean',
    leadData({ subscribed: 'perhaps' }),
    [422, 'VALIDATION_ERROR', `${LEAD_DATA}.subscribed`],
  ],
  ['a date that is none', leadData({ since: 'yesterday' }), [422, 'VALIDATION_ERROR', `${LEAD_DATA}.since`]],
  [
    'no domain of an account',
    account({ accountId: 1, accountData: {} }),
    [422, 'VALIDATION_ERROR', 'objectData.objectContext.accountData.domain'],
  ],
  [
    'no e-mail of the second person',
    group([person(1), person(2, {})]),
    [422, 'VALIDATION_ERROR', `${RELATIONSHIPS}[1].leadData.email`],
  ],
]);

it('names a missing field exactly, and reports every problem at once', async () => {
  const body = await expectRefusal(leadData({ email: undefined, age: 'x' }), [
    422,
    'VALIDATION_ERROR',
    `${LEAD_DATA}.age`,
  ]);
  expect(body).toMatchObject({
    message: 'Missing required field: email',
    details: [{ field: `${LEAD_DATA}.email` }, { field: `${LEAD_DATA}.age` }],
    error: {
      code: 'INVALID_REQUEST',
      message: 'Missing required field: email',
      details: { field: `${LEAD_DATA}.email` },
    },
  });
});

const leadId = (value: unknown): Sent => lead((r) => (r.objectData.objectContext['leadId'] = value));
const LEAD_ID = 'objectData.objectContext.leadId';

table('Ids', [
  ['no id', leadId(undefined), [400, 'INVALID_REQUEST', LEAD_ID]],
  ['an empty id', leadId(''), [400, 'INVALID_REQUEST', LEAD_ID]],
  ['a fraction', leadId(1.5), [400, 'INVALID_REQUEST', LEAD_ID]],
  ['a boolean', leadId(true), [400, 'INVALID_REQUEST', LEAD_ID]],
  ['an object', leadId({ id: 1 }), [400, 'INVALID_REQUEST', LEAD_ID]],
  ['a control character', leadId('a\u0000b'), [400, 'INVALID_REQUEST', LEAD_ID]],
  ['half a surrogate pair', leadId('a\ud800'), [400, 'INVALID_REQUEST', LEAD_ID]],
  ['256 characters', leadId('x'.repeat(256)), [400, 'INVALID_REQUEST', LEAD_ID]],
  [
    'two people of one id',
    group([person(1), person('1')]),
    [400, 'INVALID_REQUEST', `${RELATIONSHIPS}[1].accountPersonRelId`],
  ],
  [
    'a person without an id',
    group([{ ...person(1), personId: null }]),
    [400, 'INVALID_REQUEST', `${RELATIONSHIPS}[0].personId`],
  ],
]);

const timeout = (value: unknown): Sent => lead((r) => Object.assign(r, { actionConfig: { timeout: value } }));

table(
  'Timeout',
  [0, -1, 1.5, '30', true, {}, []].map((value) => [
    JSON.stringify(value),
    timeout(value),
    [422, 'VALIDATION_ERROR', 'actionConfig.timeout'],
  ]),
);

const callback = (value: unknown): Sent => lead((r) => (r['callbackUrl'] = value));

table(
  'Callback URL',
  [
    'not a url',
    'http://platform.adobe.io/callback',
    'https://attacker.example/callback',
    'https://adobe.io.attacker.example/',
    'https://user:pass@platform.adobe.io/',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://169.254.169.254/latest',
    'ftp://platform.adobe.io/',
    'javascript:alert(1)',
    `https://platform.adobe.io/${'x'.repeat(2048)}`,
    '',
    42,
    null,
  ].map((value) => [String(value).slice(0, 50), callback(value), [400, 'INVALID_REQUEST', 'callbackUrl']]),
);

const token = (value: unknown): Sent => lead((r) => (r['token'] = value));

table(
  'Token',
  ['', ' tok', 'tok\r\nX-Evil: 1', 'tok\u0000', '\u20ac', 42, null, {}].map((value) => [
    JSON.stringify(value),
    token(value),
    [400, 'INVALID_REQUEST', 'token'],
  ]),
);

const org = (value: unknown): Sent => lead((r) => Object.assign(r, { context: { subscription: { imsOrgId: value } } }));

table('Organisation', [
  ['an unlisted one', org('OTHER@AdobeOrg'), [403, 'FORBIDDEN', 'context.subscription.imsOrgId']],
  ['a line break', org('ABC\r\n@AdobeOrg'), [400, 'INVALID_REQUEST', 'context.subscription.imsOrgId']],
  ['a number', org(42), [400, 'INVALID_REQUEST', 'context.subscription.imsOrgId']],
  ['a prototype name', org('__proto__'), [403, 'FORBIDDEN', 'context.subscription.imsOrgId']],
]);

table(
  'A missing key',
  [LEAD, ACCOUNT, GROUP, ROOT].map((path) => [
    path,
    { path, body: leadRequest(), headers: { 'x-api-key': undefined } },
    [401, 'UNAUTHORIZED', null],
  ]),
);

table(
  'A wrong key',
  [`${TEST_KEY}x`, TEST_KEY.slice(0, -1), TEST_KEY.toUpperCase(), TEST_ADMIN_KEY].map((key) => [
    key,
    { body: leadRequest(), headers: { 'x-api-key': key } },
    [401, 'UNAUTHORIZED', null],
  ]),
);

it('does not look at the body of an unknown caller', async () => {
  await expectRefusal({ raw: '{', headers: { 'x-api-key': 'wrong' } }, [401, 'UNAUTHORIZED', null]);
});

it('a token of another entity is 409, and the first one stays the only one', async () => {
  const token = randomUUID();
  const request = (leadId: number): Sent =>
    lead((r) => {
      r['token'] = token;
      r.objectData.objectContext['leadId'] = leadId;
    });
  expect((await send(request(1))).statusCode).toBe(200);
  accepted += 1;
  const before = await countRows(records);
  const body = await expectRefusal(request(2), [409, 'DUPLICATE_REQUEST', 'token']);
  expect(JSON.stringify(body)).not.toContain(token);
  expect(await countRows(records)).toEqual(before);
});

it('a wrong method names the right ones', async () => {
  expect((await send({ method: 'DELETE' })).headers['allow']).toBe('POST');
});

it('unknown routes under /admin are answered with problem details', async () => {
  const response = await send({ path: '/admin/nothing', method: 'GET' });
  expect(response.statusCode).toBe(404);
  expect(response.headers['content-type']).toContain('application/problem+json');
  expect(response.json()).toMatchObject({ type: 'about:blank', status: 404, code: 'RESOURCE_NOT_FOUND' });
});

/** One request of every kind, each with a token of its own. */
const EVERY_KIND: readonly (readonly [what: string, request: () => Sent])[] = [
  ['a lead', () => ({ body: leadRequest(randomUUID()) })],
  ['a lead at /', () => ({ path: ROOT, body: leadRequest(randomUUID()) })],
  ['an account', () => withOwnToken(account({ accountId: 1, accountData: { domain: 'a.example' } }))],
  ['a buying group', () => withOwnToken(group([person(1), person(2)]))],
];

const withOwnToken = (sent: Sent): Sent => ({ ...sent, body: { ...(sent.body as Json), token: randomUUID() } });

describe('A service in trouble', () => {
  let own: TestDatabase;
  let ownRecords: Records;
  let proxy: HalfOpenProxy;
  let troubled: RunningApp;
  let admin: Client;
  let before: Counts;
  const gate = new Gate();

  beforeAll(async () => {
    own = await createTestDatabase();
    ownRecords = new Records(own);
    proxy = await startHalfOpenProxy(Number(new URL(own.url).port));
    const env = { ...ENVIRONMENT, INTAKE_QUEUE_MAX: '4', BACKLOG_MAX: '3', ENRICH_CONCURRENCY: '1' };
    const databaseUrl = Object.assign(new URL(own.url), { hostname: '127.0.0.1', port: String(proxy.port) }).href;
    troubled = await startApp({ databaseUrl, env });
    admin = new Client({ connectionString: Object.assign(new URL(own.url), { pathname: '/postgres' }).href });
    await admin.connect();
  });
  beforeEach(async () => {
    before = await countRows(ownRecords);
  });
  afterAll(async () => {
    gate.open();
    await troubled.close();
    gate.remove();
    await proxy.stop();
    await admin.end();
    await own.drop();
  });

  const databaseName = (): string => new URL(own.url).pathname.slice(1);

  async function terminate(condition: string): Promise<void> {
    const text = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND ${condition}`;
    await admin.query(text, [databaseName()]);
  }

  async function closeDatabase(): Promise<void> {
    await admin.query(`ALTER DATABASE ${databaseName()} ALLOW_CONNECTIONS false`);
    await terminate('true');
  }

  async function openDatabase(): Promise<void> {
    await admin.query(`ALTER DATABASE ${databaseName()} ALLOW_CONNECTIONS true`);
  }

  /** Requests of every kind, side by side, are all 503. @returns them, to be sent again. */
  async function expectAllUnavailable(): Promise<Sent[]> {
    const requests = EVERY_KIND.map(([, request]) => request());
    const bodies = await Promise.all(
      requests.map((sent) => expectRefusal(sent, [503, 'SERVICE_UNAVAILABLE', null], troubled)),
    );
    for (const body of bodies) {
      expect(body['error']).toMatchObject({ code: 'SERVICE_UNAVAILABLE', retryAfter: expect.any(Number) });
    }
    return requests;
  }

  async function untilAcceptedAgain(): Promise<void> {
    for (let round = 0; round < 100; round += 1) {
      const response = await send({ body: leadRequest(randomUUID()) }, troubled);
      if (response.statusCode === 200) return;
      expect([429, 503]).toContain(response.statusCode);
      await sleep(100);
    }
    const states = await ownRecords.sql('SELECT state, crash_count, count(*)::int AS n FROM actions GROUP BY 1, 2');
    throw new Error(`it did not recover: ${JSON.stringify(states)}`);
  }

  /** Blocks every insert of a request until the returned function is called. */
  async function blockInserts(): Promise<() => Promise<void>> {
    const runner = own.dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query('LOCK TABLE action_tokens IN SHARE MODE');
    return async () => {
      await runner.commitTransaction();
      await runner.release();
    };
  }

  it('answers 503 when its connections break while it writes, and takes the same requests afterwards', async () => {
    const unblock = await blockInserts();
    const breaking = setInterval(() => void terminate(`wait_event_type = 'Lock'`), 50);
    const requests = await expectAllUnavailable().finally(async () => {
      clearInterval(breaking);
      await unblock();
    });
    expect(await countRows(ownRecords)).toEqual(before);
    await untilAcceptedAgain();
    for (const sent of requests) expect((await send(sent, troubled)).statusCode).toBe(200);
  });

  it('answers 503 while the database takes no connections', async () => {
    await closeDatabase();
    try {
      // First on connections that break, then on connections that are refused.
      await expectAllUnavailable();
      await expectAllUnavailable();
    } finally {
      await openDatabase();
    }
    expect(await countRows(ownRecords)).toEqual(before);
    await untilAcceptedAgain();
  });

  it('answers 429 while too many requests wait to be stored, whatever their body', async () => {
    const unblock = await blockInserts();
    const waiting = [...EVERY_KIND, ...EVERY_KIND].map(([, request]) => send(request(), troubled));
    const intake = troubled.app.get(ActionIntake, { strict: false });
    while (intake.waiting() <= 4) await sleep(10);
    await expectAllLimited().finally(unblock);
    const statuses = (await Promise.all(waiting)).map((response) => response.statusCode);
    expect(statuses.filter((status) => status !== 200 && status !== 429)).toEqual([]);
    expect(await countRows(ownRecords)).toEqual(plus(before, statuses.filter((status) => status === 200).length));
  });

  async function expectAllLimited(): Promise<void> {
    for (const [, request] of EVERY_KIND) {
      for (const sent of [request(), { ...request(), body: undefined, raw: '{' }]) {
        const body = await expectRefusal(sent, [429, 'RATE_LIMITED', null], troubled);
        expect(body).toMatchObject({ error: { code: 'RATE_LIMIT_EXCEEDED', retryAfter: expect.any(Number) } });
      }
    }
  }

  /** Submits leads that wait at the gate until it is refused. @returns how many were taken. */
  async function fill(most: number): Promise<number> {
    for (let taken = 0; taken < most; taken += 1) {
      const held = leadRequest(randomUUID());
      Object.assign(held.objectData.objectContext['leadData'] as Json, { holdUntil: gate.file });
      const response = await send({ body: held }, troubled);
      if (response.statusCode === 429) return taken;
      expect(response.statusCode).toBe(200);
    }
    return most;
  }

  it('answers 429 while an action has waited for a quarter of its time, and while too many wait', async () => {
    await untilIdle();
    // What waited during the outage was old: the gauge says so until it looks again.
    await untilAcceptedAgain();
    await untilIdle();
    // One runs, fifteen wait in this process, the seventeenth in the database.
    expect(await fill(17)).toBe(17);
    await ownRecords.sql(
      `UPDATE actions SET received_at = received_at - interval '20 minutes' WHERE state = 'received'`,
    );
    await untilLimited();
    const aged = await countRows(ownRecords);
    await expectAllLimited();
    expect(await countRows(ownRecords)).toEqual(aged);

    await ownRecords.sql(`UPDATE actions SET received_at = now() WHERE state = 'received'`);
    await untilAcceptedAgain();
    await fill(10);
    await untilLimited();
    const many = await countRows(ownRecords);
    await expectAllLimited();
    expect(await countRows(ownRecords)).toEqual(many);
    gate.open();
    await untilAcceptedAgain();
  });

  /** What earlier tests submitted is enriched: after an outage the service looks for work again within five seconds. */
  async function untilIdle(): Promise<void> {
    const all = await ownRecords.sql<{ id: string }>('SELECT id FROM actions');
    const ids = all.map(({ id }) => id);
    await ownRecords.untilState(ids, 'calling_back', 15_000);
  }

  async function untilLimited(): Promise<void> {
    for (let round = 0; round < 60; round += 1) {
      if ((await send({ raw: '{' }, troubled)).statusCode === 429) return;
      await sleep(50);
    }
    throw new Error('it was not limited within three seconds');
  }

  it('says nothing of what nobody foresaw', async () => {
    await ownRecords.sql('ALTER TABLE action_payloads RENAME TO payloads_elsewhere');
    const response = await send({ body: leadRequest(randomUUID()) }, troubled);
    await ownRecords.sql('ALTER TABLE payloads_elsewhere RENAME TO action_payloads');
    expect([response.statusCode, response.json<Json>()['code']]).toEqual([500, 'INTERNAL_ERROR']);
    expect(response.body).not.toMatch(/payloads|relation|42P01/);
    expect(await countRows(ownRecords)).toEqual(before);
  });

  it('answers 503 while the line to the database is dead, and while nobody is there', async () => {
    await closeDatabase();
    // A connection that does not hear of its end in time is given up after fifteen seconds, a new one after five.
    await sleep(300);
    proxy.goDead();
    await openDatabase();
    await expectRefusal({ body: leadRequest() }, [503, 'SERVICE_UNAVAILABLE', null], troubled);
    await proxy.stop();
    await expectAllUnavailable();
    expect(await countRows(ownRecords)).toEqual(before);
  });
});
