import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, type RunningApp, startApp } from './support/app.js';
import { until } from './support/company-world.js';
import { Receiver } from './support/receiver.js';
import {
  admin,
  ANSWER_HEAD,
  ANSWER_TAIL,
  createRequest,
  envelopeOf,
  equals,
  PARTNER_API,
  retrieveRequest,
  SOAP_1_2,
  SoapClient,
  subscriber,
  textIn,
  textsOf,
} from './support/soap-client.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;
const ASYNC = '<RequestType>Asynchronous</RequestType>';

let database: TestDatabase;
let service: RunningApp;
let client: SoapClient;
let other: SoapClient;

beforeAll(async () => {
  database = await createTestDatabase();
  service = await startApp({ databaseUrl: database.url });
  client = await SoapClient.create(service.url, 'one');
  other = await SoapClient.create(service.url, 'two');
});
afterAll(async () => {
  await service.close();
  await database.drop();
});

/** Submits a call and waits for its result. @returns its RequestID. */
async function finished(of: SoapClient, objects: string, options = ASYNC): Promise<string> {
  const requestId = textIn((await of.create(options, objects)).text, 'RequestID');
  await until(async () =>
    (await of.retrieve('ResultMessage', equals('RequestID', requestId))).text.includes('<Results'),
  );
  return requestId;
}

describe('clients, as administrators see them', () => {
  it('are created, listed, disabled and enabled, each with its audit row', async () => {
    const one = await SoapClient.create(service.url, 'to be disabled');
    const path = `/admin/async-clients/${one.clientId}`;
    expect((await admin(service.url, 'POST', `${path}/disable`)).body).toMatchObject({ state: 'disabled' });
    expect((await one.retrieve('ResultMessage')).text).toContain('<faultstring>Token Expired</faultstring>');
    expect((await one.signIn()).status).toBe(401);
    const listed = (await admin(service.url, 'GET', '/admin/async-clients?limit=1')).body;
    expect(listed).toMatchObject({
      items: [{ client_id: one.clientId, name: 'to be disabled', state: 'disabled', previous_secret_until: null }],
      nextCursor: one.clientId,
    });
    expect(JSON.stringify(listed)).not.toMatch(/secret_hash|client_secret/);
    const next = await admin(service.url, 'GET', `/admin/async-clients?limit=200&cursor=${one.clientId}`);
    expect(next.body).toMatchObject({ items: [{ name: 'two' }, { name: 'one' }], nextCursor: null });
    expect((await admin(service.url, 'POST', `${path}/enable`)).body).toMatchObject({ state: 'active' });
    expect((await one.signIn()).status).toBe(200);
    const rows: { verb: string }[] = await database.dataSource.query(
      `SELECT verb FROM admin_audit WHERE target = $1 ORDER BY id`,
      [`async-client:${one.clientId}`],
    );
    expect(rows.map(({ verb }) => verb)).toEqual([
      'async.client.create',
      'async.client.disable',
      'async.client.enable',
    ]);
  });

  it('keep their old secret for a day after a rotation, and no longer', async () => {
    const one = await SoapClient.create(service.url, 'to be rotated');
    const rotated = await admin(service.url, 'POST', `/admin/async-clients/${one.clientId}/rotate`);
    const secret = rotated.body['client_secret'] as string;
    expect(rotated.headers['cache-control']).toBe('no-store');
    expect([(await one.signIn()).status, (await one.signIn(secret)).status]).toEqual([200, 200]);
    expect((await one.retrieve('ResultMessage')).status).toBe(200);
    await database.dataSource.query(
      `UPDATE async_clients SET previous_until = previous_until - interval '24 hours' WHERE id = $1`,
      [one.clientId],
    );
    expect([(await one.signIn()).status, (await one.signIn(secret)).status]).toEqual([401, 200]);
  });

  it('get no token, and no error of ours, while they are deleted', async () => {
    const one = await SoapClient.create(service.url, 'to be deleted');
    const runner = database.dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query('DELETE FROM async_clients WHERE id = $1', [one.clientId]);
    const signingIn = one.signIn();
    await until(async () => {
      const waiting: unknown[] = await database.dataSource.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return waiting.length > 0;
    });
    await runner.commitTransaction();
    await runner.release();
    expect(await signingIn).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });

  it('are unknown by any other id, and their secrets rest as hashes', async () => {
    for (const id of ['x', '00000000-0000-0000-0000-000000000000', '%00']) {
      const answer = await admin(service.url, 'POST', `/admin/async-clients/${id}/rotate`);
      expect([answer.status, answer.body['code']]).toEqual([404, 'RESOURCE_NOT_FOUND']);
    }
    const rows: unknown[] = await database.dataSource.query(
      `SELECT row_to_json(c)::text || (SELECT string_agg(row_to_json(t)::text, '') FROM async_tokens t) FROM async_clients c`,
    );
    expect(JSON.stringify(rows)).not.toContain(client.clientSecret);
    expect(JSON.stringify(rows)).not.toContain(client.token);
  });

  it.each([
    [{}],
    [{ name: '' }],
    [{ name: ' ' }],
    [{ name: 'x'.repeat(101) }],
    [{ name: 1 }],
    [{ name: 'a\n' }],
    [{ name: 'a', role: 'x' }],
  ])('are refused as %j', async (body) => {
    expect((await admin(service.url, 'POST', '/admin/async-clients', body)).status).toBe(422);
  });
});

