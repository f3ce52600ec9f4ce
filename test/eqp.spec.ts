import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LeasedDelivery } from '../src/delivery/delivery.js';
import { EqpSessionsSweeper } from '../src/recovery/eqp-sessions.sweeper.js';
import { EqpChannel } from '../src/registrations/eqp/eqp.channel.js';
import { call, TEST_ADMIN_KEY } from './support/app.js';
import { admin, basicOf, EqpClient } from './support/eqp-client.js';
import { HttpsReceiver } from './support/https-receiver.js';
import { createTestCa } from './support/test-ca.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { startTrustingApp, type TrustingApp } from './support/trusting-app.js';

const CANARY = 'canary-Pa55word-4711';
const WIRE_TIME = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/;
const STATUS = { overall: 'in_progress', technical: 'draft', marketing: 'approved' };
const UPDATE = { submission_id: 's5w9k703ru', eqp_flow: 'marketing', current_status: 'approved', eqp_status: STATUS };

const certificates = createTestCa();
let database: TestDatabase;
let receiver: HttpsReceiver;
let service: TrustingApp;
let failed = false;

beforeAll(async () => {
  database = await createTestDatabase();
  receiver = await HttpsReceiver.start(certificates.server);
  service = await startTrustingApp({
    databaseUrl: database.url,
    ca: certificates.ca,
    env: { REGISTRATION_RETRY_SCHEDULE: '0s,100ms,100ms,100ms', LOG_LEVEL: 'verbose' },
  });
});
afterEach(({ task }) => {
  receiver.answer = () => undefined;
  failed ||= task.result?.state === 'fail';
});
afterAll(async () => {
  await service.close();
  await receiver.stop();
  await database.drop(failed);
});

function sql<Row = Record<string, any>>(text: string, values: unknown[] = []): Promise<Row[]> {
  return database.dataSource.query<Row[]>(text, values);
}

async function until(what: string, condition: () => boolean | Promise<boolean>, withinMs = 20_000): Promise<void> {
  const endsAt = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > endsAt) throw new Error(`${what}: not within ${withinMs} ms`);
    await sleep(25);
  }
}

async function untilStatus(eventId: string, status: string): Promise<void> {
  await until(`deliveries of ${eventId} ${status}`, async () => {
    const rows = await sql('SELECT status FROM deliveries WHERE owner_id = $1', [eventId]);
    return rows.length > 0 && rows.every((row) => row['status'] === status);
  });
}

/** What the channel says of a delivery to the destination. */
async function prepare(destinationId: string): Promise<unknown> {
  const delivery = { id: 'd', destinationId } as LeasedDelivery;
  return (await service.app.get(EqpChannel, { strict: false }).prepare([delivery])).get('d');
}

/** A client with one callback at the path, user `key`, password `secret`. */
async function subscriber(path: string, password = 'secret'): Promise<EqpClient> {
  const client = await EqpClient.create(service.url);
  const callback = { name: 'mine', url: receiver.url + path, username: 'key', password };
  expect((await client.put({ api_callbacks: [callback] })).status).toBe(200);
  return client;
}

