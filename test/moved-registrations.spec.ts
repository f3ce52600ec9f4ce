import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { admin, TestCompany, until } from './support/company-world.js';
import { basicOf, EqpClient } from './support/eqp-client.js';
import { type HttpsAnswer, HttpsReceiver } from './support/https-receiver.js';
import { createTestCa } from './support/test-ca.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { startTrustingApp, type TrustingApp } from './support/trusting-app.js';

const SCAN = { file_upload_id: 'f', tool_result: 'passed' };

const certificates = createTestCa();
let database: TestDatabase;
/** Two origins of one customer. */
let here: HttpsReceiver;
let there: HttpsReceiver;
let service: TrustingApp;

beforeAll(async () => {
  database = await createTestDatabase();
  [here, there] = [await HttpsReceiver.start(certificates.server), await HttpsReceiver.start(certificates.server)];
  service = await startTrustingApp({
    databaseUrl: database.url,
    ca: certificates.ca,
    // So far apart that only a move makes the next attempt due.
    env: { REGISTRATION_RETRY_SCHEDULE: '0s,1h,1h,1h,1h,1h,1h' },
  });
});
afterEach(() => {
  for (const receiver of [here, there]) receiver.answer = () => undefined;
});
afterAll(async () => {
  await service.close();
  await Promise.all([here.stop(), there.stop()]);
  await database.drop();
});

interface Attempt {
  readonly number: number;
  readonly url: string;
  readonly status: number | null;
  readonly trigger: string;
}

interface Delivery {
  readonly deliveryId: string;
  readonly status: string;
  readonly url: string;
  readonly method: string;
  readonly lastError: string | null;
  readonly attempts: readonly Attempt[];
}

const newPath = (): string => `/hook/${randomUUID()}`;

function sql<Row = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
  return database.dataSource.query<Row[]>(text, values);
}

/** One registration of either family, as its owner and administrators use it. */
interface Registered {
  readonly id: string;
  publish(): Promise<void>;
  /** The owner writes another url. */
  put(url: string): Promise<void>;
  patch(url: string): Promise<void>;
}

async function viewOf(owner: string): Promise<{ id: string; state: string; reason: string | null }> {
  const { body } = await admin(service, 'GET', `/admin/registrations?owner=${owner}`);
  const [view] = body['items'] as { id: string; state: string; reason: string | null }[];
  if (view === undefined) throw new Error(`nothing registered for ${owner}`);
  return view;
}

async function patchUrl(id: string, url: string): Promise<void> {
  const answer = await admin(service, 'PATCH', `/admin/registrations/${id}`, { url });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
}

async function company(url: string): Promise<Registered & { readonly of: TestCompany; readonly at: string }> {
  const of = await TestCompany.create(service, `co-${randomUUID().slice(0, 8)}`);
  const created = await of.register({ event_type: 'person_added', destination: { url } });
  expect(created.status).toBe(201);
  const at = `/callbacks/${String(created.body['callback_id'])}`;
  const { id } = await viewOf(of.id);
  return {
    id,
    of,
    at,
    publish: async () => {
      expect((await of.publish('person_added', { person_id: 'p' })).body['deliveries']).toBe(1);
    },
    put: async (to) => {
      const answer = await of.call('PUT', at, { destination: { url: to } });
      expect([answer.status, answer.body['active']]).toEqual([200, true]);
    },
    patch: (to) => patchUrl(id, to),
  };
}

async function eqp(url: string): Promise<Registered & { readonly client: EqpClient }> {
  const client = await EqpClient.create(service.url);
  const entry = (to: string): object => ({
    name: 'mine',
    url: to,
    username: 'key',
    password: `for ${new URL(to).port}`,
  });
  expect((await client.put({ api_callbacks: [entry(url)] })).status).toBe(200);
  const { id } = await viewOf(client.account.mage_id);
  return {
    id,
    client,
    publish: async () => {
      expect((await client.publish('malware_scan_complete', SCAN)).body['deliveries']).toBe(1);
    },
    put: async (to) => {
      const answer = await client.put({ api_callbacks: [entry(to)] });
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    },
    patch: (to) => patchUrl(id, to),
  };
}

const FAMILIES = { company, eqp } as const;

async function deliveriesOf(id: string): Promise<Delivery[]> {
  const { body } = await admin(service, 'GET', `/admin/registrations/${id}/deliveries?limit=200`);
  // The oldest first.
  return (body['items'] as Delivery[]).reverse();
}

