import { createHash, randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TEST_ADMIN_KEY } from './support/app.js';
import { asyncCallsOf, newCall, queue } from './support/async-calls.js';
import { BridgedWorld } from './support/bridged-world.js';
import { until } from './support/company-world.js';
import { groupRequest, leadRequest } from './support/requests.js';

const TENANT = 'TESTORG@AdobeOrg';
const ACTOR = createHash('sha256').update(TEST_ADMIN_KEY).digest('hex').slice(0, 8);
const EMAIL = 'ada.subject@example.com';

interface Page {
  readonly counts: Record<string, number>;
  readonly items: Record<string, unknown>[];
  readonly unstartedCalls: unknown[];
  readonly erasures: unknown[];
  readonly truncated: boolean;
  readonly nextCursor: string | null;
}

let world: BridgedWorld;
let failed = false;

beforeAll(async () => {
  world = await BridgedWorld.start();
  const answer = await world.company.register({
    event_type: 'person_updated',
    destination: { url: `${world.adobe.url}/company` },
  });
  expect(answer.status).toBe(201);
});
afterEach(({ task }) => {
  failed ||= task.result?.state === 'fail';
});
afterAll(() => world.stop(failed));

async function find(tenant: string, entityId: string, more: Record<string, string> = {}): Promise<Page> {
  const query = new URLSearchParams({ tenant, entityId, ...more });
  const answer = await world.service.admin(`/admin/subjects?${query.toString()}`);
  expect(answer.status).toBe(200);
  return answer.body as unknown as Page;
}

async function submit(leadId: string): Promise<string> {
  const leadData = { email: EMAIL, firstName: 'ada', lastName: 'LOVELACE', phone: '+44 20 7946 0018' };
  const answer = await world.service.submit(
    leadRequest({ callbackUrl: `${world.adobe.url}/callback`, leadId, leadData }),
  );
  const requestId = answer.body['requestId'] as string;
  await world.records.untilState([requestId], 'completed');
  const open = `SELECT count(*)::int AS n FROM deliveries WHERE status IN ('pending', 'delivering')`;
  await until(async () => (await world.records.sql<{ n: number }>(open))[0]?.n === 0);
  return requestId;
}

const NOTHING = {
  actions: 0,
  payloads: 0,
  deliveries: 0,
  bodies: 0,
  attempts: 0,
  attemptContents: 0,
  resultMessages: 0,
  unstartedCalls: 0,
};

