import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENDPOINT_CASES, UNRESOLVABLE_HOST } from './faults/endpoint-cases.js';
import { type CaseResult, runEndpointCase, startEndpoint } from './faults/endpoint-run.js';
import type { FaultyEndpoint } from './faults/faulty-endpoint.js';
import { IMS_CASES, type ImsCase } from './faults/ims-cases.js';
import { runImsCase, startImsStage } from './faults/ims-run.js';
import { type RunningApp, startApp } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { Records } from './support/records.js';
import { leadRequest } from './support/requests.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const CASES = ENDPOINT_CASES.filter((testCase) => testCase.slow !== true);
// The name is nobody's: it may be called back, and does not resolve.
// A second before the first retry: a receiver that opens after the first attempt is open by then on a slow machine too.
const ENVIRONMENT = { ADOBE_RETRY_SCHEDULE: '0s,1s,500ms', CALLBACK_HOSTS: UNRESOLVABLE_HOST };

const IMS_QUICK = IMS_CASES.filter((testCase) => testCase.slow !== true);

let database: TestDatabase;
let adobe: FakeAdobe;
let service: RunningApp;
/** Cases at once: most of their time is waiting. Those that spend access tokens come last, or the others would lack one. */
const results = new Map<string, Promise<CaseResult>>();
const imsResults = new Map<string, Promise<readonly string[]>>();
const endpoints = new Map<string, FaultyEndpoint>();

beforeAll(async () => {
  for (const testCase of IMS_QUICK) {
    const result = runWithServiceOfItsOwn(testCase);
    // Whoever asks for it is told; until then it is nobody's unhandled rejection.
    result.catch(() => undefined);
    imsResults.set(testCase.name, result);
  }
  database = await createTestDatabase();
  adobe = await FakeAdobe.start();
  service = await startApp({ databaseUrl: database.url, adobe, env: ENVIRONMENT });
  for (const testCase of [...CASES].sort((a, b) => Number(spendsTokens(a)) - Number(spendsTokens(b)))) {
    const endpoint = await startEndpoint(testCase);
    endpoints.set(testCase.name, endpoint);
    const others = spendsTokens(testCase) ? [...results.values()] : [];
    const result = Promise.allSettled(others).then(() =>
      runEndpointCase(testCase, endpoint, { submit, sql, leftMs: 3_500, withinMs: 20_000 }),
    );
    result.catch(() => undefined);
    results.set(testCase.name, result);
  }
});
afterAll(async () => {
  await Promise.allSettled([...results.values(), ...imsResults.values()]);
  await service.close();
  for (const endpoint of endpoints.values()) await endpoint.stop();
  await adobe.stop();
  await database.drop();
});

function spendsTokens({ attempts }: (typeof CASES)[number]): boolean {
  return attempts.some(([status]) => status === 401);
}

function submit(callbackUrl: string): Promise<string> {
  return submitTo(service, callbackUrl);
}

async function submitTo(app: RunningApp, callbackUrl: string): Promise<string> {
  const answer = await app.submit(leadRequest({ callbackUrl, timeout: 1 }));
  if (answer.status !== 200) throw new Error(`not accepted: ${JSON.stringify(answer.body)}`);
  return answer.body['requestId'] as string;
}

function sql<Row>(text: string, values: readonly unknown[]): Promise<Row[]> {
  return new Records(database).sql<Row>(text, [...values]);
}

describe('a callback whose receiver answers with', () => {
  it.each(CASES.map((testCase) => [testCase.name, testCase.end] as const))(
    '%s ends %s',
    { timeout: 60_000 },
    async (name) => {
      const result = await results.get(name);
      expect(result?.problems).toEqual([]);
      const { maxBytes = Number.POSITIVE_INFINITY } = CASES.find((testCase) => testCase.name === name) ?? {};
      expect(endpoints.get(name)?.bytesWritten).toBeLessThan(maxBytes);
    },
  );

  it('whatever it was, nothing is sent once it has ended', async () => {
    const ended = await Promise.all(results.values());
    for (const { id, attempts } of ended) {
      const rows = await new Records(database).attempts(id);
      expect(rows.length, id).toBe(attempts);
    }
  });
});

describe('callbacks while', () => {
  it.each(IMS_QUICK.map((testCase) => testCase.name))('%s all go out, once and explained', async (name) => {
    expect(await imsResults.get(name)).toEqual([]);
  });
});

/** What a service knows of its IMS is the process's: each case has an application and a database of its own. */
async function runWithServiceOfItsOwn(testCase: ImsCase): Promise<readonly string[]> {
  const own = await createTestDatabase({ poolSize: 2 });
  const stage = await startImsStage(testCase);
  const app = await startApp({ databaseUrl: own.url, env: { ...ENVIRONMENT, ...stage.env, DATABASE_POOL: '3' } });
  try {
    const { problems } = await runImsCase(testCase, stage, {
      submit: (callbackUrl) => submitTo(app, callbackUrl),
      sql: (text, values) => new Records(own).sql(text, [...values]),
    });
    return problems;
  } finally {
    await app.close();
    await stage.receiver.stop();
    await stage.ims.stop();
    await own.drop();
  }
}
