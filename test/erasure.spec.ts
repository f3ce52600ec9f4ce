import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BridgedWorld } from './support/bridged-world.js';
import { until } from './support/company-world.js';
import { groupRequest, leadRequest } from './support/requests.js';

const TENANT = 'TESTORG@AdobeOrg';

interface Bridged {
  readonly requestId: string;
  readonly deliveryId: string;
  readonly path: string;
}

let world: BridgedWorld;
let failed = false;
let nextLead = 70_000;

beforeAll(async () => {
  world = await BridgedWorld.start({ REGISTRATION_RETRY_SCHEDULE: '0s,30m' });
});
beforeEach(() => {
  world.adobe.answer = () => undefined;
});
afterEach(({ task }) => {
  failed ||= task.result?.state === 'fail';
});
afterAll(() => world.stop(failed));

const newLead = (): number => (nextLead += 1);
const emailOf = (leadId: number | string): string => `ada.${leadId}@example.com`;

/** A registration that takes every person_updated of the company. @returns its path. */
async function register(): Promise<string> {
  const path = `/company/${randomUUID()}`;
  // Those before it have ended: empty ranges overlap with nothing.
  await world.records.sql(`UPDATE company_callbacks SET start_date = '2020-01-01Z', end_date = '2020-01-01Z'`);
  const answer = await world.company.register({
    event_type: 'person_updated',
    destination: { url: `${world.adobe.url}${path}` },
  });
  if (answer.status !== 201) throw new Error(`the registration was answered ${answer.status}`);
  return path;
}

async function submit(leadId: number | string, tenant = TENANT): Promise<string> {
  const request = leadRequest({
    callbackUrl: `${world.adobe.url}/callback`,
    leadId,
    leadData: { email: emailOf(leadId), firstName: 'ada', lastName: 'LOVELACE', phone: '+44 20 7946 0018' },
  });
  (request['context'] as { subscription: Record<string, unknown> }).subscription['imsOrgId'] = tenant;
  const answer = await world.service.submit(request);
  if (answer.status !== 200) throw new Error(`the request was answered ${answer.status}`);
  return answer.body['requestId'] as string;
}

/** Deliveries the bridge made of an action, by the person they are about. */
async function bridgedOf(leadId: number | string): Promise<{ id: string; status: string; body: string | null }[]> {
  return world.records.sql(
    `SELECT d.id, d.status, d.body FROM deliveries d JOIN company_events e ON e.id = d.owner_id
      WHERE d.channel = 'companies' AND strpos(d.body, $1) > 0 ORDER BY d.id`,
    [`"person_id":${JSON.stringify(String(leadId))}`],
  );
}

/** A finished lead with a delivery of the bridge that has the status. */
async function bridge(leadId: number | string, status = 'delivered', tenant = TENANT): Promise<Bridged> {
  const path = await register();
  const requestId = await submit(leadId, tenant);
  await world.records.untilState([requestId], 'completed');
  const find = (): Promise<{ id: string; status: string }[]> =>
    world.records.sql(
      `SELECT d.id, d.status FROM deliveries d JOIN company_events e ON e.id = d.owner_id WHERE e.action_id = $1`,
      [requestId],
    );
  await until(async () => (await find())[0]?.status === status);
  return { requestId, deliveryId: (await find())[0]?.id ?? '', path };
}

async function deliveryOf(id: string): Promise<Record<string, unknown> | undefined> {
  const [row] = await world.records.sql(`SELECT status, body, last_error FROM deliveries WHERE id = $1`, [id]);
  return row;
}

const resend = (id: string): ReturnType<typeof world.service.admin> =>
  world.service.admin(`/admin/deliveries/${id}/resend`, { method: 'POST', body: { force: true } });

/** What one path of the fake Adobe answers; everything else is 200. */
function answerAt(path: string, answer: () => { status: number } | Promise<{ status: number }>): void {
  world.adobe.answer = (callback) => (callback.path === path ? answer() : undefined);
}

