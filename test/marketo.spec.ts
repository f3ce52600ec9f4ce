import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, type RunningApp, startApp, TEST_KEY } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { marketoBatch, MarketoFolder, marketoLead, resultsOf } from './support/marketo-world.js';
import { Records } from './support/records.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const KEY = { 'x-api-key': TEST_KEY };

let database: TestDatabase;
let records: Records;
let marketo: FakeAdobe;
let folder: MarketoFolder;
let service: RunningApp;
let paths = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  records = new Records(database);
  marketo = await FakeAdobe.start();
  folder = new MarketoFolder();
  service = await startApp({
    databaseUrl: database.url,
    adobe: marketo,
    env: { ...folder.env, MARKETO_MUNCHKIN_IDS: '123-ABC-456', ADOBE_RETRY_SCHEDULE: '0s,200ms' },
  });
});
afterAll(async () => {
  await service.close();
  await marketo.stop();
  await database.drop();
  folder.remove();
});

const freshPath = (): string => `/marketo/${(paths += 1)}`;

async function answered(leads: readonly unknown[], more: Record<string, unknown> = {}) {
  const path = freshPath();
  const answer = await service.submit(
    marketoBatch(marketo.url + path, leads, more),
    '/services/scoring/submitAsyncAction',
  );
  expect(answer.status).toBe(201);
  await marketo.until(() => marketo.of(path).length > 0);
  const [callback] = marketo.of(path);
  return { answer, callback, path, results: resultsOf(callback) };
}

