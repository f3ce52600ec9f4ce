import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, call, type RunningApp, startApp, TEST_KEY } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { marketoBatch, MarketoFolder, marketoLead, SCORING } from './support/marketo-world.js';
import { Records } from './support/records.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const OFF = SCORING.replace('apiName: scoring', 'apiName: off\nenabled: false').replace('title: Scoring', 'title: Off');
const KEY = { 'x-api-key': TEST_KEY };
const SECRET = 'secret-of-the-batch';
const PERSON = 'person@example.com';

let database: TestDatabase;
let records: Records;
let marketo: FakeAdobe;
let folder: MarketoFolder;
let service: RunningApp;

beforeAll(async () => {
  database = await createTestDatabase();
  records = new Records(database);
  marketo = await FakeAdobe.start();
  folder = new MarketoFolder({ 'scoring.yaml': SCORING, 'off.yaml': OFF });
  const env = { ...folder.env, MARKETO_MUNCHKIN_IDS: '123-ABC-456' };
  service = await startApp({ databaseUrl: database.url, adobe: marketo, env });
});
afterAll(async () => {
  await service.close();
  await marketo.stop();
  await database.drop();
  folder.remove();
});

const lead = (more: object = {}): Record<string, unknown> => marketoLead({ id: 1, fields: { email: PERSON }, ...more });
const batch = (more: Record<string, unknown> = {}, leads: readonly unknown[] = [lead()]): Record<string, unknown> =>
  marketoBatch(`${marketo.url}/never`, leads, { token: SECRET, ...more });
const context = (more: object): Record<string, unknown> => ({
  context: { subscription: { munchkinId: '123-ABC-456' }, admin: { region: 'eu' }, ...more },
});
const item =
  (more: object): (() => unknown) =>
  () =>
    batch({}, [{ ...lead(), ...more }]);
const withId =
  (id: unknown): (() => unknown) =>
  () =>
    batch({}, [{ ...lead(), objectContext: { id, email: PERSON } }]);
const raw = (edit: (text: string) => string) => (): string => edit(JSON.stringify(batch()));

function isRefusal({ status, body, headers }: Answer, expected: number, field?: string): void {
  expect(status).toBe(expected);
  expect(headers['content-type']).toMatch(/^application\/json/);
  expect(body).toMatchObject({
    success: false,
    errorCode: expect.stringMatching(/^[A-Z_]+$/) as unknown,
    errorMessage: expect.any(String) as unknown,
    requestId: expect.any(String) as unknown,
  });
  if (field !== undefined) {
    const details = body['details'] as { field: string }[];
    expect(details.map((detail) => detail.field)).toContain(field);
  }
  const text = JSON.stringify(body);
  for (const hidden of [SECRET, PERSON, 'key-of-the-batch', TEST_KEY]) expect(text).not.toContain(hidden);
}