describe('tokens', () => {
  it('are issued in today’s shape', async () => {
    const answer = await client.signIn();
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.body).toEqual({
      access_token: expect.stringMatching(/^[\w-]{43}$/) as string,
      token_type: 'Bearer',
      expires_in: 1_200,
      scope: 'list_and_subscribers_read list_and_subscribers_write',
      soap_instance_url: 'http://127.0.0.1:3000/',
      rest_instance_url: 'http://127.0.0.1:3000/',
    });
  });

  it('are issued in the shape before', async () => {
    const body = { clientId: client.clientId, clientSecret: client.clientSecret, scope: 'ignored' };
    const answer = await call('POST', `${service.url}/v1/requestToken`, {}, body);
    expect([answer.status, answer.body]).toEqual([
      200,
      { accessToken: expect.stringMatching(/^[\w-]{43}$/) as string, expiresIn: 1_200 },
    ]);
  });

  it('expire, and are swept by those who come later', async () => {
    const one = await SoapClient.create(service.url, 'expiring');
    await database.dataSource.query(
      `UPDATE async_tokens SET expires_at = now() - interval '1 s' WHERE client_id = $1`,
      [one.clientId],
    );
    const answer = await one.retrieve('ResultMessage');
    expect(answer.status).toBe(401);
    expect(answer.text).toBe(
      `${ANSWER_HEAD}<soap:Fault><faultcode>soap:Client</faultcode><faultstring>Token Expired</faultstring></soap:Fault>${ANSWER_TAIL}`,
    );
    await client.signIn();
    const left: unknown[] = await database.dataSource.query(`SELECT 1 FROM async_tokens WHERE client_id = $1`, [
      one.clientId,
    ]);
    expect(left).toEqual([]);
  });

  it('cannot be had by guessing, and guesses at one client keep nobody else out', async () => {
    const one = await SoapClient.create(service.url, 'guessed at');
    const answers = [];
    for (let guess = 0; guess < 12; guess += 1) answers.push(await one.signIn(`guess ${guess}`));
    expect(answers.map(({ status }) => status).slice(0, 10)).toEqual(Array(10).fill(401));
    const [last] = answers.slice(-1);
    expect([last?.status, last?.body['error']]).toEqual([429, 'temporarily_unavailable']);
    expect(Number(last?.headers['retry-after'])).toBeGreaterThan(0);
    expect((await client.signIn()).status).toBe(200);
  });
});

