import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningApp, startApp } from './support/app.js';
import { admin, send, TestCompany } from './support/company-world.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

let database: TestDatabase;
let service: RunningApp;
let company: TestCompany;
let other: TestCompany;
let callbackId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  service = await startApp({ databaseUrl: database.url });
  company = await TestCompany.create(service, 'acme');
  other = await TestCompany.create(service, 'globex');
  const created = await company.register({ event_type: 'person_added', destination: { url: URL_OK } });
  callbackId = created.body['callback_id'] as string;
});
afterAll(async () => {
  await service.close();
  await database.drop();
});

const URL_OK = 'https://developer.example.com/callbacks';
const OK = { event_type: 'subscription_added', destination: { url: URL_OK } };

interface ErrorBody {
  readonly errors: readonly { readonly message: string; readonly code?: string }[];
}

/** The API's own format, and nothing else. */
function errorsOf(body: unknown): string[] {
  expect(Object.keys(body as object)).toEqual(['errors']);
  const { errors } = body as ErrorBody;
  expect(errors.length).toBeGreaterThan(0);
  for (const error of errors) {
    expect(Object.keys(error).filter((key) => key !== 'message' && key !== 'code')).toEqual([]);
    expect(typeof error.message).toBe('string');
  }
  return errors.map(({ message }) => message);
}

/** What is posted, and the beginning of every error, in order. */
const REGISTRATIONS: readonly (readonly [string, unknown, number, readonly string[]])[] = [
  ['nothing at all', undefined, 400, ['The request body is empty.']],
  ['text that is no JSON', '{"event_type":', 400, ['The request body is not valid JSON']],
  ['a list', [], 400, ['The request body must be a JSON object.']],
  ['an empty object', {}, 422, ['Missing required field: event_type', 'destination.url is missing']],
  ['no destination', { event_type: 'person_added' }, 422, ['destination.url is missing']],
  ['a destination without url', { ...OK, destination: {} }, 422, ['destination.url is missing']],
  ['a destination that is text', { ...OK, destination: URL_OK }, 422, ['destination must be an object']],
  ['a destination that is null', { ...OK, destination: null }, 422, ['destination.url is missing']],
  ['an unknown event type', { ...OK, event_type: 'person_eaten' }, 422, ['event_type must be one of person_added']],
  ['an event type that is a number', { ...OK, event_type: 7 }, 422, ['event_type must be one of']],
  ['two event types', { ...OK, callback_type: 'person_added' }, 422, ['callback_type says something else']],
  ['an empty url', { ...OK, destination: { url: '' } }, 422, ['destination.url must not be empty']],
  ['a url that is a number', { ...OK, destination: { url: 7 } }, 422, ['destination.url must be a string']],
  ['a url without scheme', { ...OK, destination: { url: 'example.com/a' } }, 422, ['destination.url is refused']],
  ['a ftp url', { ...OK, destination: { url: 'ftp://example.com/a' } }, 422, ['destination.url is refused']],
  ['a url with a password', { ...OK, destination: { url: 'https://u:p@example.com' } }, 422, ['destination.url is']],
  ['an inner address', { ...OK, destination: { url: 'https://10.0.0.1/a' } }, 422, ['destination.url is refused']],
  [
    'a metadata server',
    { ...OK, destination: { url: 'http://169.254.169.254/' } },
    422,
    ['destination.url is refused'],
  ],
  [
    'a url of 1,025 characters',
    { ...OK, destination: { url: `${URL_OK}?${'a'.repeat(1_025 - URL_OK.length - 1)}` } },
    422,
    ['destination.url must have at most 1024'],
  ],
  ['GET as method', { ...OK, destination: { url: URL_OK, method: 'GET' } }, 422, ['destination.method must be POST']],
  ['xml', { ...OK, destination: { url: URL_OK, content_type: 'text/xml' } }, 422, ['destination.content_type must be']],
  ['a flat method of DELETE', { ...OK, destination_method: 'DELETE' }, 422, ['destination_method must be POST or PUT']],
  ['a flat content type of html', { ...OK, content_type: 'text/html' }, 422, ['content_type must be']],
  ['an unknown field', { ...OK, colour: 'red' }, 422, ['colour is not a known field']],
  ['an unknown field inside', { ...OK, destination: { url: URL_OK, tls: 1 } }, 422, ['destination.tls is not a known']],
  ['a start that is no date', { ...OK, start_date: 'tomorrow' }, 422, ['start_date must be an ISO 8601 date']],
  ['a start that is a number', { ...OK, start_date: 1375371743 }, 422, ['start_date must be an ISO 8601 date']],
  ['a day that is not on the calendar', { ...OK, end_date: '2040-02-30' }, 422, ['end_date must be an ISO 8601 date']],
  ['an end before the start', { ...OK, start_date: '2041', end_date: '2040' }, 422, ['end_date must not be before']],
  ['an end before now', { ...OK, end_date: '2001-01-01' }, 422, ['end_date must not be before start_date']],
  ['a traceparent that is text', { ...OK, traceparent: 'yes' }, 422, ['traceparent must be true or false']],
  ['a traceparent that is a number', { ...OK, traceparent: 1 }, 422, ['traceparent must be true or false']],
  ['a traceparent of its own', { ...OK, traceparent: ['00-1-2-01'] }, 422, ['traceparent must be true or false']],
  ['a qualifier that is text', { ...OK, subscription_added: '7' }, 422, ['subscription_added must be an object']],
  ['a qualifier that is a list', { ...OK, subscription_added: [7] }, 422, ['subscription_added must be an object']],
  ['an unknown member of it', { ...OK, subscription_added: { list: 7 } }, 422, ['subscription_added.list is not']],
  ['a member that is an object', { ...OK, subscription_added: { list_id: {} } }, 422, ['subscription_added.list_id']],
  ['a member with a NUL', { ...OK, subscription_added: { list_id: '\u0000' } }, 422, ['subscription_added.list_id']],
  ['a member that is a fraction', { ...OK, subscription_added: { list_id: 1.5 } }, 422, ['subscription_added.list_id']],
  [
    'two qualifiers',
    { ...OK, subscription_added: { list_id: 1 }, subscription_removed: { list_id: 2 } },
    422,
    ['subscription_added says something else than subscription_removed'],
  ],
  ['another family’s qualifier', { ...OK, device_added: { app_id: 'a' } }, 422, ['device_added does not go with']],
  [
    'a qualifier where there is none',
    { event_type: 'person_added', destination: { url: URL_OK }, subscription_added: { list_id: 1 } },
    422,
    ['subscription_added does not go with person_added, which has no qualifier'],
  ],
  [
    'half a qualifier',
    {
      event_type: 'unmatched_message_received',
      destination: { url: URL_OK },
      unmatched_message_received: { country_code: 'US' },
    },
    422,
    ['unmatched_message_received.source_code is missing'],
  ],
  ['a forbidden key', '{"__proto__":{"a":1}}', 400, ['The request body holds a forbidden key.']],
  ['an inherited name', { ...OK, toString: 1 }, 422, ['toString is not a known field']],
  [
    'everything at once',
    { event_type: 'x', destination: { url: 'nope', method: 'GET' }, start_date: '?', end_date: 7, who: 1 },
    422,
    ['event_type must', 'destination.method must', 'start_date must', 'end_date must', 'who is', 'destination.url is'],
  ],
];

