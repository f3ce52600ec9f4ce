import { Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ActionIntake, type NewAction, type RecordedAction } from '../src/actions/action-intake.js';
import { BacklogGauge } from '../src/actions/backlog-gauge.js';
import { Catalog } from '../src/catalog/catalog.js';
import { AppConfig } from '../src/config/config.js';
import { Secrets } from '../src/config/secrets.js';
import { OutcomeUnknownError } from '../src/database/batcher.js';
import { configureHttp } from '../src/http/configure-http.js';
import { createHttpAdapter } from '../src/http/http-adapter.js';
import { HttpModule } from '../src/http/http.module.js';
import { IntakeController } from '../src/intake/intake.controller.js';
import { leadRequest, testConfig, testDefinition } from '../src/intake/intake.fixtures.js';
import { IntakeService } from '../src/intake/intake.service.js';
import { NewActionFactory } from '../src/intake/new-action.js';
import { ServedServices } from '../src/intake/served-services.js';
import { CallerServices } from '../src/security/caller-services.js';
import { SecurityModule } from '../src/security/security.module.js';

const KEY = 'test-key-0123456789';
const TOKEN = 'tok-0123456789abcdef';
const LEAD = '/services/check-email/submitAsyncAction';
const ACCOUNT = '/services/check-account/submitAsyncAction';
const GROUP = '/services/check-group/submitAsyncAction';

/** Stands where the recorder stands, so that every refusal can be told from an acceptance. */
class RecordingIntake extends ActionIntake {
  recorded: NewAction[] = [];
  queued = 0;
  outcome: RecordedAction | Error = { kind: 'accepted', requestId: 'r-1', duplicate: false };

  record(action: NewAction): Promise<RecordedAction> {
    if (this.outcome instanceof Error) return Promise.reject(this.outcome);
    this.recorded.push(action);
    return Promise.resolve(this.outcome);
  }

  waiting(): number {
    return this.queued;
  }
}

class SettableGauge extends BacklogGauge {
  current: ReturnType<BacklogGauge['overload']> = null;

  overload(): ReturnType<BacklogGauge['overload']> {
    return this.current;
  }
}

const intake = new RecordingIntake();
const gauge = new SettableGauge();
const config = testConfig({ ims: { ...testConfig().ims, orgIds: ['ABC@AdobeOrg'] } });
const catalog = new Catalog([
  { file: 'a.yaml', definition: testDefinition() },
  { file: 'b.yaml', definition: testDefinition({ apiName: 'check-account', entityType: 'account' }) },
  {
    file: 'c.yaml',
    definition: testDefinition({ apiName: 'check-group', entityType: 'accountPerson', isDefault: false }),
  },
  { file: 'd.yaml', definition: testDefinition({ apiName: 'switched-off', enabled: false, isDefault: false }) },
]);
const secrets: Secrets = {
  databaseUrl: null,
  redisUrl: null,
  inboundApiKeys: [KEY],
  inboundBasicUsers: [],
  adminApiKeys: ['admin-key-0123456789'],
  encryptionKeys: [{ id: 'k1', key: Buffer.alloc(32, 1) }],
  adobeClientSecrets: [],
};
const PORTS = [
  { provide: AppConfig, useValue: config },
  { provide: Secrets, useValue: secrets },
  { provide: Catalog, useValue: catalog },
  { provide: CallerServices, useValue: catalog },
  { provide: ActionIntake, useValue: intake },
  { provide: BacklogGauge, useValue: gauge },
];

@Global()
@Module({ providers: PORTS, exports: PORTS })
class PortsModule {}

let app: NestFastifyApplication;

beforeAll(async () => {
  const module = await Test.createTestingModule({
    imports: [PortsModule, HttpModule, SecurityModule],
    controllers: [IntakeController],
    providers: [IntakeService, NewActionFactory, ServedServices],
  }).compile();
  app = module.createNestApplication<NestFastifyApplication>(createHttpAdapter(config), { logger: false });
  await configureHttp(app, config);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
});

afterAll(() => app.close());

beforeEach(() => {
  Object.assign(intake, { recorded: [], queued: 0, outcome: { kind: 'accepted', requestId: 'r-1', duplicate: false } });
  gauge.current = null;
});

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

async function send({ path = LEAD, method = 'POST', headers = {}, body, raw }: Sent) {
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const sent = { 'x-api-key': KEY, 'content-type': 'application/json', ...headers };
  const present = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;
  return app.inject({ method, url: path, headers: present, ...(payload !== undefined && { payload }) });
}

