import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BridgedWorld } from './support/bridged-world.js';
import { until } from './support/company-world.js';
import { leadRequest } from './support/requests.js';

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
  await world.records.sql(
    `UPDATE company_callbacks SET end_date = now() WHERE end_date IS NULL AND start_date < now()`,
  );
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
  await until(async () => (await bridgedOf(leadId)).some((delivery) => delivery.status === status));
  return { requestId, deliveryId: (await bridgedOf(leadId))[0]?.id ?? '', path };
}

async function deliveryOf(id: string): Promise<Record<string, unknown> | undefined> {
  const [row] = await world.records.sql(`SELECT status, body, last_error FROM deliveries WHERE id = $1`, [id]);
  return row;
}

const resend = (id: string): ReturnType<typeof world.service.admin> =>
  world.service.admin(`/admin/deliveries/${id}/resend`, { method: 'POST', body: { force: true } });

describe('a person who is erased', () => {
  it('is in no delivery that the bridge made: sent again with force it is gone, and the receiver gets nothing', async () => {
    const leadId = newLead();
    const { deliveryId, path } = await bridge(leadId);
    expect(await world.findAll(emailOf(leadId))).toMatchObject({ deliveries: 2, delivery_attempts: 1 });
    await world.erase(TENANT, leadId);
    expect((await resend(deliveryId)).status).toBe(410);
    expect(await world.findAll(emailOf(leadId))).toEqual({});
    expect(world.adobe.of(path)).toHaveLength(1);
  });
});