describe('a session', () => {
  it('is opened with id and secret, lives beside others, and is stored as a hash only', async () => {
    const client = await EqpClient.create(service.url, { mage_id: 'MAG000000001' });
    const answers = await Promise.all([1, 2, 3].map(() => client.signIn({ grant_type: 'session', expires_in: 600 })));
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 200, body: { mage_id: 'MAG000000001', expires_in: 600 } });
      expect(answer.headers['cache-control']).toBe('no-store');
      client.ust = answer.body['ust'] as string;
      expect((await client.get()).status).toBe(200);
      const hash = createHash('sha256').update(client.ust).digest();
      expect(await sql('SELECT 1 FROM eqp_sessions WHERE token_hash = $1', [hash])).toHaveLength(1);
    }
    const stored = await sql<{ secret_hash: Buffer }>(
      `SELECT secret_hash FROM eqp_users WHERE mage_id = 'MAG000000001'`,
    );
    expect(stored[0]?.secret_hash).toEqual(createHash('sha256').update(client.account.app_secret).digest());
  });

  it('lives two hours unless asked, and a day at most', async () => {
    const client = await EqpClient.create(service.url);
    expect((await client.signIn()).body['expires_in']).toBe(7_200);
    expect((await client.signIn({ grant_type: 'session', expires_in: 10_000_000 })).body['expires_in']).toBe(86_400);
  });

  it('ends when its time is up, and is swept up', async () => {
    const client = await EqpClient.create(service.url);
    const hash = createHash('sha256').update(client.ust).digest();
    await sql(`UPDATE eqp_sessions SET expires_at = now() - interval '1 second' WHERE token_hash = $1`, [hash]);
    expect(await client.get()).toMatchObject({ status: 401, body: { code: 401 } });
    await service.app.get(EqpSessionsSweeper, { strict: false }).sweep();
    expect(await sql('SELECT 1 FROM eqp_sessions WHERE token_hash = $1', [hash])).toHaveLength(0);
  });

  it('ends with the secret it was opened with', async () => {
    const client = await EqpClient.create(service.url);
    const before = client.account.app_secret;
    const rotated = await client.act('rotate-secret');
    expect(rotated).toMatchObject({ status: 200, body: { app_id: client.account.app_id } });
    expect((await client.get()).status).toBe(401);
    expect((await client.signIn(undefined, before)).status).toBe(401);
    expect((await client.signIn(undefined, rotated.body['app_secret'] as string)).status).toBe(200);
  });
});