describe('a registration', () => {
  it.each(REGISTRATIONS)('with %s is refused, every failure named', async (_what, body, status, expected) => {
    const answer = await company.call('POST', '/callbacks', body);
    expect(answer.status, JSON.stringify(answer.body)).toBe(status);
    const messages = errorsOf(answer.body);
    expect(messages).toHaveLength(expected.length);
    for (const beginning of expected) {
      expect(
        messages.some((message) => message.startsWith(beginning)),
        `${beginning} in ${messages.join(' | ')}`,
      ).toBe(true);
    }
  });

  it.each([
    ['an unknown type', { event_type: 'nope' }],
    ['an end before its start', { end_date: '1999-01-01' }],
    ['a url that is refused', { destination: { url: 'gopher://x' } }],
    ['a qualifier it has not', { device_added: { app_id: 'a' } }],
  ])('is not changed to %s', async (_what, body) => {
    const before = await company.call('GET', `/callbacks/${callbackId}`);
    const answer = await company.call('PUT', `/callbacks/${callbackId}`, body);
    expect(answer.status).toBe(422);
    errorsOf(answer.body);
    expect((await company.call('GET', `/callbacks/${callbackId}`)).body).toEqual(before.body);
  });
});

describe('a test event', () => {
  it.each([
    ['no type', {}, ['Missing required field: event_type']],
    ['an unknown type', { event_type: 'nope' }, ['event_type must be one of']],
    ['two types', { event_type: 'person_added', callback_type: 'person_updated' }, ['callback_type says']],
    ['another type’s entity', { event_type: 'person_added', subscription: {} }, ['subscription is not a known field']],
    [
      'two wrong keys',
      { event_type: 'person_added', a: 1, b: 2 },
      ['a is not a known field', 'b is not a known field'],
    ],
  ])('with %s is refused', async (_what, body, expected) => {
    const answer = await company.test(body);
    expect(answer.status).toBe(422);
    const messages = errorsOf(answer.body);
    expect(messages).toHaveLength(expected.length);
    for (const [index, beginning] of expected.entries()) expect(messages[index]).toContain(beginning);
  });
});