describe('a person who is erased', () => {
  it('is in no delivery that the bridge made: sent again with force it is gone, and the receiver gets nothing', async () => {
    const leadId = newLead();
    const { deliveryId, path } = await bridge(leadId);
    await world.records.sql(
      `UPDATE delivery_attempts SET excerpt = convert_to($2, 'UTF8'), headers = '{"a":"b"}' WHERE delivery_id = $1`,
      [deliveryId, `unknown: ${emailOf(leadId)}`],
    );
    expect(await world.findAll(emailOf(leadId))).toEqual({ action_payloads: 1, deliveries: 2, delivery_attempts: 1 });
    const progress = await world.erase(TENANT, leadId);
    expect(progress).toMatchObject({ state: 'done', erased: 1, waiting: 0 });
    expect((await resend(deliveryId)).status).toBe(410);
    expect(await world.findAll(emailOf(leadId))).toEqual({});
    expect(await world.findAll(`"${leadId}"`)).toEqual({});
    expect(world.adobe.of(path)).toHaveLength(1);
    expect(await deliveryOf(deliveryId)).toMatchObject({ status: 'delivered', body: null });
  });

  it('leaves everybody else: of another organisation with the same id, and of the same with another', async () => {
    const leadId = newLead();
    await bridge(leadId);
    const foreign = await bridge(leadId, 'delivered', 'OTHER@AdobeOrg');
    const other = await bridge(newLead());
    await world.erase(TENANT, leadId);
    expect(await bridgedOf(leadId)).toHaveLength(1);
    for (const { requestId, deliveryId, path } of [foreign, other]) {
      expect((await resend(deliveryId)).status).toBe(202);
      await world.adobe.until(() => world.adobe.of(path).length === 2);
      expect(await world.records.sql(`SELECT 1 FROM action_payloads WHERE action_id = $1`, [requestId])).toHaveLength(
        1,
      );
    }
  });

  it.each([
    ['a number', 910_001, 910_001],
    ['a number, named by its digits', 910_002, '910002'],
    ['digits as text, named by a number', '910003', 910_003],
    ['zeros in front', '007', '007'],
    ['more digits than a double holds', '910000000000000000005', '910000000000000000005'],
    ['quotes and a backslash', 'a"b\\c/d', 'a"b\\c/d'],
    ['letters beyond ASCII', 'Zoë-名', 'Zoë-名'],
    ['LIKE patterns', '50%_x', '50%_x'],
  ])('has an id of %s', async (_, sent, named) => {
    const { deliveryId } = await bridge(sent);
    expect(await world.erase(TENANT, named)).toMatchObject({ state: 'done', erased: 1 });
    expect((await resend(deliveryId)).status).toBe(410);
    expect(await bridgedOf(sent)).toEqual([]);
  });

  it('is erased again without harm', async () => {
    const leadId = newLead();
    const { deliveryId } = await bridge(leadId);
    await world.erase(TENANT, leadId);
    const before = await deliveryOf(deliveryId);
    expect(await world.erase(TENANT, leadId)).toMatchObject({ state: 'done', erased: 0, waiting: 0 });
    expect(await deliveryOf(deliveryId)).toEqual(before);
  });

  it('leaves no reason behind that a provider wrote', async () => {
    const leadId = newLead();
    const { requestId } = await bridge(leadId);
    const reason = `crm: ${emailOf(leadId)} is unknown`;
    await world.records.sql(`UPDATE actions SET reason = $2 WHERE id = $1`, [requestId, reason]);
    const steps = [
      { step: 'crm', outcome: 'failed', ms: 3, errorCode: 'NOT_FOUND', reason },
      { step: 'email', outcome: 'ok', ms: 1 },
    ];
    await world.records.sql(`UPDATE action_history SET steps = $2 WHERE action_id = $1 AND steps IS NOT NULL`, [
      requestId,
      JSON.stringify(steps),
    ]);
    await world.erase(TENANT, leadId);
    expect(await world.findAll(emailOf(leadId))).toEqual({});
    expect(
      await world.records.sql('SELECT steps FROM action_history WHERE action_id = $1 AND steps IS NOT NULL', [
        requestId,
      ]),
    ).toEqual([{ steps: [{ step: 'crm', outcome: 'failed', ms: 3, errorCode: 'NOT_FOUND' }, steps[1]] }]);
  });
});