describe('a profile', () => {
  it('shows its callbacks without passwords, and as a summary without callbacks', async () => {
    const profile = { first_name: 'John', email: 'jsmith@example.com', has_accepted_tos: true };
    const client = await EqpClient.create(service.url, { mage_id: 'MAG000000002', profile });
    const put = await client.put({
      api_callbacks: [{ name: 'one', url: `${receiver.url}/one`, username: 'key', password: 'secret' }],
    });
    const whole = await client.get();
    expect(put.body).toEqual(whole.body);
    const head = {
      mage_id: 'MAG000000002',
      adobe_user_id: null,
      first_name: 'John',
      last_name: null,
      email: 'jsmith@example.com',
      screen_name: null,
      has_completed_profile: false,
      has_accepted_tos: true,
    };
    const api_callbacks = [{ name: 'one', url: `${receiver.url}/one`, username: 'key' }];
    expect(whole.body).toEqual({ ...head, api_callbacks });
    expect((await client.get(`${client.path}?style=summary`)).body).toEqual(head);
  });

  it('takes partial updates: members are merged, the list of callbacks stays unless it is named', async () => {
    const client = await subscriber('/partial');
    await client.put({ action: 'submit', personal_profile: { bio: 'one', twitter: '@a' }, screen_name: 'Smith' });
    const answer = await client.put({ action: 'draft', personal_profile: { bio: 'two' }, last_name: 'Doe' });
    expect(answer.body).toMatchObject({
      personal_profile: { bio: 'two', twitter: '@a' },
      screen_name: 'Smith',
      last_name: 'Doe',
      api_callbacks: [{ url: `${receiver.url}/partial` }],
    });
    expect(answer.body).not.toHaveProperty('action');
    expect((await client.put({ api_callbacks: [] })).body['api_callbacks']).toEqual([]);
  });

  it('may be sent back as it was read: callbacks keep their passwords and their ids', async () => {
    const client = await subscriber('/roundtrip');
    const before = await sql('SELECT id, password FROM eqp_callbacks WHERE url = $1', [`${receiver.url}/roundtrip`]);
    const { body } = await client.get();
    expect((await client.put(body)).body).toEqual(body);
    expect(await sql('SELECT id, password FROM eqp_callbacks WHERE url = $1', [`${receiver.url}/roundtrip`])).toEqual(
      before,
    );
    const event = await client.publish('eqp_status_update', UPDATE);
    await untilStatus(event.body['event_id'] as string, 'delivered');
    expect(receiver.of('/roundtrip')[0]?.headers.authorization).toBe('Basic a2V5OnNlY3JldA==');
  });

  it('keeps a password only where url and username match, and says so for every entry that has none', async () => {
    const client = await subscriber('/kept');
    const answer = await client.put({
      api_callbacks: [
        { url: `${receiver.url}/kept`, username: 'key' },
        { url: `${receiver.url}/kept`, username: 'other' },
        { url: `${receiver.url}/elsewhere`, username: 'key' },
      ],
    });
    expect(answer.status).toBe(400);
    expect(Object.keys(answer.body)).toEqual(['code', 'message']);
    expect(answer.body['message']).toContain('api_callbacks[1].password');
    expect(answer.body['message']).toContain('api_callbacks[2].password');
    expect(answer.body['message']).not.toContain('api_callbacks[0]');
    expect((await client.get()).body['api_callbacks']).toHaveLength(1);
  });

  it('lets the same callback be registered twice, each with the password it was given or had', async () => {
    const client = await subscriber('/twice', 'first');
    const entry = { url: `${receiver.url}/twice`, username: 'key' };
    expect((await client.put({ api_callbacks: [entry, entry, { ...entry, password: 'third' }] })).status).toBe(200);
    const event = await client.publish('eqp_status_update', UPDATE);
    expect(event.body['deliveries']).toBe(3);
    await untilStatus(event.body['event_id'] as string, 'delivered');
    expect(
      receiver
        .of('/twice')
        .map(({ headers }) => headers.authorization)
        .sort(),
    ).toEqual([basicOf('key', 'first'), basicOf('key', 'first'), basicOf('key', 'third')].sort());
  });

  it('is registered with the documented command, as written but for the host and the token', async ({ skip }) => {
    const client = await EqpClient.create(service.url, { mage_id: 'MAG123456789' });
    const result = await promisify(execFile)('curl', [
      ...['-s', '-w', '\n%{http_code}', '-X', 'PUT'],
      ...['-H', `Authorization: Bearer ${client.ust}`],
      ...['-H', 'Content-Type: application/json'],
      '-d',
      '{"api_callbacks": [{"name": "My 1st EQP Callback","url": "https://developer.example.com/rest/v1/callback","username": "key","password": "secret"}]}',
      `${service.url}/rest/v1/users/MAG123456789`,
    ]).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    });
    if (result === null) return skip('curl is not installed');
    const [json = '', status] = result.stdout.split('\n');
    expect(status).toBe('200');
    expect(JSON.parse(json)).toMatchObject({
      api_callbacks: [
        { name: 'My 1st EQP Callback', url: 'https://developer.example.com/rest/v1/callback', username: 'key' },
      ],
    });
    expect(json).not.toContain('secret');
  });

  it('is nobody else’s: another mage_id is 403, whether it exists or not', async () => {
    const [mine, other] = [await EqpClient.create(service.url), await subscriber('/other')];
    for (const path of [other.path, '/rest/v1/users/MAG999999999', '/rest/v1/users/%00']) {
      expect(await mine.get(path)).toMatchObject({ status: 403, body: { code: 403 } });
      expect(await mine.put({ api_callbacks: [] }, path)).toMatchObject({ status: 403, body: { code: 403 } });
    }
    expect((await other.get()).body['api_callbacks']).toHaveLength(1);
  });
});