describe('a caller', () => {
  const path = '/companies/acme/config/callbacks';
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

  it.each([
    ['nothing', () => undefined],
    ['another scheme', () => 'Bearer abc'],
    ['what is no base64', () => 'Basic ***'],
    ['half of its padding', () => 'Basic YWRhOg='],
    ['Latin-1', () => `Basic ${Buffer.from('jürgen:secret', 'latin1').toString('base64')}`],
    ['no colon', () => basic('acme')],
    ['no user', () => basic(':secret')],
    ['an unknown user', () => basic('nobody:secret')],
    ['a wrong password', () => basic(`${company.username}:wrong`)],
    ['a user with a NUL', () => basic('a\u0000b:secret')],
    ['the admin key', () => basic('admin:test-key-of-an-admin-0001')],
  ])('with %s is asked for Basic authentication', async (_what, authorization) => {
    const value = authorization();
    const answer = await send('GET', service.url + path, value === undefined ? {} : { authorization: value });
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toMatch(/^Basic realm=/);
    errorsOf(answer.body);
  });

  it('who is another company finds nothing there', async () => {
    for (const [method, rest] of [
      ['GET', ''],
      ['POST', ''],
      ['GET', `/${callbackId}`],
      ['PUT', `/${callbackId}`],
      ['DELETE', `/${callbackId}`],
    ] as const) {
      const url = `${service.url}${path}${rest}`;
      const body = method === 'POST' || method === 'PUT' ? OK : undefined;
      const answer = await send(method, url, { authorization: other.authorization }, body);
      expect(answer.status, `${method} ${rest}`).toBe(404);
      expect(JSON.stringify(answer.body)).not.toContain('developer.example.com');
      errorsOf(answer.body);
    }
    expect((await other.call('GET', `/callbacks/${callbackId}`)).body).toEqual({
      errors: [{ message: `Could not find callback '${callbackId}'` }],
    });
  });
});

describe('a route', () => {
  it.each([
    ['GET', '/companies', 404],
    ['GET', '/companies/acme', 404],
    ['GET', '/companies/acme/config', 404],
    ['POST', '/companies/acme/config/callback_events', 404],
    ['GET', '/COMPANIES/acme/config/callbacks', 404],
    ['PATCH', '/companies/acme/config/callbacks', 405],
    ['DELETE', '/companies/acme/config/callbacks', 405],
    ['GET', '/companies/acme/config/callback_events/test', 405],
    ['GET', '/companies/acme/config/callbacks/%ZZ', 400],
    ['GET', `/companies/acme/config/callbacks/${'a'.repeat(300)}`, 404],
    ['GET', '/companies/acme/config/callbacks/ABCD1234', 404],
    ['GET', '/companies/acme/config/callbacks/a%00b', 404],
  ] as const)('%s %s is answered in the format of the API', async (method, path, status) => {
    const answer = await send(method, service.url + path, { authorization: company.authorization });
    // A path the router cannot read at all is malformed or too long: either way it is the caller's.
    expect([status, 400, 414]).toContain(answer.status);
    expect(answer.headers['content-type']).toContain('application/json');
    errorsOf(answer.body);
  });

  it('refuses another content type', async () => {
    const answer = await send(
      'POST',
      `${service.url}/companies/acme/config/callbacks`,
      { authorization: company.authorization, 'content-type': 'text/plain' },
      'hello',
    );
    expect(answer.status).toBe(415);
    errorsOf(answer.body);
  });
});

describe('an administrator', () => {
  it.each([
    ['no company_id', '/admin/companies', {}, 422, ['company_id']],
    ['a company_id with a slash', '/admin/companies', { company_id: 'a/b' }, 422, ['company_id']],
    ['an unknown field', '/admin/companies', { company_id: 'x', password: 'p' }, 422, ['password']],
    ['an event without anything', '/admin/companies/acme/events', {}, 422, ['event_type', 'entity']],
    ['an unknown event', '/admin/companies/acme/events', { event_type: 'x', entity: {} }, 422, ['event_type']],
    [
      'an entity that is text',
      '/admin/companies/acme/events',
      { event_type: 'person_added', entity: 'x' },
      422,
      ['entity'],
    ],
    [
      'an entity without its keys',
      '/admin/companies/acme/events',
      { event_type: 'device_added', entity: { a: 1 } },
      422,
      ['entity'],
    ],
    [
      'an entity that takes our names',
      '/admin/companies/acme/events',
      { event_type: 'person_added', entity: { person: {}, event_id: 'mine' } },
      422,
      ['entity.event_id'],
    ],
    [
      'an entity that is too large',
      '/admin/companies/acme/events',
      { event_type: 'person_added', entity: { person: { note: 'x'.repeat(300_000) } } },
      422,
      ['entity'],
    ],
    ['a company nobody knows', '/admin/companies/nobody/rotate', undefined, 404, []],
    ['an odd company', '/admin/companies/%20/disable', undefined, 404, []],
  ] as const)('with %s gets problem details', async (_what, path, body, status, fields) => {
    const answer = await admin(service, 'POST', path, body);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    const named = (answer.body['errors'] ?? []) as { field: string }[];
    expect(named.map(({ field }) => field).sort()).toEqual([...fields].sort());
  });
});
