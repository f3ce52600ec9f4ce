import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TEST_ADMIN_KEY } from './support/app.js';
import { send, until } from './support/company-world.js';
import { EventClient } from './support/event-client.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { leadRequest } from './support/requests.js';
import { ServiceProcess } from './support/service-process.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const BEARER = { authorization: `Bearer ${TEST_ADMIN_KEY}` };

let database: TestDatabase;
let adobe: FakeAdobe;
let watched: ServiceProcess;
let busy: ServiceProcess;

beforeAll(async () => {
  database = await createTestDatabase();
  adobe = await FakeAdobe.start();
  const options = { databaseUrl: database.url, adobe, env: { QUEUE: 'postgres' } };
  [watched, busy] = await Promise.all([ServiceProcess.start(options), ServiceProcess.start(options)]);
});
afterAll(async () => {
  await Promise.all([watched.kill(), busy.kill()]);
  await adobe.stop();
  await database.drop();
});

function connections(purpose: string): Promise<{ count: number }[]> {
  return database.dataSource.query<{ count: number }[]>(
    `SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE '%' || $1`,
    [purpose],
  );
}

it(
  'tells a stream of one process what another changes, and falls silent when the stream is gone',
  { timeout: 400_000 },
  async () => {
    expect(await connections('live-listen')).toEqual([{ count: 0 }]);
    expect(await connections('live-notify')).toEqual([{ count: 0 }]);
    const client = await EventClient.open(watched.url, BEARER);
    // When it listens, and when all others know of it.
    await client.until(() => client.count('resync') >= 2);
    await until(async () => {
      await send('POST', `${busy.url}/admin/keys`, BEARER, { name: `made elsewhere ${randomUUID()}`, role: 'viewer' });
      return client.topics().has('keys');
    }, 60_000);
    const { body } = await busy.submit(leadRequest({ callbackUrl: `${adobe.url}/live` }));
    await client.until(() => client.ids().has(body['requestId'] as string));
    await client.until(() => client.topics().has('deliveries'));
    expect(await connections('live-listen')).toEqual([{ count: 1 }]);

    // A connection that breaks may have cost events.
    const before = client.count('resync');
    await database.dataSource.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE '%live-listen'`,
    );
    await client.until(() => client.count('resync') > before);

    client.close();
    await expect.poll(() => connections('live-listen'), { timeout: 120_000 }).toEqual([{ count: 0 }]);
    await expect.poll(() => connections('live-notify'), { timeout: 120_000 }).toEqual([{ count: 0 }]);
  },
);

it(
  'ends in another process than the one that logged out, and at once when its process stops',
  { timeout: 120_000 },
  async () => {
    const answer = await send('POST', `${busy.url}/admin/session`, BEARER);
    const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
    const client = await EventClient.open(watched.url, { cookie });
    const other = await EventClient.open(watched.url, BEARER);
    const headers = { cookie, 'x-csrf-token': answer.body['csrfToken'] as string };
    await send('POST', `${busy.url}/admin/session/end`, headers);
    await client.until(() => client.ended);
    expect(other.ended).toBe(false);
    watched.signal('SIGTERM');
    await other.until(() => other.ended);
    await watched.exited;
  },
);