async function expectRefusal(sent: Sent, [status, code, field]: Row[2]): Promise<Json> {
  const response = await send(sent);
  const body = response.json<Json & { error: Json; details: { field: string; message: string }[] }>();
  expect([response.statusCode, body['code']]).toEqual([status, code]);
  expect(body).toMatchObject({
    status: 'error',
    message: expect.any(String),
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(Date.parse(String(body['timestamp']))).toBeGreaterThan(0);
  expect(body.error).toMatchObject({ code: expect.any(String), message: body['message'], details: expect.any(Object) });
  if (field === null) expect(body.details).toEqual([]);
  else expect(body.details.map((detail) => detail.field)).toContain(field);
  expect(response.body).not.toContain(TOKEN);
  expect(response.body).not.toMatch(/\n\s+at |node_modules/);
  expect(intake.recorded).toEqual([]);
  return body;
}

function table(title: string, rows: readonly Row[]): void {
  describe(title, () => {
    it.each(rows)('%s is refused', async (_what, sent, expected) => {
      await expectRefusal(sent, expected);
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

it('accepts the request all others here are variations of', async () => {
  const response = await send({ body: leadRequest() });
  expect(response.statusCode).toBe(200);
  expect(response.json()).toEqual({
    requestId: 'r-1',
    status: 'accepted',
    message: 'Request accepted for processing',
  });
  expect(intake.recorded).toHaveLength(1);
  expect(response.headers).not.toHaveProperty('content-security-policy');
});

it('accepts an account and a buying group', async () => {
  expect((await send(account({ accountId: 'a-1', accountData: { domain: 'example.com' } }))).statusCode).toBe(200);
  expect((await send(group([person(1), person(2)]))).statusCode).toBe(200);
  expect((await send({ path: '/submitAsyncAction', body: leadRequest() })).statusCode).toBe(200);
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
    expect((await send({ raw: text, headers: { 'content-type': type } })).statusCode).toBe(200);
  },
);

const padded = (bytes: number): string => `{"padding":"${'x'.repeat(bytes)}",${text.slice(1)}`;
const MEBIBYTE = 1024 * 1024;

table('Size', [
  ['a lead of more than 1 MiB', { raw: padded(MEBIBYTE) }, [413, 'INVALID_REQUEST', 'body']],
  ['the same at /', { path: '/submitAsyncAction', raw: padded(MEBIBYTE) }, [413, 'INVALID_REQUEST', 'body']],
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
    { path: `/services/${'x'.repeat(300)}/submitAsyncAction`, body: leadRequest() },
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
    { ...lead((r) => (r.objectData.objectType = 'opportunity')), path: '/submitAsyncAction' },
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
  [LEAD, ACCOUNT, GROUP, '/submitAsyncAction'].map((path) => [
    path,
    { path, body: leadRequest(), headers: { 'x-api-key': undefined } },
    [401, 'UNAUTHORIZED', null],
  ]),
);

table(
  'A wrong key',
  [`${KEY}x`, KEY.slice(0, -1), KEY.toUpperCase(), 'admin-key-0123456789'].map((key) => [
    key,
    { body: leadRequest(), headers: { 'x-api-key': key } },
    [401, 'UNAUTHORIZED', null],
  ]),
);

it('does not look at the body of an unknown caller', async () => {
  await expectRefusal({ raw: '{', headers: { 'x-api-key': 'wrong' } }, [401, 'UNAUTHORIZED', null]);
});

it.each([
  ['no answer to a write', new OutcomeUnknownError(new Error('gone'))],
  ['a refused connection', Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' })],
  ['a server shutting down', Object.assign(new Error('terminating connection'), { code: '57P01' })],
  ['no free connection', new Error('timeout exceeded when trying to connect')],
  ['a lost connection', new Error('Connection terminated unexpectedly')],
])('a database away (%s) is 503 with Retry-After', async (_what, error) => {
  intake.outcome = error;
  const response = await send({ body: leadRequest() });
  expect(response.statusCode).toBe(503);
  expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
  expect(response.json()).toMatchObject({
    error: { code: 'SERVICE_UNAVAILABLE', retryAfter: expect.any(Number) },
    details: [],
  });
  expect(response.body).not.toContain('5432');
});

it.each([
  ['a lead', LEAD, () => (intake.queued = 6)],
  ['/', '/submitAsyncAction', () => (intake.queued = 6)],
  ['a lead with a backlog', LEAD, () => (gauge.current = { reason: 'too much', retryAfterSeconds: 30 })],
  ['/ with a backlog', '/submitAsyncAction', () => (gauge.current = { reason: 'too much', retryAfterSeconds: 30 })],
])('a full queue (%s) is 429 with Retry-After, whatever the body', async (_what, path, fill) => {
  fill();
  const body = await expectRefusal({ path, raw: '{' }, [429, 'RATE_LIMITED', null]);
  expect(body).toMatchObject({ error: { code: 'RATE_LIMIT_EXCEEDED', retryAfter: expect.any(Number) } });
  expect(Number((await send({ path, raw: '{' })).headers['retry-after'])).toBeGreaterThan(0);
});

it('a token of another entity is 409', async () => {
  intake.outcome = { kind: 'conflict' };
  const response = await send({ body: leadRequest() });
  expect([response.statusCode, response.json<Json>()['code']]).toEqual([409, 'DUPLICATE_REQUEST']);
});

it('what nobody foresaw is a 500 that says nothing', async () => {
  intake.outcome = new TypeError('secret detail');
  const response = await send({ body: leadRequest() });
  expect([response.statusCode, response.json<Json>()['code']]).toEqual([500, 'INTERNAL_ERROR']);
  expect(response.body).not.toContain('secret');
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