describe('Create, asynchronous', () => {
  it('answers as the contract’s example, byte for byte', async () => {
    const answer = await client.create(ASYNC, subscriber('a@example.com') + subscriber('b@example.com'));
    const requestId = UUID.exec(answer.text)?.[0] ?? '';
    const queued = (n: number): string =>
      `<Results><StatusCode>OK</StatusCode><StatusMessage>Queued</StatusMessage><OrdinalID>${n}</OrdinalID></Results>`;
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/xml; charset=utf-8']);
    expect(answer.text).toBe(
      `${ANSWER_HEAD}<CreateResponse xmlns="${PARTNER_API}">${queued(0)}${queued(1)}` +
        `<RequestID>${requestId}</RequestID><OverallStatus>OK</OverallStatus></CreateResponse>${ANSWER_TAIL}`,
    );
  });

  it.each([
    ['the usual', (request: string, token: string) => envelopeOf(request, token), {}],
    [
      'a prefix, the header first, a declaration and comments',
      (request: string, token: string) =>
        `<?xml version="1.0" encoding="UTF-8"?><!-- x --><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
         <soapenv:Header><et:fueloauth xmlns:et="http://exacttarget.com">${token}</et:fueloauth></soapenv:Header>
         <soapenv:Body><!-- y -->${request}</soapenv:Body></soapenv:Envelope>`,
      { soapaction: '"Create"' },
    ],
    [
      'a prefix for every element',
      (request: string, token: string) =>
        envelopeOf(
          request
            .replaceAll(/<(\/?)(?=[A-Z])/g, '<$1p:')
            .replace('xmlns=', 'xmlns:p=')
            .replace('"Subscriber"', '"p:Subscriber"'),
          token,
        ),
      { soapaction: 'http://exacttarget.com/wsdl/partnerAPI#create' },
    ],
    [
      'the envelope of SOAP 1.2 as text/xml',
      (request: string, token: string) =>
        envelopeOf(request, token).replace('http://schemas.xmlsoap.org/soap/envelope/', SOAP_1_2),
      {},
    ],
    [
      'upper case and a charset',
      (request: string, token: string) => envelopeOf(request, token),
      { 'content-type': 'Text/XML; charset="UTF-8"' },
    ],
    [
      'a byte order mark',
      (request: string, token: string) => `\uFEFF${envelopeOf(request, token)}`,
      { soapaction: '""' },
    ],
    [
      'white space and CDATA around the token',
      (request: string, token: string) => envelopeOf(request, `\n  <![CDATA[ ${token} ]]>\n`),
      { soapaction: '' },
    ],
  ])('reads %s', async (_name, document, headers) => {
    const request = createRequest(ASYNC, subscriber('a@example.com'));
    const answer = await client.post(document(request, client.token), { headers });
    expect([answer.status, textIn(answer.text, 'StatusMessage')]).toEqual([200, 'Queued']);
    expect(answer.text.startsWith(ANSWER_HEAD)).toBe(true);
  });

  it('answers SOAP 1.2 in SOAP 1.2, faults included', async () => {
    const headers = { 'content-type': `application/soap+xml; charset=utf-8; action="Create"` };
    const request = createRequest(ASYNC, subscriber('a@example.com'));
    const document = envelopeOf(request, client.token).replace('http://schemas.xmlsoap.org/soap/envelope/', SOAP_1_2);
    const answer = await client.post(document, { headers });
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/soap+xml; charset=utf-8']);
    expect(answer.text).toContain(`<soap:Envelope xmlns:soap="${SOAP_1_2}"`);
    const fault = await client.post(document.replace('<Options>', '<Options'), { headers });
    expect([fault.status, fault.headers['content-type']]).toEqual([400, 'application/soap+xml; charset=utf-8']);
    expect(fault.text).toContain('<soap:Code><soap:Value>soap:Sender</soap:Value></soap:Code>');
  });

  it('takes the type of a list of objects from where fuel-soap puts it', async () => {
    const objects =
      '<Objects><EmailAddress>a@example.com</EmailAddress></Objects><Objects><EmailAddress>b@example.com</EmailAddress></Objects>' +
      '<Objects><xsi:type>Subscriber</xsi:type></Objects>';
    const requestId = await finished(client, objects);
    const items = await client.retrieve('ResultItem', equals('RequestID', requestId));
    expect(textsOf(items.text, 'OrdinalID')).toEqual(['0', '1']);
  });

  it('flattens attributes and what is nested, and leaves nil out', async () => {
    const inside =
      '<Client><ID>7</ID></Client><Attributes><Name>First Name</Name><Value>Ada &amp; "B"</Value></Attributes>' +
      '<Attributes><Name>Empty</Name><Value/></Attributes><LastName xsi:nil="true"/><Status>Active</Status>';
    const requestId = await finished(client, subscriber('a@example.com', inside));
    const [row]: { objects: string }[] = await database.dataSource.query(
      `SELECT objects FROM result_messages WHERE request_id = $1`,
      [requestId],
    );
    const [{ properties }] = JSON.parse(row?.objects ?? '[]') as [{ properties: Record<string, string> }];
    expect(properties).toMatchObject({
      EmailAddress: 'a@example.com',
      'Client.ID': '7',
      'First Name': 'Ada & "B"',
      Empty: '',
      Status: 'Active',
    });
    expect(Object.keys(properties)).not.toContain('LastName');
    const shown = await client.retrieve(
      'ResultMessage',
      `<Properties>ResultDetailXML</Properties>${equals('RequestID', requestId)}`,
    );
    expect(shown.text).toContain(
      '&lt;Name&gt;First Name&lt;/Name&gt;&lt;Value&gt;Ada &amp;amp; &amp;quot;B&amp;quot;&lt;/Value&gt;',
    );
  });

  it('takes every option in any order, and none it does not know amiss', async () => {
    const receiver = await Receiver.start();
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const nextWeek = new Date(Date.now() + 7 * 86_400_000).toISOString();
    const options = [
      `<RequestExpirationTime>${nextWeek}</RequestExpirationTime>`,
      '<CallsInConversation>1</CallsInConversation>',
      '<QueuePriority>low</QueuePriority><Priority>High</Priority><CorrelationID> batch 7 </CorrelationID>',
      '<SendResponseTo><RespondWhen>OnError</RespondWhen><IncludeObjects>True</IncludeObjects><OnlyIncludeBase>0</OnlyIncludeBase>' +
        `<IncludeResults>1</IncludeResults><ResponseAddress>${receiver.url}/a</ResponseAddress><ResponseType>httppost</ResponseType></SendResponseTo>`,
      '<SendResponseTo><ResponseType>None</ResponseType></SendResponseTo>',
      `<SendResponseTo><ResponseType>HTTPPost</ResponseType><ResponseAddress>${receiver.url}/b</ResponseAddress></SendResponseTo>`,
      `<ScheduledTime>${tomorrow}</ScheduledTime>`,
      '<SequenceCode>1</SequenceCode><ConversationID> all options </ConversationID>',
      '<SaveOptions><SaveOption><SaveAction>UpdateAdd</SaveAction></SaveOption></SaveOptions><Unheard>of</Unheard>',
      ASYNC,
    ];
    for (const [index, order] of [options, options.toReversed()].entries()) {
      const mine = order.join('').replace('all options', `all options ${index}`);
      const requestId = textIn((await client.create(mine, subscriber('a@example.com'))).text, 'RequestID');
      const rows: Record<string, unknown>[] = await database.dataSource.query(
        `SELECT responses, priority, correlation_id, conversation_id, sequence_code, due_at, expires_at, state FROM async_calls WHERE id = $1`,
        [requestId],
      );
      const [a, b] = order === options ? ['a', 'b'] : ['b', 'a'];
      const [row] = rows;
      expect(row).toMatchObject({
        priority: 2,
        correlation_id: 'batch 7',
        conversation_id: `all options ${index}`,
        sequence_code: 1,
        state: 'due',
      });
      const entries = row?.['responses'] as { url: string }[];
      expect(entries.map(({ url }) => url)).toEqual([`${receiver.url}/${a}`, `${receiver.url}/${b}`]);
      expect(entries.find(({ url }) => url.endsWith('/a'))).toMatchObject({
        respondWhen: 'OnError',
        includeResults: true,
        includeObjects: true,
        onlyIncludeBase: false,
      });
      expect(entries.find(({ url }) => url.endsWith('/b'))).toMatchObject({
        respondWhen: 'OnCallComplete',
        includeResults: false,
        includeObjects: false,
      });
    }
    await receiver.stop();
  });
});

