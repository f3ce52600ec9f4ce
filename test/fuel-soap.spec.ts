import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../simulator/free-port.js';
import { createApp } from '../src/boot.js';
import { loadConfig } from '../src/config/load-config.js';
import { testEnvironment } from './support/app.js';
import { until } from './support/company-world.js';
import { Fuel, type FuelAnswer, type FuelError, type FuelOutcome } from './support/fuel.js';
import { Receiver } from './support/receiver.js';
import { SoapClient } from './support/soap-client.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

let database: TestDatabase;
let receiver: Receiver;
let app: NestFastifyApplication;
let url: string;
let dataDir: string;
let account: SoapClient;
let fuel: Fuel;

beforeAll(async () => {
  database = await createTestDatabase();
  receiver = await Receiver.start();
  dataDir = mkdtempSync(join(tmpdir(), 'ricochet-fuel-'));
  // The client goes where the token's answer sends it, so the service must know its own address.
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const environment = testEnvironment({ databaseUrl: database.url, env: { PORT: String(port) } });
  app = await createApp(loadConfig({ DATA_DIR: dataDir, ...environment }));
  await app.listen(port, '127.0.0.1');
  account = await SoapClient.create(url);
  fuel = new Fuel({
    auth: {
      clientId: account.clientId,
      clientSecret: account.clientSecret,
      authUrl: `${url}/v2/token`,
      authOptions: { authVersion: 2, accountId: '7' },
    },
  });
});
afterAll(async () => {
  await app.close();
  await receiver.stop();
  await database.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

const sendTo = (path: string, more: object = {}): object => ({
  RequestType: 'Asynchronous',
  SendResponseTo: { ResponseType: 'HTTPPost', ResponseAddress: `${receiver.url}${path}`, ...more },
});

function answerOf(outcome: FuelOutcome): FuelAnswer['body'] {
  if (outcome.error !== null) throw outcome.error;
  return outcome.answer.body;
}

function errorOf(outcome: FuelOutcome): FuelError {
  if (outcome.error === null) throw new Error(`no error: ${JSON.stringify(outcome.answer.body)}`);
  return outcome.error;
}

const byRequest = (requestId: string): object => ({
  filter: { leftOperand: 'RequestID', operator: 'equals', rightOperand: requestId },
});

async function resultOf(requestId: string): Promise<Record<string, string>> {
  let found: readonly Record<string, string>[] = [];
  const properties = ['RequestID', 'OverallStatusCode', 'StatusMessage', 'ErrorCode', 'ResultDetailXML'];
  await until(async () => {
    found = answerOf(await fuel.retrieve('ResultMessage', properties, byRequest(requestId))).Results;
    return found.length > 0;
  });
  return found[0] ?? {};
}

describe('fuel-soap, unmodified', () => {
  it('creates asynchronously, is called back, and retrieves the same result', async () => {
    const subscriber = { EmailAddress: 'ada@example.com', Attributes: [{ Name: 'First Name', Value: 'Ada' }] };
    const queued = answerOf(await fuel.create('Subscriber', subscriber, sendTo('/one', { IncludeResults: true })));
    expect(queued).toMatchObject({
      OverallStatus: 'OK',
      Results: [{ StatusCode: 'OK', StatusMessage: 'Queued', OrdinalID: '0' }],
    });
    await until(() => receiver.of('/one').length > 0);
    const form = new URLSearchParams(receiver.of('/one')[0]?.body);
    const result = await resultOf(queued.RequestID);
    expect([form.get('RequestID'), form.get('OverallStatusCode')]).toEqual([queued.RequestID, 'OK']);
    expect(result).toMatchObject({ RequestID: queued.RequestID, OverallStatusCode: 'OK' });
    expect(result['ResultDetailXML']).toContain('<Name>First Name</Name><Value>Ada</Value>');
    expect([result['StatusMessage'], result['ErrorCode']]).toEqual([undefined, undefined]);
  });

  it('creates a list of objects, and a failing one', async () => {
    const list = [{ EmailAddress: 'a@example.com' }, { EmailAddress: 'b@example.com' }, { FirstName: 'Nobody' }];
    const queued = answerOf(await fuel.create('Subscriber', list, sendTo('/list', { RespondWhen: 'OnError' })));
    expect(queued.Results).toHaveLength(3);
    expect(await resultOf(queued.RequestID)).toMatchObject({ OverallStatusCode: 'Has Errors', ErrorCode: '204' });
    await until(() => receiver.of('/list').length > 0);
    const items = answerOf(await fuel.retrieve('ResultItem', ['OrdinalID', 'StatusCode'], byRequest(queued.RequestID)));
    expect(items.Results).toEqual([
      { StatusCode: 'OK', OrdinalID: '0' },
      { StatusCode: 'OK', OrdinalID: '1' },
      { StatusCode: 'Error', OrdinalID: '2' },
    ]);
  });

  it('creates synchronously', async () => {
    const done = answerOf(await fuel.create('Subscriber', { EmailAddress: 'ada@example.com' }));
    expect(done.Results).toMatchObject([{ StatusCode: 'OK', OrdinalID: '0' }]);
    const failed = errorOf(await fuel.create('Subscriber', { FirstName: 'Nobody' }));
    expect(failed).toMatchObject({
      errorPropagatedFrom: 'CreateResponse',
      results: [{ StatusCode: 'Error', ErrorCode: '204' }],
    });
  });

  it('retrieves by a complex filter, and page by page', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 12; n += 1) {
      ids.push(answerOf(await fuel.create('Subscriber', { EmailAddress: `a${n}@example.com` })).RequestID);
    }
    const [first = '', second = ''] = ids;
    const simple = (id: string): object => ({ leftOperand: 'ResultID', operator: 'equals', rightOperand: id });
    const filter = { leftOperand: simple(first), operator: 'OR', rightOperand: simple(second) };
    const both = answerOf(await fuel.retrieve('ResultMessage', ['RequestID'], { filter }));
    expect(both.Results.map(({ RequestID }) => RequestID)).toEqual([first, second]);

    const properties = ['RequestID', 'ResultDetailXML'];
    let page = answerOf(await fuel.retrieve('ResultMessage', properties));
    const seen = [...page.Results];
    expect(page.OverallStatus).toBe('MoreDataAvailable');
    while (page.OverallStatus === 'MoreDataAvailable') {
      page = answerOf(await fuel.retrieve('ResultMessage', properties, { continueRequest: page.RequestID }));
      seen.push(...page.Results);
    }
    expect(new Set(seen.map(({ RequestID }) => RequestID)).size).toBe(seen.length);
    expect(seen.map(({ RequestID }) => RequestID)).toEqual(expect.arrayContaining(ids));
  });

  it('retrieves by the properties it asks for when none are named, with and without values', async () => {
    const { RequestID } = answerOf(await fuel.create('Subscriber', { EmailAddress: 'ada@example.com' }));
    for (const type of ['ResultMessage', 'ResultItem']) {
      const bare = answerOf(await fuel.retrieve(type, ['Client', 'ID', 'ObjectID'], byRequest(RequestID)));
      // An element with nothing in it is no result to this client.
      expect([bare.OverallStatus, bare.Results]).toEqual(['OK', []]);
      const named = answerOf(await fuel.retrieve(type, ['ID', 'RequestObjectType'], byRequest(RequestID)));
      expect(named.Results).toEqual([{ RequestObjectType: 'Subscriber' }]);
    }
  });

  it('works through the token endpoint of before, too', async () => {
    const legacy = new Fuel({
      auth: { clientId: account.clientId, clientSecret: account.clientSecret, authUrl: `${url}/v1/requestToken` },
      soapEndpoint: `${url}/Service.asmx`,
    });
    expect(answerOf(await legacy.create('Subscriber', { EmailAddress: 'a@example.com' })).OverallStatus).toBe('OK');
  });
});

