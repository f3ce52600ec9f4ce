import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestCompany, until } from './support/company-world.js';
import { EqpClient } from './support/eqp-client.js';
import { HttpsReceiver } from './support/https-receiver.js';
import { createTestCa } from './support/test-ca.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { startTrustingApp, type TrustingApp } from './support/trusting-app.js';

/** Two paths at each of two origins. */
const PLACES = 4;
/** Between reading the registration and the arrival of the request. */
const TOLERANCE_MS = 500;

const certificates = createTestCa();
let database: TestDatabase;
let receivers: HttpsReceiver[];
let service: TrustingApp;

beforeAll(async () => {
  database = await createTestDatabase();
  receivers = await Promise.all([1, 2].map(() => HttpsReceiver.start(certificates.server)));
  service = await startTrustingApp({
    databaseUrl: database.url,
    ca: certificates.ca,
    env: { REGISTRATION_RETRY_SCHEDULE: '0s,20ms,50ms,1h,1h,1h,1h,1h,1h,1h,1h,1h' },
  });
});
afterAll(async () => {
  await service.close();
  await Promise.all(receivers.map((receiver) => receiver.stop()));
  await database.drop();
});

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('publish' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('move' as const), place: fc.nat(PLACES - 1) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('answer' as const),
      place: fc.nat(PLACES - 1),
      status: fc.constantFrom(200, 410, 429, 503),
      ms: fc.constantFrom(0, 30, 150),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(300) }) },
);

/** A time in which a url was registered, or about to be. */
interface Stay {
  readonly url: string;
  readonly fromMs: number;
  untilMs: number;
}

interface Owner {
  readonly publish: () => Promise<unknown>;
  readonly move: (url: string) => Promise<{ readonly status: number }>;
}

async function companyAt(url: string): Promise<Owner> {
  const company = await TestCompany.create(service, `co-${randomUUID().slice(0, 8)}`);
  const created = await company.register({ event_type: 'person_added', destination: { url } });
  return {
    publish: () => company.publish('person_added', { person_id: 'p' }),
    move: (to) =>
      company.call('PUT', `/callbacks/${String(created.body['callback_id'])}`, { destination: { url: to } }),
  };
}

async function eqpAt(url: string): Promise<Owner> {
  const client = await EqpClient.create(service.url);
  const move = (to: string) =>
    client.put({ api_callbacks: [{ name: 'mine', url: to, username: 'key', password: 'secret' }] });
  await move(url);
  return {
    publish: () => client.publish('malware_scan_complete', { file_upload_id: 'f', tool_result: 'passed' }),
    move,
  };
}

describe.each([
  ['a company', companyAt],
  ['an EQP user', eqpAt],
])('whatever happens to the registration of %s', (_who, ownerAt) => {
  it('what has not been sent goes where it says at that moment, and nothing is lost or sent elsewhere', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
        const run = randomUUID();
        const places = Array.from({ length: PLACES }, (_, place) => ({
          receiver: receivers[place % 2] as HttpsReceiver,
          path: `/${run}/${place}`,
          status: 200,
          ms: 0,
        }));
        const urlOf = (place: number): string => `${places[place]?.receiver.url}${places[place]?.path}`;
        for (const receiver of receivers) {
          receiver.answer = ({ path }) => ({ status: places.find((place) => place.path === path)?.status ?? 200 });
          receiver.delayMs = ({ path }) => places.find((place) => place.path === path)?.ms ?? 0;
        }
        const stays: Stay[] = [{ url: urlOf(0), fromMs: 0, untilMs: Infinity }];
        const owner = await ownerAt(urlOf(0));
        const move = async (place: number): Promise<void> => {
          const fromMs = Date.now();
          expect((await owner.move(urlOf(place))).status).toBe(200);
          const last = stays.at(-1);
          if (last?.url === urlOf(place)) return;
          if (last !== undefined) last.untilMs = Date.now();
          stays.push({ url: urlOf(place), fromMs, untilMs: Infinity });
        };
        let published = 0;
        for (const one of steps) {
          const target = places['place' in one ? one.place : 0];
          if (one.kind === 'publish') await owner.publish().then(() => (published += 1));
          else if (one.kind === 'move') await move(one.place);
          else if (one.kind === 'wait') await sleep(one.ms);
          else if (target !== undefined) Object.assign(target, { status: one.status, ms: one.ms });
        }
        // Everybody is well again, and the owner says so where it is.
        for (const place of places) Object.assign(place, { status: 200, ms: 0 });
        const goal = places.findIndex(({ path }) => stays.at(-1)?.url.endsWith(path));
        await sleep(200);
        await move((goal + 1) % PLACES);
        await move(goal);
        let rows: { id: string; status: string; attempts: { url: string; status: number }[] }[] = [];
        await until(async () => {
          rows = await database.dataSource.query(
            `SELECT d.id, d.status, coalesce((SELECT jsonb_agg(jsonb_build_object('url', a.url, 'status', a.status) ORDER BY number)
                      FROM delivery_attempts a WHERE a.delivery_id = d.id), '[]') AS attempts
               FROM deliveries d WHERE d.url LIKE $1`,
            [`%/${run}/%`],
          );
          return rows.length === published && rows.every(({ status }) => status === 'delivered' || status === 'dead');
        }).catch(() => expect(rows).toHaveLength(-1));
        for (const { status, attempts } of rows) {
          // A company's 4xx is final; of EQP only a 410 is.
          expect(status === 'delivered' ? [200] : [410, 429]).toContain(attempts.at(-1)?.status);
        }
        const arrived = receivers.flatMap((receiver) =>
          receiver.requests
            .filter(({ path }) => path.startsWith(`/${run}/`))
            .map(({ path, atMs }) => ({ url: receiver.url + path, atMs })),
        );
        for (const { url, atMs } of arrived) {
          const isRegistered = stays.some(
            (stay) => stay.url === url && atMs >= stay.fromMs && atMs <= stay.untilMs + TOLERANCE_MS,
          );
          expect(isRegistered, `${url} at ${atMs}: ${JSON.stringify(stays)}`).toBe(true);
        }
        expect(rows.flatMap(({ attempts }) => attempts.map(({ url }) => url)).sort()).toEqual(
          arrived.map(({ url }) => url).sort(),
        );
      }),
      { numRuns: 12, endOnFailure: true },
    );
  });
});