describe('what is held about a person', () => {
  it('is shown with ids, states and times, without content, before and after it is erased', async () => {
    const requestId = await submit('8001');
    const [callback] = await world.records.sql<{ id: string }>('SELECT id FROM deliveries WHERE owner_id = $1', [
      requestId,
    ]);
    const [bridged] = await world.records.sql<{ id: string; event_id: string }>(
      `SELECT id, event_id FROM deliveries WHERE channel = 'companies'`,
    );
    const page = await find(TENANT, '8001');
    const moment = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T.*Z$/) as string;
    expect(page).toEqual({
      tenantKnown: true,
      counts: { ...NOTHING, actions: 1, payloads: 1, deliveries: 2, bodies: 2, attempts: 2, attemptContents: 1 },
      items: [
        {
          requestId,
          service: 'contact-quality',
          objectType: 'lead',
          role: 'entity',
          state: 'completed',
          receivedAt: moment,
          finishedAt: moment,
          payload: 'stored',
          resultMessages: [],
          deliveries: expect.arrayContaining([
            {
              deliveryId: callback?.id,
              channel: 'adobe',
              madeBy: 'action',
              eventId: callback?.id,
              status: 'delivered',
              body: 'stored',
              attempts: [{ number: 1, startedAt: moment, status: 200, content: 'none' }],
            },
            {
              deliveryId: bridged?.id,
              channel: 'companies',
              madeBy: 'bridge',
              eventId: bridged?.event_id,
              status: 'delivered',
              body: 'stored',
              attempts: [{ number: 1, startedAt: moment, status: 200, content: 'stored' }],
            },
          ]) as unknown,
        },
      ],
      unstartedCalls: [],
      erasures: [],
      truncated: false,
      nextCursor: null,
    });
    expect(JSON.stringify(page)).not.toMatch(/ada|example\.com|7946|person_id|token/i);

    await world.records.sql('DELETE FROM action_payloads WHERE action_id = $1', [requestId]);
    expect((await find(TENANT, '8001')).items).toMatchObject([{ payload: 'erased' }]);
    const { jobId } = await world.erase(TENANT, '8001');
    expect(await find(TENANT, '8001')).toEqual({
      tenantKnown: true,
      counts: NOTHING,
      items: [],
      unstartedCalls: [],
      erasures: [{ jobId, state: 'done', requestedAt: moment, finishedAt: moment }],
      truncated: false,
      nextCursor: null,
    });
    // Neither another organisation nor another person learns of it.
    expect((await find('OTHER@AdobeOrg', '8001')).erasures).toEqual([]);
    expect((await find(TENANT, '80011')).erasures).toEqual([]);
  });

  it('is no answer for an organisation that is not known: known ones are listed', async () => {
    await submit('8010');
    expect(await find('Adobe', '8010')).toMatchObject({ tenantKnown: false, items: [] });
    expect(await find(TENANT, 'nobody')).toMatchObject({ tenantKnown: true, items: [] });
    const made = await world.service.admin('/admin/async-clients', { method: 'POST', body: { name: 'import' } });
    const client = made.body['client_id'] as string;
    expect(await find(client, '1')).toMatchObject({ tenantKnown: true });
    expect(await find(uuidv7(), '1')).toMatchObject({ tenantKnown: false });
    const { body } = await world.service.admin('/admin/subjects/tenants');
    expect(body['complete']).toBe(true);
    expect(body['items']).toEqual(
      expect.arrayContaining([
        { tenant: TENANT, name: null },
        { tenant: client, name: 'import' },
      ]),
    );
  });

  it('is what events without a link hold, too', async () => {
    const requestId = await submit('8002');
    await world.records.sql('UPDATE company_events SET action_id = NULL WHERE action_id = $1', [requestId]);
    expect((await find(TENANT, '8002')).items).toMatchObject([
      { requestId, role: 'entity', deliveries: [{}, { madeBy: 'bridge' }] },
    ]);
    await world.records.sql(`UPDATE actions SET entity_id = 'erased' WHERE id = $1`, [requestId]);
    expect((await find(TENANT, '8002')).items).toMatchObject([
      { requestId, role: 'leftBehind', deliveries: [{}, { madeBy: 'bridge', body: 'stored' }] },
    ]);
    await world.erase(TENANT, '8002');
    expect((await find(TENANT, '8002')).items).toEqual([]);
  });

  it('is found among the people of an account', async () => {
    const answer = await world.service.submit(groupRequest({ callbackUrl: `${world.adobe.url}/callback` }));
    const requestId = answer.body['requestId'] as string;
    await world.records.untilState([requestId], 'completed');
    expect((await find(TENANT, '501')).items).toMatchObject([
      { requestId, role: 'member', objectType: 'accountPerson' },
    ]);
    expect((await find(TENANT, '77')).items).toMatchObject([{ requestId, role: 'entity' }]);
    expect((await find(TENANT, '50')).items).toEqual([]);
  });

  it('is found in asynchronous calls: results, conversations, and what has not been started', async () => {
    const clientId = randomUUID();
    const calls = asyncCallsOf(world.service);
    const person = `jane.${randomUUID()}@example.com`;
    const objects = [{ ordinal: 0, properties: { EmailAddress: person, LastName: 'Doe' } }];
    const ended = await queue(calls, newCall({ clientId, objects }));
    const waiting = await queue(calls, newCall({ clientId, objects, scheduledAtMs: Date.now() + 3_600_000 }));
    await calls.waitFor(clientId, ended, 10_000);
    const page = await find(clientId, person);
    expect(page.items).toMatchObject([{ role: 'member', objectType: 'batch', resultMessages: [{ requestId: ended }] }]);
    expect(page.unstartedCalls).toMatchObject([{ requestId: waiting }]);
    expect(page.counts).toMatchObject({ actions: 1, resultMessages: 1, unstartedCalls: 1 });
    expect(JSON.stringify(page)).not.toContain('Doe');
    await world.erase(clientId, person);
    expect((await find(clientId, person)).counts).toEqual(NOTHING);
  });

  it('comes in pages from the newest to the oldest, through any number of others', async () => {
    const at = Date.parse('2026-02-01T00:00:00Z');
    const ids = Array.from({ length: 2_500 }, (_, index) => uuidv7({ msecs: at + index }));
    await world.records.sql(
      `INSERT INTO actions (id, service, dialect, tenant, object_type, entity_id, state, deadline_at)
       SELECT id, 's', 'adobe', 'PAGES@AdobeOrg', 'lead', CASE WHEN n % 500 = 1 THEN '9' ELSE '1' END, 'completed', now()
         FROM unnest($1::uuid[]) WITH ORDINALITY AS t(id, n)`,
      [ids],
    );
    const wanted = ids.filter((_, index) => index % 500 === 0).reverse();
    const seen: unknown[] = [];
    let cursor: string | null = null;
    do {
      const page: Page = await find('PAGES@AdobeOrg', '9', { limit: '2', ...(cursor !== null && { cursor }) });
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map(({ requestId }) => requestId));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(wanted);
    expect((await find('PAGES@AdobeOrg', '9', { limit: '5' })).nextCursor).toBeNull();
  });

  it('is audited whenever it is looked at, without the id', async () => {
    const count = `SELECT count(*)::int AS n FROM admin_audit WHERE verb = 'subject.read'`;
    const [before] = await world.records.sql<{ n: number }>(count);
    await find(TENANT, 'id-of-a-person');
    expect(await world.records.sql(count)).toEqual([{ n: (before?.n ?? 0) + 1 }]);
    const [entry] = await world.records.sql(
      `SELECT * FROM admin_audit WHERE verb = 'subject.read' ORDER BY id DESC LIMIT 1`,
    );
    expect(entry).toMatchObject({ actor: ACTOR, details: { tenant: TENANT } });
    expect(JSON.stringify(entry)).not.toContain('id-of-a-person');
  });
});