async function untilAll(id: string, ...statuses: string[]): Promise<Delivery[]> {
  let seen: Delivery[] = [];
  await until(async () => {
    seen = await deliveriesOf(id);
    return seen.map(({ status }) => status).join() === statuses.join();
  }).catch(() => expect(seen.map(({ status }) => status)).toEqual(statuses));
  return seen;
}

const always =
  (path: string, status: number): HttpsAnswer =>
  (request) =>
    request.path === path ? { status } : undefined;

const MOVES = [
  ['company', 'put', 'same'],
  ['company', 'put', 'other'],
  ['company', 'patch', 'same'],
  ['company', 'patch', 'other'],
  ['eqp', 'put', 'same'],
  ['eqp', 'put', 'other'],
  ['eqp', 'patch', 'same'],
] as const;

describe.each(MOVES)('a registration of kind %s whose url is changed by %s to the %s origin', (kind, verb, origin) => {
  const target = (): HttpsReceiver => (origin === 'same' ? here : there);

  it('is on again after a 410, and what was held goes to the new url', async () => {
    const [before, after] = [newPath(), newPath()];
    const one = await FAMILIES[kind](here.url + before);
    here.answer = always(before, 410);
    await one.publish();
    await untilAll(one.id, 'dead');
    await one.publish();
    await one.publish();
    await untilAll(one.id, 'dead', 'held', 'held');
    await one[verb](target().url + after);
    const [dead, ...sent] = await untilAll(one.id, 'dead', 'delivered', 'delivered');
    expect(dead?.attempts.map(({ url }) => url)).toEqual([here.url + before]);
    for (const { url, attempts } of sent) {
      expect([url, ...attempts.map((attempt) => attempt.url)]).toEqual([target().url + after, target().url + after]);
    }
    expect([here.of(before).length, target().of(after).length]).toEqual([1, 2]);
    expect((await admin(service, 'GET', `/admin/registrations/${one.id}`)).body).toMatchObject({
      state: 'active',
      reason: null,
    });
  });

  it('is called at the new url for what waits for its next attempt, and each attempt says where it went', async () => {
    const [before, after] = [newPath(), newPath()];
    const one = await FAMILIES[kind](here.url + before);
    here.answer = always(before, 503);
    await one.publish();
    await until(async () => (await deliveriesOf(one.id))[0]?.attempts.length === 1);
    await one[verb](target().url + after);
    const [delivery] = await untilAll(one.id, 'delivered');
    expect(delivery?.attempts.map(({ number, url, status }) => [number, url, status])).toEqual([
      [1, here.url + before, 503],
      [2, target().url + after, 200],
    ]);
    expect([here.of(before).length, target().of(after).length]).toEqual([1, 1]);
  });

  it('is called at the new url for what waits behind an open breaker or a throttle', async () => {
    const [before, after] = [newPath(), newPath()];
    const one = await FAMILIES[kind](here.url + before);
    here.answer = always(before, 503);
    for (let n = 0; n < 5; n += 1) {
      await one.publish();
      await until(() => here.of(before).length === n + 1);
    }
    await until(async () => (await openOf(one.id)).length === 1);
    await one.publish();
    await one.publish();
    await sql(`UPDATE destinations SET throttled_until = now() + interval '1 hour' WHERE scope = $1`, [one.id]);
    await sleep(1_200);
    expect(here.of(before)).toHaveLength(5);
    await one[verb](target().url + after);
    await untilAll(one.id, ...Array.from({ length: 7 }, () => 'delivered'));
    expect(await openOf(one.id)).toEqual([]);
    expect([here.of(before).length, target().of(after).length]).toEqual([5, 7]);
  });

  it.each([503, 410, 404])('goes on to the new url when the one before answers %i late', async (status) => {
    const [before, after] = [newPath(), newPath()];
    const one = await FAMILIES[kind](here.url + before);
    const held = here.holdBack();
    await one.publish();
    await until(() => held.waiting() === 1);
    await one[verb](target().url + after);
    held.answerWith(status);
    const [sent] = await untilAll(one.id, 'delivered');
    expect(sent?.attempts.map((attempt) => [attempt.url, attempt.status])).toEqual([
      [here.url + before, status],
      [target().url + after, 200],
    ]);
    expect((await admin(service, 'GET', `/admin/registrations/${one.id}`)).body).toMatchObject({
      state: 'active',
      reason: null,
    });
    await one.publish();
    await untilAll(one.id, 'delivered', 'delivered');
  });

  it('is done with a delivery that the url before takes late', async () => {
    const [before, after] = [newPath(), newPath()];
    const one = await FAMILIES[kind](here.url + before);
    const held = here.holdBack();
    await one.publish();
    await until(() => held.waiting() === 1);
    await one[verb](target().url + after);
    held.answerWith(200);
    const [delivery] = await untilAll(one.id, 'delivered');
    expect(delivery?.attempts.map(({ url }) => url)).toEqual([here.url + before]);
    expect(target().of(after)).toEqual([]);
  });
});