describe('Options', () => {
  it.each([
    ['OnExpired', 'OnExpired'],
    ['onexpired', 'OnExpired'],
    ['ONEXPIRED', 'OnExpired'],
    ['ALWAYS', 'Always'],
    ['onCONVERSATIONcomplete', 'OnConversationComplete'],
  ])('take RespondWhen %s for %s', async (written, read) => {
    const when = `<RespondWhen>${written}</RespondWhen>`;
    const to = `<SendResponseTo><ResponseType>HTTPPOST</ResponseType>${when}<ResponseAddress>http://127.0.0.1:9/</ResponseAddress></SendResponseTo>`;
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const times = `<ScheduledTime>${tomorrow}</ScheduledTime><RequestExpirationTime>${tomorrow.replace('Z', '-08:00')}</RequestExpirationTime>`;
    const answer = await client.create(
      `<RequestType>ASYNCHRONOUS</RequestType>${to}${times}`,
      subscriber('a@example.com'),
    );
    expect(textIn(answer.text, 'StatusMessage')).toBe('Queued');
    expect(
      await database.dataSource.query(`SELECT responses->0->>'respondWhen' AS "when" FROM async_calls WHERE id = $1`, [
        textIn(answer.text, 'RequestID'),
      ]),
    ).toEqual([{ when: read }]);
  });

  it.each([
    ['<Priority>high</Priority>', 0],
    ['<Priority>High</Priority><QueuePriority>LOW</QueuePriority>', 2],
    ['<Priority>2</Priority>', 1],
    ['', 1],
  ])('take %s for priority %i', async (written, priority) => {
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const options = `${ASYNC}<ScheduledTime>${tomorrow}</ScheduledTime>${written}`;
    const requestId = textIn((await client.create(options, subscriber('a@example.com'))).text, 'RequestID');
    const found: unknown = await database.dataSource.query('SELECT priority FROM async_calls WHERE id = $1', [
      requestId,
    ]);
    expect(found).toEqual([{ priority }]);
  });

  it('have a CorrelationID that comes back with the result: called back, retrieved, waited for', async () => {
    const receiver = await Receiver.start();
    const correlation = '<CorrelationID>batch &amp; 7</CorrelationID>';
    const to = `<SendResponseTo><ResponseType>HTTPPost</ResponseType><ResponseAddress>${receiver.url}/c</ResponseAddress><IncludeResults>true</IncludeResults></SendResponseTo>`;
    const requestId = await finished(client, subscriber('a@example.com').repeat(2), `${correlation}${ASYNC}${to}`);
    await until(() => receiver.of('/c').length > 0);
    const form = new URLSearchParams(receiver.of('/c')[0]?.body);
    expect(form.get('CorrelationID')).toBe('batch & 7');
    expect(form.get('ResultDetailXML')).toContain('<CorrelationID>batch &amp; 7</CorrelationID>');
    const asked = `<Properties>CorrelationID</Properties>${equals('RequestID', requestId)}`;
    for (const [type, times] of [
      ['ResultMessage', 1],
      ['ResultItem', 2],
    ] as const) {
      const found = textsOf((await client.retrieve(type, asked)).text, 'CorrelationID');
      expect(found).toEqual(Array.from({ length: times }, () => 'batch &amp; 7'));
    }
    const done = await client.create(correlation, subscriber('a@example.com'));
    expect(textIn(done.text, 'CorrelationID')).toBe('batch &amp; 7');
    await receiver.stop();
  });

  it('keep the CorrelationID of a part of a conversation, and tell none where there was none', async () => {
    const talk = '<ConversationID>correlated</ConversationID><CallsInConversation>1</CallsInConversation>';
    const options = `${ASYNC}${talk}<SequenceCode>1</SequenceCode><CorrelationID>c-1</CorrelationID>`;
    const part = await finished(client, subscriber('a@example.com'), options);
    const plain = await finished(client, subscriber('a@example.com'));
    expect((await client.retrieve('ResultMessage', equals('RequestID', part))).text).toContain('>c-1</CorrelationID>');
    expect((await client.retrieve('ResultMessage', equals('RequestID', plain))).text).not.toContain('CorrelationID');
  });
});