describe('a delivery of the bridge', () => {
  it('that waits for its next attempt is cancelled, and nothing more is sent', async () => {
    const leadId = newLead();
    const path = await register();
    answerAt(path, () => ({ status: 503 }));
    const requestId = await submit(leadId);
    await world.records.untilState([requestId], 'completed');
    await until(async () => (await bridgedOf(leadId))[0]?.status === 'pending' && world.adobe.of(path).length === 1);
    const [delivery] = await bridgedOf(leadId);
    await world.erase(TENANT, leadId);
    expect(await deliveryOf(delivery?.id ?? '')).toEqual({
      status: 'cancelled',
      body: null,
      last_error: expect.stringContaining('ERASED') as string,
    });
    await world.records.sql(`UPDATE deliveries SET next_attempt_at = now() WHERE id = $1`, [delivery?.id]);
    await world.records.sql(`UPDATE destinations SET opened_until = NULL, throttled_until = NULL`);
    expect((await resend(delivery?.id ?? '')).status).toBe(410);
    await bridge(newLead());
    expect(world.adobe.of(path)).toHaveLength(1);
    expect(await world.findAll(emailOf(leadId))).toEqual({});
  });

  it('that is held is cancelled, and stays so when its destination is switched on', async () => {
    const [first, leadId] = [newLead(), newLead()];
    const path = await register();
    answerAt(path, () => ({ status: 410 }));
    await world.records.untilState([await submit(first)], 'completed');
    await until(async () => (await bridgedOf(first))[0]?.status === 'dead');
    await world.records.untilState([await submit(leadId)], 'completed');
    await until(async () => (await bridgedOf(leadId))[0]?.status === 'held');
    const [delivery] = await bridgedOf(leadId);
    await world.erase(TENANT, leadId);
    world.adobe.answer = () => undefined;
    const [registration] = await world.records.sql<{ id: string }>(
      `SELECT id FROM company_callbacks WHERE url LIKE '%' || $1`,
      [path],
    );
    const resumed = await world.service.admin(`/admin/registrations/${registration?.id}/resume`, { method: 'POST' });
    expect(resumed.status).toBe(200);
    await bridge(newLead());
    expect(await deliveryOf(delivery?.id ?? '')).toMatchObject({ status: 'cancelled', body: null });
    expect(world.adobe.of(path).filter(({ text }) => text.includes(emailOf(leadId)))).toEqual([]);
    expect(await world.findAll(emailOf(leadId))).toEqual({});
  });

  it.each([
    ['fails', 503, 'cancelled|expired'],
    ['is refused', 400, 'dead'],
    ['arrives', 200, 'delivered'],
  ])('that is under way is waited for; the request %s, and no other follows it', async (_, status, ended) => {
    const leadId = newLead();
    const path = await register();
    const gate: { open?: () => void } = {};
    const opened = new Promise<void>((resolve) => (gate.open = resolve));
    answerAt(path, async () => {
      await opened;
      return { status };
    });
    const requestId = await submit(leadId);
    await world.records.untilState([requestId], 'completed');
    await world.adobe.until(() => world.adobe.of(path).length === 1);
    const jobId = await world.order(TENANT, leadId);
    await expect
      .poll(async () => (await world.service.admin(`/admin/erase/${jobId}`)).body, { timeout: 10_000 })
      .toMatchObject({ state: 'running', waiting: 1, erased: 0 });
    const [delivery] = await bridgedOf(leadId);
    expect(delivery).toMatchObject({ status: 'delivering', body: expect.stringContaining('person_id') as string });
    gate.open?.();
    await world.untilDone(jobId);
    const after = await deliveryOf(delivery?.id ?? '');
    expect(after).toMatchObject({ status: expect.stringMatching(ended) as string, body: null });
    expect((await resend(delivery?.id ?? '')).status).toBe(410);
    expect(await world.findAll(emailOf(leadId))).toEqual({});
    expect(world.adobe.of(path)).toHaveLength(1);
  });

  it('that a process left behind in the middle of its request is not sent again', async () => {
    const leadId = newLead();
    const { deliveryId, path } = await bridge(leadId);
    await world.records.sql(
      `UPDATE deliveries SET status = 'delivering', lease_token = $2, lease_until = now() + interval '3 seconds' WHERE id = $1`,
      [deliveryId, randomUUID()],
    );
    await world.erase(TENANT, leadId);
    expect(await deliveryOf(deliveryId)).toMatchObject({
      status: expect.stringMatching('cancelled|expired') as string,
      body: null,
    });
    expect(world.adobe.of(path)).toHaveLength(1);
    expect(await world.findAll(emailOf(leadId))).toEqual({});
  });

  it('is not made of a person who is being erased; Adobe gets its callback all the same', async () => {
    const leadId = newLead();
    const path = await register();
    const jobId = randomUUID();
    await world.records.sql(
      `INSERT INTO erase_jobs (id, tenant, entity_id, next_pass_at) VALUES ($1, $2, $3, now() + interval '1 hour')`,
      [jobId, TENANT, String(leadId)],
    );
    const before = world.adobe.of('/callback').length;
    const foreign = await submit(leadId, 'OTHER@AdobeOrg');
    const requestId = await submit(leadId);
    await world.records.untilState([requestId, foreign], 'completed');
    expect(world.adobe.of('/callback')).toHaveLength(before + 2);
    expect(
      await world.records.sql('SELECT action_id FROM company_events WHERE action_id = ANY($1::uuid[])', [
        [requestId, foreign],
      ]),
    ).toEqual([{ action_id: foreign }]);
    await world.untilDone(jobId);
    expect(world.adobe.of(path)).toHaveLength(1);
    expect(await world.records.sql('SELECT 1 FROM action_payloads WHERE action_id = $1', [requestId])).toEqual([]);
  });

  it('of an action that is still under way is erased at once, the action when it has ended', async () => {
    const leadId = newLead();
    const path = await register();
    const gate: { open?: () => void } = {};
    const opened = new Promise<void>((resolve) => (gate.open = resolve));
    answerAt('/callback', async () => {
      await opened;
      return { status: 200 };
    });
    const requestId = await submit(leadId);
    await world.adobe.until(() => world.adobe.of(path).length === 1);
    await until(async () => (await bridgedOf(leadId))[0]?.status === 'delivered');
    const jobId = await world.order(TENANT, leadId);
    await until(async () => (await bridgedOf(leadId)).length === 0);
    expect(await world.records.sql('SELECT state FROM actions WHERE id = $1', [requestId])).toEqual([
      { state: 'calling_back' },
    ]);
    gate.open?.();
    await world.records.untilState([requestId], 'completed');
    await world.untilDone(jobId);
    expect(await world.findAll(emailOf(leadId))).toEqual({});
  });
});