/** An hour passes. */
async function makeDue(id: string): Promise<void> {
  await sql(
    `UPDATE deliveries d SET next_attempt_at = now() FROM destinations t WHERE t.id = d.destination_id AND t.scope = $1 AND d.status = 'pending'`,
    [id],
  );
}

function openOf(id: string): Promise<Record<string, unknown>[]> {
  return sql(
    `SELECT id FROM destinations WHERE scope = $1 AND (opened_until IS NOT NULL OR throttled_until IS NOT NULL)`,
    [id],
  );
}

describe('a move', () => {
  it('and back again ends where the registration is, with its destination well', async () => {
    const [before, after] = [newPath(), newPath()];
    const one = await company(here.url + before);
    here.answer = always(before, 410);
    await one.publish();
    await untilAll(one.id, 'dead');
    await one.put(there.url + after);
    there.answer = always(after, 410);
    await one.publish();
    await untilAll(one.id, 'dead', 'dead');
    await one.publish();
    await untilAll(one.id, 'dead', 'dead', 'held');
    here.answer = () => undefined;
    await one.put(here.url + before);
    await untilAll(one.id, 'dead', 'dead', 'delivered');
    // It can be switched off there as before.
    here.answer = always(before, 410);
    await one.publish();
    await untilAll(one.id, 'dead', 'dead', 'delivered', 'dead');
    expect((await one.of.call('GET', one.at)).body['active']).toBe(false);
  });

  it('leaves a paused registration paused: what is held goes to the new url once it is resumed', async () => {
    const [before, after] = [newPath(), newPath()];
    const one = await company(here.url + before);
    await admin(service, 'POST', `/admin/registrations/${one.id}/pause`);
    await sleep(1_200);
    await one.publish();
    await untilAll(one.id, 'held');
    await one.of.call('PUT', one.at, { destination: { url: there.url + after } });
    await sleep(1_200);
    await untilAll(one.id, 'held');
    expect(there.of(after)).toEqual([]);
    await admin(service, 'POST', `/admin/registrations/${one.id}/resume`);
    await untilAll(one.id, 'delivered');
    expect([here.of(before).length, there.of(after).length]).toEqual([0, 1]);
  });

  it('takes method and content type along', async () => {
    const [before, after] = [newPath(), newPath()];
    const one = await company(here.url + before);
    here.answer = always(before, 503);
    await one.publish();
    await until(async () => (await deliveriesOf(one.id))[0]?.attempts.length === 1);
    const change = { url: there.url + after, method: 'PUT', contentType: 'text/json' };
    expect((await admin(service, 'PATCH', `/admin/registrations/${one.id}`, change)).status).toBe(200);
    const [delivery] = await untilAll(one.id, 'delivered');
    expect(delivery?.method).toBe('PUT');
    expect(there.of(after).map(({ method, headers }) => [method, headers['content-type']])).toEqual([
      ['PUT', 'text/json'],
    ]);
  });

  it('also carries what a sender without the new url stores after it', async () => {
    const [before, after] = [newPath(), newPath()];
    const one = await company(here.url + before);
    await one.publish();
    await untilAll(one.id, 'delivered');
    await one.put(there.url + after);
    // As a publisher does that read the registration right before it was changed.
    await sql(
      `INSERT INTO deliveries (id, channel, owner_id, destination_id, event_id, method, url, content_type, body, status)
       SELECT gen_random_uuid(), channel, owner_id, destination_id, event_id, method, url, content_type, body, 'pending'
         FROM deliveries d WHERE EXISTS (SELECT 1 FROM destinations t WHERE t.id = d.destination_id AND t.scope = $1)`,
      [one.id],
    );
    await until(() => there.of(after).length === 1);
    expect(here.of(before)).toHaveLength(1);
  });

  it('to an address that the policy refuses is not made, and nothing is lost', async () => {
    const before = newPath();
    const one = await company(here.url + before);
    here.answer = always(before, 410);
    await one.publish();
    await untilAll(one.id, 'dead');
    await one.publish();
    await untilAll(one.id, 'dead', 'held');
    const refused = await one.of.call('PUT', one.at, { destination: { url: 'http://169.254.169.254/' } });
    expect(refused.status).toBe(422);
    await untilAll(one.id, 'dead', 'held');
  });

  it('is judged by the address policy at every attempt, by the address that is really used', async () => {
    const before = newPath();
    const one = await company(here.url + before);
    here.answer = always(before, 503);
    await one.publish();
    await until(async () => (await deliveriesOf(one.id))[0]?.attempts.length === 1);
    // Whoever wrote it: an address that was allowed yesterday may be forbidden today.
    await sql(`UPDATE company_callbacks SET url = 'https://169.254.169.254/latest' WHERE id = $1`, [one.id]);
    await makeDue(one.id);
    await until(async () => (await deliveriesOf(one.id))[0]?.attempts.length === 2);
    const [delivery] = await deliveriesOf(one.id);
    expect(delivery?.attempts.at(-1)).toMatchObject({ url: 'https://169.254.169.254/latest', errorClass: 'address' });
    expect(here.of(before)).toHaveLength(1);
  });

  it('shows urls without their query, which may hold a key', async () => {
    const [before, after] = [newPath(), newPath()];
    const one = await company(`${here.url}${before}?key=canary-1`);
    here.answer = always(`${before}?key=canary-1`, 503);
    await one.publish();
    await until(async () => (await deliveriesOf(one.id))[0]?.attempts.length === 1);
    await one.put(`${there.url}${after}?key=canary-2`);
    const [delivery] = await untilAll(one.id, 'delivered');
    expect(delivery?.attempts.map(({ url }) => url)).toEqual([here.url + before, there.url + after]);
    expect(JSON.stringify(delivery)).not.toContain('canary');
    expect(service.logged.join('\n')).not.toContain('canary');
  });
});

