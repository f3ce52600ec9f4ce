import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RunningApp, startApp } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { accountRequest, groupRequest, leadRequest } from './support/requests.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

let database: TestDatabase;
let adobe: FakeAdobe;
let service: RunningApp;

beforeAll(async () => {
  database = await createTestDatabase();
  adobe = await FakeAdobe.start();
  service = await startApp({ databaseUrl: database.url, adobe, env: { ADOBE_RETRY_SCHEDULE: '0s,100ms,200ms' } });
});
afterEach(() => {
  adobe.answer = () => undefined;
});
afterAll(async () => {
  await service.close();
  await adobe.stop();
  await database.drop();
});

const freshPath = (): string => `/callback/${randomUUID()}`;

function sql<Row = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
  return database.dataSource.query<Row[]>(text, values);
}

async function untilState(requestId: string, state: string): Promise<void> {
  for (let round = 0; round < 100; round += 1) {
    const [row] = await sql<{ state: string }>('SELECT state FROM actions WHERE id = $1', [requestId]);
    if (row?.state === state) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${requestId} did not become ${state}`);
}

describe('an execution request', () => {
  it('about a lead is acknowledged, enriched and called back with all six headers', async () => {
    const path = freshPath();
    const token = randomUUID();
    const answer = await service.submit(leadRequest({ callbackUrl: adobe.url + path, token, leadId: 1001 }));
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ status: 'accepted', message: 'Request accepted for processing' });
    await adobe.until(() => adobe.of(path).length > 0);
    const [callback] = adobe.of(path);
    expect(callback?.headers).toMatchObject({
      'x-callback-token': token,
      'x-api-key': 'client',
      'x-request-id': answer.body['requestId'],
      'x-gw-ims-org-id': 'TESTORG@AdobeOrg',
      'content-type': 'application/json',
    });
    expect(callback?.headers.authorization).toMatch(/^Bearer token-\d+$/);
    const [entry] = callback?.body.objectData ?? [];
    expect(entry).toMatchObject({ activityData: { success: true }, leadData: { id: 1001 } });
    const lead = entry?.['leadData'] as { accessorValues?: Record<string, unknown> };
    expect(Object.keys(lead.accessorValues ?? {}).length).toBeGreaterThan(0);
    await untilState(answer.body['requestId'] as string, 'completed');
  });

  it('about an account and about its people comes back in their shapes', async () => {
    const [accountPath, groupPath] = [freshPath(), freshPath()];
    await service.submit(accountRequest({ callbackUrl: adobe.url + accountPath, accountId: 'acc-9' }));
    await service.submit(groupRequest({ callbackUrl: adobe.url + groupPath, people: 3 }));
    await adobe.until(() => adobe.of(accountPath).length + adobe.of(groupPath).length === 2);
    expect(adobe.of(accountPath)[0]?.body.objectData[0]).toMatchObject({
      activityData: { success: true },
      accountData: { id: 'acc-9' },
    });
    const group = adobe.of(groupPath)[0]?.body.objectData[0] as { accountPersonData: { accountPersonRelId: number }[] };
    expect(group.accountPersonData.map((person) => person.accountPersonRelId)).toEqual([9000, 9001, 9002]);
  });

  it('keeps an id beyond 2^53 exactly, from the request to the callback', async () => {
    const path = freshPath();
    const text = JSON.stringify(leadRequest({ callbackUrl: adobe.url + path, leadId: 4711 })).replace(
      '4711',
      '9007199254740993123',
    );
    expect((await service.submit(text)).status).toBe(200);
    await adobe.until(() => adobe.of(path).length > 0);
    expect(adobe.of(path)[0]?.text).toContain('"id":9007199254740993123');
  });

  it('with the same token fifty times at once is one action, one callback, one requestId', async () => {
    const path = freshPath();
    const request = leadRequest({ callbackUrl: adobe.url + path });
    const answers = await Promise.all(Array.from({ length: 50 }, () => service.submit(request)));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
    expect(new Set(answers.map((answer) => answer.body['requestId'])).size).toBe(1);
    await adobe.until(() => adobe.of(path).length > 0);
    await untilState(answers[0]?.body['requestId'] as string, 'completed');
    expect(adobe.of(path)).toHaveLength(1);
  });

  it('with a token of another entity is a conflict, and nobody is lost silently', async () => {
    const request = { callbackUrl: adobe.url + freshPath(), token: randomUUID() };
    expect((await service.submit(leadRequest({ ...request, leadId: 1 }))).status).toBe(200);
    const second = await service.submit(leadRequest({ ...request, leadId: 2 }));
    expect(second.status).toBe(409);
    expect(second.body).toMatchObject({ code: 'DUPLICATE_REQUEST' });
    expect(JSON.stringify(second.body)).not.toContain(request.token);
  });

  it('is retried with the same body and id until Adobe takes it, and every attempt is recorded', async () => {
    const path = freshPath();
    adobe.answer = (_callback, count) => (count < 3 ? { status: 503 } : undefined);
    const answer = await service.submit(leadRequest({ callbackUrl: adobe.url + path }));
    await untilState(answer.body['requestId'] as string, 'completed');
    const callbacks = adobe.of(path);
    expect(callbacks).toHaveLength(3);
    expect(new Set(callbacks.map((callback) => callback.text)).size).toBe(1);
    const attempts = await sql(
      `SELECT t.number, t.status FROM delivery_attempts t JOIN deliveries d ON d.id = t.delivery_id WHERE d.owner_id = $1 ORDER BY t.number`,
      [answer.body['requestId']],
    );
    expect(attempts).toEqual([
      { number: 1, status: 503 },
      { number: 2, status: 503 },
      { number: 3, status: 200 },
    ]);
  });

  it('that Adobe refuses is undeliverable, explained, and can be sent again by an admin', async () => {
    const path = freshPath();
    adobe.answer = () => ({ status: 400 });
    const answer = await service.submit(leadRequest({ callbackUrl: adobe.url + path }));
    const requestId = answer.body['requestId'] as string;
    await untilState(requestId, 'undeliverable');
    expect(adobe.of(path)).toHaveLength(1);
    const detail = await service.admin(`/admin/actions/${requestId}`);
    expect(detail.status).toBe(200);
    expect(JSON.stringify(detail.body)).toContain('400');
    adobe.answer = () => undefined;
    const [delivery] = await sql<{ id: string }>('SELECT id FROM deliveries WHERE owner_id = $1', [requestId]);
    const resent = await service.admin(`/admin/deliveries/${delivery?.id}/resend`, { method: 'POST', body: {} });
    expect(resent.status).toBe(202);
    await untilState(requestId, 'completed');
    const [first, second] = adobe.of(path);
    expect(second?.text).toBe(first?.text);
    expect(second?.headers['x-request-id']).toBe(requestId);
  });

  it('gets a new token once when Adobe answers 401, and is dead at the second', async () => {
    const [once, always] = [freshPath(), freshPath()];
    adobe.answer = (callback, count) => (callback.path === always || count === 1 ? { status: 401 } : undefined);
    const requests = adobe.tokenRequests;
    const first = await service.submit(leadRequest({ callbackUrl: adobe.url + once }));
    await untilState(first.body['requestId'] as string, 'completed');
    expect(adobe.of(once)).toHaveLength(2);
    expect(adobe.tokenRequests).toBe(requests + 1);
    const second = await service.submit(leadRequest({ callbackUrl: adobe.url + always }));
    await untilState(second.body['requestId'] as string, 'undeliverable');
    expect(adobe.of(always)).toHaveLength(2);
  });

  it('writes one history row per move and no orphans', async () => {
    const answer = await service.submit(leadRequest({ callbackUrl: adobe.url + freshPath() }));
    await untilState(answer.body['requestId'] as string, 'completed');
    const history = await sql<{ from_state: string; to_state: string }>(
      'SELECT from_state, to_state FROM action_history WHERE action_id = $1 ORDER BY at',
      [answer.body['requestId']],
    );
    expect(history.map((row) => row.to_state)).toEqual(['calling_back', 'completed']);
    const orphans = await sql(`
      SELECT 'delivery' AS kind, d.id FROM deliveries d LEFT JOIN actions a ON a.id = d.owner_id WHERE a.id IS NULL
      UNION ALL SELECT 'attempt', t.delivery_id FROM delivery_attempts t LEFT JOIN deliveries d ON d.id = t.delivery_id WHERE d.id IS NULL
      UNION ALL SELECT 'history', h.action_id FROM action_history h LEFT JOIN actions a ON a.id = h.action_id WHERE a.id IS NULL
      UNION ALL SELECT 'token', t.action_id FROM action_tokens t LEFT JOIN actions a ON a.id = t.action_id WHERE a.id IS NULL
      UNION ALL SELECT 'payload', p.action_id FROM action_payloads p LEFT JOIN actions a ON a.id = p.action_id WHERE a.id IS NULL`);
    expect(orphans).toEqual([]);
  });

  it('keeps token, admin context and custom headers out of every readable column', async () => {
    const secret = `canary-${randomUUID()}`;
    const request = leadRequest({ callbackUrl: adobe.url + freshPath(), token: secret });
    (request['context'] as Record<string, unknown>)['admin'] = { apiSecret: secret };
    request['customHeaders'] = { 'X-Customer-Key': secret };
    const answer = await service.submit(request);
    await untilState(answer.body['requestId'] as string, 'completed');
    const tables = await sql<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
    );
    for (const { name } of tables) {
      const [found] = await sql<{ n: number }>(
        `SELECT count(*)::int AS n FROM "${name}" t WHERE strpos(t::text, $1) > 0`,
        [secret],
      );
      expect(found?.n, name).toBe(0);
    }
  });
});
