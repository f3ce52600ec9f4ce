import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Answer, type RunningApp, startApp } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { marketoBatch, MarketoFolder, marketoLead, resultsOf } from './support/marketo-world.js';
import { Records } from './support/records.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const SUBMIT = '/services/scoring/submitAsyncAction';
const SOON = { timeout: 60_000 };

// Services start within some of these tests: on a busy machine that takes as long as it takes.
vi.setConfig({ testTimeout: 180_000 });

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
  const env = { ...folder.env, MARKETO_MUNCHKIN_IDS: '123-ABC-456', ADOBE_RETRY_SCHEDULE: '0s,200ms' };
  service = await startApp({ databaseUrl: database.url, adobe: marketo, env });
});
afterAll(async () => {
  await service.close();
  await marketo.stop();
  await database.drop();
  folder.remove();
});

const freshPath = (): string => `/variants/${(paths += 1)}`;
const context = (more: object): Record<string, unknown> => ({
  context: { subscription: { munchkinId: '123-ABC-456' }, admin: { region: 'eu' }, ...more },
});

async function answered(leads: readonly unknown[], more: Record<string, unknown> = {}) {
  const path = freshPath();
  const answer = await service.submit(marketoBatch(marketo.url + path, leads, more), SUBMIT);
  expect(answer.status).toBe(201);
  await marketo.until(() => marketo.of(path).length > 0, 60_000);
  const [callback] = marketo.of(path);
  return { id: String(answer.body['requestId']), callback, path, results: resultsOf(callback) };
}

describe('a subscription in another spelling', () => {
  it('is the same one, and reads its own spelling in the callback', async () => {
    const other = context({ subscription: { munchkinId: '123-abc-456' } });
    const { callback, id, path } = await answered([marketoLead({ id: 1 })], { token: 'spelled', ...other });
    expect(callback?.body).toMatchObject({ munchkinId: '123-abc-456' });
    expect(await records.sql('SELECT tenant FROM actions WHERE id = $1', [id])).toEqual([{ tenant: '123-ABC-456' }]);
    const again = marketoBatch(marketo.url + path, [marketoLead({ id: 1 })], { token: 'spelled' });
    expect(await service.submit(again, SUBMIT)).toMatchObject({ status: 201, body: { requestId: id } });
  });
});

describe('odd values of a batch', () => {
  it('come as numbers where they are texts, and are missing where they are null', async () => {
    const lead = marketoLead({ id: 1, fields: { age: '41', subscribed: 'true', free: 'x' } });
    const { objectContext, ...rest } = lead;
    const { results } = await answered(
      [
        { ...rest, objectContext: { ...(objectContext as object), id: '9007199254740993' } },
        { ...marketoLead({ id: 2 }), programMemberContext: null, triggeringContext: null, myTokenContext: null },
      ],
      { campaignId: '1039', batchId: null, batchid: 'b-1', ...context({ campaign: null, program: null }) },
    );
    const [first] = results;
    const seen = JSON.parse(String(first?.activityData['seen'])) as object;
    expect(seen).toMatchObject({ age: 41, subscribed: true });
    expect(results.map(({ activityData }) => activityData.success)).toEqual([true, true]);
  });

  it('keeps an id that is a text of 64 bits digit for digit', async () => {
    const { callback } = await answered([
      { ...marketoLead({ id: 1 }), objectContext: { id: '9007199254740993', email: 'a@example.com' } },
    ]);
    expect(callback?.text).toContain('"leadData":{"id":9007199254740993');
  });

  it('has a result for each of the leads with one id, in order', async () => {
    const leads = ['a', 'b', 'c'].map((label) => marketoLead({ id: 7, fields: { found: { label } } }));
    const { results } = await answered(leads);
    expect(results.map(({ leadData }) => [leadData.id, leadData['label']])).toEqual([
      [7, 'a'],
      [7, 'b'],
      [7, 'c'],
    ]);
  });

  it('lets a lead without its flow step fail alone, and passes parameters on that the service does not know', async () => {
    const { results } = await answered([
      { ...marketoLead({ id: 1 }), flowStepContext: null },
      { ...marketoLead({ id: 2 }), flowStepContext: { mode: 'strict', unknown: [1], other: 'x' } },
      { ...marketoLead({ id: 3 }), flowStepContext: { mode: { a: 1 } } },
    ]);
    expect(results.map(({ activityData }) => activityData['reason'] ?? activityData.success)).toEqual([
      'Missing required field: mode',
      true,
      'mode must be of type string',
    ]);
  });

  it('takes texts that are very long, in a batch near the limit of 8 MiB', async () => {
    const long = '\u{1F600}'.repeat(10_000);
    const leads = Array.from({ length: 160 }, (_, at) =>
      marketoLead({
        id: at + 1,
        fields: { note: long, found: { label: long.slice(0, 400), story: long.slice(0, 4_000) } },
      }),
    );
    const { results } = await answered(leads);
    expect(results).toHaveLength(160);
    for (const { leadData } of results) {
      expect(leadData['label']).toBe('\u{1F600}'.repeat(63));
      expect(leadData['story']).toBe('\u{1F600}'.repeat(500));
    }
  });

  it('gives each lead its result beside many whose step hangs', async () => {
    const leads = Array.from({ length: 24 }, (_, at) =>
      marketoLead({ id: at + 1, fields: at % 2 === 0 ? { do: 'hang' } : {} }),
    );
    const { results } = await answered(leads);
    expect(results.map(({ activityData: { errorCode } }) => errorCode)).toEqual(
      leads.map((_, at) => (at % 2 === 0 ? 'TIMEOUT' : undefined)),
    );
  });

  it('is stored once when it comes several times at once', async () => {
    const path = freshPath();
    const batch = marketoBatch(marketo.url + path, [marketoLead({ id: 1 }), marketoLead({ id: 2 })]);
    const answers = await Promise.all(Array.from({ length: 6 }, () => service.submit(batch, SUBMIT)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 201));
    const ids = [...new Set(answers.map(({ body }) => String(body['requestId'])))];
    expect(ids).toHaveLength(1);
    await records.untilState(ids, 'completed', 60_000);
    expect(marketo.of(path)).toHaveLength(1);
  });
});