describe('the list of an EQP user', () => {
  const entry = (url: string, more: object = {}): object => ({ url, username: 'key', password: 'secret', ...more });

  async function withList(...list: object[]): Promise<{ client: EqpClient; ids: () => Promise<string[]> }> {
    const client = await EqpClient.create(service.url);
    expect((await client.put({ api_callbacks: list })).status).toBe(200);
    const ids = async (): Promise<string[]> => {
      const rows = await sql<{ id: string }>(
        `SELECT c.id FROM eqp_callbacks c JOIN eqp_users u ON u.id = c.user_id WHERE u.mage_id = $1 ORDER BY position`,
        [client.account.mage_id],
      );
      return rows.map(({ id }) => id);
    };
    return { client, ids };
  }

  it('keeps the callback of the same name, with user name and password of its new url', async () => {
    const [before, after, other] = [newPath(), newPath(), newPath()];
    const { client, ids } = await withList(
      entry(here.url + other, { name: 'a' }),
      entry(here.url + before, { name: 'b' }),
    );
    here.answer = always(before, 503);
    await client.publish('malware_scan_complete', SCAN);
    await until(() => here.of(before).length === 1 && here.of(other).length === 1);
    const [a, b] = await ids();
    const moved = entry(there.url + after, { name: 'b', username: 'key-2', password: 'secret-2' });
    expect(
      (await client.put({ api_callbacks: [moved, entry(here.url + other, { name: 'a', password: undefined })] }))
        .status,
    ).toBe(200);
    expect(await ids()).toEqual([b, a]);
    await until(() => there.of(after).length === 1);
    expect(there.of(after)[0]?.headers.authorization).toBe(basicOf('key-2', 'secret-2'));
    expect([here.of(before).length, here.of(other).length]).toEqual([1, 1]);
    expect(here.requests.map(({ headers }) => headers.authorization)).not.toContain(basicOf('key-2', 'secret-2'));
  });

  it('keeps the only one whose url changed, nameless as it is', async () => {
    const [before, after, other] = [newPath(), newPath(), newPath()];
    const { client, ids } = await withList(entry(here.url + other), entry(here.url + before));
    here.answer = always(before, 503);
    await client.publish('malware_scan_complete', SCAN);
    await until(() => here.of(before).length === 1 && here.of(other).length === 1);
    const kept = await ids();
    expect((await client.put({ api_callbacks: [entry(here.url + other), entry(there.url + after)] })).status).toBe(200);
    expect(await ids()).toEqual(kept);
    await until(() => there.of(after).length === 1);
  });

  it('needs the password for a new url, by name as without: the stored one was given to another', async () => {
    const { client } = await withList(entry(here.url + newPath(), { name: 'mine' }));
    for (const name of ['mine', undefined]) {
      const answer = await client.put({ api_callbacks: [{ name, url: there.url + newPath(), username: 'key' }] });
      expect([answer.status, answer.body['message']]).toEqual([400, expect.stringContaining('password')]);
    }
  });

  it('that loses a callback cancels what waits for it, held or not, and leaves the others alone', async () => {
    const [gone, stays] = [newPath(), newPath()];
    const { client, ids } = await withList(
      entry(here.url + gone, { name: 'gone' }),
      entry(here.url + stays, { name: 'stays' }),
    );
    const [id = '', other = ''] = await ids();
    here.answer = (request) => (request.path === gone ? { status: 410 } : { status: 503 });
    await client.publish('malware_scan_complete', SCAN);
    await untilAll(id, 'dead');
    await client.publish('malware_scan_complete', SCAN);
    await untilAll(id, 'dead', 'held');
    await until(() => here.of(stays).length === 2);
    const list = [entry(here.url + stays, { name: 'stays', password: undefined })];
    expect((await client.put({ api_callbacks: list })).status).toBe(200);
    expect(await statusesOf(id)).toEqual(['dead', 'cancelled']);
    // The receiver sees a request before its outcome is recorded.
    await untilAll(other, 'pending', 'pending');
  });

  it.each([
    ['by its user', (client: EqpClient) => client.put({ api_callbacks: [] })],
    [
      'by an administrator',
      async (client: EqpClient) =>
        admin(service, 'DELETE', `/admin/registrations/${(await viewOf(client.account.mage_id)).id}`),
    ],
  ])(
    'cancels what waits for a retry when the callback is removed %s; alerts do not count it',
    async (_whom, remove) => {
      const path = newPath();
      const { client, ids } = await withList(entry(here.url + path));
      const [id = ''] = await ids();
      here.answer = always(path, 503);
      await client.publish('malware_scan_complete', SCAN);
      await until(async () => (await deliveriesOf(id))[0]?.attempts.length === 1);
      const before = await metric('cancelled');
      const failed = (await metric('dead')) + (await metric('expired'));
      expect((await remove(client)).status).toBeLessThan(300);
      const [row] = await sql(LAST_OF, [id]);
      expect(row).toMatchObject({
        status: 'cancelled',
        last_error: expect.stringMatching(/^REGISTRATION_REMOVED: /) as unknown,
      });
      expect(await metric('cancelled')).toBe(before + 1);
      expect((await metric('dead')) + (await metric('expired'))).toBe(failed);
      const deliveryId = String(row?.['id']);
      const refused = await admin(service, 'POST', `/admin/deliveries/${deliveryId}/resend`);
      expect([refused.status, refused.body['title']]).toEqual([
        409,
        expect.stringContaining('registration was removed'),
      ]);
      // Nobody has an address for it: forced or not, nothing leaves.
      expect((await admin(service, 'POST', `/admin/deliveries/${deliveryId}/resend`, { force: true })).status).toBe(
        202,
      );
      await until(async () => (await sql(LAST_OF, [id]))[0]?.['status'] === 'cancelled');
      expect(here.of(path)).toHaveLength(1);
    },
  );

  it.each([
    [503, 'cancelled'],
    [410, 'dead'],
    [200, 'delivered'],
  ])('removed while its receiver thinks, which then answers %i, leaves the delivery %s', async (status, end) => {
    const { client, ids } = await withList(entry(here.url + newPath()));
    const [id = ''] = await ids();
    const held = here.holdBack();
    await client.publish('malware_scan_complete', SCAN);
    await until(() => held.waiting() === 1);
    await client.put({ api_callbacks: [] });
    held.answerWith(status);
    await until(async () => (await sql(LAST_OF, [id]))[0]?.['status'] === end);
  });
});