describe('a question about a person', () => {
  it.each([
    ['', ['entityId', 'tenant']],
    ['tenant=T', ['entityId']],
    ['entityId=1', ['tenant']],
    ['tenant=&entityId=1', ['tenant']],
    ['tenant=T&entityId=', ['entityId']],
    ['tenant=T&entityId=1&entityId=2', ['entityId']],
    ['tenant=T&tenant=U&entityId=1', ['tenant']],
    ['tenant=T&entityId=a%00b', ['entityId']],
    ['tenant=T&entityId=a%0Ab', ['entityId']],
    [`tenant=T&entityId=${'9'.repeat(257)}`, ['entityId']],
    ['tenant=T&entityId=1&limit=0', ['limit']],
    ['tenant=T&entityId=1&limit=201', ['limit']],
    ['tenant=T&entityId=1&limit=1.5', ['limit']],
    ['tenant=T&entityId=1&limit=ten', ['limit']],
    ['tenant=T&entityId=1&cursor=2', ['cursor']],
    ['tenant=T&entityId=1&email=jane.doe@example.com', ['email']],
    ['tenant=T&entityId=1&imsOrgId=T', ['imsOrgId']],
  ])('is refused when it is ?%s', async (query, fields) => {
    const [before] = await world.records.sql('SELECT count(*) FROM admin_audit');
    const answer = await world.service.admin(`/admin/subjects?${query}`);
    expect([answer.status, answer.headers['content-type']]).toEqual([
      400,
      expect.stringContaining('application/problem+json'),
    ]);
    const { code, errors } = answer.body as { code: string; errors: { field: string }[] };
    expect(code).toBe('INVALID_REQUEST');
    expect(errors.map(({ field }) => field).sort()).toEqual(fields);
    expect(JSON.stringify(answer.body)).not.toContain('jane.doe');
    expect(await world.records.sql('SELECT count(*) FROM admin_audit')).toEqual([before]);
  });
});
