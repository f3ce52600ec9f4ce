import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import SDK from 'sfmc-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../simulator/free-port.js';
import { createApp } from '../src/boot.js';
import { loadConfig } from '../src/config/load-config.js';
import { testEnvironment } from './support/app.js';
import { until } from './support/company-world.js';
import { Receiver } from './support/receiver.js';
import { Sfmc } from './support/sfmc.js';
import { SoapClient } from './support/soap-client.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

let database: TestDatabase;
let receiver: Receiver;
let app: NestFastifyApplication;
let dataDir: string;
let url: string;
let account: SoapClient;
let sfmc: Sfmc;

beforeAll(async () => {
  database = await createTestDatabase();
  receiver = await Receiver.start();
  dataDir = mkdtempSync(join(tmpdir(), 'ricochet-sfmc-'));
  // The client goes where the token's answer sends it, so the service must know its own address.
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const environment = testEnvironment({ databaseUrl: database.url, env: { PORT: String(port) } });
  app = await createApp(loadConfig({ DATA_DIR: dataDir, ...environment }));
  await app.listen(port, '127.0.0.1');
  account = await SoapClient.create(url);
  sfmc = new Sfmc(url, account);
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

const byRequest = (requestId: string): object => ({
  filter: { leftOperand: 'RequestID', operator: 'equals', rightOperand: requestId },
});

describe('sfmc-sdk, unmodified', () => {
  it('gets a token with a scope', async () => {
    const session = await sfmc.session();
    expect(session).toMatchObject({
      scope: expect.stringMatching(/^\w+( \w+)*$/) as string,
      soap_instance_url: `${url}/`,
    });
  });

  it('creates asynchronously, is called back, and retrieves the same result', async () => {
    const subscriber = { EmailAddress: 'ada@example.com', Attributes: [{ Name: 'First Name', Value: 'Ada' }] };
    const options = sendTo('/one', { RespondWhen: 'OnCallComplete', IncludeResults: true, IncludeObjects: true });
    const queued = await sfmc.create('Subscriber', subscriber, options);
    expect(queued).toMatchObject({ OverallStatus: 'OK', Results: [{ StatusMessage: 'Queued' }] });
    await until(() => receiver.of('/one').length > 0);
    const form = new URLSearchParams(receiver.of('/one')[0]?.body);
    expect([form.get('RequestID'), form.get('StatusCode')]).toEqual([queued.RequestID, 'OK']);
    const found = await sfmc.retrieve('ResultMessage', ['RequestID', 'StatusCode'], byRequest(queued.RequestID));
    expect(found.Results).toEqual([{ RequestID: queued.RequestID, StatusCode: 'OK' }]);
  });

  it('creates a list, each object with its type, with the Priority it lets through', async () => {
    const list = ['a@example.com', 'b@example.com'].map((EmailAddress) => ({
      '@_xsi:type': 'Subscriber',
      EmailAddress,
    }));
    const queued = await sfmc.create('Subscriber', list, { ...sendTo('/list'), Priority: 'High' });
    expect(queued.Results).toHaveLength(2);
    await until(() => receiver.of('/list').length > 0);
    const items = await sfmc.retrieve('ResultItem', ['OrdinalID', 'StatusCode'], byRequest(queued.RequestID));
    // Numbers, because this client reads texts as such.
    expect(items.Results).toEqual([
      { StatusCode: 'OK', OrdinalID: 0 },
      { StatusCode: 'OK', OrdinalID: 1 },
    ]);
    const rows: unknown = await database.dataSource.query('SELECT priority FROM async_calls WHERE id = $1', [
      queued.RequestID,
    ]);
    expect(rows).toEqual([{ priority: 0 }]);
  });

  it('sends a list without types when they are left to it, and is told what is missing', async () => {
    await expect(
      sfmc.create('Subscriber', [{ EmailAddress: 'a@example.com' }], sendTo('/untyped')),
    ).rejects.toMatchObject({
      code: 'Error',
      json: { Results: [{ ErrorCode: 204, StatusMessage: expect.stringContaining('xsi:type') as string }] },
    });
  });

  it('runs a conversation in its sequence', async () => {
    const part = (SequenceCode: number): Promise<unknown> =>
      sfmc.create(
        'Subscriber',
        { EmailAddress: `part${SequenceCode}@example.com` },
        { ...sendTo('/talk'), ConversationID: 'talk', CallsInConversation: 2, SequenceCode },
      );
    await part(2);
    await part(1);
    await until(() => receiver.of('/talk').length === 2);
    const codes = receiver.of('/talk').map(({ body }) => new URLSearchParams(body).get('SequenceCode'));
    expect(codes).toEqual(['1', '2']);
  });

  it('retrieves page after page, properties without a value among those asked for', async () => {
    for (let n = 0; n < 11; n += 1) await sfmc.create('Subscriber', { EmailAddress: `p${n}@example.com` });
    const all = await sfmc.retrieveBulk('ResultMessage', ['RequestID', 'Client', 'ObjectID', 'ResultDetailXML']);
    expect(all.Results.length).toBeGreaterThan(11);
    expect(new Set(all.Results.map(({ RequestID }) => RequestID)).size).toBe(all.Results.length);
  });

  it('asks for a new token when the old one is over, and goes on', async () => {
    await database.dataSource.query(`UPDATE async_tokens SET expires_at = now() - interval '1 s'`);
    expect(await sfmc.create('Subscriber', { EmailAddress: 'a@example.com' })).toMatchObject({ OverallStatus: 'OK' });
  });

  it.each([
    ['a refused option', { RequestType: 'Asynchronous', ScheduledTime: '2999-01-01T00:00:00Z' }, 'ErrorCode', 226],
    [
      'http elsewhere',
      {
        RequestType: 'Asynchronous',
        SendResponseTo: { ResponseType: 'HTTPPost', ResponseAddress: 'http://example.com' },
      },
      'ErrorCode',
      227,
    ],
  ])('hears of %s', async (_what, options, name, code) => {
    await expect(sfmc.create('Subscriber', { EmailAddress: 'a@example.com' }, options)).rejects.toMatchObject({
      json: { Results: [{ [name]: code }] },
    });
  });

  it('hears of a verb, a property and a secret there is not', async () => {
    await expect(sfmc.describe('Subscriber')).rejects.toThrow('Create and Retrieve are supported');
    await expect(sfmc.retrieve('ResultMessage', ['Nothing'])).rejects.toThrow('Not all Properties');
    await expect(new Sfmc(url, { clientId: account.clientId, clientSecret: 'wrong' }).session()).rejects.toThrow(/\w/);
  });
});

describe('what docs/async-calls.md says sfmc-sdk needs', () => {
  it('an auth_url that is set after its constructor, which takes no other than its vendor’s', () => {
    const elsewhere = { client_id: 'a', client_secret: 'b', account_id: 7, auth_url: `${url}/` };
    expect(() => new SDK(elsewhere)).toThrow('auth_url must be in format');
  });

  it.each(['QueuePriority', 'RequestExpirationTime', 'CorrelationID'])(
    'no %s, which it lets not through',
    async (option) => {
      const asked = Promise.resolve().then(() =>
        sfmc.create('Subscriber', { EmailAddress: 'a@example.com' }, { [option]: 'x' }),
      );
      await expect(asked).rejects.toThrow(`${option} is not a supported Option`);
    },
  );

  it('another place to read texts from that look like numbers', async () => {
    const done = await sfmc.create('Subscriber', { EmailAddress: 'a@example.com', SubscriberKey: '01067' });
    expect(done.Results).toMatchObject([{ Object: { SubscriberKey: 1067 } }]);
  });

  it('new parameters for each retrieveBulk', async () => {
    const parameters: { continueRequest?: string } = {};
    await sfmc.retrieveBulk('ResultMessage', ['ResultDetailXML'], parameters);
    expect(parameters.continueRequest).toMatch(/^[\w-]+$/);
  });
});