const LAST_OF = `SELECT d.*, (SELECT count(*)::int FROM delivery_attempts a WHERE a.delivery_id = d.id) AS attempts
  FROM deliveries d JOIN destinations t ON t.id = d.destination_id WHERE t.scope = $1 ORDER BY d.id DESC LIMIT 1`;

async function statusesOf(scope: string): Promise<string[]> {
  const rows = await sql<{ status: string }>(
    `SELECT d.status FROM deliveries d JOIN destinations t ON t.id = d.destination_id WHERE t.scope = $1 ORDER BY d.id`,
    [scope],
  );
  return rows.map(({ status }) => status);
}

/** EQP deliveries that were given this status. */
async function metric(status: string): Promise<number> {
  const answer = await admin(service, 'GET', '/metrics');
  const text = String(answer.body['text']);
  const found = new RegExp(`^ricochet_deliveries_settled_total\\{channel="eqp",status="${status}"\\} (\\d+)`, 'm').exec(
    text,
  );
  return Number(found?.[1] ?? 0);
}

describe('a company that deletes its registration', () => {
  it('still gets the events that were accepted before, at the url it has now, and no other', async () => {
    const path = newPath();
    const one = await company(here.url + path);
    here.answer = always(path, 503);
    await one.publish();
    await until(async () => (await deliveriesOf(one.id))[0]?.attempts.length === 1);
    expect((await one.of.call('DELETE', one.at)).status).toBe(200);
    here.answer = () => undefined;
    expect((await one.of.publish('person_added', { person_id: 'q' })).body['deliveries']).toBe(0);
    await makeDue(one.id);
    await untilAll(one.id, 'delivered');
    expect(here.of(path)).toHaveLength(2);
  });

  it('and then says where it is now gets them there', async () => {
    const [before, after] = [newPath(), newPath()];
    const one = await company(here.url + before);
    here.answer = always(before, 410);
    await one.publish();
    await untilAll(one.id, 'dead');
    await one.publish();
    await untilAll(one.id, 'dead', 'held');
    expect((await admin(service, 'DELETE', `/admin/registrations/${one.id}`)).status).toBe(204);
    const moved = await one.of.call('PUT', one.at, { destination: { url: there.url + after } });
    expect([moved.status, moved.body['active']]).toEqual([200, false]);
    await untilAll(one.id, 'dead', 'delivered');
    expect(there.of(after)).toHaveLength(1);
  });
});