describe('an event', () => {
  it('about a scan reaches the callback as documented, and the file can be read', async () => {
    const client = await subscriber('/scan');
    const event = await client.publish('malware_scan_complete', {
      file_upload_id: '2309480238.238475.0',
      tool_result: 'pass',
      submission_ids: ['s5w9k703ru'],
    });
    expect(event).toMatchObject({ status: 202, body: { deliveries: 1 } });
    await untilStatus(event.body['event_id'] as string, 'delivered');
    const [request] = receiver.of('/scan');
    expect(request).toMatchObject({ method: 'POST', headers: { authorization: 'Basic a2V5OnNlY3JldA==' } });
    expect(request?.headers['content-type']).toBe('application/json');
    expect(JSON.parse(request?.body ?? '')).toEqual({
      callback_event: 'malware_scan_complete',
      update_info: {
        file_upload_id: '2309480238.238475.0',
        tool_result: 'passed',
        modified_at: expect.stringMatching(WIRE_TIME),
      },
    });
    expect(await client.get('/rest/v1/files/uploads/2309480238.238475.0')).toMatchObject({
      status: 200,
      body: { file_upload_id: '2309480238.238475.0', malware_status: 'pass', submission_ids: ['s5w9k703ru'] },
    });
  });

  it('about a submission reaches the callback as documented, and submission and item can be read', async () => {
    const client = await subscriber('/status');
    const info = { ...UPDATE, item_id: 'user_upload_version_1', modified_at: '2022-08-25 19:20:21' };
    const event = await client.publish('eqp_status_update', info);
    await untilStatus(event.body['event_id'] as string, 'delivered');
    expect(JSON.parse(receiver.of('/status')[0]?.body ?? '')).toEqual({
      callback_event: 'eqp_status_update',
      update_info: info,
    });
    const state = {
      submission_id: 's5w9k703ru',
      item_id: 'user_upload_version_1',
      eqp_status: STATUS,
      modified_at: '2022-08-25 19:20:21',
    };
    expect((await client.get('/rest/v1/products/packages/s5w9k703ru')).body).toEqual(state);
    expect((await client.get('/rest/v1/products/packages/items/user_upload_version_1')).body).toEqual(state);
    const other = await EqpClient.create(service.url);
    expect((await other.get('/rest/v1/products/packages/s5w9k703ru')).status).toBe(404);
  });

  it('that is older than what is known is sent, and changes nothing that can be read', async () => {
    const client = await subscriber('/late');
    await client.publish('eqp_status_update', { ...UPDATE, item_id: 'i1', modified_at: '2026-03-02T10:00:00Z' });
    const late = { ...UPDATE, eqp_status: { ...STATUS, overall: 'draft' }, modified_at: '2026-03-01 10:00:00' };
    expect((await client.publish('eqp_status_update', late)).body['deliveries']).toBe(1);
    expect((await client.get('/rest/v1/products/packages/s5w9k703ru')).body).toMatchObject({
      eqp_status: { overall: 'in_progress' },
      modified_at: '2026-03-02 10:00:00',
    });
    const newer = { ...UPDATE, eqp_status: { ...STATUS, overall: 'approved' } };
    await client.publish('eqp_status_update', newer);
    // The item's name is kept from the event that had it.
    expect((await client.get('/rest/v1/products/packages/items/i1')).body).toMatchObject({
      eqp_status: { overall: 'approved' },
    });
  });

  it('is tried again on the schedule, and dead at its end; a 4xx is dead at once', async () => {
    const client = await subscriber('/failing');
    receiver.answer = ({ path }) => (path === '/failing' ? { status: 500 } : undefined);
    const event = await client.publish('eqp_status_update', UPDATE);
    await untilStatus(event.body['event_id'] as string, 'dead');
    expect(receiver.of('/failing')).toHaveLength(4);
    const refusing = await subscriber('/refusing');
    receiver.answer = ({ path }) => (path === '/refusing' ? { status: 400 } : undefined);
    const refused = await refusing.publish('eqp_status_update', UPDATE);
    await untilStatus(refused.body['event_id'] as string, 'dead');
    expect(receiver.of('/refusing')).toHaveLength(1);
  });

  it('is held from a callback that said it is gone, until the user registers it again', async () => {
    const client = await subscriber('/gone');
    receiver.answer = ({ path }) => (path === '/gone' ? { status: 410 } : undefined);
    const first = await client.publish('eqp_status_update', UPDATE);
    await untilStatus(first.body['event_id'] as string, 'dead');
    const second = await client.publish('eqp_status_update', UPDATE);
    await untilStatus(second.body['event_id'] as string, 'held');
    receiver.answer = () => undefined;
    const { body } = await client.get();
    expect((await client.put({ api_callbacks: body['api_callbacks'] })).status).toBe(200);
    await untilStatus(second.body['event_id'] as string, 'delivered');
  });

  it('is cancelled for a callback that was removed meanwhile: nobody has its password any more', async () => {
    const client = await subscriber('/removed');
    receiver.answer = ({ path }) => (path === '/removed' ? { status: 503 } : undefined);
    const event = await client.publish('eqp_status_update', UPDATE);
    await client.put({ api_callbacks: [] });
    await untilStatus(event.body['event_id'] as string, 'cancelled');
    const [row] = await sql('SELECT last_error FROM deliveries WHERE owner_id = $1', [event.body['event_id']]);
    expect(row?.['last_error']).toMatch(/^REGISTRATION_REMOVED/);
    expect((await client.publish('eqp_status_update', UPDATE)).body['deliveries']).toBe(0);
  });

  it('is never sent over http, not even where development allows it, and whatever the row says', async () => {
    const client = await subscriber('/plain');
    await sql('UPDATE eqp_callbacks SET url = $1 WHERE url = $2', [
      `${receiver.url.replace('https', 'http')}/plain`,
      `${receiver.url}/plain`,
    ]);
    const event = await client.publish('eqp_status_update', UPDATE);
    // The destination is another one, so the password is not even opened.
    await untilStatus(event.body['event_id'] as string, 'held');
    await sql(
      `UPDATE eqp_callbacks SET destination_id = d.destination_id FROM deliveries d WHERE d.owner_id = $1 AND eqp_callbacks.url = d.url`,
      [event.body['event_id']],
    );
    const again = await client.publish('eqp_status_update', UPDATE);
    await untilStatus(again.body['event_id'] as string, 'dead');
    const [row] = await sql('SELECT last_error FROM deliveries WHERE owner_id = $1', [again.body['event_id']]);
    expect(row?.['last_error']).toContain('address');
    expect(receiver.of('/plain')).toHaveLength(0);
  });
});