describe('Create, synchronous', () => {
  it('waits for the result of a small call and shows the objects', async () => {
    const answer = await client.create('', `${subscriber('a@example.com')}<Objects xsi:type="Subscriber"/>`);
    expect(answer.status).toBe(200);
    expect(textsOf(answer.text, 'StatusCode')).toEqual(['OK', 'Error']);
    expect(textsOf(answer.text, 'OrdinalID')).toEqual(['0', '1']);
    expect(textIn(answer.text, 'OverallStatus')).toBe('Has Errors');
    expect(answer.text).toContain(
      '<Object xsi:type="Subscriber"><EmailAddress>a@example.com</EmailAddress><Attributes>',
    );
    expect(answer.text).toContain('<Attributes><Name>emailStatus</Name><Value>valid</Value></Attributes>');
  });

  it('gives up after a while, says how to go asynchronous, and the call goes on', async () => {
    const impatient = await startApp({ databaseUrl: database.url, env: { ASYNC_CALL_WAIT_MS: '1' } });
    try {
      const late = await SoapClient.create(impatient.url, 'late');
      const answer = await late.create('', Array.from({ length: 200 }, () => subscriber('a@example.com')).join(''));
      const requestId = textIn(answer.text, 'RequestID');
      expect([answer.status, textIn(answer.text, 'StatusCode'), textIn(answer.text, 'ErrorCode')]).toEqual([
        200,
        'Error',
        '203',
      ]);
      expect(textIn(answer.text, 'StatusMessage')).toMatch(/RequestType Asynchronous/);
      await until(async () =>
        (await late.retrieve('ResultMessage', equals('RequestID', requestId))).text.includes('<Results'),
      );
    } finally {
      await impatient.close();
    }
  });
});