describe('recovery of dead deliveries', () => {
  it('goes to the current url when asked to, and otherwise skips what died at an origin that was left', async () => {
    const [before, after] = [newPath(), newPath()];
    const one = await company(here.url + before);
    here.answer = always(before, 404);
    await one.publish();
    await untilAll(one.id, 'dead');
    await one.put(there.url + after);
    const recover = (body: object) => admin(service, 'POST', `/admin/registrations/${one.id}/recover`, body);
    const filter = { channel: 'companies', status: ['dead'], endpoint: here.url, dryRun: true };
    const preview = await admin(service, 'POST', '/admin/deliveries/recover', filter);
    expect(preview.body['wouldSkip']).toMatchObject({ moved: expect.any(Number) as number });
    const skipped = await recover({ status: ['dead'] });
    const [job] = skipped.body['items'] as { jobId: string }[];
    await until(async () => (await admin(service, 'GET', `/admin/recoveries/${job?.jobId}`)).body['state'] === 'done');
    expect((await admin(service, 'GET', `/admin/recoveries/${job?.jobId}`)).body).toMatchObject({
      resent: 0,
      skippedBecause: { moved: 1 },
    });
    await untilAll(one.id, 'dead');
    const sent = await recover({ status: ['dead'], toCurrentUrl: true });
    expect(sent.status, JSON.stringify(sent.body)).toBe(202);
    const [delivery] = await untilAll(one.id, 'delivered');
    expect(delivery?.attempts.map(({ url }) => url)).toEqual([here.url + before, there.url + after]);
    expect([here.of(before).length, there.of(after).length]).toEqual([1, 1]);
  });

  it('of a single delivery always goes to the current url', async () => {
    const [before, after] = [newPath(), newPath()];
    const one = await company(here.url + before);
    here.answer = always(before, 404);
    await one.publish();
    const [dead] = await untilAll(one.id, 'dead');
    await one.put(there.url + after);
    expect((await admin(service, 'POST', `/admin/deliveries/${dead?.deliveryId}/resend`)).status).toBe(202);
    const [sent] = await untilAll(one.id, 'delivered');
    expect(sent?.attempts.map(({ trigger }) => trigger)).toEqual(['auto', 'manual']);
    expect(there.of(after)).toHaveLength(1);
  });

  it.each([{ toCurrentUrl: 'yes' }, { toCurrentUrl: 1 }])('refuses %j', async (body) => {
    const one = await company(here.url + newPath());
    for (const path of [`/admin/registrations/${one.id}/recover`, '/admin/deliveries/recover']) {
      expect((await admin(service, 'POST', path, body)).status, path).toBe(422);
    }
  });
});