describe('a batch that is none', () => {
  const rows: [name: string, body: () => unknown, field?: string][] = [
    ['no body', () => undefined],
    ['an empty body', () => ''],
    ['no JSON', () => '{"token":'],
    ['a list', () => [batch()], 'body'],
    ['a text', () => '"batch"', 'body'],
    ['null', () => 'null', 'body'],
    ['nesting without end', () => `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`, 'body'],
    ['a forbidden key', raw((text) => text.replace('{', '{"__proto__":{"a":1},')), 'body'],
    [
      'no UTF-8',
      () => Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]).toString('latin1').replace('ÿ', '\ud800'),
    ],
    ['no token', () => batch({ token: undefined }), 'token'],
    ['an empty token', () => batch({ token: '' }), 'token'],
    ['a token of another type', () => batch({ token: 5 }), 'token'],
    ['a token with a line break', () => batch({ token: 'a\r\nx-evil: 1' }), 'token'],
    ['a token without end', () => batch({ token: 'x'.repeat(5_000) }), 'token'],
    ['a key with a line break', () => batch({ apiCallBackKey: 'a\nb' }), 'apiCallBackKey'],
    ['a key of another type', () => batch({ apiCallBackKey: {} }), 'apiCallBackKey'],
    ['a batch id that is a list', () => batch({ batchId: [] }), 'batchId'],
    ['a batch id without end', () => batch({ batchId: 'x'.repeat(300) }), 'batchId'],
    ['a campaign id with a fraction', () => batch({ campaignId: 1.5 }), 'campaignId'],
    ['a campaign id that is an object', () => batch({ campaignId: {} }), 'campaignId'],
    ['no callback URL', () => batch({ callbackUrl: undefined }), 'callbackUrl'],
    ['a callback URL that is a number', () => batch({ callbackUrl: 5 }), 'callbackUrl'],
    ['a callback URL that is none', () => batch({ callbackUrl: 'not a url' }), 'callbackUrl'],
    ['a callback URL of another scheme', () => batch({ callbackUrl: 'file:///etc/passwd' }), 'callbackUrl'],
    ['a callback URL elsewhere', () => batch({ callbackUrl: 'https://example.com/x' }), 'callbackUrl'],
    ['a callback URL with credentials', () => batch({ callbackUrl: 'http://a:b@127.0.0.1/x' }), 'callbackUrl'],
    ['no context', () => batch({ context: undefined }), 'context'],
    ['a context that is a text', () => batch({ context: 'x' }), 'context'],
    ['no subscription', () => batch(context({ subscription: undefined })), 'context.subscription'],
    ['a subscription that is a list', () => batch(context({ subscription: [] })), 'context.subscription'],
    ['no munchkin id', () => batch(context({ subscription: {} })), 'context.subscription.munchkinId'],
    [
      'an odd munchkin id',
      () => batch(context({ subscription: { munchkinId: '../x' } })),
      'context.subscription.munchkinId',
    ],
    [
      'a munchkin id that is a number',
      () => batch(context({ subscription: { munchkinId: 5 } })),
      'context.subscription.munchkinId',
    ],
    ['settings that are a list', () => batch(context({ admin: [] })), 'context.admin'],
    ['settings of another type', () => batch(context({ admin: { region: {} } })), 'context.admin'],
    ['a campaign that is a text', () => batch(context({ campaign: 'x' })), 'context.campaign'],
    ['a program that is a number', () => batch(context({ program: 1 })), 'context.program'],
    ['tokens that are a list', () => batch(context({ myTokenContext: [] })), 'context.myTokenContext'],
    ['no leads', () => batch({ objectData: undefined }), 'objectData'],
    ['leads that are an object', () => batch({ objectData: {} }), 'objectData'],
    ['an empty list of leads', () => batch({}, []), 'objectData'],
    [
      'too many leads',
      () =>
        batch(
          {},
          Array.from({ length: 1_001 }, () => lead()),
        ),
      'objectData',
    ],
    ['a lead that is null', () => batch({}, [null]), 'objectData[0]'],
    ['a lead that is a list', () => batch({}, [[]]), 'objectData[0]'],
    ['a lead of another type', item({ objectType: 'account' }), 'objectData[0].objectType'],
    ['a lead without a type', item({ objectType: undefined }), 'objectData[0].objectType'],
    ['a lead without fields', item({ objectContext: undefined }), 'objectData[0].objectContext'],
    ['a lead with fields in a list', item({ objectContext: [] }), 'objectData[0].objectContext'],
    ['no lead id', withId(undefined), 'objectData[0].objectContext.id'],
    ['a lead id of null', withId(null), 'objectData[0].objectContext.id'],
    ['a lead id of 0', withId(0), 'objectData[0].objectContext.id'],
    ['a negative lead id', withId(-1), 'objectData[0].objectContext.id'],
    ['a lead id with a fraction', withId(1.5), 'objectData[0].objectContext.id'],
    ['a lead id that is a word', withId('one'), 'objectData[0].objectContext.id'],
    ['a lead id that is an object', withId({}), 'objectData[0].objectContext.id'],
    [
      'a lead id beyond 64 bits',
      raw((text) => text.replace('"id":1,', '"id":9223372036854775808,')),
      'objectData[0].objectContext.id',
    ],
    ['a flow step that is a text', item({ flowStepContext: 'x' }), 'objectData[0].flowStepContext'],
    ['a member that is a list', item({ programMemberContext: [] }), 'objectData[0].programMemberContext'],
    ['a trigger that is a number', item({ triggeringContext: 1 }), 'objectData[0].triggeringContext'],
    ['tokens of a lead that are a text', item({ myTokenContext: 'x' }), 'objectData[0].myTokenContext'],
  ];

  it.each(rows)('%s is refused with 400', async (_name, body, field) => {
    isRefusal(await service.submit(body(), '/services/scoring/submitAsyncAction'), 400, field);
  });

  it('leaves nothing behind', async () => {
    expect(await records.sql('SELECT id FROM actions')).toEqual([]);
  });
});

