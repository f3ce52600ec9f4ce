import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, call, type RunningApp, startApp } from './support/app.js';
import { until } from './support/company-world.js';
import { asCSharp, asJavaScript, asPython, asRuby, postMessage, type SdkRequest } from './support/official-sdks.js';
import { Receiver } from './support/receiver.js';
import { SoapClient, textIn, textsOf } from './support/soap-client.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const SDKS = [
  ['Python', asPython],
  ['Ruby', asRuby],
  ['C#', asCSharp],
  ['JavaScript', asJavaScript],
] as const;
const PATHS = ['service.asmx', 'Service.asmx', 'SERVICE.ASMX', 'service.asmx/', '/service.asmx', 'sErViCe.AsMx?x=1'];

let database: TestDatabase;
let service: RunningApp;
let receiver: Receiver;
let client: SoapClient;
let other: SoapClient;

beforeAll(async () => {
  database = await createTestDatabase();
  service = await startApp({ databaseUrl: database.url });
  receiver = await Receiver.start();
  client = await SoapClient.create(service.url, 'one');
  other = await SoapClient.create(service.url, 'two');
});
afterAll(async () => {
  await service.close();
  await receiver.stop();
  await database.drop();
});

function createOf(path: string, objects = ['ada@example.com']): string {
  const to =
    `<ResponseType>HTTPPost</ResponseType><ResponseAddress>${receiver.url}${path}</ResponseAddress>` +
    '<RespondWhen>OnCallComplete</RespondWhen><IncludeResults>true</IncludeResults><IncludeObjects>true</IncludeObjects>';
  const subscribers = objects.map(
    (email) => `<Objects xsi:type="Subscriber"><EmailAddress>${email}</EmailAddress></Objects>`,
  );
  const options = `<Options><RequestType>Asynchronous</RequestType><SendResponseTo>${to}</SendResponseTo></Options>`;
  return `<CreateRequest>${options}${subscribers.join('')}</CreateRequest>`;
}

function retrieveOf(requestId: string, properties: readonly string[], type = 'ResultMessage'): string {
  const filter =
    '<Filter xsi:type="SimpleFilterPart"><Property>RequestID</Property><SimpleOperator>equals</SimpleOperator>' +
    `<Value>${requestId}</Value></Filter>`;
  const asked = properties.map((name) => `<Properties>${name}</Properties>`).join('');
  return `<RetrieveRequestMsg><RetrieveRequest><ObjectType>${type}</ObjectType>${asked}${filter}</RetrieveRequest></RetrieveRequestMsg>`;
}

describe.each(SDKS)('a client that writes as the %s SDK does', (name, write) => {
  it.each(PATHS)('creates, is called back and retrieves at %s', async (path) => {
    const url = `${service.url}/${path}`;
    const send = (message: Omit<SdkRequest, 'token'>): ReturnType<typeof postMessage> =>
      postMessage(url, write({ ...message, token: client.token }));
    const told = `/${encodeURIComponent(name)}/${encodeURIComponent(path)}`;
    const created = await send({ verb: 'Create', operation: createOf(told) });
    expect([created.status, textsOf(created.text, 'StatusMessage')]).toEqual([200, ['Queued']]);
    const requestId = textIn(created.text, 'RequestID');
    await until(() => receiver.of(told).length > 0);
    const form = new URLSearchParams(receiver.of(told)[0]?.body);
    expect([form.get('RequestID'), form.get('OverallStatusCode')]).toEqual([requestId, 'OK']);
    expect(form.get('ResultDetailXML')).toContain('<EmailAddress>ada@example.com</EmailAddress>');
    for (const type of ['ResultMessage', 'ResultItem']) {
      const operation = retrieveOf(requestId, ['RequestID', 'StatusCode', 'Client', 'ObjectID'], type);
      const retrieved = await send({ verb: 'Retrieve', operation });
      expect(retrieved.text).toContain(
        `<Results xsi:type="${type}"><RequestID>${requestId}</RequestID><StatusCode>OK</StatusCode></Results>`,
      );
    }
  });

  it('creates synchronously, and hears what is wrong', async () => {
    const operation =
      '<CreateRequest><Objects xsi:type="Subscriber"><FirstName>Ada</FirstName></Objects></CreateRequest>';
    const done = await postMessage(
      `${service.url}/service.asmx`,
      write({ verb: 'Create', token: client.token, operation }),
    );
    expect([textIn(done.text, 'OverallStatus'), textIn(done.text, 'ErrorCode')]).toEqual(['Error', '204']);
    const wrong = write({ verb: 'Retrieve', token: 'x'.repeat(43), operation: retrieveOf('x', ['RequestID']) });
    const refused = await postMessage(`${service.url}/SERVICE.asmx/`, wrong);
    expect([refused.status, refused.text.includes('Token Expired')]).toEqual([401, true]);
  });
});

