import { SaxesParser } from 'saxes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEST_ADMIN_KEY, TEST_KEY } from './support/app.js';
import { createRequest, PARTNER_API, retrieveRequest, SoapClient, subscriber, textIn } from './support/soap-client.js';
import { createTestCa } from './support/test-ca.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { startTrustingApp, type TrustingApp } from './support/trusting-app.js';

const SECRET = 'not-to-be-seen-anywhere';
const ASYNC = '<RequestType>Asynchronous</RequestType>';
const ONE = subscriber('a@example.com');
const MEBIBYTE = 1024 * 1024;

let database: TestDatabase;
let service: TrustingApp;
let client: SoapClient;
let rows: string;

beforeAll(async () => {
  database = await createTestDatabase();
  service = await startTrustingApp({ databaseUrl: database.url, ca: createTestCa().ca });
  client = await SoapClient.create(service.url);
  rows = await countRows();
});
afterAll(async () => {
  // Whatever was refused here, in whatever way, has changed nothing and has said nothing.
  expect(await countRows()).toBe(rows);
  expect(service.logged.join('\n')).not.toContain(SECRET);
  expect(service.logged.join('\n')).not.toContain(client.token);
  await service.close();
  await database.drop();
});

async function countRows(): Promise<string> {
  const counted: unknown = await database.dataSource.query(
    `SELECT (SELECT count(*) FROM async_calls) AS calls, (SELECT count(*) FROM async_conversations) AS conversations,
       (SELECT count(*) FROM async_clients) AS clients, (SELECT count(*) FROM async_tokens) AS tokens,
       (SELECT count(*) FROM actions) AS actions, (SELECT count(*) FROM deliveries) AS deliveries`,
  );
  return JSON.stringify(counted);
}

interface Sent {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH' | 'OPTIONS';
  readonly path?: string;
  readonly body?: string | Buffer;
  readonly headers?: Record<string, string>;
}

async function send({ method = 'POST', path = '/Service.asmx', body, headers = {} }: Sent) {
  return service.app.inject({
    method,
    url: path,
    headers: { 'content-type': 'text/xml', ...headers },
    ...(body !== undefined && { payload: body }),
  });
}

/** The one child of the Body, checked to be well-formed and to be written as clients look for it. */
function bodyOf(xml: string): string {
  const parser = new SaxesParser({ xmlns: true });
  parser.write(xml).close();
  const [, inside = ''] =
    /^<\?xml [^>]+\?><soap:Envelope [^>]+><soap:Body>(.*)<\/soap:Body><\/soap:Envelope>$/s.exec(xml) ?? [];
  expect(xml).not.toContain(SECRET);
  return inside;
}

type Fault = readonly [what: string, sent: () => Sent, status: number, said: string];

const inside =
  (operation: string, change = (xml: string): string => xml) =>
  (): Sent => ({
    body: change(client.envelope(operation)),
  });
const created = (change: (xml: string) => string) => inside(createRequest(ASYNC, ONE), change);

/** What stands inside the element of credentials. */
const wrapped = (inner: (token: string) => string): (() => Sent) =>
  created((xml) => xml.replace(client.token, inner(client.token)));
const OTHER = 'o'.repeat(43);