describe('a caller', () => {
  const url = (path: string): string => `${service.url}/services/scoring${path}`;

  it.each([
    ['no key', {}, 401],
    ['a wrong key', { 'x-api-key': 'wrong' }, 401],
    ['Basic credentials', { authorization: 'Basic YTpi' }, 401],
  ] as const)('with %s is refused by every route that asks for one', async (_name, headers, status) => {
    for (const path of ['/submitAsyncAction', '/async', '/getPicklist']) {
      isRefusal(await call('POST', url(path), headers, { x: 1 }), status);
    }
    for (const path of ['/status', '/getServiceDefinition']) isRefusal(await call('GET', url(path), headers), status);
  });

  it.each([
    ['text/plain', 400],
    ['application/x-www-form-urlencoded', 400],
    ['', 400],
  ])('that sends %j is refused', async (type, status) => {
    const headers = { ...KEY, 'content-type': type };
    isRefusal(await call('POST', url('/submitAsyncAction'), headers, 'a=b'), status);
  });

  it('of another subscription gets 403', async () => {
    const other = batch(context({ subscription: { munchkinId: '999-XYZ-999' } }));
    isRefusal(
      await service.submit(other, '/services/scoring/submitAsyncAction'),
      403,
      'context.subscription.munchkinId',
    );
  });

  it('of a service that is switched off gets 403', async () => {
    isRefusal(await service.submit(batch(), '/services/off/submitAsyncAction'), 403);
    isRefusal(await call('GET', `${service.url}/services/off/status`, KEY), 403);
    isRefusal(await call('GET', `${service.url}/services/off/getServiceDefinition`, KEY), 403);
  });

  it.each([
    ['GET', '/submitAsyncAction'],
    ['POST', '/status'],
    ['DELETE', '/getPicklist'],
    ['GET', '/nothing'],
    ['POST', '/marketo/nothing'],
  ] as const)('that asks %s %s gets a status that Marketo knows', async (method, path) => {
    isRefusal(await call(method, url(path), KEY, method === 'GET' ? undefined : {}), 400);
  });

  it('of a body that is too large gets 400', async () => {
    const large = batch({}, [lead({ fields: { email: PERSON, note: 'x'.repeat(9 * 1024 * 1024) } })]);
    const answer = await service.submit(large, '/services/scoring/submitAsyncAction').catch(() => null);
    if (answer !== null) isRefusal(answer, 400);
  });
});

describe('a question for choices', () => {
  it.each([
    ['no body', ''],
    ['a list', []],
    ['no name', { type: 'flow' }],
    ['a name that is a number', { name: 5, type: 'flow' }],
    ['no type', { name: 'mode' }],
    ['another type', { name: 'mode', type: 'other' }],
    ['an unknown name', { name: 'nothing', type: 'flow' }],
    ['a parameter of another type', { name: 'mode', type: 'global' }],
    ['a name of every object', { name: 'constructor', type: 'flow' }],
    ['a header without a list', { name: 'X-Vendor', type: 'header' }],
    ['a context that is a text', { name: 'mode', type: 'flow', fieldMappingContext: 'x' }],
    ['a prefix that is an object', { name: 'mode', type: 'flow', prefix: {} }],
  ])('with %s is refused with 400', async (_name, body) => {
    isRefusal(await service.submit(body, '/services/scoring/getPicklist'), 400);
  });

  it('is answered with the choices of the file', async () => {
    const region = await service.submit({ name: 'region', type: 'global' }, '/services/scoring/getPicklist');
    expect(region).toMatchObject({
      status: 200,
      body: {
        choices: [
          { displayValue: { en_US: 'eu' }, submittedValue: 'eu' },
          { displayValue: { en_US: 'America', de_DE: 'Amerika' }, submittedValue: 'us' },
        ],
      },
    });
  });
});

describe('icons and instructions', () => {
  it('are drawn where the service has none, and run nothing', async () => {
    for (const path of ['/brandIcon', '/serviceIcon']) {
      const { status, headers, body } = await call('GET', `${service.url}/services/scoring${path}`, {});
      expect(status).toBe(200);
      expect(headers['content-type']).toBe('image/svg+xml');
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(JSON.stringify(body)).toContain('<svg');
    }
  });

  it('are refused where there are none', async () => {
    isRefusal(await call('GET', `${service.url}/services/scoring/providerInstructions`, {}), 400);
  });
});
