import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewDelivery } from '../src/delivery/delivery.js';
import { call, TEST_ADMIN_KEY, TEST_KEY } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { Records } from './support/records.js';
import { leadRequest } from './support/requests.js';
import { deliverThrough, newDelivery, ScriptedChannel } from './support/scripted-channel.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { startTrustingApp, type TrustingApp } from './support/trusting-app.js';
import { FAULT_AUTHORITY } from './faults/certificates.js';
import type { EndpointCase } from './faults/endpoint-cases.js';
import { type CaseResult, runEndpointCase } from './faults/endpoint-run.js';
import { answering, FaultyEndpoint, inTurn } from './faults/faulty-endpoint.js';
import { RAW_ANSWERS, type RawAnswer, sayingRaw } from './faults/raw-answers.js';

const SCHEMES = ['http', 'https'] as const;
type Scheme = (typeof SCHEMES)[number];
/** Those that only a time limit ends take 15 s each, and are tried on the client alone. */
const CASES = RAW_ANSWERS.filter(({ stalls }) => stalls !== true);

let database: TestDatabase;
let adobe: FakeAdobe;
let service: TrustingApp;
let channel: ScriptedChannel;
let deliver: (...deliveries: NewDelivery[]) => Promise<void>;
const endpoints: FaultyEndpoint[] = [];
/** Cases at once, by scheme and name: most of their time is waiting. */
const results = new Map<string, Promise<CaseResult>>();

beforeAll(async () => {
  database = await createTestDatabase();
  adobe = await FakeAdobe.start();
  service = await startTrustingApp({
    databaseUrl: database.url,
    adobe,
    ca: FAULT_AUTHORITY,
    env: { ADOBE_RETRY_SCHEDULE: '0s,200ms,500ms' },
  });
  channel = new ScriptedChannel('odd', { retryScheduleMs: [0, 100, 100] });
  const app = { app: service.app } as unknown as Parameters<typeof deliverThrough>[0];
  deliver = deliverThrough(app, channel);
  for (const scheme of SCHEMES) for (const raw of CASES) results.set(`${scheme} ${raw.name}`, run(scheme, caseOf(raw)));
});
afterAll(async () => {
  await service.close();
  for (const endpoint of endpoints) await endpoint.stop();
  await adobe.stop();
  await database.drop();
});

const sql = <Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> =>
  new Records(database).sql<Row>(text, [...values]);

async function start(scheme: Scheme, behaviour: EndpointCase['behaviour']): Promise<FaultyEndpoint> {
  const secure = scheme === 'https' ? ({ certificate: 'good' } as const) : {};
  const endpoint = await FaultyEndpoint.start({ behaviour: behaviour(), ...secure });
  endpoints.push(endpoint);
  return endpoint;
}

/** The odd answer first, 200 for whatever is sent after it. */
function caseOf(raw: RawAnswer): EndpointCase {
  const [status, errorClass] = raw.recorded;
  const base = { name: raw.name, behaviour: () => inTurn(sayingRaw(raw), answering(200)), attempts: [raw.recorded] };
  if (errorClass === null) return { ...base, end: 'completed', lastError: null };
  const isFinal = status !== null && status >= 300 && status < 500 && status !== 429;
  if (isFinal) return { ...base, end: 'undeliverable', lastError: new RegExp(`\\(${status}\\)`) };
  const floorMs = raw.retryAfterMs === undefined ? {} : { floorMs: raw.retryAfterMs };
  return { ...base, end: 'completed', attempts: [raw.recorded, [200, null]], lastError: null, ...floorMs };
}

function run(scheme: Scheme, testCase: EndpointCase): Promise<CaseResult> {
  const result = start(scheme, testCase.behaviour).then((endpoint) =>
    runEndpointCase(testCase, endpoint, { submit, sql, withinMs: 30_000 }),
  );
  // The test that asks for it is told; until then it is nobody's unhandled rejection.
  result.catch(() => undefined);
  return result;
}

