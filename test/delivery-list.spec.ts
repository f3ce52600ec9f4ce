import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type RunningApp, startApp } from './support/app.js';
import { until } from './support/company-world.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { leadRequest } from './support/requests.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

interface Item extends Record<string, unknown> {
  readonly deliveryId: string;
  readonly ownerId: string;
  readonly destinationId: string;
  readonly status: string;
}

interface Page {
  readonly items: Item[];
  readonly nextCursor: string | null;
  readonly searchedUntil: string | null;
}

let database: TestDatabase;
let adobe: FakeAdobe;
let service: RunningApp;

beforeAll(async () => {
  database = await createTestDatabase();
  adobe = await FakeAdobe.start();
  service = await startApp({ databaseUrl: database.url, adobe });
  adobe.answer = ({ path }) => (path === '/gone' ? { status: 404 } : undefined);
  for (const path of ['/well?key=canary-0815', '/gone', '/well']) {
    await service.submit(leadRequest({ callbackUrl: `${adobe.url}${path}` }));
  }
  await until(async () => (await list('')).items.every(({ status }) => ['delivered', 'dead'].includes(status)));
  await until(async () => (await list('')).items.length === 3);
});
afterAll(async () => {
  await service.close();
  await adobe.stop();
  await database.drop();
});

async function list(query: string): Promise<Page> {
  const answer = await service.admin(`/admin/deliveries?${query}`);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body as unknown as Page;
}

describe('one delivery', () => {
  it('has its attempts, what it is about, and what to do, without its body', async () => {
    const dead = (await list('status=dead')).items[0];
    const { status, body } = await service.admin(`/admin/deliveries/${dead?.deliveryId}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      deliveryId: dead?.deliveryId,
      ownerId: dead?.ownerId,
      destinationId: dead?.destinationId,
      createdAt: dead?.['createdAt'],
      service: 'contact-quality',
      eventType: null,
      registrationId: null,
      attempts: [{ status: 404, trigger: 'auto' }],
      explanation: expect.stringMatching(
        /^The callback was given up after one attempt because the receiver answered 404/,
      ),
    });
    expect(body).not.toHaveProperty('scope');
    for (const secret of ['canary-0815', 'Lovelace', 'lovelace']) expect(JSON.stringify(body)).not.toContain(secret);
  });
});

describe('the list of deliveries', () => {
  it('shows the newest first, without bodies and queries of addresses', async () => {
    const { items, nextCursor, searchedUntil } = await list('');
    expect(items).toHaveLength(3);
    const ids = items.map(({ deliveryId }) => deliveryId);
    expect(ids).toEqual([...ids].sort().reverse());
    expect({ nextCursor, searchedUntil }).toEqual({ nextCursor: null, searchedUntil: null });
    const text = JSON.stringify(items);
    for (const secret of ['canary-0815', 'Lovelace', 'lovelace']) expect(text).not.toContain(secret);
    const dead = items.find(({ status }) => status === 'dead');
    expect(dead).toMatchObject({
      channel: 'adobe',
      service: 'contact-quality',
      eventType: null,
      lastStatus: 404,
      errorClass: 'client_error',
      attemptNumber: 1,
      nextAttemptAt: null,
    });
    expect(Math.abs(Date.parse(String(dead?.['createdAt'])) - Date.now())).toBeLessThan(60_000);
  });

  it.each([
    ['status=dead', 1],
    ['status=delivered', 2],
    ['status=held', 0],
    ['status=pending', 0],
    ['channel=adobe', 3],
    ['channel=companies', 0],
    ['errorClass=client_error', 1],
    ['errorClass=timeout', 0],
    ['lastStatus=404', 1],
    ['lastStatus=200', 2],
    ['status=dead&lastStatus=404&errorClass=client_error&channel=adobe', 1],
    ['status=delivered&lastStatus=404', 0],
    ['service=contact-quality', 3],
    ['service=contact-quality&status=dead', 1],
    ['eventType=person_added', 0],
    ['since=2020-01-01', 3],
    ['until=2020-01-01', 0],
    ['since=2020-01-01&status=dead', 1],
    [`owner=${randomUUID()}`, 0],
    [`destination=${randomUUID()}`, 0],
  ])('is narrowed by %s to %d', async (query, count) => {
    expect((await list(query)).items).toHaveLength(count);
  });

  it('is narrowed to an action and to a destination', async () => {
    const [first] = (await list('status=dead')).items;
    expect((await list(`owner=${first?.ownerId}`)).items.map(({ deliveryId }) => deliveryId)).toEqual([
      first?.deliveryId,
    ]);
    expect((await list(`destination=${first?.destinationId}&status=dead`)).items).toHaveLength(1);
  });

  it('comes in pages', async () => {
    const all = (await list('')).items.map(({ deliveryId }) => deliveryId);
    const first = await list('limit=2');
    expect(first.items.map(({ deliveryId }) => deliveryId)).toEqual(all.slice(0, 2));
    expect(first.nextCursor).toBe(all[1]);
    const rest = await list(`limit=2&cursor=${first.nextCursor}`);
    expect(rest.items.map(({ deliveryId }) => deliveryId)).toEqual(all.slice(2));
    expect(rest.nextCursor).toBeNull();
  });

  it.each([
    ['status=gone', 'status'],
    ['status=dead&status=held', 'status'],
    ['channel=nowhere', 'channel'],
    ['errorClass=bad', 'errorClass'],
    ['lastStatus=99', 'lastStatus'],
    ['lastStatus=abc', 'lastStatus'],
    ['lastStatus=1e2', 'lastStatus'],
    ['lastStatus=%00', 'lastStatus'],
    ['destination=1', 'destination'],
    ['owner=1%27', 'owner'],
    ['eventType=%00', 'eventType'],
    ['since=yesterday', 'since'],
    ['since=2026-11-21&until=2026-11-20', 'since'],
    ['limit=201', 'limit'],
    ['cursor=1', 'cursor'],
    ['service=contact-qualty', 'service'],
    ['colour=red', 'colour'],
  ])('refuses %s', async (query, field) => {
    const answer: Answer = await service.admin(`/admin/deliveries?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'INVALID_REQUEST', errors: [{ field }] });
  });
});

