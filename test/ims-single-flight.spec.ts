import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningApp, startApp } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { Records } from './support/records.js';
import { Gate, SCRIPTED_SERVICES, scriptedLead } from './support/scripted-services.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const CALLBACKS = 200;
const ORGANISATIONS = 4;

/** An IMS that takes its time, so that whoever asks meets a request that is under way. */
class SlowIms {
  requests = 0;
  answer: (count: number) => { status: number; body: object } = (count) => ({
    status: 200,
    body: { access_token: `token-${count}`, token_type: 'bearer', expires_in: 86_399 },
  });

  private constructor(private readonly server: Server) {}

  static async start(delayMs: number): Promise<SlowIms> {
    const server = createServer((request, response) => {
      request.resume();
      ims.requests += 1;
      const { status, body } = ims.answer(ims.requests);
      setTimeout(() => {
        response.writeHead(status, { 'Content-Type': 'application/json' });
        response.end(JSON.stringify(body));
      }, delayMs);
    });
    const ims = new SlowIms(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return ims;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

let database: TestDatabase;
let adobe: FakeAdobe;
let ims: SlowIms;
let service: RunningApp;
let gate: Gate;

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  adobe = await FakeAdobe.start();
  ims = await SlowIms.start(400);
  gate = new Gate();
  service = await startApp({
    databaseUrl: database.url,
    env: {
      ...SCRIPTED_SERVICES,
      IMS_BASE_URL: ims.url,
      // All of them are held at once, and then all called back at once.
      ENRICH_CONCURRENCY: String(CALLBACKS),
      DELIVERY_CONCURRENCY: String(CALLBACKS),
    },
  });
});
afterEach(async () => {
  gate.open();
  await service.close();
  gate.remove();
  await ims.stop();
  await adobe.stop();
});
afterAll(() => database.drop());

/** Submits all of them behind the gate, for organisations that share the one credential. */
async function submitAll(): Promise<string[]> {
  const answers = await Promise.all(
    Array.from({ length: CALLBACKS }, (_, index) => {
      const request = scriptedLead({ callbackUrl: `${adobe.url}/callback`, leadId: index }, { gate });
      const context = request['context'] as { subscription: { imsOrgId: string } };
      context.subscription.imsOrgId = `ORG${index % ORGANISATIONS}@AdobeOrg`;
      return service.submit(request);
    }),
  );
  expect(answers.every((answer) => answer.status === 200)).toBe(true);
  return answers.map((answer) => answer.body['requestId'] as string);
}

describe('200 first callbacks at the same moment', () => {
  it('cause exactly one token request, and all carry its token', async () => {
    const ids = await submitAll();
    expect(ims.requests).toBe(0);
    gate.open();
    await new Records(database).untilState(ids, 'completed', 20_000);
    expect(ims.requests).toBe(1);
    expect(adobe.callbacks).toHaveLength(CALLBACKS);
    expect(new Set(adobe.callbacks.map((callback) => callback.headers.authorization))).toEqual(
      new Set(['Bearer token-1']),
    );
    expect(new Set(adobe.callbacks.map((callback) => callback.headers['x-gw-ims-org-id'])).size).toBe(ORGANISATIONS);
  });

  it('meet an IMS that is away with one question as well, wait for it, and lose no attempt', async () => {
    const issued = ims.answer;
    ims.answer = () => ({ status: 503, body: {} });
    const records = new Records(database);
    const ids = await submitAll();
    const startedAt = performance.now();
    gate.open();
    for (;;) {
      const rows = await records.sql<{ n: number; attempts: number }>(
        `SELECT count(*)::int AS n, coalesce(sum(attempt_count), 0)::int AS attempts FROM deliveries
          WHERE owner_id = ANY($1::uuid[]) AND status = 'pending' AND last_error IS NOT NULL`,
        [ids],
      );
      if (rows[0]?.n === CALLBACKS) {
        expect(rows[0].attempts).toBe(0);
        break;
      }
      expect(performance.now() - startedAt).toBeLessThan(15_000);
      await sleep(20);
    }
    // Failures are remembered for a second, two, four: with 200 waiting there are never more questions than that.
    const elapsedSeconds = (performance.now() - startedAt) / 1_000;
    expect(ims.requests).toBeLessThanOrEqual(1 + Math.ceil(elapsedSeconds));
    ims.answer = issued;
    const before = ims.requests;
    await records.untilState(ids, 'completed', 25_000);
    expect(ims.requests - before).toBe(1);
    expect(adobe.callbacks).toHaveLength(CALLBACKS);
    const [made] = await records.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM delivery_attempts t JOIN deliveries d ON d.id = t.delivery_id WHERE d.owner_id = ANY($1::uuid[])`,
      [ids],
    );
    expect(made?.n).toBe(CALLBACKS);
  });
});
