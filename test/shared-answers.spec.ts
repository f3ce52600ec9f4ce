import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ActionList } from '../src/admin/action-list.js';
import { newId } from '../src/database/new-id.js';
import { changes } from '../src/live/changes.js';
import { LiveEvents } from '../src/live/live-events.js';
import { type RunningApp, startApp, TEST_ADMIN_KEY } from './support/app.js';
import { send } from './support/company-world.js';
import { EventClient } from './support/event-client.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const BEARER = { authorization: `Bearer ${TEST_ADMIN_KEY}` };
const LIST = '/admin/actions';
const SHARED = [
  LIST,
  '/admin/deliveries',
  '/admin/destinations',
  '/admin/registrations',
  '/admin/statistics',
  '/admin/status',
];

let database: TestDatabase;
let service: RunningApp;
/** Opened by the first test: its waits need one. */
let opened: EventClient | null = null;
let client: EventClient;
/** The newest event, of this process. */
let eventId = '';

beforeAll(async () => {
  database = await createTestDatabase();
  service = await startApp({ databaseUrl: database.url });
});
beforeEach(async () => {
  opened ??= await EventClient.open(service.url, BEARER);
  client = opened;
  eventId = await tell();
});
afterAll(async () => {
  opened?.close();
  await service.close();
  await database.drop();
});

/** Waits until the stream tells of a change. @returns the id of the event */
async function tell(): Promise<string> {
  const id = newId();
  changes.mark('actions', id);
  await client.until(() => client.ids().has(id));
  return client.lastId;
}

/** An action that no event tells of: only an answer that was made after it shows it. */
async function insertSilently(): Promise<string> {
  const id = newId();
  await database.dataSource.query(
    `INSERT INTO actions (id, service, dialect, tenant, object_type, entity_id, state, deadline_at)
     VALUES ($1, 'contact-quality', 'adobe', 'ABC@AdobeOrg', 'lead', '1', 'completed', '2100-01-01')`,
    [id],
  );
  return id;
}

interface Asked {
  readonly path?: string;
  readonly after?: string | null;
  readonly headers?: Record<string, string>;
}

async function ask({ path = LIST, after = eventId, headers = BEARER }: Asked = {}): Promise<string> {
  const answer = await fetch(service.url + path, {
    headers: { ...headers, ...(after !== null && { 'x-console-poll': after }) },
  });
  const text = await answer.text();
  expect(answer.status, text).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  return text;
}

/** Asks at the same time: none is answered before all have come. @returns how many answers were made for it */
async function countMade(asked: readonly Asked[]): Promise<number> {
  const list = service.app.get(ActionList, { strict: false });
  const page = list.page.bind(list);
  let open: (value: unknown) => void = () => undefined;
  const gate = new Promise((resolve) => (open = resolve));
  const made = vi.spyOn(list, 'page').mockImplementation(async (query) => {
    await gate;
    return page(query);
  });
  const come = vi.spyOn(service.app.get(LiveEvents, { strict: false }), 'numberOf');
  try {
    const answers = Promise.all(asked.map(ask));
    const marked = asked.filter(({ after }) => after !== null).length;
    await expect.poll(() => come.mock.calls.length, { timeout: 30_000 }).toBe(marked);
    open(null);
    await answers;
    return made.mock.calls.length;
  } finally {
    made.mockRestore();
    come.mockRestore();
  }
}

async function newKey(role: string): Promise<Record<string, string>> {
  const { body } = await send('POST', `${service.url}/admin/keys`, BEARER, { name: `shared ${randomUUID()}`, role });
  return { authorization: `Bearer ${body['key'] as string}` };
}

async function logIn(): Promise<{ cookie: string; 'x-csrf-token': string }> {
  const { headers, body } = await send('POST', `${service.url}/admin/session`, BEARER);
  const cookie = String(headers['set-cookie']).split(';')[0] ?? '';
  return { cookie, 'x-csrf-token': body['csrfToken'] as string };
}

