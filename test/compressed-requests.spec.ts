import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, type RunningApp, startApp, TEST_ADMIN_KEY, TEST_KEY } from './support/app.js';
import { basicOf, EqpClient } from './support/eqp-client.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

let database: TestDatabase;
let service: RunningApp;
let eqp: EqpClient;
let company: Record<string, string>;

beforeAll(async () => {
  database = await createTestDatabase();
  service = await startApp({ databaseUrl: database.url });
  eqp = await EqpClient.create(service.url);
  company = (await service.admin('/admin/companies', { method: 'POST', body: { company_id: 'packed' } }))
    .body as Record<string, string>;
});
afterAll(async () => {
  await service.close();
  await database.drop();
});

const caller = (): Record<string, string> => ({ 'x-api-key': TEST_KEY });
const administrator = (): Record<string, string> => ({ authorization: `Bearer ${TEST_ADMIN_KEY}` });
const ofCompany = (): Record<string, string> => ({
  authorization: basicOf(company['username'] ?? '', company['password'] ?? ''),
});

type Door = readonly ['POST' | 'PUT', () => string, () => Record<string, string>];

/** One door of each dialect, and each way that a body reaches a route. */
const DOORS: readonly Door[] = [
  ['POST', () => '/submitAsyncAction', caller],
  ['POST', () => '/services/contact-quality/submitAsyncAction', caller],
  ['POST', () => '/v2/token', () => ({})],
  ['POST', () => '/oauth2/token', () => ({})],
  ['POST', () => '/v1/requestToken', () => ({})],
  [
    'POST',
    () => '/rest/v1/app/session/token',
    () => ({ authorization: basicOf(eqp.account.app_id, eqp.account.app_secret) }),
  ],
  ['PUT', () => eqp.path, () => ({ authorization: `Bearer ${eqp.ust}` })],
  ['POST', () => '/companies/packed/config/callbacks', ofCompany],
  ['POST', () => '/companies/packed/config/callback_events/test', ofCompany],
  ['POST', () => '/admin/companies', administrator],
  ['POST', () => '/admin/eqp/users', administrator],
  ['POST', () => '/admin/eqp/events', administrator],
  ['POST', () => '/admin/async-clients', administrator],
  ['POST', () => '/admin/deliveries/recover', administrator],
  ['POST', () => '/admin/erase', administrator],
];

describe.each(['gzip', 'br', 'deflate', 'GZIP', 'identity, gzip'])('a body with Content-Encoding %s', (encoding) => {
  it.each(DOORS.map((door) => [door[1].toString().replace('() => ', ''), door] as const))(
    'is refused by %s as compressed, before it is read',
    async (_name, [method, path, headers]) => {
      const answer = await service.app.inject({
        method,
        url: path(),
        headers: { ...headers(), 'content-type': 'application/json', 'content-encoding': encoding },
        payload: gzipSync('{"secret":"not to be unpacked"}'),
      });
      expect(answer.statusCode).toBe(415);
      expect(answer.body).toContain('Compressed requests are not supported');
    },
  );
});

it.each(['identity', 'Identity', ''])('a body with Content-Encoding "%s" is taken', async (encoding) => {
  const headers = { ...administrator(), 'content-encoding': encoding };
  const answer = await call('POST', `${service.url}/admin/async-clients`, headers, { name: `plain ${encoding}` });
  expect(answer.status).toBe(201);
});