describe('an answer of Marketo', () => {
  let server: Server;
  let answers: { status: number; headers?: Record<string, string>; body: string }[] = [];
  const texts: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        texts.push(text);
        const answer = answers.shift() ?? { status: 200, body: '{}' };
        response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(answer.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => texts.splice(0));
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const ERRORS = '{"success":false,"errors":[{"code":"1003","message":"lead1@example.com"},{"code":"1077"}]}';

  it.each<[what: string, first: (typeof answers)[number], state: string, count: number]>([
    // The token is for one callback: nothing could be sent again, so a 2xx is the end.
    ['200 with errors of chunks', { status: 200, body: ERRORS }, 'completed', 1],
    ['204 without a body', { status: 204, body: '' }, 'completed', 1],
    ['200 with a body that is none', { status: 200, body: '{"errors":[' }, 'completed', 1],
    ['405 with errors of chunks', { status: 405, body: ERRORS }, 'undeliverable', 1],
    ['405 that asks to come again', { status: 405, headers: { 'retry-after': '1' }, body: '{}' }, 'undeliverable', 1],
    ['410', { status: 410, body: '' }, 'undeliverable', 1],
    ['429 that asks to come again', { status: 429, headers: { 'retry-after': '1' }, body: '{}' }, 'completed', 2],
    ['503 that asks to come again', { status: 503, headers: { 'retry-after': '1' }, body: '' }, 'completed', 2],
  ])('of %s is read', async (_what, first, state, count) => {
    answers = [first];
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/callback`;
    const { status, body } = await service.submit(marketoBatch(url, [marketoLead({ id: 1 })]), SUBMIT);
    expect(status).toBe(201);
    const id = String(body['requestId']);
    const stateOf = (): Promise<unknown> => records.sql('SELECT state FROM actions WHERE id = $1', [id]);
    await expect.poll(stateOf, SOON).toEqual([{ state }]);
    expect(texts).toHaveLength(count);
    expect(new Set(texts).size).toBe(1);
    if (first.body !== ERRORS || first.status !== 405) return;
    const shown = (await service.admin(`/admin/actions/${id}`)).body['deliveries'] as { lastError: string }[];
    expect(shown[0]?.lastError).toContain('It names the errors 1003, 1077.');
    expect(shown[0]?.lastError).not.toContain('lead1@example.com');
  });
});

describe('a batch of a service that is gone', () => {
  it('fails as a whole, with a code of batches', async () => {
    const own = await createTestDatabase();
    const path = freshPath();
    const env = { ...folder.env, ROLE: 'api', QUEUE: 'postgres' };
    const taking = await startApp({ databaseUrl: own.url, adobe: marketo, env });
    const batch = marketoBatch(marketo.url + path, [marketoLead({ id: 1 })]);
    const answer: Answer = await taking.submit(batch, SUBMIT);
    expect(answer.status).toBe(201);
    await taking.close();
    const other = await startApp({ databaseUrl: own.url, adobe: marketo });
    try {
      await marketo.until(() => marketo.of(path).length > 0, 60_000);
      expect(marketo.of(path)[0]?.body).toMatchObject({
        munchkinId: '123-ABC-456',
        errorCode: 'BATCH_FAILED',
        errorMessage: 'the service scoring is not configured any more',
        objectData: [],
      });
    } finally {
      await other.close();
      await own.drop();
    }
  });
});