describe('an administrator', () => {
  it('creates users, and lists them page by page, without a secret', async () => {
    for (let n = 0; n < 3; n += 1) await EqpClient.create(service.url);
    const seen: string[] = [];
    for (let cursor: string | null = null, page = 0; page < 100; page += 1) {
      const answer = await admin(
        service.url,
        'GET',
        `/admin/eqp/users?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      expect(answer.status).toBe(200);
      const items = answer.body['items'] as Record<string, unknown>[];
      for (const item of items) {
        expect(Object.keys(item).sort()).toEqual(['app_id', 'callbacks', 'created_at', 'mage_id', 'name', 'state']);
        seen.push(item['mage_id'] as string);
      }
      cursor = answer.body['nextCursor'] as string | null;
      if (cursor === null) break;
    }
    const [row] = await sql<{ n: number }>('SELECT count(*)::int AS n FROM eqp_users');
    expect(new Set(seen).size).toBe(row?.n);
    expect(seen).toHaveLength(row?.n ?? -1);
    const taken = await admin(service.url, 'POST', '/admin/eqp/users', { mage_id: seen[0] });
    expect(taken).toMatchObject({ status: 409, body: { code: 'CONFLICT', errors: [{ field: 'mage_id' }] } });
  });

  it('disables a user: no session, no event, and what is under way waits until it is enabled', async () => {
    const client = await subscriber('/disabled');
    expect((await client.act('disable')).body).toEqual({ mage_id: client.account.mage_id, state: 'disabled' });
    expect((await client.get()).status).toBe(401);
    expect((await client.signIn()).status).toBe(403);
    expect(await client.publish('eqp_status_update', UPDATE)).toMatchObject({ status: 409 });
    const [row] = await sql<{ destination_id: string }>(`SELECT destination_id FROM eqp_callbacks WHERE url = $1`, [
      `${receiver.url}/disabled`,
    ]);
    const destinationId = row?.destination_id ?? '';
    expect(await prepare(destinationId)).toMatchObject({ kind: 'deferred', reason: 'its user is disabled' });
    const disabled = await admin(service.url, 'GET', '/admin/eqp/users?state=disabled');
    expect(disabled.body['items']).toMatchObject([{ mage_id: client.account.mage_id }]);
    expect((await client.act('enable')).body).toMatchObject({ state: 'active' });
    expect(await prepare(destinationId)).toEqual({
      kind: 'ready',
      headers: { Authorization: 'Basic a2V5OnNlY3JldA==' },
      address: {
        destination: expect.objectContaining({ id: destinationId }) as unknown,
        url: `${receiver.url}/disabled`,
        method: 'POST',
        contentType: 'application/json',
      },
    });
    expect((await client.signIn()).status).toBe(200);
    expect((await client.get()).status).toBe(401);
    expect((await client.publish('eqp_status_update', UPDATE)).status).toBe(202);
  });

  it('leaves an audit row for everything, in the transaction of what was done', async () => {
    const client = await subscriber('/audited');
    await client.act('rotate-secret');
    await client.act('disable');
    await client.act('enable');
    const event = await client.publish('eqp_status_update', UPDATE);
    const rows = await sql(
      `SELECT actor, verb, details, xmin::text AS tx FROM admin_audit WHERE target = $1 ORDER BY id`,
      [`eqp-user:${client.account.mage_id}`],
    );
    expect(rows.map((row) => row['verb'])).toEqual([
      'eqp.user.create',
      'eqp.user.rotate',
      'eqp.user.disable',
      'eqp.user.enable',
      'eqp.event.publish',
    ]);
    const actor = createHash('sha256').update(TEST_ADMIN_KEY).digest('hex').slice(0, 8);
    expect(new Set(rows.map((row) => row['actor']))).toEqual(new Set([actor]));
    const [written] = await sql('SELECT xmin::text AS tx FROM eqp_events WHERE id = $1', [event.body['event_id']]);
    expect(rows.at(-1)?.['tx']).toBe(written?.['tx']);
    expect(rows.at(-1)?.['details']).toMatchObject({ deliveries: 1 });
  });
});

describe('a password', () => {
  it('opens in its own row only; what cannot be opened is held, and says why', async () => {
    await Promise.all([subscriber('/swap-1', 'one'), subscriber('/swap-2', 'two')]);
    await sql(`UPDATE eqp_callbacks a SET password = b.password FROM eqp_callbacks b WHERE a.url = $1 AND b.url = $2`, [
      `${receiver.url}/swap-1`,
      `${receiver.url}/swap-2`,
    ]);
    const [row] = await sql('SELECT destination_id FROM eqp_callbacks WHERE url = $1', [`${receiver.url}/swap-1`]);
    const preparation = await prepare(row?.['destination_id'] as string);
    expect(preparation).toMatchObject({ kind: 'held', reason: expect.stringMatching(/^SECRET_UNREADABLE/) });
  });

  it('is found nowhere but at its receiver: in no response, log, error, metric, nor anywhere in the database', async () => {
    const client = await EqpClient.create(service.url);
    const texts: string[] = [];
    const keep = async (answer: Promise<{ body: unknown; headers: unknown }>): Promise<void> => {
      texts.push(JSON.stringify(await answer));
    };
    const callback = (path: string): object => ({
      url: receiver.url + path,
      username: 'canary-user',
      password: CANARY,
    });
    await keep(client.put({ api_callbacks: [callback('/canary'), callback('/canary-echo'), callback('/canary-cut')] }));
    await keep(client.get());
    // Wrong in every other way, so that everything there is to say about the request is said.
    await keep(client.put({ api_callbacks: [{ ...callback('/x'), url: 'http://x', name: 1, extra: CANARY.length }] }));
    await keep(client.put({ api_callbacks: [{ url: receiver.url, username: 'a:b', password: `${CANARY}\u0001` }] }));
    await keep(client.put(`{"api_callbacks":[{"password":"${CANARY}",}]}`));
    const sent = basicOf('canary-user', CANARY);
    receiver.answer = ({ path, headers }) => {
      if (path === '/canary-echo') return { status: 500, body: JSON.stringify({ got: headers, password: CANARY }) };
      return path === '/canary-cut' ? { status: 404, body: `you sent ${String(headers.authorization)}` } : undefined;
    };
    const event = await client.publish('eqp_status_update', UPDATE);
    texts.push(JSON.stringify(event));
    await until('all ended', async () => {
      const rows = await sql('SELECT status FROM deliveries WHERE owner_id = $1', [event.body['event_id']]);
      return rows.every((row) => ['delivered', 'dead'].includes(row['status'] as string));
    });
    expect(receiver.of('/canary')[0]?.headers.authorization).toBe(sent);
    await keep(admin(service.url, 'GET', '/admin/eqp/users'));
    await keep(call('GET', `${service.url}/metrics`, {}));
    await keep(admin(service.url, 'GET', '/admin/status'));
    const base64 = Buffer.from(CANARY).toString('base64').replace(/=+$/, '');
    const needles = [CANARY, base64.slice(0, -1), sent.slice('Basic '.length).replace(/=+$/, '')];
    for (const needle of needles) {
      expect(texts.filter((text) => text.includes(needle))).toEqual([]);
      expect(service.logged.filter((line) => line.includes(needle))).toEqual([]);
      expect(await columnsWith(needle)).toEqual([]);
    }
    // The search finds what is there: the user name is stored in clear.
    expect(await columnsWith('canary-user')).toContain('eqp_callbacks.username');
    expect(service.logged.length).toBeGreaterThan(0);
  });
});

/** Every column of the database in which the text is found, as text, json or bytes. */
async function columnsWith(needle: string): Promise<string[]> {
  const columns = await sql<{ t: string; c: string; type: string }>(
    `SELECT table_name AS t, column_name AS c, data_type AS type FROM information_schema.columns
      WHERE table_schema = 'public' AND data_type IN ('text', 'character varying', 'json', 'jsonb', 'bytea', 'ARRAY')`,
  );
  const found: string[] = [];
  for (const { t, c, type } of columns) {
    const clause = type === 'bytea' ? `position(convert_to($1, 'UTF8') in "${c}") > 0` : `strpos("${c}"::text, $1) > 0`;
    const [row] = await sql<{ hit: boolean }>(`SELECT EXISTS (SELECT 1 FROM "${t}" WHERE ${clause}) AS hit`, [needle]);
    if (row?.hit === true) found.push(`${t}.${c}`);
  }
  return found;
}

describe('an event to many callbacks', () => {
  it('is queued whole or not at all', async () => {
    const client = await EqpClient.create(service.url);
    const api_callbacks = Array.from({ length: 450 }, (_, n) => ({
      url: `${receiver.url}/whole/${n}`,
      username: 'key',
      password: 'secret',
    }));
    await client.put({ api_callbacks });
    // The last chunk fails: a delivery cannot be written twice.
    await sql(`CREATE FUNCTION refuse_some() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF (SELECT count(*) FROM deliveries WHERE owner_id = NEW.owner_id) > 400 THEN RAISE EXCEPTION 'refused'; END IF;
        RETURN NULL; END $$`);
    await sql(`CREATE TRIGGER refuse_some AFTER INSERT ON deliveries FOR EACH ROW EXECUTE FUNCTION refuse_some()`);
    const scan = { file_upload_id: 'whole-or-not', tool_result: 'failed' };
    try {
      expect((await client.publish('malware_scan_complete', scan)).status).toBe(500);
    } finally {
      await sql('DROP TRIGGER refuse_some ON deliveries');
      await sql('DROP FUNCTION refuse_some');
    }
    expect(await sql(`SELECT 1 FROM deliveries WHERE url LIKE '%/whole/%'`)).toEqual([]);
    expect((await client.get('/rest/v1/files/uploads/whole-or-not')).status).toBe(404);
    // What was reserved was given back: the next one goes out at once.
    const event = await client.publish('malware_scan_complete', scan);
    await untilStatus(event.body['event_id'] as string, 'delivered');
  }, 60_000);
});