const FAULTS: readonly Fault[] = [
  ['no body', () => ({}), 500, 'empty'],
  ['an empty body', () => ({ body: '' }), 500, 'empty'],
  ['no token', created((xml) => xml.replace(/<Header>.*<\/Header>/, '')), 401, 'Login Failed'],
  ['an empty token', created((xml) => xml.replace(client.token, '')), 401, 'Login Failed'],
  ['a token nobody has', created((xml) => xml.replace(client.token, 'x'.repeat(43))), 401, 'Token Expired'],
  ['a token that is no token', created((xml) => xml.replace(client.token, SECRET)), 401, 'Login Failed'],
  [
    'a token of another namespace',
    created((xml) => xml.replace('"http://exacttarget.com"', '"urn:x"')),
    401,
    'Login Failed',
  ],
  [
    'a token in the body',
    created((xml) => xml.replace('<Header>', '<Other>').replace('</Header>', '</Other>')),
    401,
    'Login',
  ],
  [
    'a token in a comment',
    created((xml) => {
      // One token in a hundred has two dashes on end, which no comment may contain.
      const speakable = xml.replace(client.token, client.token.replaceAll('--', '__'));
      return speakable.replace('<Header>', '<!--').replace('</Header>', '-->');
    }),
    401,
    'Login',
  ],
  ['two tokens', created((xml) => xml.replace(/(<fueloauth.*<\/fueloauth>)/, '$1$1')), 500, 'more than one'],
  ['another token around it', wrapped((token) => `${OTHER}<fueloauth>${token}</fueloauth>`), 401, 'Expired'],
  ['another token in it', wrapped((token) => `${token}<fueloauth>${OTHER}</fueloauth>`), 500, 'more than one'],
  [
    'two tokens in one wrapper',
    wrapped((token) => `<fueloauth>${token}</fueloauth><fueloauth>${OTHER}</fueloauth>`),
    500,
    'more than one',
  ],
  [
    'two wrapped tokens',
    created((xml) => xml.replace(/<(fueloauth.*)<\/fueloauth>/, '<$1</fueloauth><$1</fueloauth>')),
    500,
    'more than one',
  ],
  ['a wrapper with nothing in it', wrapped(() => '<fueloauth> </fueloauth>'), 401, 'Login'],
  ['a token wrapped in something else', wrapped((token) => `<x><fueloauth>${token}</fueloauth></x>`), 401, 'Login'],
  [
    'a wrapper of something else',
    created((xml) => xml.replace(/(<fueloauth.*<\/fueloauth>)/, '<x>$1</x>')),
    401,
    'Login',
  ],
  [
    'a caller key for a token',
    () => ({ ...created((xml) => xml.replace(client.token, TEST_KEY))(), headers: { 'x-api-key': TEST_KEY } }),
    401,
    'Login',
  ],
  [
    'an admin key for a token',
    () => ({ body: 'x', headers: { authorization: `Bearer ${TEST_ADMIN_KEY}` } }),
    401,
    'Login',
  ],
  ['JSON', () => ({ body: '{}', headers: { 'content-type': 'application/json' } }), 415, 'text/xml'],
  [
    'a form',
    () => ({ body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
    415,
    'text/xml',
  ],
  [
    'another charset',
    () => ({ ...created((xml) => xml)(), headers: { 'content-type': 'text/xml; charset=utf-16' } }),
    415,
    'utf-8',
  ],
  ['compression', () => ({ ...created((xml) => xml)(), headers: { 'content-encoding': 'gzip' } }), 415, 'ompressed'],
  ['more than any body may have', () => ({ body: Buffer.alloc(9 * MEBIBYTE, 0x20) }), 413, 'too large'],
  ['another path below', () => ({ ...created((xml) => xml)(), path: '/Service.asmx/nothing' }), 404, 'Service.asmx'],
  ['a WSDL', () => ({ method: 'GET', path: '/Service.asmx?wsdl' }), 405, 'no WSDL'],
  ['a WSDL under its own name', () => ({ method: 'GET', path: '/etframework.wsdl' }), 404, 'no WSDL'],
  ['another method', () => ({ method: 'DELETE' }), 405, 'POST'],
  ['a broken escape', () => ({ path: '/Service.asmx/%zz' }), 500, 'malformed'],
  ['a path that is too long', () => ({ path: `/service.asmx/${'x'.repeat(70_000)}` }), 404, 'Service.asmx'],

  ['text behind a token', () => ({ body: `fueloauth>${client.token}<` }), 500, 'well-formed'],
  ['a truncated envelope', created((xml) => xml.slice(0, -20)), 500, 'well-formed'],
  ['a truncated tag', created((xml) => xml.replace('</CreateRequest>', '</CreateRequest')), 500, 'well-formed'],
  ['NUL', created((xml) => xml.replace('a@example', 'a\u0000b')), 500, 'well-formed'],
  ['UTF-16', () => ({ body: Buffer.from(client.envelope('<a/>'), 'utf16le') }), 401, 'Login'],
  ['Latin-1', () => ({ body: Buffer.from(client.envelope('<a>\u00e4</a>'), 'latin1') }), 500, 'UTF-8'],
  ['another encoding declared', created((xml) => `<?xml version="1.0" encoding="windows-1252"?>${xml}`), 500, 'UTF-8'],
  [
    'a billion laughs',
    created(
      (xml) => `<!DOCTYPE a [<!ENTITY a "${SECRET}"><!ENTITY b "&a;&a;&a;&a;">]>${xml.replace('a@example', '&b;')}`,
    ),
    500,
    'DTD',
  ],
  [
    'an external entity',
    created((xml) => `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>${xml.replace('a@example', '&x;')}`),
    500,
    'DTD',
  ],
  ['an unknown entity', created((xml) => xml.replace('a@example', `&${SECRET};`)), 500, 'well-formed'],
  [
    'deep nesting',
    created((xml) => xml.replace('<CreateRequest', `${'<a>'.repeat(50_000)}<CreateRequest`)),
    500,
    'deeper',
  ],
  [
    'a huge attribute',
    created((xml) => xml.replace('<CreateRequest', `<CreateRequest a="${'x'.repeat(MEBIBYTE)}"`)),
    500,
    'attribute',
  ],
  [
    'many attributes',
    created((xml) =>
      xml.replace('<CreateRequest', `<CreateRequest ${Array.from({ length: 50_000 }, (_, n) => `a${n}=""`).join(' ')}`),
    ),
    500,
    'attributes',
  ],
  ['far too many elements', inside('<a/>'.repeat(300_000)), 500, 'more than one'],
  ['far too many objects, as elements', inside(createRequest(ASYNC, '<a/>'.repeat(260_000))), 500, 'elements'],
  [
    'no Envelope',
    () => ({ body: `<a><fueloauth xmlns="http://exacttarget.com">${client.token}</fueloauth></a>` }),
    500,
    'Envelope',
  ],
  [
    'an Envelope of no version',
    created((xml) => xml.replace('http://schemas.xmlsoap.org/soap/envelope/', 'urn:x')),
    500,
    'SOAP 1.1',
  ],
  ['no Body', created((xml) => xml.replace(/<Body>.*<\/Body>/, '')), 500, 'Body'],
  ['an empty Body', inside(''), 500, 'Body'],
  ['text in the Body', inside(SECRET), 500, 'Body'],
  ['two requests', inside(createRequest(ASYNC, ONE).repeat(2)), 500, 'more than one'],
  [
    'a request of no namespace',
    inside(createRequest(ASYNC, ONE).replace(`xmlns="${PARTNER_API}"`, 'xmlns=""')),
    500,
    PARTNER_API,
  ],
  ['a request nobody knows', inside(`<${SECRET} xmlns="${PARTNER_API}"/>`), 500, 'Create and Retrieve'],
  ...['Update', 'Delete', 'Schedule'].map((verb): Fault => [
    `the verb ${verb}`,
    () => ({ ...created((xml) => xml)(), headers: { soapaction: verb } }),
    500,
    `The verb ${verb} is not`,
  ]),
  ...['UpdateRequest', 'DeleteRequest', 'PerformRequestMsg', 'DefinitionRequestMsg', 'VersionInfoRequestMsg'].map(
    (name): Fault => [
      `the request ${name}`,
      inside(`<${name} xmlns="${PARTNER_API}"/>`),
      500,
      'is not supported: Create and Retrieve',
    ],
  ),
  [
    'an action for another request',
    () => ({ ...inside(retrieveRequest('ResultItem'))(), headers: { soapaction: 'Create' } }),
    500,
    'different verbs',
  ],
];

describe('what is no message of a client', () => {
  it.each(FAULTS)('is answered with a Fault: %s', async (_what, sent, status, said) => {
    const answer = await send(sent());
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([status, 'text/xml; charset=utf-8']);
    const fault = bodyOf(answer.body);
    expect(fault).toMatch(
      /^<soap:Fault><faultcode>soap:(Client|Server|VersionMismatch)<\/faultcode><faultstring>[^<]+<\/faultstring><\/soap:Fault>$/,
    );
    expect(textIn(fault, 'faultstring')).toContain(said);
  });
});

const entry = (inner: string): string => `${ASYNC}<SendResponseTo>${inner}</SendResponseTo>`;
const to = (address: string): string =>
  entry(`<ResponseType>HTTPPost</ResponseType><ResponseAddress>${address}</ResponseAddress>`);
const talk = (id: string | null, sequence: string | null, calls: string | null): string =>
  [
    id === null ? '' : `<ConversationID>${id}</ConversationID>`,
    sequence === null ? '' : `<SequenceCode>${sequence}</SequenceCode>`,
    calls === null ? '' : `<CallsInConversation>${calls}</CallsInConversation>`,
  ].join('');
const NOW = Date.now();
const starts = (time: string): string => `<ScheduledTime>${time}</ScheduledTime>`;
const expires = (time: string): string => `<RequestExpirationTime>${time}</RequestExpirationTime>`;
/** So many hours from now, on a clock that is so many hours ahead of UTC. */
function atOffset(hours: number, ahead: number): string {
  const clock = new Date(NOW + (hours + ahead) * 3_600_000).toISOString().slice(0, 23);
  const minutes = Math.abs(ahead) * 60;
  const [h, m] = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0'));
  return `${clock}${ahead < 0 ? '-' : '+'}${h}:${m}`;
}
const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

type Refusal = readonly [what: string, options: string, objects: string, code: number, said: string];

const REFUSALS: readonly Refusal[] = [
  ['no SequenceCode', talk('c', null, '2'), ONE, 202, 'SequenceCode'],
  ['only a ConversationID', talk('c', null, null), ONE, 202, 'SequenceCode'],
  ['no ConversationID', talk(null, '1', '2'), ONE, 207, 'ConversationID'],
  ['an empty ConversationID', talk(' ', '1', '2'), ONE, 207, 'ConversationID'],
  ['a ConversationID nobody can store', talk('c'.repeat(256), '1', '2'), ONE, 207, 'ConversationID'],
  ['a long ConversationID alone', talk('c'.repeat(256), null, '2'), ONE, 202, 'SequenceCode'],
  ['only a SequenceCode', talk(null, '1', null), ONE, 207, 'ConversationID'],
  ['no CallsInConversation', talk('c', '1', null), ONE, 208, 'CallsInConversation'],
  ['no calls in a conversation', talk('c', '1', '0'), ONE, 206, 'CallsInConversation'],
  ['fewer than none', talk('c', '1', '-1'), ONE, 206, 'CallsInConversation'],
  ['calls that are no number', talk('c', '1', SECRET), ONE, 206, 'CallsInConversation'],
  ['one call too many', talk('c', '1', '1000001'), ONE, 206, '1000000'],
  ['one too many, and an expiration', `${talk('c', '1', '1000001')}${expires(inDays(1))}`, ONE, 206, '1000000'],
  ['calls beyond any number', talk('c', '1', '99999999999'), ONE, 206, 'CallsInConversation'],
  ['a SequenceCode of 0', talk('c', '0', '2'), ONE, 205, 'SequenceCode'],
  ['a SequenceCode beyond the last', talk('c', '3', '2'), ONE, 205, 'SequenceCode'],
  ['a SequenceCode with a fraction', talk('c', '1.5', '2'), ONE, 205, 'SequenceCode'],
  [
    'a synchronous conversation',
    `<RequestType>Synchronous</RequestType>${talk('c', '1', '2')}`,
    ONE,
    209,
    'Asynchronous',
  ],
  [
    'a synchronous call with an address',
    to('https://receiver.example.com/').replace(ASYNC, ''),
    ONE,
    209,
    'Asynchronous',
  ],
  ['a synchronous call for later', `<ScheduledTime>${inDays(1)}</ScheduledTime>`, ONE, 209, 'Asynchronous'],
  ['another RequestType', `<RequestType>${SECRET}</RequestType>`, ONE, 204, 'RequestType'],
  [
    'email',
    entry('<ResponseType>email</ResponseType><ResponseAddress>a@example.com</ResponseAddress>'),
    ONE,
    204,
    'email',
  ],
  ['another ResponseType', entry(`<ResponseType>${SECRET}</ResponseType>`), ONE, 204, 'ResponseType'],
  [
    'no ResponseType',
    entry('<ResponseAddress>https://receiver.example.com/</ResponseAddress>'),
    ONE,
    204,
    'ResponseType',
  ],
  [
    'another RespondWhen',
    entry(
      '<ResponseType>HTTPPost</ResponseType><ResponseAddress>https://receiver.example.com/</ResponseAddress><RespondWhen>Sometimes</RespondWhen>',
    ),
    ONE,
    204,
    'RespondWhen',
  ],
  [
    'IncludeResults in words',
    entry(
      '<ResponseType>HTTPPost</ResponseType><ResponseAddress>https://receiver.example.com/</ResponseAddress><IncludeResults>yes</IncludeResults>',
    ),
    ONE,
    204,
    'IncludeResults',
  ],
  ['no ResponseAddress', entry('<ResponseType>HTTPPost</ResponseType>'), ONE, 227, 'https'],
  ['http', to('http://receiver.example.com/'), ONE, 227, 'https'],
  ['ftp', to('ftp://receiver.example.com/'), ONE, 227, 'https'],
  ['no URL', to('receiver'), ONE, 227, 'https'],
  ['credentials in the URL', to(`https://a:${SECRET}@receiver.example.com/`), ONE, 227, 'https'],
  ['a private address', to('https://10.0.0.1/'), ONE, 227, 'https'],
  ['the metadata server', to('http://169.254.169.254/latest'), ONE, 227, 'https'],
  ['a long URL', to(`https://receiver.example.com/${'x'.repeat(3_000)}`), ONE, 227, 'https'],
  [
    'eleven addresses',
    ASYNC + to('https://receiver.example.com/').replace(ASYNC, '').repeat(11),
    ONE,
    204,
    'SendResponseTo',
  ],
  ['another QueuePriority', `${ASYNC}<QueuePriority>Now</QueuePriority>`, ONE, 204, 'QueuePriority'],
  ['a time in words', `${ASYNC}<ScheduledTime>tomorrow</ScheduledTime>`, ONE, 204, 'ScheduledTime'],
  [
    'a day that does not exist',
    `${ASYNC}<ScheduledTime>2026-02-30T00:00:00Z</ScheduledTime>`,
    ONE,
    204,
    'ScheduledTime',
  ],
  ['a time too far away', `${ASYNC}<ScheduledTime>${inDays(31)}</ScheduledTime>`, ONE, 226, 'ScheduledTime'],
  ['an expiration that has passed', `${ASYNC}${expires(inDays(-1))}`, ONE, 228, 'RequestExpirationTime'],
  ['one that has passed elsewhere', `${ASYNC}${expires(atOffset(-1, 14))}`, ONE, 228, 'passed'],
  ['one that has passed, before its start', `${ASYNC}${starts(inDays(1))}${expires(inDays(-1))}`, ONE, 228, 'passed'],
  ['an expiration before the start', `${ASYNC}${starts(inDays(2))}${expires(inDays(1))}`, ONE, 229, 'ScheduledTime'],
  [
    'one that is before it by its offset alone',
    `${ASYNC}${starts(atOffset(48, -8))}${expires(atOffset(47, 5.5))}`,
    ONE,
    229,
    'after ScheduledTime',
  ],
  [
    'one at the very start',
    `${ASYNC}${starts(atOffset(48, -8))}${expires(atOffset(48, 9))}`,
    ONE,
    229,
    'ScheduledTime',
  ],
  ['an expiration in words', `${ASYNC}${expires('soon')}`, ONE, 204, 'RequestExpirationTime'],
  ['an expiration of a part', `${talk('p', '1', '2')}${expires(inDays(1))}`, ONE, 204, 'several parts'],
  ['one that has passed, of a part', `${ASYNC}${talk('p', '1', '2')}${expires(inDays(-1))}`, ONE, 204, 'several parts'],
  ['an expiration without Asynchronous', expires(inDays(1)), ONE, 209, 'RequestExpirationTime'],
  [
    'a synchronous call that expires',
    `<RequestType>synchronous</RequestType>${expires(inDays(1))}`,
    ONE,
    209,
    'RequestExpirationTime',
  ],
  [
    'OnExpired of a synchronous call',
    '<SendResponseTo><ResponseType>HTTPPost</ResponseType><ResponseAddress>https://example.com</ResponseAddress>' +
      '<RespondWhen>onexpired</RespondWhen></SendResponseTo>',
    ONE,
    209,
    'SendResponseTo',
  ],
  ['another Priority', `${ASYNC}<Priority>Now</Priority>`, ONE, 204, 'Priority'],
  ['a long CorrelationID', `${ASYNC}<CorrelationID>${'x'.repeat(256)}</CorrelationID>`, ONE, 204, 'CorrelationID'],
  ['no objects', ASYNC, '', 204, 'Objects'],
  ['nil for an object', ASYNC, '<Objects xsi:nil="true"/>', 204, 'Objects'],
  ['no type', ASYNC, '<Objects><EmailAddress>a@example.com</EmailAddress></Objects>', 204, 'xsi:type'],
  ['another type', ASYNC, `<Objects xsi:type="${SECRET}"/>`, 204, 'Subscriber'],
  ['objects of two types', ASYNC, `${ONE}<Objects xsi:type="Lead"/>`, 204, 'one type'],
  ['too many objects', ASYNC, ONE.repeat(1_001), 218, '1000'],
  [
    'too many properties',
    ASYNC,
    subscriber('a@example.com', Array.from({ length: 501 }, (_, n) => `<p${n}>x</p${n}>`).join('')),
    204,
    'properties',
  ],
  [
    'a long property name',
    ASYNC,
    subscriber('a', `<Attributes><Name>${'x'.repeat(300)}</Name><Value/></Attributes>`),
    204,
    'name',
  ],
  ['a name that reaches a prototype', ASYNC, subscriber('a', '<__proto__>x</__proto__>'), 204, 'name'],
];

describe('a Create that is refused', () => {
  it.each(REFUSALS)('says so as its result: %s', async (_what, options, objects, code, said) => {
    const answer = await send({
      body: client.envelope(createRequest(options, objects)),
      headers: { soapaction: 'Create' },
    });
    expect(answer.statusCode).toBe(200);
    const response = bodyOf(answer.body);
    expect(response).toMatch(
      new RegExp(
        `^<CreateResponse xmlns="${PARTNER_API}"><Results><StatusCode>Error</StatusCode><StatusMessage>[^<]+</StatusMessage>` +
          `<OrdinalID>0</OrdinalID><ErrorCode>${code}</ErrorCode></Results><RequestID>[0-9a-f-]{36}</RequestID>` +
          '<OverallStatus>Error</OverallStatus></CreateResponse>$',
      ),
    );
    expect(textIn(response, 'StatusMessage')).toContain(said);
  });
});

type TokenRow = readonly [what: string, body: unknown, headers: Record<string, string>, status: number, error: string];

const right = () => ({
  grant_type: 'client_credentials',
  client_id: client.clientId,
  client_secret: client.clientSecret,
});
const TOKENS: readonly TokenRow[] = [
  ['no body', undefined, {}, 400, 'invalid_request'],
  ['no JSON', '{"a"', {}, 400, 'invalid_request'],
  ['a list', '[]', {}, 400, 'invalid_request'],
  [
    'a form',
    'grant_type=client_credentials',
    { 'content-type': 'application/x-www-form-urlencoded' },
    415,
    'invalid_request',
  ],
  ['no grant', { client_id: 'a', client_secret: SECRET }, {}, 400, 'invalid_request'],
  [
    'another grant',
    { grant_type: 'password', client_id: 'a', client_secret: SECRET },
    {},
    400,
    'unsupported_grant_type',
  ],
  ['no id', { grant_type: 'client_credentials', client_secret: SECRET }, {}, 400, 'invalid_request'],
  ['no secret', { grant_type: 'client_credentials', client_id: 'a' }, {}, 400, 'invalid_request'],
  [
    'a secret that is a number',
    { grant_type: 'client_credentials', client_id: 'a', client_secret: 1 },
    {},
    400,
    'invalid_request',
  ],
  [
    'a long secret',
    { grant_type: 'client_credentials', client_id: 'a', client_secret: 'x'.repeat(513) },
    {},
    400,
    'invalid_request',
  ],
  [
    'an id of another form',
    { grant_type: 'client_credentials', client_id: `${SECRET}\u0000`, client_secret: SECRET },
    {},
    401,
    'invalid_client',
  ],
  [
    'an id nobody has',
    { grant_type: 'client_credentials', client_id: '01234567-89ab-7cde-8f01-23456789abcd', client_secret: SECRET },
    {},
    401,
    'invalid_client',
  ],
];

describe('a token', () => {
  it.each(TOKENS)('is not issued for %s', async (_what, body, headers, status, error) => {
    const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await send({
      path: '/v2/token',
      headers: { 'content-type': 'application/json', ...headers },
      ...(payload !== undefined && { body: payload }),
    });
    expect([answer.statusCode, answer.json()]).toEqual([
      status,
      { error, error_description: expect.stringMatching(/./) as string, error_uri: '' },
    ]);
    expect(answer.body).not.toContain(SECRET);
  });

  it('is not issued for a wrong secret, or by another method, in either shape', async () => {
    const wrong = await send({
      path: '/v2/token',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...right(), client_secret: SECRET }),
    });
    expect([wrong.statusCode, wrong.json<{ error: string }>().error]).toEqual([401, 'invalid_client']);
    const json = { 'content-type': 'application/json' };
    const legacy = await send({
      path: '/v1/requestToken',
      headers: json,
      body: JSON.stringify({ clientId: client.clientId, clientSecret: SECRET }),
    });
    expect([legacy.statusCode, legacy.json()]).toEqual([
      401,
      { message: expect.stringContaining('wrong') as string, errorcode: 1, documentation: '' },
    ]);
    for (const path of ['/v2/token', '/v1/requestToken']) {
      const answer = await send({ method: 'GET', path });
      expect([answer.statusCode, answer.headers['allow']]).toEqual([405, 'POST']);
    }
    const empty = await send({ path: '/v1/requestToken', headers: json, body: '{}' });
    expect([empty.statusCode, empty.json<{ message: string }>().message]).toEqual([
      400,
      'clientId is missing; clientSecret is missing.',
    ]);
  });
});

it('keeps memory flat under a flood of hostile documents, whoever sends them', async () => {
  const stranger = (xml: string): string => xml.replace(client.token, 'x'.repeat(43));
  const hostile = [
    `<!DOCTYPE a [${'<!ENTITY a "b">'.repeat(50_000)}]><a/>`,
    stranger(client.envelope('<a>'.repeat(500_000))),
    client.envelope('<a>'.repeat(500_000)),
    client.envelope(`<a b="${'x'.repeat(2 * MEBIBYTE)}"/>`),
    client.envelope(createRequest(ASYNC, ONE.repeat(20_000))),
    client.envelope(`<a>${'&amp;'.repeat(200_000)}`),
  ];
  const flood = async (): Promise<void> => {
    await Promise.all(hostile.map((body) => send({ body })));
  };
  await flood();
  const before = process.memoryUsage().heapUsed;
  for (let round = 0; round < 3; round += 1) await flood();
  // What is left is what the collector has not looked at yet; a leak or an expansion would be far beyond.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(300 * MEBIBYTE);
  const answer = await send({ body: client.envelope(retrieveRequest('ResultMessage')) });
  expect(answer.statusCode).toBe(200);
});