describe('what was written before events had a link', () => {
  const unlink = (requestIds: readonly string[]): Promise<unknown> =>
    world.records.sql('UPDATE company_events SET action_id = NULL WHERE action_id = ANY($1::uuid[])', [requestIds]);

  it('is erased all the same, and nobody who finished in the same moment', async () => {
    const [leadId, other] = [newLead(), newLead()];
    const path = await register();
    const requestIds = await Promise.all([leadId, other].map((id) => submit(id)));
    await world.records.untilState(requestIds, 'completed');
    await world.adobe.until(() => world.adobe.of(path).length === 2);
    await unlink(requestIds);
    // As if one transaction had finished both.
    await world.records.sql(
      `UPDATE action_history SET at = '2026-11-01T00:00:00.123456Z' WHERE to_state = 'calling_back' AND action_id = ANY($1::uuid[])`,
      [requestIds],
    );
    await world.records.sql(
      `UPDATE company_events SET published_at = '2026-11-01T00:00:00.123456Z' WHERE origin = 'bridge' AND action_id IS NULL`,
    );
    await world.erase(TENANT, leadId);
    expect(await world.findAll(emailOf(leadId))).toEqual({});
    expect(await bridgedOf(other)).toHaveLength(1);
  });

  it('is erased by a second order when the first one left it behind', async () => {
    const leadId = newLead();
    const { requestId, deliveryId } = await bridge(leadId);
    await unlink([requestId]);
    await world.records.sql(`DELETE FROM action_payloads WHERE action_id = $1`, [requestId]);
    await world.records.sql(`UPDATE actions SET entity_id = 'erased' WHERE id = $1`, [requestId]);
    expect(await bridgedOf(leadId)).toHaveLength(1);
    await world.erase('OTHER@AdobeOrg', leadId);
    expect(await bridgedOf(leadId)).toHaveLength(1);
    await world.erase(TENANT, leadId);
    expect(await bridgedOf(leadId)).toEqual([]);
    expect((await resend(deliveryId)).status).toBe(410);
  });
});

