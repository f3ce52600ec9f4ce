import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../src/database/new-id.js';
import { changes } from '../src/live/changes.js';
import type { EventStream } from '../src/live/event-stream.js';
import { LiveEvents } from '../src/live/live-events.js';
import { LivePeers } from '../src/live/live-peers.js';
import { type RunningApp, startApp, TEST_ADMIN_KEY, TEST_KEY } from './support/app.js';
import { send } from './support/company-world.js';
import { EventClient } from './support/event-client.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { leadRequest } from './support/requests.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const BEARER = { authorization: `Bearer ${TEST_ADMIN_KEY}` };

let database: TestDatabase;
let adobe: FakeAdobe;
let service: RunningApp;
const clients: EventClient[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  adobe = await FakeAdobe.start();
  service = await startApp({ databaseUrl: database.url, adobe });
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(async () => {
  await service.close();
  await adobe.stop();
  await database.drop();
});

async function open(headers: Record<string, string> = BEARER): Promise<EventClient> {
  const client = await EventClient.open(service.url, headers);
  clients.push(client);
  return client;
}

/** A change that is told, as the end of a wait. */
async function mark(client: EventClient): Promise<string> {
  const id = newId();
  changes.mark('actions', id);
  await client.until(() => client.ids().has(id));
  return id;
}

async function newKey(role: string): Promise<{ id: string; key: string }> {
  const { body } = await send('POST', `${service.url}/admin/keys`, BEARER, { name: `live ${randomUUID()}`, role });
  return body as unknown as { id: string; key: string };
}

describe('a stream of events', { timeout: 120_000 }, () => {
  // The first: nothing from before can be gone on from, and what follows goes on.
  it('says twice that its process begins to hear the others', async () => {
    const client = await open();
    await client.until(() => client.count('resync') === 2);
  });

  it('tells of an action from its acceptance to its callback, by ids alone', async () => {
    const client = await open();
    const email = `canary-${randomUUID()}@example.com`;
    const request = leadRequest({
      callbackUrl: `${adobe.url}/live`,
      token: `canary-${randomUUID()}`,
      leadData: { email },
    });
    const { body } = await service.submit(request);
    await client.until(() => client.ids().has(body['requestId'] as string));
    await client.until(() => ['actions', 'deliveries'].every((topic) => client.topics().has(topic)));
    const [delivery] = await database.dataSource.query<{ id: string }[]>(
      'SELECT id FROM deliveries WHERE owner_id = $1',
      [body['requestId']],
    );
    await client.until(() => client.ids().has(delivery?.id ?? ''));
    expect(client.text).not.toContain('canary');
  });

  it.each([
    ['POST', '/admin/companies', { company_id: `live-${randomUUID()}` }, 'registrations'],
    ['POST', '/admin/keys', { name: `live ${randomUUID()}`, role: 'viewer' }, 'keys'],
    ['PUT', '/admin/secrets/LIVE_SECRET', { value: 'canary-value' }, 'credentials'],
    ['POST', '/admin/erase', { tenant: 'TESTORG@AdobeOrg', entityId: 'canary-entity' }, 'jobs'],
  ] as const)('tells of %s %s', async (method, path, body, topic) => {
    const client = await open();
    const answer = await send(method, service.url + path, BEARER, body);
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    await client.until(() => client.topics().has(topic));
    expect(client.text).not.toContain('canary');
  });

  it('says nothing of a change that is rolled back', async () => {
    const client = await open();
    const name = `live ${randomUUID()}`;
    await send('POST', `${service.url}/admin/keys`, BEARER, { name, role: 'viewer' });
    await mark(client);
    const before = client.events.filter(({ data }) => data.topics?.includes('keys')).length;
    const again = await send('POST', `${service.url}/admin/keys`, BEARER, { name, role: 'viewer' });
    expect(again.status).toBe(409);
    await mark(client);
    expect(client.events.filter(({ data }) => data.topics?.includes('keys')).length).toBe(before);
  });

  it('goes on after the last event', async () => {
    const keeper = await open();
    const first = await open();
    await mark(first);
    const { lastId } = first;
    first.close();
    const missed = await mark(keeper);
    const again = await open({ ...BEARER, 'last-event-id': lastId });
    await again.until(() => again.ids().has(missed));
  });

  it.each([
    ['of another process', () => `${newId()}:1`],
    ['from the future', (own: string) => `${own.split(':')[0]}:999999999`],
    ['that is none', () => 'nothing'],
  ])('begins with a resync after an id %s', async (_name, idOf) => {
    const keeper = await open();
    await mark(keeper);
    const client = await open({ ...BEARER, 'last-event-id': idOf(keeper.lastId) });
    await client.until(() => client.count('resync') > 0);
    expect(client.events[0]?.data).toEqual({});
  });

  it('makes one event of many changes, with the first 50 ids', async () => {
    const client = await open();
    await mark(client);
    const before = client.events.length;
    const ids = Array.from({ length: 80 }, () => newId());
    for (const id of ids) changes.mark('deliveries', id);
    await client.until(() => client.ids().has(ids[0] ?? ''));
    const told = client.events.slice(before).filter(({ event }) => event === 'changed');
    expect(told).toHaveLength(1);
    expect(told[0]?.data).toEqual({ topics: ['deliveries'], ids: ids.slice(0, 50) });
  });

  it('ends with its session', async () => {
    const answer = await send('POST', `${service.url}/admin/session`, BEARER);
    const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
    const client = await open({ cookie });
    const other = await open();
    const headers = { cookie, 'x-csrf-token': answer.body['csrfToken'] as string };
    expect((await send('POST', `${service.url}/admin/session/end`, headers)).status).toBeLessThan(300);
    await client.until(() => client.ended);
    expect(other.ended).toBe(false);
  });

  it('ends with its key', async () => {
    const { id, key } = await newKey('viewer');
    const client = await open({ authorization: `Bearer ${key}` });
    expect((await send('DELETE', `${service.url}/admin/keys/${id}`, BEARER)).status).toBe(204);
    await client.until(() => client.ended);
  });

  it('keeps no session alive', async () => {
    const answer = await send('POST', `${service.url}/admin/session`, BEARER);
    const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
    const stale = `UPDATE admin_sessions SET idle_ends_at = now() + interval '5 minutes'`;
    await database.dataSource.query(stale);
    await open({ cookie });
    const left = `SELECT idle_ends_at < now() + interval '6 minutes' AS "isStale" FROM admin_sessions`;
    expect(await database.dataSource.query(left)).toContainEqual({ isStale: true });
    await send('GET', `${service.url}/admin/status`, { cookie });
    expect(await database.dataSource.query(left)).toContainEqual({ isStale: false });
  });

  it('is one of at most 100', async () => {
    const streams = service.app.get(LiveEvents, { strict: false });
    const opened: EventStream[] = [];
    const fill = (): void => {
      for (;;)
        opened.push(streams.open({ name: 'test', request: { headers: BEARER, method: 'GET', query: {} } }, null));
    };
    // Streams of the tests before may end meanwhile, and make room.
    const ask = async (): Promise<unknown> => {
      expect(fill).toThrow('At most 100 streams');
      return send('GET', `${service.url}/admin/events`, BEARER);
    };
    await expect.poll(ask, { timeout: 60_000 }).toMatchObject({ status: 503, headers: { 'retry-after': '30' } });
    expect(opened.length).toBeGreaterThan(90);
    for (const stream of opened) stream.destroy();
    await open();
  });

  it.each(['', `Bearer ${TEST_KEY}`, 'Bearer nothing'])('is for administrators only: %j', async (authorization) => {
    const answer = await send('GET', `${service.url}/admin/events`, authorization === '' ? {} : { authorization });
    expect(answer.status).toBe(401);
  });

  it('has a HEAD that ends', async () => {
    const answer = await fetch(`${service.url}/admin/events`, { method: 'HEAD', headers: BEARER });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
  });
});

describe('without streams', { timeout: 120_000 }, () => {
  it('a process gathers nothing, listens to nothing and is no watcher', async () => {
    const other = await startApp({ databaseUrl: database.url });
    const peers = other.app.get(LivePeers, { strict: false });
    const stream = other.app
      .get(LiveEvents, { strict: false })
      .open({ name: 'test', request: { headers: BEARER, method: 'GET', query: {} } }, null);
    const watchers = 'SELECT process_id FROM live_watchers WHERE process_id = $1';
    await expect
      .poll(() => database.dataSource.query(watchers, [peers.processId]), { timeout: 60_000 })
      .toHaveLength(1);
    stream.destroy();
    await other.close();
    expect(await database.dataSource.query(watchers, [peers.processId])).toEqual([]);
  });
});