async function submit(callbackUrl: string): Promise<string> {
  const request = leadRequest({ callbackUrl, timeout: 1 });
  const answer = await call('POST', `${service.url}/submitAsyncAction`, { 'x-api-key': TEST_KEY }, request);
  if (answer.status !== 200) throw new Error(`not accepted: ${JSON.stringify(answer.body)}`);
  return answer.body['requestId'] as string;
}

describe.each(SCHEMES)('an Adobe callback over %s whose receiver answers with', (scheme) => {
  it.each(CASES.map(({ name, recorded }) => [name, recorded[0]] as const))(
    '%s is recorded as %s and goes its way',
    { timeout: 60_000 },
    async (name) => {
      expect((await results.get(`${scheme} ${name}`))?.problems).toEqual([]);
    },
  );

  it('whatever it was, is under way no more', async () => {
    await Promise.all(results.values());
    expect(await sql(`SELECT id FROM deliveries WHERE channel = 'adobe' AND status = 'delivering'`)).toEqual([]);
  });
});

describe.each(SCHEMES)('a registered endpoint over %s', (scheme) => {
  it.each([200, 301, 429, 503])(
    'that answers %i with two Retry-After, to more deliveries than it may have',
    async (status) => {
      const says = `HTTP/1.1 ${status} x\r\nretry-after: 0\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n`;
      const raw: RawAnswer = { name: 'twice', packets: [says], recorded: [status, null] };
      const endpoint = await start(scheme, () => inTurn(sayingRaw(raw), answering(200)));
      const deliveries = Array.from({ length: 40 }, () => newDelivery(channel, endpoint.url(`/${randomUUID()}`)));
      const [first] = deliveries as [NewDelivery];
      await deliver(...deliveries.map((delivery) => ({ ...delivery, destination: first.destination })));
      const ids = deliveries.map(({ id }) => id);
      const delivered = async (): Promise<unknown> =>
        (await sql(`SELECT id FROM deliveries WHERE id = ANY($1::uuid[]) AND status = 'delivered'`, [ids])).length;
      await expect.poll(delivered, { timeout: 20_000 }).toBe(40);
      const firsts = await sql(
        `SELECT DISTINCT status, retry_after_ms::int AS wait FROM delivery_attempts WHERE delivery_id = ANY($1::uuid[]) AND number = 1`,
        [ids],
      );
      // A new connection of a 2xx is recorded with what it said; others keep nothing of a success.
      if (status !== 200) expect(firsts).toEqual([{ status, wait: 1_000 }]);
    },
  );

  it('that says 100 before 410 is obeyed at once', async () => {
    const raw: RawAnswer = {
      name: 'gone',
      packets: ['HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n'],
      recorded: [410, 'client_error'],
    };
    const endpoint = await start(scheme, () => sayingRaw(raw));
    const delivery = newDelivery(channel, endpoint.url('/gone'));
    await deliver(delivery);
    const read = async (): Promise<unknown> =>
      (await sql<{ status: string }>('SELECT status FROM deliveries WHERE id = $1', [delivery.id]))[0]?.status;
    await expect.poll(read, { timeout: 10_000 }).toBe('dead');
    expect(endpoint.requests).toHaveLength(1);
  });
});

it(
  'a callback that met two Retry-After can be sent again, and is not said to be under way',
  { timeout: 30_000 },
  async () => {
    const says = 'HTTP/1.1 410 Gone\r\nretry-after: 1\r\nretry-after: 2\r\ncontent-length: 0\r\n\r\n';
    const raw: RawAnswer = { name: 'gone', packets: [says], recorded: [410, null] };
    const endpoint = await start('https', () => inTurn(sayingRaw(raw), answering(200)));
    const id = await submit(endpoint.url('/again'));
    await new Records(database).untilState([id], 'undeliverable');
    const [row] = await sql<{ id: string }>('SELECT id FROM deliveries WHERE owner_id = $1', [id]);
    const admin = { authorization: `Bearer ${TEST_ADMIN_KEY}` };
    const again = await call('POST', `${service.url}/admin/deliveries/${row?.id ?? ''}/resend`, admin, {});
    expect(again.status).toBeLessThan(300);
    await new Records(database).untilState([id], 'completed');
  },
);
