import { randomUUID } from 'node:crypto';
import { request } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort } from '../simulator/free-port.js';
import { testEnvironment, TEST_KEY } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { marketoBatch, MarketoFolder, marketoLead, resultsOf } from './support/marketo-world.js';
import { Records } from './support/records.js';
import { ServiceProcess } from './support/service-process.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const LEASE_MS = 2_000;
const SOON = { timeout: 30_000 };

let database: TestDatabase;
let records: Records;
let marketo: FakeAdobe;
let folder: MarketoFolder;
let child: ServiceProcess | null = null;

// Most of it is a process starting: on a busy machine that takes as long as it takes.
vi.setConfig({ testTimeout: 180_000 });

beforeAll(async () => {
  database = await createTestDatabase();
  records = new Records(database);
  marketo = await FakeAdobe.start();
  folder = new MarketoFolder();
});
afterEach(async () => {
  await child?.kill();
  child = null;
});
afterAll(async () => {
  await marketo.stop();
  await database.drop();
  folder.remove();
});

async function start(failpoints?: string): Promise<ServiceProcess> {
  child = new ServiceProcess({
    port: await freePort(),
    env: {
      ...testEnvironment({ databaseUrl: database.url, adobe: marketo }),
      ...folder.env,
      LEASE_ENRICH_MS: String(LEASE_MS),
      LEASE_DELIVERY_MS: String(LEASE_MS),
      ...(failpoints === undefined ? {} : { FAILPOINTS: failpoints }),
    },
  });
  await child.ready();
  return child;
}

async function submit(leads: readonly unknown[]): Promise<{ path: string; id: string }> {
  const path = `/marketo/${randomUUID()}`;
  const answer = await request(`${child?.url}/services/scoring/submitAsyncAction`, {
    method: 'POST',
    headers: { 'x-api-key': TEST_KEY, 'content-type': 'application/json' },
    body: JSON.stringify(marketoBatch(marketo.url + path, leads)),
  });
  expect(answer.statusCode).toBe(201);
  return { path, id: ((await answer.body.json()) as { requestId: string }).requestId };
}

describe('a process that ends in the middle of a batch', () => {
  it('leaves one callback with every lead once', async () => {
    const first = await start();
    const waiting = { do: 'wait', ms: 400 };
    const { path, id } = await submit(
      Array.from({ length: 40 }, (_, index) => marketoLead({ id: index + 1, fields: waiting })),
    );
    await new Promise((resolve) => setTimeout(resolve, 700));
    await first.kill();
    await start();
    await expect.poll(() => marketo.of(path).length, SOON).toBe(1);
    const [callback] = marketo.of(path);
    expect(resultsOf(callback).map(({ leadData }) => leadData.id)).toEqual(
      Array.from({ length: 40 }, (_, at) => at + 1),
    );
    await records.untilState([id], 'completed');
    expect(marketo.of(path)).toHaveLength(1);
  });

  it('after the callback was made: it comes once, or again with the same bytes', async () => {
    const first = await start('finish.after-commit=kill');
    const { path, id } = await submit([marketoLead({ id: 1 }), marketoLead({ id: 2 })]);
    await first.exited;
    await start();
    await records.untilState([id], 'completed', 30_000);
    expect(new Set(marketo.of(path).map(({ text }) => text)).size).toBe(1);
  });
});

describe('a lead that ends the process', () => {
  it('fails alone in the end, and the others have their results', async () => {
    await start();
    const { path, id } = await submit(
      [1, 2, 3, 4].map((number) => marketoLead({ id: number, fields: number === 3 ? { do: 'die' } : {} })),
    );
    for (let starts = 0; starts < 8 && marketo.of(path).length === 0; starts += 1) {
      await Promise.race([child?.exited, marketo.until(() => marketo.of(path).length > 0, 40_000).catch(() => null)]);
      if (marketo.of(path).length === 0) await start();
    }
    await expect.poll(() => marketo.of(path).length, SOON).toBe(1);
    const results = resultsOf(marketo.of(path)[0]);
    expect(results.map(({ activityData }) => activityData.success)).toEqual([true, true, false, true]);
    expect(results[2]).toEqual({
      leadData: { id: 3 },
      activityData: {
        success: false,
        errorCode: 'ENRICHMENT_FAILED',
        reason: 'left out: the process ended each time while it was enriched',
      },
    });
    const [row] = await records.sql<{ blamed_subjects: number[] }>(
      'SELECT blamed_subjects FROM actions WHERE id = $1',
      [id],
    );
    expect(row?.blamed_subjects).toEqual([3]);
  });
});