describe('Retrieve', () => {
  it('answers as the contract’s example, byte for byte, with the properties asked for', async () => {
    const requestId = await finished(client, subscriber('a@example.com'));
    const properties = [
      'CreatedDate',
      'RequestID',
      'statuscode',
      'StatusMessage',
      'ErrorCode',
      'ConversationID',
      'RequestType',
    ];
    const asked = properties.map((name) => `<Properties>${name}</Properties>`).join('');
    const answer = await client.retrieve('ResultMessage', asked + equals('RequestID', requestId));
    const ownId = textsOf(answer.text, 'RequestID')[0] ?? '';
    const created = textIn(answer.text, 'CreatedDate');
    expect([UUID.test(ownId), new Date(created).toISOString() === created]).toEqual([true, true]);
    expect(answer.text).toBe(
      `${ANSWER_HEAD}<RetrieveResponseMsg xmlns="${PARTNER_API}"><OverallStatus>OK</OverallStatus><RequestID>${ownId}</RequestID>` +
        `<Results xsi:type="ResultMessage"><RequestID>${requestId}</RequestID><StatusCode>OK</StatusCode>` +
        `<RequestType>Asynchronous</RequestType><CreatedDate>${created}</CreatedDate></Results></RetrieveResponseMsg>${ANSWER_TAIL}`,
    );
  });

  it('answers OK without results when there are none', async () => {
    for (const value of ['01234567-89ab-7cde-8f01-23456789abcd', 'nonsense']) {
      const answer = await client.retrieve('ResultMessage', equals('ResultID', value));
      expect(answer.text).toMatch(
        /<RetrieveResponseMsg xmlns="[^"]+"><OverallStatus>OK<\/OverallStatus><RequestID>[^<]+<\/RequestID><\/RetrieveResponseMsg>/,
      );
    }
  });

  it('has one ResultItem per object, with its ordinal', async () => {
    const requestId = await finished(client, `${subscriber('a@example.com')}<Objects xsi:type="Subscriber"/>`);
    const answer = await client.retrieve('resultitem', equals('ResultID', `{${requestId.toUpperCase()}}`));
    expect(textsOf(answer.text, 'OrdinalID')).toEqual(['0', '1']);
    expect(textsOf(answer.text, 'StatusCode')).toEqual(['OK', 'Error']);
    expect(textsOf(answer.text, 'OverallStatusCode')).toEqual(['Has Errors', 'Has Errors']);
    expect(textsOf(answer.text, 'ErrorCode')).toHaveLength(1);
    const details = textsOf(answer.text, 'ResultDetailXML');
    expect(details[1]).toContain('&lt;OrdinalID&gt;1&lt;/OrdinalID&gt;');
    expect(details[1]).not.toContain('&lt;OrdinalID&gt;0&lt;/OrdinalID&gt;');
  });

  it.each(['ResultMessage', 'ResultItem'])(
    'of %s takes every documented property, and writes those with a value',
    async (type) => {
      const requestId = await finished(client, subscriber('a@example.com'));
      const documented = [
        'CallsInConversation Client ConversationID CorrelationID CreatedDate CustomerKey ErrorCode ID ModifiedDate ObjectID',
        'ObjectState OverallStatusCode Owner PartnerKey PartnerProperties RequestID RequestObjectType RequestType',
        'ResultDetailXML ResultType SequenceCode StatusCode StatusMessage',
      ].flatMap((line) => line.split(' '));
      if (type === 'ResultItem') documented.push('OrdinalID');
      for (const names of [documented, ...documented.map((name) => [name, name.toLowerCase()])]) {
        const asked = names.map((name) => `<Properties>${name}</Properties>`).join('');
        const answer = await client.retrieve(type, `${asked}${equals('RequestID', requestId)}`);
        expect([names, textIn(answer.text, 'OverallStatus')]).toEqual([names, 'OK']);
        expect(answer.text.split('<Results ')).toHaveLength(2);
        expect(answer.text).not.toMatch(
          /<(?:Client|CustomerKey|ID|ObjectID|ObjectState|Owner|PartnerKey|CorrelationID)[ >]/,
        );
        if (names === documented) {
          expect(textIn(answer.text, 'RequestObjectType')).toBe('Subscriber');
          expect(textIn(answer.text, 'ModifiedDate')).toBe(textIn(answer.text, 'CreatedDate'));
        }
      }
    },
  );

  it('finds by complex filters', async () => {
    const [a, b, c] = [
      await finished(client, subscriber('a@example.com')),
      await finished(client, subscriber('b@example.com')),
      await finished(
        client,
        subscriber('c@example.com'),
        `${ASYNC}<ConversationID>talk</ConversationID><SequenceCode>1</SequenceCode><CallsInConversation>1</CallsInConversation>`,
      ),
    ];
    const complex = (left: string, operator: string, right: string, tag = 'Filter'): string =>
      `<${tag} xsi:type="ComplexFilterPart">${left}<LogicalOperator>${operator}</LogicalOperator>${right}</${tag}>`;
    const either = complex(
      equals('RequestID', a, 'LeftOperand'),
      'OR',
      equals('RequestID', b, 'RightOperand'),
      'LeftOperand',
    );
    const ids = async (filter: string): Promise<string[]> =>
      textsOf((await client.retrieve('ResultMessage', filter)).text, 'RequestID').slice(1);
    expect(await ids(complex(either, 'OR', equals('ConversationID', 'talk', 'RightOperand')))).toEqual([a, b, c]);
    expect(await ids(complex(either, 'AND', equals('ConversationID', 'talk', 'RightOperand')))).toEqual([]);
    expect(await ids(equals('ConversationID', 'talk'))).toEqual([c]);
    const among = (...values: string[]): string =>
      equals('RequestID', values.join('</Value><Value>')).replace('equals', 'in');
    expect(await ids(among(c, 'nothing', a))).toEqual([a, c]);
    expect(await ids(among(b))).toEqual([b]);
    expect(await ids(among(...Array.from({ length: 49 }, (_, n) => `${n}`), b))).toEqual([b]);
    const operands = [b, c].map((id) => equals('RequestID', id, 'Operand')).join('');
    const more = `${equals('RequestID', 'x', 'RightOperand')}<AdditionalOperands>${operands}</AdditionalOperands>`;
    expect(await ids(complex(equals('RequestID', a, 'LeftOperand'), 'OR', more))).toEqual([a, b, c]);
    expect(await ids(complex(equals('RequestID', a, 'LeftOperand'), 'AND', more))).toEqual([]);
  });

  it('has pages of the BatchSize that is asked for, up to its own', async () => {
    const batches = await SoapClient.create(service.url, 'batches');
    const requestIds: string[] = [];
    for (let n = 0; n < 5; n += 1) requestIds.push(await finished(batches, subscriber('a@example.com').repeat(3)));
    const among = equals('RequestID', requestIds.join('</Value><Value>')).replace('equals', 'IN');
    const pagesOf = async (type: string, size: number): Promise<number[]> => {
      const pages: number[] = [];
      const seen: string[] = [];
      let inside = `<Options><BatchSize>${size}</BatchSize></Options><Properties>RequestID</Properties>${among}`;
      for (let more = true; more;) {
        const { text } = await batches.retrieve(type, inside);
        const [cursor = '', ...ids] = textsOf(text, 'RequestID');
        pages.push(ids.length);
        seen.push(...ids);
        more = textIn(text, 'OverallStatus') === 'MoreDataAvailable';
        inside = `<ContinueRequest>${cursor}</ContinueRequest>`;
      }
      expect([...new Set(seen)]).toEqual(requestIds);
      return pages;
    };
    expect(await pagesOf('ResultMessage', 2)).toEqual([2, 2, 1]);
    expect(await pagesOf('ResultItem', 4)).toEqual([4, 4, 4, 3]);
    expect(await pagesOf('ResultItem', 3)).toEqual([3, 3, 3, 3, 3]);
    expect(await pagesOf('ResultMessage', 2_500)).toEqual([5]);
  });

  it('continues with what a version before has written', async () => {
    const plain = '{"type":"ResultMessage","properties":["RequestID"],"filter":null,"after":null,"within":null}';
    const cursor = Buffer.from(plain).toString('base64url');
    const { text } = await client.retrieve('ResultMessage', `<ContinueRequest>${cursor}</ContinueRequest>`);
    expect([textIn(text, 'OverallStatus'), text.includes('<Results ')]).toEqual(['OK', true]);
  });

  it('shows nothing of another client, by whatever it is asked', async () => {
    const requestId = await finished(client, subscriber('a@example.com'));
    const filters = ['', equals('RequestID', requestId), equals('ConversationID', 'talk')];
    for (const filter of filters) {
      for (const type of ['ResultMessage', 'ResultItem']) {
        expect((await other.retrieve(type, filter)).text).not.toContain('<Results');
      }
    }
  });

  it('continues where a page ends, also in the middle of a call', async () => {
    const many = await SoapClient.create(service.url, 'many');
    const list = (count: number): string =>
      Array.from({ length: count }, (_, n) => subscriber(`a${n}@example.com`)).join('');
    const sizes = [600, 3, 900, 600, ...Array.from({ length: 11 }, () => 1)];
    const requestIds: string[] = [];
    for (const size of sizes) requestIds.push(await finished(many, list(size)));
    const expected = sizes.flatMap((size, index) =>
      Array.from({ length: size }, (_, n) => `${requestIds[index]}/${n}`),
    );

    const seen: string[] = [];
    const pages: number[] = [];
    let inside = '<Properties>RequestID</Properties><Properties>OrdinalID</Properties>';
    for (;;) {
      const { text } = await many.retrieve('ResultItem', inside);
      const [cursor = '', ...ids] = textsOf(text, 'RequestID');
      const ordinals = textsOf(text, 'OrdinalID');
      seen.push(...ids.map((id, n) => `${id}/${ordinals[n]}`));
      pages.push(ids.length);
      if (textIn(text, 'OverallStatus') === 'OK') break;
      expect(textIn(text, 'OverallStatus')).toBe('MoreDataAvailable');
      expect((await other.retrieve('ResultItem', `<ContinueRequest>${cursor}</ContinueRequest>`)).text).not.toContain(
        '<Results',
      );
      // What was asked is remembered, whatever is said now.
      inside = `<Properties>StatusCode</Properties><ContinueRequest>${cursor}</ContinueRequest>`;
    }
    expect(seen).toEqual(expected);
    expect(Math.max(...pages)).toBeLessThanOrEqual(1_000);
    expect(pages.length).toBeGreaterThan(2);

    const messages: string[] = [];
    inside = '<Properties>ResultDetailXML</Properties><Properties>RequestID</Properties>';
    for (let more = true; more;) {
      const { text } = await many.retrieve('ResultMessage', inside);
      messages.push(...textsOf(text, 'RequestID').slice(1));
      more = textIn(text, 'OverallStatus') === 'MoreDataAvailable';
      inside = `<ContinueRequest>${textIn(text, 'RequestID')}</ContinueRequest>`;
    }
    expect(messages).toEqual(requestIds);
  });

  it.each([
    ['another type', retrieveRequest('Subscriber')],
    ['no type', `<RetrieveRequestMsg xmlns="${PARTNER_API}"><RetrieveRequest/></RetrieveRequestMsg>`],
    ['no request', `<RetrieveRequestMsg xmlns="${PARTNER_API}"/>`],
    ['an unknown property', retrieveRequest('ResultMessage', '<Properties>Clients</Properties>')],
    [
      'an unknown property among known ones',
      retrieveRequest(
        'ResultItem',
        '<Properties>ID</Properties><Properties>constructor</Properties><Properties>Client</Properties>',
      ),
    ],
    ['an ordinal of a message', retrieveRequest('ResultMessage', '<Properties>OrdinalID</Properties>')],
    ['far too many properties', retrieveRequest('ResultMessage', '<Properties>RequestID</Properties>'.repeat(101))],
    ['another property to filter by', retrieveRequest('ResultMessage', equals('StatusCode', 'OK'))],
    ['another operator', retrieveRequest('ResultMessage', equals('RequestID', 'x').replace('equals', 'like'))],
    ['no value', retrieveRequest('ResultMessage', equals('RequestID', ''))],
    ['two values', retrieveRequest('ResultMessage', equals('RequestID', 'x</Value><Value>y'))],
    ['a long value', retrieveRequest('ResultMessage', equals('ConversationID', 'x'.repeat(300)))],
    [
      'a value that is empty among several',
      retrieveRequest('ResultMessage', equals('RequestID', 'x</Value><Value>').replace('equals', 'IN')),
    ],
    [
      'more values than a filter has parts',
      retrieveRequest(
        'ResultMessage',
        equals('RequestID', 'x</Value><Value>'.repeat(50) + 'x').replace('equals', 'IN'),
      ),
    ],
    ['a BatchSize of none', retrieveRequest('ResultMessage', '<Options><BatchSize>0</BatchSize></Options>')],
    ['a BatchSize in words', retrieveRequest('ResultMessage', '<Options><BatchSize>many</BatchSize></Options>')],
    ['an empty filter', retrieveRequest('ResultMessage', '<Filter/>')],
    [
      'half a complex filter',
      retrieveRequest(
        'ResultMessage',
        `<Filter xsi:type="ComplexFilterPart">${equals('RequestID', 'x', 'LeftOperand')}</Filter>`,
      ),
    ],
    ['a deep filter', retrieveRequest('ResultMessage', deepFilter(12))],
    ['a ContinueRequest of nobody', retrieveRequest('ResultMessage', '<ContinueRequest>nobody</ContinueRequest>')],
    [
      'a ContinueRequest of another shape',
      retrieveRequest(
        'ResultMessage',
        `<ContinueRequest>${Buffer.from('{"type":"ResultMessage","properties":["RequestID"],"filter":{"operator":"AND"},"after":null,"within":null}').toString('base64url')}</ContinueRequest>`,
      ),
    ],
    [
      'a ContinueRequest without a place',
      retrieveRequest(
        'ResultMessage',
        `<ContinueRequest>${Buffer.from('{"type":"ResultMessage","properties":[],"filter":null,"after":"1; DROP","within":null}').toString('base64url')}</ContinueRequest>`,
      ),
    ],
    [
      'a ContinueRequest with a place of another form',
      retrieveRequest(
        'ResultMessage',
        `<ContinueRequest>${Buffer.from(`{"type":"ResultMessage","properties":[],"filter":null,"after":"${'-'.repeat(36)}","within":null}`).toString('base64url')}</ContinueRequest>`,
      ),
    ],
    [
      'a long ContinueRequest',
      retrieveRequest('ResultMessage', `<ContinueRequest>${'A'.repeat(9_000)}</ContinueRequest>`),
    ],
  ])('answers %s with an Error that clients can read', async (_name, body) => {
    const answer = await client.post(client.envelope(body), { action: 'Retrieve' });
    expect(answer.status).toBe(200);
    expect(textIn(answer.text, 'OverallStatus')).toMatch(/^Error: [^:]{10,}$/);
    expect(answer.text).not.toContain('<Results');
  });
});

function deepFilter(depth: number, tag = 'Filter'): string {
  if (depth === 0) return equals('RequestID', 'x', tag);
  const left = deepFilter(depth - 1, 'LeftOperand');
  return `<${tag} xsi:type="ComplexFilterPart">${left}<LogicalOperator>AND</LogicalOperator>${equals('RequestID', 'x', 'RightOperand')}</${tag}>`;
}