describe('an answer to an event', { timeout: 60_000 }, () => {
  it('is made once for those who name the event or an earlier one', async () => {
    const earlier = `${eventId.split(':')[0]}:0`;
    expect(await countMade([{}, {}, { after: earlier }, { headers: await newKey('admin') }])).toBe(1);
  });

  it('is made for each of those who name none', async () => {
    expect(await countMade([{ after: null }, { after: '1' }, {}])).toBe(3);
  });

  it.each(SHARED)('of %s is what others get without sharing', async (path) => {
    const own = JSON.parse(await ask({ path, after: null })) as object;
    const shared = JSON.parse(await ask({ path })) as object;
    const steady = (answer: object): object => ({ ...answer, uptimeSeconds: 0, processes: null });
    expect(steady(shared)).toEqual(steady(own));
  });

  it('shows a reader of the next event what it tells of', async () => {
    await ask();
    const id = await insertSilently();
    expect(await ask({ after: await tell() })).toContain(id);
  });

  it.each([
    ['without the mark of a poll', null],
    ['that a clock repeats', '1'],
    ['by an event of another process', `${newId()}:1`],
    ['with a mark that is none', 'x'.repeat(500)],
    ['with an empty mark', ''],
  ])('is made anew for a request %s', async (_case, after) => {
    await ask();
    const id = await insertSilently();
    expect(await ask({ after })).toContain(id);
  });

  it('is made anew for a request by an event that has not come yet', async () => {
    await ask();
    const id = await insertSilently();
    const after = `${eventId.split(':')[0]}:999999999`;
    expect(await ask({ after })).toContain(id);
  });

  it('is gone after a second', async () => {
    await ask();
    const id = await insertSilently();
    await expect.poll(() => ask({ path: LIST }), { timeout: 10_000, interval: 300 }).toContain(id);
  });

  it('shows an edit to its author at once, and to the others by the event of the edit', async () => {
    const path = '/admin/destinations';
    const id = randomUUID();
    await database.dataSource.query(
      `INSERT INTO destinations (id, channel, scope, origin) VALUES ($1, 'adobe', 'ABC@AdobeOrg', 'https://a.example.com')`,
      [id],
    );
    const stateIn = (text: string): unknown =>
      (JSON.parse(text) as { items: { id: string; state: string }[] }).items.find((item) => item.id === id)?.state;
    eventId = await tell();
    expect(stateIn(await ask({ path }))).toBe('well');
    const session = await logIn();
    expect((await send('POST', `${service.url}${path}/${id}/pause`, session)).status).toBeLessThan(300);
    // As the console's page asks after a change of its own: see console-requests.spec.ts.
    expect(stateIn(await ask({ path, headers: session, after: '1' }))).toBe('paused');
    await client.until(() => client.topics().has('destinations'));
    expect(stateIn(await ask({ path, after: client.lastId }))).toBe('paused');
  });
});

describe('a shared answer is for its role alone', { timeout: 60_000 }, () => {
  it('and a key of another role gets one of its own', async () => {
    const [viewer, operator] = [await newKey('viewer'), await newKey('operator')];
    eventId = await tell();
    expect(await countMade([{}, {}, { headers: viewer }, { headers: viewer }, { headers: operator }])).toBe(3);
  });

  it('and filters are never mixed up', async () => {
    const all = await ask();
    const none = await ask({ path: `${LIST}?imsOrgId=other@AdobeOrg` });
    expect(JSON.parse(none)).toMatchObject({ items: [] });
    expect(await ask({ path: `${LIST}?limit=1` })).not.toBe(all);
  });

  it.each([
    ['nothing', {}],
    ['a key that is none', { authorization: 'Bearer nothing' }],
    ['a session that is none', { cookie: 'ricochet_session=nothing' }],
  ])('and %s opens none', async (_case, headers) => {
    await ask();
    const answer = await fetch(service.url + LIST, { headers: { ...headers, 'x-console-poll': eventId } });
    expect(answer.status).toBe(401);
  });

  it('and log-out ends it at once', async () => {
    const session = await logIn();
    eventId = await tell();
    const text = await ask({ headers: session });
    expect(await ask()).toBe(text);
    expect((await send('POST', `${service.url}/admin/session/end`, session)).status).toBeLessThan(300);
    const answer = await fetch(service.url + LIST, { headers: { cookie: session.cookie, 'x-console-poll': eventId } });
    expect(answer.status).toBe(401);
  });

  it('and a refusal is shared with nobody', async () => {
    const path = `${LIST}?limit=0`;
    for (let turn = 0; turn < 2; turn += 1) {
      const answer = await fetch(service.url + path, { headers: { ...BEARER, 'x-console-poll': eventId } });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        400,
        expect.stringContaining('application/problem+json'),
      ]);
    }
  });
});