describe('an error does not crash fuel-soap', () => {
  const ada = { EmailAddress: 'ada@example.com' };

  it.each([
    ['a conversation without its number', 'Subscriber', { ConversationID: 'c', CallsInConversation: 2 }, '202'],
    [
      'email',
      'Subscriber',
      { RequestType: 'Asynchronous', SendResponseTo: { ResponseType: 'email', ResponseAddress: 'a@b.c' } },
      '204',
    ],
    [
      'http elsewhere',
      'Subscriber',
      {
        RequestType: 'Asynchronous',
        SendResponseTo: { ResponseType: 'HTTPPost', ResponseAddress: 'http://example.com' },
      },
      '227',
    ],
    ['an unknown type', 'Lead', {}, '204'],
    [
      'a time too far away',
      'Subscriber',
      { RequestType: 'Asynchronous', ScheduledTime: '2999-01-01T00:00:00Z' },
      '226',
    ],
  ])('at the door: %s', async (_what, type, options, code) => {
    const error = errorOf(await fuel.create(type, { ...ada }, options));
    expect(error).toMatchObject({
      errorPropagatedFrom: 'CreateResponse',
      results: [{ StatusCode: 'Error', ErrorCode: code }],
    });
    expect(error.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('in a Retrieve: another property, another type, another operator', async () => {
    const asked = [
      fuel.retrieve('ResultMessage', ['Client', 'ID', 'Nothing']),
      fuel.retrieve('Subscriber', ['RequestID']),
      fuel.retrieve('ResultMessage', ['RequestID'], {
        filter: { leftOperand: 'RequestID', operator: 'like', rightOperand: 'x' },
      }),
      fuel.retrieve('ResultMessage', ['RequestID'], { continueRequest: 'nobody' }),
    ];
    for (const outcome of await Promise.all(asked)) {
      const error = errorOf(outcome);
      expect([error.errorPropagatedFrom, error.message.length > 10]).toEqual(['Retrieve Response', true]);
    }
  });

  it('by a verb there is not', async () => {
    const asked = [
      fuel.other((client, done) => client.update('Subscriber', { ...ada }, {}, done)),
      fuel.other((client, done) => client.delete('Subscriber', { ...ada }, {}, done)),
      fuel.other((client, done) => client.describe('Subscriber', done)),
      fuel.other((client, done) => client.execute('x', {}, done)),
      fuel.other((client, done) => client.perform('x', {}, done)),
    ];
    for (const outcome of await Promise.all(asked)) {
      expect(errorOf(outcome)).toMatchObject({
        errorPropagatedFrom: 'SOAP Fault',
        faultCode: 'soap:Client',
        message: expect.stringContaining('Create and Retrieve are supported') as string,
      });
    }
  });

  it('by a token that is over: it asks for a new one and goes on', async () => {
    await database.dataSource.query(`UPDATE async_tokens SET expires_at = now() - interval '1 s'`);
    const before = fuel.client.AuthClient.accessToken;
    expect(errorOf(await fuel.create('Subscriber', { ...ada }))).toMatchObject({ message: 'Token Expired' });
    fuel.client.AuthClient.invalidateToken();
    expect(answerOf(await fuel.create('Subscriber', { ...ada })).OverallStatus).toBe('OK');
    expect(fuel.client.AuthClient.accessToken).not.toBe(before);
  });

  it.each(['/v2/token', '/v1/requestToken'])('by wrong credentials at %s', async (path) => {
    const stranger = new Fuel({
      auth: {
        clientId: account.clientId,
        clientSecret: 'wrong',
        authUrl: url + path,
        ...(path === '/v2/token' && { authOptions: { authVersion: 2 } }),
      },
      soapEndpoint: `${url}/Service.asmx`,
    });
    expect(errorOf(await stranger.create('Subscriber', { ...ada })).message).toBe('No access token');
  });

  it('by anything HTTP says: 401, 404, 405, 413, 415', async () => {
    const broken: readonly (readonly [options: object, fault: RegExp])[] = [
      [{ headers: { 'Content-Type': 'application/json' } }, /Content-Type/],
      [{ uri: `${url}/Service.asmx/nothing` }, /Service\.asmx/],
      [{ method: 'PUT' }, /POST/],
    ];
    for (const [reqOptions, fault] of broken) {
      const legacy = new Fuel({
        auth: { clientId: account.clientId, clientSecret: account.clientSecret, authUrl: `${url}/v1/requestToken` },
        soapEndpoint: `${url}/Service.asmx`,
      });
      const error = errorOf(await legacy.create('Subscriber', { ...ada }, { reqOptions }));
      expect([error.errorPropagatedFrom, fault.test(error.message)]).toEqual(['SOAP Fault', true]);
    }
    const large = errorOf(await fuel.create('Subscriber', { EmailAddress: 'x'.repeat(9 * 1024 * 1024) }));
    // The answer may come while the client still sends: then it hears of its connection only.
    expect(large.message).toMatch(/too large|EPIPE|ECONNRESET/);
  });

  it('by a database that is away', async () => {
    await database.dataSource.query(`ALTER TABLE async_tokens RENAME TO async_tokens_away`);
    try {
      const error = errorOf(await fuel.create('Subscriber', { ...ada }));
      expect(error).toMatchObject({ errorPropagatedFrom: 'SOAP Fault', faultCode: 'soap:Server' });
    } finally {
      await database.dataSource.query(`ALTER TABLE async_tokens_away RENAME TO async_tokens`);
    }
  });
});