describe('a token that is wrapped', () => {
  const wrap = (token: string, times: number): string =>
    times === 0 ? token : `<fueloauth>${wrap(token, times - 1)}</fueloauth>`;
  const ask = async (inside: string): Promise<string> => {
    const operation = retrieveOf('x', ['RequestID']);
    return (
      await postMessage(`${service.url}/service.asmx`, asJavaScript({ verb: 'Retrieve', token: inside, operation }))
    ).text;
  };

  it.each([
    ['not at all', () => client.token],
    ['once', () => wrap(client.token, 1)],
    ['and laid out', () => `\n    <fueloauth>\n      ${client.token}\n    </fueloauth>\n  `],
    ['as CDATA', () => `<fueloauth><![CDATA[${client.token}]]></fueloauth>`],
    ['without a namespace', () => `<fueloauth xmlns="">${client.token}</fueloauth>`],
    ['four times', () => wrap(client.token, 4)],
    ['beside itself', () => client.token + wrap(client.token, 1)],
    ['twice in one', () => wrap(client.token, 1).repeat(2)],
  ])('%s is the token', async (_how, inside) => expect(textIn(await ask(inside()), 'OverallStatus')).toBe('OK'));

  it.each([
    ['around it', () => other.token + wrap(client.token, 1)],
    ['in it', () => client.token + wrap(other.token, 1)],
    ['beside it', () => wrap(client.token, 1) + wrap(other.token, 1)],
    ['deep in it', () => client.token + wrap(wrap(other.token, 1), 2)],
  ])('is refused with that of another client %s', async (_where, inside) => {
    const text = await ask(inside());
    expect([textIn(text, 'faultstring'), textIn(text, 'OverallStatus')]).toEqual([
      'The Header holds more than one token.',
      '',
    ]);
  });
});

describe('paths without a case', () => {
  const secrets = (): object => ({
    grant_type: 'client_credentials',
    client_id: client.clientId,
    client_secret: client.clientSecret,
    account_id: '7',
    scope: 'email_read',
  });
  const post = (path: string, body: unknown): Promise<Answer> => call('POST', service.url + path, {}, body);

  it.each(['/v2/token', '/V2/Token', '/v2/TOKEN/', '//v2/token', '/V2/TOKEN?a=b'])(
    '%s issues a token',
    async (path) => {
      const answer = await post(path, secrets());
      expect([answer.status, answer.headers['cache-control'], Object.keys(answer.body)]).toEqual([
        200,
        'no-store',
        ['access_token', 'token_type', 'expires_in', 'scope', 'soap_instance_url', 'rest_instance_url'],
      ]);
    },
  );

  it.each(['/v1/requesttoken', '/V1/RequestToken/', '/v1/REQUESTTOKEN'])(
    '%s issues one to older clients',
    async (path) => {
      const answer = await post(path, { clientId: client.clientId, clientSecret: client.clientSecret });
      expect([answer.status, Object.keys(answer.body)]).toEqual([200, ['accessToken', 'expiresIn']]);
    },
  );

  it.each([
    ['GET', '/SERVICE.asmx', 405, 'POST a SOAP message'],
    ['DELETE', '/service.ASMX/', 405, 'POST a SOAP message'],
    ['POST', '/service.asmx/nothing', 404, 'POST a SOAP message'],
    ['POST', '/v2/service.asmx', 404, 'NOT_FOUND'],
    ['PUT', '/V2/Token/', 405, 'error_description'],
    ['GET', '/V1/REQUESTTOKEN', 405, 'errorcode'],
    ['POST', '/V2/Token', 400, 'error_description'],
  ] as const)('%s %s is %i in its own dialect', async (method, path, status, said) => {
    const answer = await service.app.inject({ method, url: path, headers: { 'content-type': 'application/json' } });
    expect([answer.statusCode, answer.body.includes(said)]).toEqual([status, true]);
    if (status === 405) expect(answer.headers['allow']).toBe('POST');
  });

  it.each(['/ADMIN/actions', '/Health/live', '/SERVICES/contact-quality/openapi.json', '/OpenAPI.json', '/DOCS-JSON'])(
    '%s keeps its case',
    async (path) => {
      const answer = await service.app.inject({ method: 'GET', url: path });
      expect(answer.statusCode).toBe(404);
    },
  );
});

it('goes on where a page ends, with the ContinueRequest where the Ruby SDK puts it', async () => {
  for (let n = 0; n < 11; n += 1) {
    const operation = `<CreateRequest><Objects xsi:type="Subscriber"><EmailAddress>a${n}@example.com</EmailAddress></Objects></CreateRequest>`;
    await postMessage(`${service.url}/service.asmx`, asRuby({ verb: 'Create', token: other.token, operation }));
  }
  const all =
    '<RetrieveRequest><ObjectType>ResultMessage</ObjectType><Properties>ResultDetailXML</Properties></RetrieveRequest>';
  const ask = (inside: string): ReturnType<typeof postMessage> => {
    const operation = `<RetrieveRequestMsg>${inside}</RetrieveRequestMsg>`;
    return postMessage(`${service.url}/service.asmx`, asRuby({ verb: 'Retrieve', token: other.token, operation }));
  };
  const first = (await ask(all)).text;
  expect([textIn(first, 'OverallStatus'), first.split('<Results ').length - 1]).toEqual(['MoreDataAvailable', 10]);
  const second = (await ask(`<ContinueRequest>${textIn(first, 'RequestID')}</ContinueRequest>`)).text;
  expect([textIn(second, 'OverallStatus'), second.split('<Results ').length - 1]).toEqual(['OK', 1]);
});
