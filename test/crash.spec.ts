import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FakeAdobe } from './support/fake-adobe.js';
import { Records } from './support/records.js';
import { Gate, SCRIPTED_SERVICES, scriptedLead } from './support/scripted-services.js';
import { ServiceProcess } from './support/service-process.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const LEASE_MS = 3_000;
const ENVIRONMENT = {
  ...SCRIPTED_SERVICES,
  LEASE_ENRICH_MS: String(LEASE_MS),
  LEASE_DELIVERY_MS: String(LEASE_MS),
  ADOBE_RETRY_SCHEDULE: '0s,200ms',
};
/** After the service is back: the lease runs out, and what is left is done. */
const CALLED_BACK_WITHIN_MS = LEASE_MS + 5_000;

let database: TestDatabase;
let records: Records;
let adobe: FakeAdobe;
let service: ServiceProcess;
const gates: Gate[] = [];

const start = (): Promise<ServiceProcess> =>
  ServiceProcess.start({ databaseUrl: database.url, adobe, env: ENVIRONMENT });

beforeAll(async () => {
  database = await createTestDatabase();
  records = new Records(database);
  adobe = await FakeAdobe.start();
  service = await start();
});
beforeEach(async () => {
  if (service.hasEnded) service = await start();
});
afterEach(() => {
  adobe.answer = () => undefined;
});
afterAll(async () => {
  await service.kill();
  for (const gate of gates) gate.remove();
  await adobe.stop();
  await database.drop();
});

function newGate(): Gate {
  const gate = new Gate();
  gates.push(gate);
  return gate;
}

/** From now on callbacks get no answer; what is returned ends that, for the callbacks that come afterwards. */
function holdCallbacks(): () => void {
  adobe.answer = () => new Promise(() => undefined);
  return () => (adobe.answer = () => undefined);
}

/** Submits it. @returns its requestId, or null when nobody acknowledged. */
async function submit(body: Record<string, unknown>): Promise<string | null> {
  try {
    const answer = await service.submit(body);
    return answer.status === 200 ? (answer.body['requestId'] as string) : null;
  } catch {
    // Killed under the request: whether it was stored is what the caller cannot know.
    return null;
  }
}

async function submitted(body: Record<string, unknown>): Promise<string> {
  const id = await submit(body);
  if (id === null) throw new Error(`not acknowledged:\n${service.output}`);
  return id;
}

const requestIdOf = (callback: { headers: Record<string, unknown> }): string =>
  callback.headers['x-request-id'] as string;

/** Submits side by side until told to stop, a new person each time. */
function submitSteadily(path: string, side: number): { stop(): Promise<Map<string, string | null>> } {
  const results = new Map<string, string | null>();
  let going = true;
  const submitters = Array.from({ length: side }, async () => {
    while (going) {
      const token = randomUUID();
      results.set(token, null);
      results.set(token, await submit(scriptedLead({ callbackUrl: adobe.url + path, token })));
      if (results.get(token) === null) await sleep(20);
    }
  });
  return {
    stop: async () => {
      going = false;
      await Promise.all(submitters);
      return results;
    },
  };
}

describe('a service that is killed', () => {
  it('calls back for everything it acknowledged, a short while after it is back, and ends each action once', async () => {
    const path = `/callback/${randomUUID()}`;
    const callbackUrl = adobe.url + path;
    const gate = newGate();
    const release = holdCallbacks();
    const acknowledged: string[] = [];
    for (let index = 0; index < 20; index += 1) {
      const timeout = index === 0 ? 1 : 60;
      acknowledged.push(await submitted(scriptedLead({ callbackUrl, timeout }, { gate })));
      acknowledged.push(await submitted(scriptedLead({ callbackUrl, timeout })));
    }
    await adobe.until(() => adobe.of(path).length >= 20);
    const stream = submitSteadily(path, 8);
    await sleep(300);
    await service.kill();
    const streamed = await stream.stop();
    const unacknowledged = [...streamed].filter(([, id]) => id === null).map(([token]) => token);
    acknowledged.push(...[...streamed.values()].filter((id) => id !== null));
    expect(unacknowledged.length).toBeGreaterThan(0);

    const before = adobe.of(path).length;
    release();
    gate.open();
    service = await start();
    const missing = new Set(acknowledged);
    await adobe.until(() => {
      for (const callback of adobe.of(path).slice(before)) missing.delete(requestIdOf(callback));
      return missing.size === 0;
    }, CALLED_BACK_WITHIN_MS);

    // Whoever got no answer sends again, with the same token.
    const again = await Promise.all(unacknowledged.map((token) => submitted(scriptedLead({ callbackUrl, token }))));
    const all = [...new Set([...acknowledged, ...again])];
    expect(all).toHaveLength(40 + streamed.size);
    await records.untilState(all, 'completed');
    const endings = await records.endings(all);
    expect(all.filter((id) => endings.get(id) !== 1)).toEqual([]);
    expect(await records.sql('SELECT id FROM actions WHERE id <> ALL($1::uuid[])', [all])).toEqual([]);
    const bodies = new Map<string, string>();
    for (const callback of adobe.of(path)) {
      expect(callback.body.objectData[0]).toMatchObject({
        activityData: { success: true },
        leadData: { checked: true },
      });
      const id = requestIdOf(callback);
      expect(callback.text).toBe(bodies.get(id) ?? callback.text);
      bodies.set(id, callback.text);
    }
  });

  it('while a callback is under way sends the very same one again, and never reuses the number of the attempt', async () => {
    const path = `/callback/${randomUUID()}`;
    const release = holdCallbacks();
    const id = await submitted(scriptedLead({ callbackUrl: adobe.url + path }));
    await adobe.until(() => adobe.of(path).length === 1);
    await service.kill();
    release();
    service = await start();
    await adobe.until(() => adobe.of(path).length === 2, CALLED_BACK_WITHIN_MS);
    const [first, second] = adobe.of(path);
    expect(second?.text).toBe(first?.text);
    expect([first, second].map((callback) => callback && requestIdOf(callback))).toEqual([id, id]);
    expect(second?.headers['x-callback-token']).toBe(first?.headers['x-callback-token']);
    await records.untilState([id], 'completed');
    expect(await records.attempts(id)).toEqual([{ number: 2, status: 200, error_class: null }]);
  });
});

