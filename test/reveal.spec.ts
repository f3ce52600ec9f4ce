import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type RunningApp, startApp, TEST_ADMIN_KEY } from './support/app.js';
import { send } from './support/company-world.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { leadRequest } from './support/requests.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const REASON = 'Ticket 4711: a field is missing';
const EMAIL = `canary-${randomUUID()}@example.com`;
const TOKEN = `canary-token-${randomUUID()}`;
const BEARER = { authorization: `Bearer ${TEST_ADMIN_KEY}` };

let database: TestDatabase;
let adobe: FakeAdobe;
let service: RunningApp;
let requestId: string;
let written = '';

beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      written += String(text);
      return true;
    });
  }
  database = await createTestDatabase();
  adobe = await FakeAdobe.start();
  service = await startApp({ databaseUrl: database.url, adobe, env: { ADMIN_REVEAL: 'true', LOG_LEVEL: 'verbose' } });
  const leadData = { email: EMAIL, firstName: 'ada' };
  const callbackUrl = `${adobe.url}/reveal?key=canary-key`;
  const { body } = await service.submit(
    leadRequest({ callbackUrl, token: TOKEN, leadId: '9007199254740993', leadData }),
  );
  requestId = body['requestId'] as string;
  await adobe.until(() => adobe.callbacks.some(({ path }) => path.startsWith('/reveal')));
});
afterAll(async () => {
  await service.close();
  await adobe.stop();
  await database.drop();
  vi.restoreAllMocks();
});

function reveal(id: string, body: unknown, headers: Record<string, string> = BEARER, at = service) {
  return send('POST', `${at.url}/admin/actions/${id}/reveal`, headers, body);
}

/** Each key has a rate of its own. */
async function newKey(role: string): Promise<Record<string, string>> {
  const { body } = await send('POST', `${service.url}/admin/keys`, BEARER, { name: `reveal ${randomUUID()}`, role });
  return { authorization: `Bearer ${body['key'] as string}` };
}

describe('looking into an action', () => {
  it('shows its object data and the body of its callback, and notes the reason', async () => {
    const answer = await reveal(requestId, { reason: REASON });
    expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    const { objectData, deliveries, results } = answer.body as unknown as {
      objectData: string;
      deliveries: { body: string; channel: string }[];
      results: string[];
    };
    expect(objectData).toContain(EMAIL);
    expect(objectData).toContain('9007199254740993');
    expect(deliveries).toMatchObject([{ channel: 'adobe' }]);
    expect(JSON.parse(deliveries[0]?.body ?? '')).toBeTypeOf('object');
    expect(results).toEqual([]);
    expect(JSON.stringify(answer.body)).not.toMatch(/canary-(token|key)/);
    const audit = await service.admin(`/admin/audit?resource=action:${requestId}`);
    expect(audit.body).toMatchObject({ items: [{ action: 'action.reveal', details: { reason: REASON } }] });
    expect(written).not.toContain('canary');
  });

  it('shows null for what was removed', async () => {
    const { body } = await service.submit(leadRequest({ callbackUrl: `${adobe.url}/reveal-removed` }));
    const id = body['requestId'] as string;
    await adobe.until(() => adobe.of('/reveal-removed').length > 0);
    await expect
      .poll(async () => (await service.admin(`/admin/actions/${id}`)).body['state'], { timeout: 60_000 })
      .toBe('completed');
    await database.dataSource.query('DELETE FROM action_payloads WHERE action_id = $1', [id]);
    await database.dataSource.query('UPDATE deliveries SET body = NULL WHERE owner_id = $1', [id]);
    const answer = await reveal(id, { reason: REASON });
    expect(answer.body).toMatchObject({ objectData: null, deliveries: [{ body: null }] });
  });

  it.each([
    ['no body', undefined, 400],
    ['a text', '"x"', 400],
    ['no reason', {}, 422],
    ['a number', { reason: 5 }, 422],
    ['null', { reason: null }, 422],
    ['a list', { reason: [REASON] }, 422],
    ['too short', { reason: 'too short' }, 422],
    ['blank', { reason: ' '.repeat(20) }, 422],
    ['too long', { reason: 'x'.repeat(501) }, 422],
    ['a line break', { reason: 'line one\nline two' }, 422],
    ['another member', { reason: REASON, force: true }, 422],
  ])('is refused with %s', async (_name, body, status) => {
    expect((await reveal(requestId, body, await newKey('admin'))).status).toBe(status);
  });

  it('is refused for an id that no action has, without an entry', async () => {
    const id = randomUUID();
    expect((await reveal(id, { reason: REASON })).status).toBe(404);
    expect((await reveal('no-id', { reason: REASON })).status).toBe(400);
    expect((await service.admin(`/admin/audit?resource=action:${id}`)).body).toMatchObject({ items: [] });
  });

  it.each(['viewer', 'operator'])('is not for the role %s', async (role) => {
    expect((await reveal(requestId, { reason: REASON }, await newKey(role))).status).toBe(403);
  });

  it('has a rate for each key', async () => {
    const key = await newKey('admin');
    const answers = [];
    for (let i = 0; i < 12; i += 1) answers.push(await reveal(randomUUID(), { reason: REASON }, key));
    const slowed = answers.filter(({ status }) => status === 429);
    expect(slowed.length).toBeGreaterThan(0);
    expect(Number(slowed[0]?.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('is off unless the operator allows it', async () => {
    const closed = await startApp({ databaseUrl: database.url, adobe });
    const answer = await reveal(requestId, { reason: REASON }, BEARER, closed);
    await closed.close();
    expect(answer.status).toBe(403);
    expect(JSON.stringify(answer.body)).toContain('ADMIN_REVEAL');
  });
});