describe('a batch of leads', () => {
  it('is answered by one callback with a result per lead, in order', async () => {
    const leads = [3, 1, 2].map((id) => marketoLead({ id }));
    const { answer, callback, results, path } = await answered(leads);
    expect(answer.body).toMatchObject({ status: 'accepted' });
    expect(results.map(({ leadData }) => leadData.id)).toEqual([3, 1, 2]);
    expect(results.every(({ activityData }) => activityData.success)).toBe(true);
    expect(callback?.headers['x-api-key']).toBe('key-of-the-batch');
    expect(callback?.headers['x-callback-token']).toEqual(expect.any(String));
    expect(callback?.headers['authorization']).toBeUndefined();
    expect(callback?.headers['x-gw-ims-org-id']).toBeUndefined();
    const body = callback?.body as unknown as { munchkinId: string; time: string };
    expect(body.munchkinId).toBe('123-ABC-456');
    expect(body.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const state = (): Promise<unknown> =>
      records.sql('SELECT state FROM actions WHERE id = $1', [answer.body['requestId']]);
    await expect.poll(state).toEqual([{ state: 'completed' }]);
    expect(marketo.of(path)).toHaveLength(1);
  });

  it('shows providers the circumstances of each lead', async () => {
    const trigger = { name: 'Form', triggerName: 'Filled Out Form' };
    const leads = [
      marketoLead({ id: 1, fields: { subscribed: null, age: '41' }, more: { triggeringContext: trigger } }),
      marketoLead({
        id: 2,
        mode: 'lax',
        more: { programMemberContext: { status: 'Registered' }, myTokenContext: { 'Event Date': '2026-01-31' } },
      }),
    ];
    const { results } = await answered(leads);
    const seen = results.map(({ activityData }) => JSON.parse(String(activityData['seen'])) as object);
    expect(seen).toEqual([
      {
        mode: 'strict',
        trigger,
        member: {},
        tokens: {},
        campaign: 'Nurture',
        program: { id: 12, name: 'Webinar' },
        region: 'eu',
        prefix: 'acme',
        subscribed: false,
        age: 41,
      },
      expect.objectContaining({
        mode: 'lax',
        member: { status: 'Registered' },
        tokens: { 'Event Date': '2026-01-31' },
      }),
    ]);
  });

  it('lets a lead fail alone, with its id and why', async () => {
    const leads = [
      marketoLead({ id: 1 }),
      marketoLead({ id: 2, fields: { email: '' } }),
      marketoLead({ id: 3, fields: { age: 'old' } }),
      marketoLead({ id: 4, mode: null }),
      marketoLead({ id: 5, fields: { do: 'throw' } }),
      marketoLead({ id: 6, fields: { do: 'hang' } }),
      marketoLead({ id: 7 }),
    ];
    const { answer, results } = await answered(leads);
    expect(results.map(({ activityData: { success, errorCode } }) => [success, errorCode])).toEqual([
      [true, undefined],
      [false, 'INVALID_DATA'],
      [false, 'INVALID_DATA'],
      [false, 'INVALID_DATA'],
      [false, 'NOT_FOUND'],
      [false, 'TIMEOUT'],
      [true, undefined],
    ]);
    expect(results[1]).toEqual({
      leadData: { id: 2 },
      activityData: { success: false, errorCode: 'INVALID_DATA', reason: 'Missing required field: email' },
    });
    const history = await records.sql<{ note: string }>(
      `SELECT note FROM action_history WHERE action_id = $1 AND to_state = 'calling_back'`,
      [answer.body['requestId']],
    );
    expect(history).toEqual([{ note: '5 of 7 leads failed: number 2, 3, 4, 5, 6' }]);
  });

  it('has values as Marketo takes them', async () => {
    const found = {
      scored: '+5',
      label: `${'x'.repeat(254)}€`,
      story: 'null',
      at: '2026-01-31T12:00:00.123+02:00',
      whole: 2 ** 31,
      unknown: 'left out',
    };
    const { results } = await answered([marketoLead({ id: 1, fields: { found } })]);
    expect(results[0]?.leadData).toEqual({
      id: 1,
      scored: '+5',
      label: 'x'.repeat(254),
      story: 'null',
      at: '2026-01-31T10:00:00Z',
    });
  });

  it('keeps an id of 64 bits digit for digit', async () => {
    const path = freshPath();
    const text = JSON.stringify(marketoBatch(marketo.url + path, [marketoLead({ id: 1 })])).replace(
      '"id":1,',
      '"id":9007199254740993,',
    );
    expect((await service.submit(text, '/services/scoring/async')).status).toBe(201);
    await marketo.until(() => marketo.of(path).length > 0);
    expect(marketo.of(path)[0]?.text).toContain('{"leadData":{"id":9007199254740993,');
  });

  it('is called back without a key where it has none', async () => {
    const { callback } = await answered([marketoLead({ id: 1 })], { apiCallBackKey: undefined });
    expect(callback?.headers['x-api-key']).toBeUndefined();
  });

  it('may have a thousand leads, and no more', async () => {
    const leads = Array.from({ length: 1_000 }, (_, index) => marketoLead({ id: index + 1 }));
    const { results } = await answered(leads);
    expect(results.map(({ leadData }) => leadData.id)).toEqual(leads.map((_, index) => index + 1));
    const path = '/services/scoring/submitAsyncAction';
    const tooMany = await service.submit(marketoBatch(marketo.url, [...leads, marketoLead({ id: 1_001 })]), path);
    expect(tooMany).toMatchObject({ status: 400, body: { errorMessage: 'objectData has more than 1000 leads' } });
  });

  it('is the same one when it is repeated, and another under the same token is refused', async () => {
    const leads = [marketoLead({ id: 1 })];
    const { answer, path } = await answered(leads, { token: 'repeated-token' });
    const again = marketoBatch(marketo.url + path, leads, { token: 'repeated-token', batchId: 'another' });
    const second = await service.submit(again, '/services/scoring/submitAsyncAction');
    expect(second).toMatchObject({ status: 201, body: { requestId: answer.body['requestId'] } });
    const other = marketoBatch(marketo.url + path, [marketoLead({ id: 2 })], { token: 'repeated-token' });
    expect(await service.submit(other, '/services/scoring/submitAsyncAction')).toMatchObject({
      status: 400,
      body: { success: false, errorCode: 'DUPLICATE_REQUEST' },
    });
    expect(marketo.of(path)).toHaveLength(1);
  });
});

describe('answers of Marketo', () => {
  it.each([
    [503, 'completed', 2],
    [429, 'completed', 2],
    [405, 'undeliverable', 1],
    [404, 'undeliverable', 1],
    [401, 'undeliverable', 1],
    [302, 'undeliverable', 1],
  ])('%i: the batch is %s after %i callbacks', async (status, state, count) => {
    const path = freshPath();
    marketo.answer = (callback, number) => (callback.path === path && number === 1 ? { status } : undefined);
    const { status: acknowledged, body } = await service.submit(
      marketoBatch(marketo.url + path, [marketoLead({ id: 1 })]),
      '/services/scoring/submitAsyncAction',
    );
    expect(acknowledged).toBe(201);
    const stateOf = (): Promise<unknown> => records.sql('SELECT state FROM actions WHERE id = $1', [body['requestId']]);
    await expect.poll(stateOf, { timeout: 10_000 }).toEqual([{ state }]);
    const texts = marketo.of(path).map(({ text }) => text);
    expect(texts).toHaveLength(count);
    expect(new Set(texts).size).toBe(1);
  });
});

describe('where a service is called', () => {
  it('is its own address when it speaks Marketo alone, and below it when it speaks both', async () => {
    const get = (path: string) => call('GET', service.url + path, KEY);
    const own = await get('/services/scoring/getServiceDefinition');
    expect(own).toMatchObject({
      status: 200,
      body: { apiName: 'scoring', caBundle: 'https://certificates.example.com/bundle' },
    });
    expect((await get('/services/scoring/openapi.json')).body).toMatchObject({
      servers: [{ url: expect.stringMatching(/\/services\/scoring$/) as unknown }],
    });
    expect((await get('/services/both/openapi.json')).body).toMatchObject({
      servers: [{ url: expect.stringMatching(/\/services\/both$/) as unknown }],
      paths: { '/submitAsyncAction': { post: { responses: { 200: {} } } } },
    });
    expect((await get('/services/both/marketo/openapi.json')).body).toMatchObject({
      servers: [{ url: expect.stringMatching(/\/services\/both\/marketo$/) as unknown }],
      paths: { '/submitAsyncAction': { post: { responses: { 201: {} } } } },
    });
  });

  it('keeps the two dialects of a service apart', async () => {
    const path = freshPath();
    const batch = marketoBatch(marketo.url + path, [marketoLead({ id: 1 })]);
    expect((await service.submit(batch, '/services/both/marketo/submitAsyncAction')).status).toBe(201);
    await marketo.until(() => marketo.of(path).length > 0);
    const asJourney = await service.submit(batch, '/services/both/submitAsyncAction');
    expect(asJourney).toMatchObject({ status: 400, body: { status: 'error', code: 'INVALID_REQUEST' } });
  });

  it('has a definition with all that Marketo reads', async () => {
    const { body } = await call('GET', `${service.url}/services/scoring/getServiceDefinition`, KEY);
    expect(body).toMatchObject({
      i18n: {
        en_US: {
          name: 'Scoring',
          filterName: 'Scoring was used',
          triggerName: 'Use scoring',
          description: 'Scores a lead',
        },
        de_DE: { name: 'Bewertung', filterName: 'Bewertung wurde verwendet' },
      },
      primaryAttribute: 'mode',
      invocationPayloadDef: {
        globalAttributes: [{ apiName: 'region', hasPicklist: true, enforcePicklistSelect: true, dataType: 'string' }],
        flowAttributes: [
          {
            apiName: 'mode',
            i18n: { en_US: { name: 'Mode', uiTooltip: 'How to score' } },
            hasPicklist: true,
            picklistUrl: expect.stringMatching(/\/services\/scoring\/getPicklist$/) as unknown,
          },
        ],
        fields: [
          {
            serviceAttribute: 'email',
            suggestedMarketoAttribute: 'email',
            description: { en_US: 'E-mail address', de_DE: 'E-Mail-Adresse' },
            dataType: 'email',
            required: true,
          },
          { serviceAttribute: 'age', description: { en_US: 'age' } },
          { serviceAttribute: 'subscribed' },
        ],
        headers: [{ name: 'X-Vendor', description: { en_US: 'The vendor' }, hasPicklist: false }],
        userDrivenMapping: false,
        programContext: true,
        campaignContext: true,
        triggerContext: true,
        programMemberContext: true,
        subscriptionContext: true,
        myTokenContext: ['Event Date'],
      },
      callbackPayloadDef: { attributes: [{ apiName: 'seen', dataType: 'text' }] },
    });
  });
});