describe('a service that is asked to stop under load', () => {
  it('exits with 0 within its time, loses nothing, and has written down every request it made', async () => {
    const path = `/callback/${randomUUID()}`;
    adobe.answer = (_callback, count) => sleep(count % 40).then(() => (count % 7 === 0 ? { status: 503 } : undefined));
    const stream = submitSteadily(path, 16);
    await adobe.until(() => adobe.of(path).length > 100);
    const end = await service.stop();
    expect(end).toMatchObject({ exitCode: 0, signal: null });
    expect(end.ms).toBeLessThan(25_000);
    const acknowledged = [...(await stream.stop()).values()].filter((id) => id !== null);
    const stopped = await records.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM actions WHERE state = 'enriching'
        UNION ALL SELECT count(*)::int FROM deliveries WHERE status = 'delivering'`,
    );
    expect(stopped.map((row) => row.n)).toEqual([0, 0]);
    service = await start();
    await records.untilState(acknowledged, 'completed');
    const called = new Set(adobe.of(path).map(requestIdOf));
    expect(acknowledged.filter((id) => !called.has(id))).toEqual([]);
    await records.untilState([...called], 'completed');
    const [attempts] = await records.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM delivery_attempts t JOIN deliveries d ON d.id = t.delivery_id WHERE d.url = $1`,
      [adobe.url + path],
    );
    expect(attempts?.n).toBe(adobe.of(path).length);
  });
});

describe('an action that ends the process it is enriched in', () => {
  it('is finished as a failure after three crashes, and what was submitted beside it succeeds', async () => {
    const path = `/callback/${randomUUID()}`;
    const callbackUrl = adobe.url + path;
    const gate = newGate();
    const innocent: string[] = [];
    for (let index = 0; index < 8; index += 1) {
      innocent.push(await submitted(scriptedLead({ callbackUrl, leadId: index }, { gate })));
    }
    const token = randomUUID();
    const poison = scriptedLead({ callbackUrl, token, leadId: 13 }, { endProcess: true });
    await submit(poison);
    await service.exited;
    gate.open();

    // A crash may come between a callback and its record: then it is sent again, so people are counted, not callbacks.
    const called = (): boolean => new Set(adobe.of(path).map(requestIdOf)).size === innocent.length + 1;
    let crashes = 1;
    service = await start();
    while (!called() && crashes < 10) {
      await Promise.race([service.exited, adobe.until(called, 15_000)]);
      if (called()) break;
      crashes += 1;
      service = await start();
    }
    expect(crashes).toBe(3);
    const id = await submitted(poison);
    await records.untilState([...innocent, id], 'completed');
    const [failure] = adobe.of(path).filter((callback) => requestIdOf(callback) === id);
    expect(failure?.body).toEqual({
      objectData: [
        {
          activityData: { success: false, errorCode: 'ENRICHMENT_FAILED', reason: 'quarantined after 3 crashes' },
          leadData: { id: 13 },
        },
      ],
    });
    for (const callback of adobe.of(path).filter((one) => requestIdOf(one) !== id)) {
      expect(callback.body.objectData[0]).toMatchObject({ activityData: { success: true } });
    }
    expect(await records.sql(`SELECT outcome, crash_count FROM actions WHERE id = $1`, [id])).toEqual([
      { outcome: 'failure', crash_count: 3 },
    ]);
  }, 60_000);
});

describe('suspects that wait for another system', () => {
  it('keep the others waiting for a moment, not until their answers come', async () => {
    const path = `/callback/${randomUUID()}`;
    const gate = newGate();
    const waiting: string[] = [];
    for (let index = 0; index < 8; index += 1) {
      waiting.push(await submitted(scriptedLead({ callbackUrl: `${adobe.url}${path}/waiting` }, { gate })));
    }
    await records.untilState(waiting, 'enriching');
    await service.kill();
    service = await start();
    const again = `SELECT id FROM actions WHERE id = ANY($1::uuid[]) AND state = 'enriching' AND crash_count = 1`;
    await expect.poll(() => records.sql(again, [waiting]), { timeout: 15_000 }).toHaveLength(waiting.length);
    await submitted(scriptedLead({ callbackUrl: adobe.url + path }));
    await adobe.until(() => adobe.of(path).length === 1);
    // Their step has not run into its time-out yet, and a crash would not be theirs any more.
    const left = await records.sql('SELECT state, crash_count, on_trial FROM actions WHERE id = ANY($1::uuid[])', [
      waiting,
    ]);
    expect(left).toEqual(waiting.map(() => ({ state: 'enriching', crash_count: 1, on_trial: false })));
    gate.open();
    await records.untilState(waiting, 'completed');
  }, 60_000);
});