describe('a search among many', () => {
  const MANY = 60_000;

  beforeAll(async () => {
    // Older than those above: their ids begin with the year 2020, one for each millisecond.
    await database.dataSource.query(
      `INSERT INTO deliveries (id, channel, owner_id, destination_id, event_id, method, url, content_type, status, last_status)
       SELECT (lpad(to_hex(1577836800000 + n), 12, '0') || '70008000000000000000')::uuid, 'adobe', gen_random_uuid(),
              gen_random_uuid(), n::text, 'POST', 'https://old.example.com/', 'application/json', 'delivered',
              CASE WHEN n = 1 THEN 201 ELSE 200 END
         FROM generate_series(1, ${MANY}) AS n`,
    );
  });

  it('ends a page after 50,000, says how far it looked, and goes on from there', async () => {
    const first = await list('lastStatus=201');
    expect(first.items).toEqual([]);
    // Three are newer.
    const stoppedAtMs = 1_577_836_800_000 + MANY - (50_000 - 3) + 1;
    expect(first.searchedUntil).toBe(new Date(stoppedAtMs).toISOString());
    const second = await list(`lastStatus=201&cursor=${first.nextCursor}`);
    expect(second.items).toHaveLength(1);
    expect(second).toMatchObject({ nextCursor: null, searchedUntil: null });
  });

  it('does not count those that the index of failed ones leaves out', async () => {
    const page = await list('status=dead');
    expect(page.items).toHaveLength(1);
    expect(page.nextCursor).toBeNull();
  });

  it('a page that is full says where the next one begins, not where the search would end', async () => {
    const page = await list('lastStatus=200&limit=5');
    expect(page.items).toHaveLength(5);
    expect(page.nextCursor).toBe(page.items[4]?.deliveryId);
  });
});