describe('a callback to Adobe', () => {
  it('that an administrator sends again meanwhile is cancelled: nothing empty goes out', async () => {
    const leadId = newLead();
    const path = await register();
    const requestId = await submit(leadId);
    await world.records.untilState([requestId], 'completed');
    await world.adobe.until(() => world.adobe.of(path).length === 1);
    const [callback] = await world.records.sql<{ id: string }>('SELECT id FROM deliveries WHERE owner_id = $1', [
      requestId,
    ]);
    // Waits for its turn, as one does that a destination keeps waiting.
    await world.records.sql(
      `UPDATE deliveries SET status = 'pending', next_attempt_at = now() + interval '1 hour' WHERE id = $1`,
      [callback?.id],
    );
    const before = world.adobe.of('/callback').length;
    await world.erase(TENANT, leadId);
    await world.records.sql(`UPDATE deliveries SET next_attempt_at = now() WHERE id = $1`, [callback?.id]);
    await bridge(newLead());
    expect(await deliveryOf(callback?.id ?? '')).toMatchObject({ status: 'cancelled', body: null });
    expect(world.adobe.of('/callback')).toHaveLength(before + 1);
    expect((await resend(callback?.id ?? '')).status).toBe(410);
    expect(await world.findAll(emailOf(leadId))).toEqual({});
  });

  it('that is under way again is waited for', async () => {
    const leadId = newLead();
    const { requestId } = await bridge(leadId);
    const [callback] = await world.records.sql<{ id: string }>('SELECT id FROM deliveries WHERE owner_id = $1', [
      requestId,
    ]);
    const gate: { open?: () => void } = {};
    const opened = new Promise<void>((resolve) => (gate.open = resolve));
    answerAt('/callback', async () => {
      await opened;
      return { status: 503 };
    });
    const before = world.adobe.of('/callback').length;
    expect((await resend(callback?.id ?? '')).status).toBe(202);
    await world.adobe.until(() => world.adobe.of('/callback').length === before + 1);
    const jobId = await world.order(TENANT, leadId);
    await expect
      .poll(async () => (await world.service.admin(`/admin/erase/${jobId}`)).body, { timeout: 10_000 })
      .toMatchObject({ state: 'running', waiting: 1, erased: 0 });
    gate.open?.();
    await world.untilDone(jobId);
    expect(await deliveryOf(callback?.id ?? '')).toMatchObject({ body: null });
    expect(world.adobe.of('/callback')).toHaveLength(before + 1);
    expect(await world.findAll(emailOf(leadId))).toEqual({});
  });
});

describe('one of the people of an account', () => {
  async function submitGroup(personId: string): Promise<string> {
    const request = groupRequest({ callbackUrl: `${world.adobe.url}/callback` });
    // As the sender writes it, to the byte.
    const text = JSON.stringify(request).replace('"personId":500', `"personId":${personId}`);
    const answer = await world.service.submit(text.replaceAll('person0@', `${SOMEBODY}@`));
    if (answer.status !== 200)
      throw new Error(`the request was answered ${answer.status} ${JSON.stringify(answer.body)}`);
    const requestId = answer.body['requestId'] as string;
    await world.records.untilState([requestId], 'completed');
    return requestId;
  }
  const SOMEBODY = 'somebody.in.a.group';

  it.each([
    ['42001', 42_001],
    ['"42002"', 42_002],
    ['42003.0', '42003'],
    ['4.2004e4', '42004'],
    ['"42\\u00305"', '4205'],
    ['"a\\/b"', 'a/b'],
    ['"q\\"6"', 'q"6'],
    ['"\\u00e9va"', 'éva'],
  ])('is found by the id %s', async (written, named) => {
    const requestId = await submitGroup(written);
    expect(await world.findAll(SOMEBODY)).not.toEqual({});
    expect(await world.erase(TENANT, named)).toMatchObject({ state: 'done', erased: 1 });
    expect(await world.findAll(SOMEBODY)).toEqual({});
    // The account itself is not forgotten.
    expect(await world.records.sql('SELECT entity_id FROM actions WHERE id = $1', [requestId])).toEqual([
      { entity_id: '77' },
    ]);
  });

  it('is another when the id is only part of it', async () => {
    const requestId = await submitGroup('"420099"');
    expect(await world.erase(TENANT, '42009')).toMatchObject({ state: 'done', erased: 0 });
    expect(await world.records.sql('SELECT 1 FROM action_payloads WHERE action_id = $1', [requestId])).toHaveLength(1);
  });
});

describe('a job that ends in the middle', () => {
  it('goes on where it was, with nothing half erased meanwhile', async () => {
    const leadId = newLead();
    const { requestId, deliveryId } = await bridge(leadId);
    await world.records.sql(`
      CREATE FUNCTION fail_advance() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'gone'; END $$`);
    await world.records.sql(`
      CREATE TRIGGER fail_advance BEFORE UPDATE ON erase_jobs FOR EACH ROW WHEN (NEW.erased > OLD.erased) EXECUTE FUNCTION fail_advance()`);
    const jobId = await world.order(TENANT, leadId);
    await sleep(3_000);
    expect(await deliveryOf(deliveryId)).toMatchObject({ status: 'delivered', body: expect.any(String) as string });
    expect(await world.records.sql('SELECT 1 FROM action_payloads WHERE action_id = $1', [requestId])).toHaveLength(1);
    await world.records.sql('DROP FUNCTION fail_advance CASCADE');
    await world.untilDone(jobId);
    expect(await world.findAll(emailOf(leadId))).toEqual({});
    expect((await resend(deliveryId)).status).toBe(410);
  });
});
