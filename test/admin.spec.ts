import { createHash } from 'node:crypto';
import { validate } from '@apidevtools/swagger-parser';
import { Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ActionsModule } from '../src/actions/actions.module.js';
import { AdminModule } from '../src/admin/admin.module.js';
import { ImsPermanentError } from '../src/callbacks/callbacks.errors.js';
import { CatalogModule } from '../src/catalog/catalog.module.js';
import { RicochetConfigModule } from '../src/config/config.module.js';
import type { Secrets } from '../src/config/secrets.js';
import { DatabaseModule } from '../src/database/database.module.js';
import { ChannelRegistry } from '../src/delivery/channel-registry.js';
import { DeliveriesRepository } from '../src/delivery/deliveries.repository.js';
import { DestinationSwitch } from '../src/delivery/destination-switch.js';
import { ErasureModule } from '../src/erasure/erasure.module.js';
import { setUpApiDocument } from '../src/http/api-document.js';
import { configureHttp } from '../src/http/configure-http.js';
import { createHttpAdapter } from '../src/http/http-adapter.js';
import { HttpModule } from '../src/http/http.module.js';
import { leadRequest, testConfig } from '../src/intake/intake.fixtures.js';
import { QueueModule } from '../src/queue/queue.module.js';
import { SweepsModule } from '../src/sweeps/sweeps.module.js';
import { SweepLoops } from '../src/sweeps/sweep-loops.js';
import { WorkQueue } from '../src/queue/work-queue.js';
import { DestinationPauses } from '../src/registrations/destination-pauses.repository.js';
import { RegisteredDestinations } from '../src/registrations/registered-destinations.js';
import { RegistrationDirectories } from '../src/registrations/registration-directory.js';
import { ReloadModule } from '../src/reload/reload.module.js';
import { ServedVersionsRepository } from '../src/reload/served-versions.repository.js';
import { ServicesReload } from '../src/reload/services-reload.js';
import { VersionReports } from '../src/reload/version-reports.js';
import { ResendModule } from '../src/resend/resend.module.js';
import { IdempotencyModule } from '../src/idempotency/idempotency.module.js';
import { LiveModule } from '../src/live/live.module.js';
import { OAuthModule } from '../src/oauth/oauth.module.js';
import { SecurityModule } from '../src/security/security.module.js';
import { StatisticsModule } from '../src/statistics/statistics.module.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const KEY = 'admin-key-0123456789';
const ACTOR = createHash('sha256').update(KEY).digest('hex').slice(0, 8);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const UNKNOWN_ID = '01934b2c-7d31-7c52-9a2e-0a5f3c1b8e10';

let database: TestDatabase;
let db: DataSource;
let app: NestFastifyApplication;
let deliveries: DeliveriesRepository;
let failed = false;
let rings = 0;

const REGISTRATIONS = [
  RegistrationDirectories,
  RegisteredDestinations,
  DestinationPauses,
  ChannelRegistry,
  { provide: DestinationSwitch, useValue: {} },
];

/** Nobody has registered anything: test/registrations-admin.spec.ts has what administrators do with registrations. */
@Global()
@Module({
  providers: REGISTRATIONS,
  exports: [RegistrationDirectories, RegisteredDestinations, DestinationPauses, ChannelRegistry, DestinationSwitch],
})
class NoRegistrations {}

/** Without the pipelines that a reload looks into: what is reported by processes is read as ever. */
@Module({
  providers: [
    ServedVersionsRepository,
    { provide: ServicesReload, useValue: { refused: null } },
    {
      provide: VersionReports,
      inject: [ServedVersionsRepository],
      useFactory: (reports: ServedVersionsRepository) => ({ find: () => reports.find(MINUTE) }),
    },
  ],
  exports: [ServicesReload, VersionReports],
})
class NoReload {}

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.dataSource;
  const config = testConfig({ database: { embedded: false, poolSize: 5 }, operations: { ...testConfig().operations } });
  const secrets: Secrets = {
    databaseUrl: database.url,
    redisUrl: null,
    inboundApiKeys: ['caller-key-0123456789'],
    inboundBasicUsers: [],
    adminApiKeys: [KEY],
    encryptionKeys: [{ id: 'k1', key: Buffer.alloc(32, 1) }],
    adobeClientSecrets: [],
    named: new Map(),
  };
  const module = await Test.createTestingModule({
    imports: [
      RicochetConfigModule.register({ config, secrets }),
      DatabaseModule,
      QueueModule.register(config),
      SweepsModule,
      SecurityModule,
      StatisticsModule,
      OAuthModule.register('api'),
      IdempotencyModule,
      LiveModule.register('api'),
      HttpModule,
      ActionsModule,
      CatalogModule.register('all'),
      NoRegistrations,
      AdminModule,
      ResendModule.register('api'),
      ErasureModule.register('api'),
    ],
    providers: [DeliveriesRepository],
  })
    // Jobs stay as they were ordered.
    .overrideProvider(SweepLoops)
    .useValue({ run: () => undefined })
    .overrideModule(ReloadModule)
    .useModule(NoReload)
    .compile();
  app = module.createNestApplication<NestFastifyApplication>(createHttpAdapter(config), { logger: ['fatal'] });
  await configureHttp(app, config);
  setUpApiDocument(app, config);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  deliveries = module.get(DeliveriesRepository);
  module.get(WorkQueue).listen('delivery', () => void (rings += 1));
});

afterEach(({ task }) => {
  failed ||= task.result?.state === 'fail';
});

afterAll(async () => {
  await app.close();
  await database.drop(failed);
});

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: any;
}

async function call(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  payload?: unknown,
  key: string | null = KEY,
): Promise<Answer> {
  const response = await app.inject({
    method,
    url,
    headers: {
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(payload !== undefined && { 'content-type': 'application/json' }),
    },
    ...(payload !== undefined && { payload: typeof payload === 'string' ? payload : JSON.stringify(payload) }),
  });
  const type = String(response.headers['content-type']).replace('; charset=utf-8', '');
  return { status: response.statusCode, type, body: type.includes('json') ? response.json() : response.body };
}

interface ActionSeed {
  readonly at?: number;
  readonly service?: string;
  readonly tenant?: string;
  readonly entityId?: string;
  readonly state?: string;
  readonly outcome?: string | null;
  readonly errorCode?: string | null;
  readonly request?: string | null;
}

async function insertAction(seed: ActionSeed = {}): Promise<string> {
  const at = seed.at ?? Date.now();
  const id = uuidv7({ msecs: at });
  await db.query(
    `INSERT INTO actions (id, service, dialect, tenant, object_type, entity_id, state, outcome, error_code, received_at, deadline_at)
     VALUES ($1, $2, 'adobe', $3, 'lead', $4, $5, $6, $7, $8, $9)`,
    [
      id,
      seed.service ?? 'check-email',
      seed.tenant ?? 'ABC@AdobeOrg',
      seed.entityId ?? '1000001',
      seed.state ?? 'completed',
      seed.outcome ?? null,
      seed.errorCode ?? null,
      new Date(at),
      new Date(at + 30 * MINUTE),
    ],
  );
  if (seed.request != null) {
    await db.query(
      `INSERT INTO action_payloads (action_id, token_key, request, secrets, callback_url) VALUES ($1, $2, $3, 'k1.sealed', 'https://platform.adobe.io/1')`,
      [id, uuidv7(), seed.request],
    );
  }
  return id;
}

interface DeliverySeed {
  readonly ownerId: string;
  readonly status?: string;
  readonly body?: string | null;
  readonly expiresAt?: Date | null;
  readonly lastStatus?: number | null;
}

async function insertDelivery(seed: DeliverySeed): Promise<string> {
  const id = uuidv7();
  await db.query(
    `INSERT INTO deliveries (id, channel, owner_id, destination_id, event_id, method, url, content_type, body, status,
       attempt_number, attempt_count, crash_count, expires_at, last_status, last_error, next_attempt_at)
     VALUES ($1, 'adobe', $2, $3, $4, 'POST', 'https://platform.adobe.io/callback/1?key=url-secret#x', 'application/json', $5, $6,
       3, 3, 2, $7, $8, 'answered', now() + interval '1 hour')`,
    [
      id,
      seed.ownerId,
      '00000000-0000-0000-0000-0000000000d1',
      `evt-${id}`,
      seed.body === undefined ? '{"objectData":[{"leadData":{"email":"jane.doe@example.com"}}]}' : seed.body,
      seed.status ?? 'dead',
      seed.expiresAt === undefined ? new Date(Date.now() + 20 * MINUTE) : seed.expiresAt,
      seed.lastStatus ?? null,
    ],
  );
  return id;
}

async function rowOf(table: 'actions' | 'deliveries', id: string): Promise<any> {
  return (await db.query(`SELECT * FROM ${table} WHERE id = $1`, [id]))[0];
}

const ids = (answer: Answer): string[] => answer.body.items.map((item: { requestId: string }) => item.requestId);

describe('every admin route', () => {
  it.each([
    ['GET', '/admin/actions'],
    ['GET', `/admin/actions/${UNKNOWN_ID}`],
    ['GET', `/admin/deliveries/${UNKNOWN_ID}`],
    ['POST', `/admin/deliveries/${UNKNOWN_ID}/resend`],
    ['POST', `/admin/deliveries/${UNKNOWN_ID}/try-now`],
    ['POST', '/admin/erase'],
    ['GET', `/admin/erase/${UNKNOWN_ID}`],
    ['GET', '/admin/status'],
    ['GET', '/admin/subjects?tenant=T&entityId=1'],
  ] as const)('%s %s answers 401 problem details without an admin key', async (method, url) => {
    for (const key of [null, 'caller-key-0123456789', 'wrong']) {
      const { status, type, body } = await call(method, url, undefined, key);
      expect([status, type, body.code]).toEqual([401, 'application/problem+json', 'UNAUTHORIZED']);
    }
  });

  it.each([
    ['GET', '/admin/actions/not-a-uuid', 400, 'INVALID_REQUEST'],
    ['GET', '/admin/actions/%00', 400, 'INVALID_REQUEST'],
    ['GET', `/admin/actions/${UNKNOWN_ID}`, 404, 'RESOURCE_NOT_FOUND'],
    ['GET', `/admin/actions/${UNKNOWN_ID}x`, 400, 'INVALID_REQUEST'],
    ['POST', '/admin/deliveries/1/resend', 400, 'INVALID_REQUEST'],
    ['POST', `/admin/deliveries/${UNKNOWN_ID}/resend`, 404, 'RESOURCE_NOT_FOUND'],
    ['GET', '/admin/deliveries/1', 400, 'INVALID_REQUEST'],
    ['GET', `/admin/deliveries/${UNKNOWN_ID}`, 404, 'RESOURCE_NOT_FOUND'],
    ['POST', '/admin/deliveries/1/try-now', 400, 'INVALID_REQUEST'],
    ['POST', `/admin/deliveries/${UNKNOWN_ID}/try-now`, 404, 'RESOURCE_NOT_FOUND'],
    ['GET', '/admin/erase/1', 400, 'INVALID_REQUEST'],
    ['GET', `/admin/erase/${UNKNOWN_ID}`, 404, 'RESOURCE_NOT_FOUND'],
    ['GET', '/admin/nothing', 404, 'RESOURCE_NOT_FOUND'],
    ['PUT', '/admin/actions', 405, 'INVALID_REQUEST'],
    ['POST', '/admin/subjects', 405, 'INVALID_REQUEST'],
    ['GET', '/admin/subjects/1', 404, 'RESOURCE_NOT_FOUND'],
    ['DELETE', `/admin/deliveries/${UNKNOWN_ID}/resend`, 405, 'INVALID_REQUEST'],
  ] as const)('%s %s is answered %i', async (method, url, status, code) => {
    const answer = await call(method, url);
    expect([answer.status, answer.type, answer.body.code]).toEqual([status, 'application/problem+json', code]);
  });
});

describe('the list of actions', () => {
  const at = Date.parse('2026-03-01T12:00:00Z');
  let oldest: string, middle: string, newest: string;

  beforeAll(async () => {
    oldest = await insertAction({ at, service: 'list-a', state: 'expired', entityId: 'list-1' });
    middle = await insertAction({
      at: at + MINUTE,
      service: 'list-b',
      state: 'undeliverable',
      entityId: 'list-2',
      outcome: 'success',
    });
    newest = await insertAction({
      at: at + 2 * MINUTE,
      service: 'list-b',
      state: 'completed',
      entityId: 'list-1',
      tenant: 'list-org',
    });
  });

  const range = `since=2026-03-01&until=2026-03-02`;

  it('shows what an operator looks for, the newest first', async () => {
    const { status, body } = await call('GET', `/admin/actions?${range}`);
    expect(status).toBe(200);
    expect(body.items.map((item: any) => item.requestId)).toEqual([newest, middle, oldest]);
    expect(body.items[1]).toEqual({
      requestId: middle,
      service: 'list-b',
      objectType: 'lead',
      entityId: 'list-2',
      imsOrgId: 'ABC@AdobeOrg',
      state: 'undeliverable',
      outcome: 'success',
      errorCode: null,
      reason: null,
      receivedAt: '2026-03-01T12:01:00.000Z',
      deadlineAt: '2026-03-01T12:31:00.000Z',
      finishedAt: null,
    });
    expect(body).toMatchObject({ nextCursor: null });
    expect(body.searched).toBeUndefined();
  });

  it('filters by everything at once and apart', async () => {
    const of = async (query: string) => ids(await call('GET', `/admin/actions?${query}`));
    expect(await of(`${range}&service=list-b`)).toEqual([newest, middle]);
    expect(await of(`${range}&state=expired`)).toEqual([oldest]);
    expect(await of(`entityId=list-1`)).toEqual([newest, oldest]);
    expect(await of(`imsOrgId=list-org`)).toEqual([newest]);
    expect(await of(`requestId=${middle.toUpperCase()}`)).toEqual([middle]);
    expect(await of(`requestId=${middle}&service=list-a`)).toEqual([]);
    expect(
      await of(
        `${range}&requestId=${newest}&service=list-b&state=completed&entityId=list-1&imsOrgId=list-org&cursor=${UUID_MAX}&limit=1`,
      ),
    ).toEqual([newest]);
  });

  it('takes since as inclusive and until as exclusive, with any offset', async () => {
    const of = async (query: string) => ids(await call('GET', `/admin/actions?${query}`));
    expect(await of('since=2026-03-01T12:00:00Z&until=2026-03-01T12:01:00Z')).toEqual([oldest]);
    expect(await of('since=2026-03-01T14:01:00%2B02:00&until=2026-03-01T12:01:00.001Z')).toEqual([middle]);
  });

  it('pages without gaps and repetitions', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await call('GET', `/admin/actions?${range}&limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...ids(page));
      cursor = page.body.nextCursor;
    }
    expect(seen).toEqual([newest, middle, oldest]);
  });

  it.each([
    ['limit=0', ['limit']],
    ['limit=201', ['limit']],
    ['limit=ten', ['limit']],
    ['limit=1.5', ['limit']],
    ['limit=', ['limit']],
    ['limit=1&limit=2', ['limit']],
    ['state=lost', ['state']],
    ['state=', ['state']],
    ['requestId=1', ['requestId']],
    ['cursor=abc', ['cursor']],
    ['service=', ['service']],
    ['service=%00', ['service']],
    ['service=a&service=b', ['service']],
    [`entityId=${'x'.repeat(257)}`, ['entityId']],
    ['since=yesterday', ['since']],
    ['since=2026-02-30', ['since']],
    ['since=2026-03-01T12:00:00', ['since']],
    ['until=2026-13-01', ['until']],
    ['since=2026-03-02&until=2026-03-01', ['since']],
    ['since=2026-03-01&until=2026-03-01', ['since']],
    ['requestid=1', ['requestid']],
    ['constructor=1', ['constructor']],
    ['__proto__=1', ['__proto__']],
    ['toString=1&limit=0&state=lost&since=x', ['toString', 'limit', 'state', 'since']],
  ])('refuses %s, naming every problem', async (query, fields) => {
    const { status, type, body } = await call('GET', `/admin/actions?${query}`);
    expect([status, type, body.code]).toEqual([400, 'application/problem+json', 'INVALID_REQUEST']);
    expect(body.errors.map((error: { field: string }) => error.field)).toEqual(fields);
  });

  it('never repeats a value it refuses', async () => {
    const { body } = await call('GET', '/admin/actions?state=jane.doe@example.com&since=jane.doe@example.com');
    expect(JSON.stringify(body)).not.toContain('jane.doe');
  });

  it('gives up a search that takes too long and says how to narrow it', async () => {
    const lock = db.createQueryRunner();
    await lock.startTransaction();
    try {
      await lock.query('LOCK TABLE actions IN ACCESS EXCLUSIVE MODE');
      const [list, status] = await Promise.all([
        call('GET', '/admin/actions?entityId=x'),
        call('GET', '/admin/status'),
      ]);
      expect([list.status, list.type, list.body.code]).toEqual([422, 'application/problem+json', 'VALIDATION_ERROR']);
      expect(list.body.title).toContain('narrow it by since and until');
      expect(status.body).toMatchObject({ unfinished: null, role: 'all' });
    } finally {
      await lock.rollbackTransaction();
      await lock.release();
    }
  });
});

const UUID_MAX = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

describe('a search by journey', () => {
  const requestOf = (journeyId: unknown, extra: Record<string, unknown> = {}) =>
    JSON.stringify({ ...leadRequest(), context: { journey: { id: journeyId } }, ...extra });

  it('looks through the last day and says so', async () => {
    const recent = await insertAction({ request: requestOf('journey "1"') });
    await insertAction({ request: requestOf('journey-2', { note: 'journey "1"' }) });
    await insertAction({ at: Date.now() - 2 * DAY, request: requestOf('journey "1"') });
    const answer = await call('GET', `/admin/actions?journeyId=${encodeURIComponent('journey "1"')}`);
    expect(ids(answer)).toEqual([recent]);
    expect(Date.now() - Date.parse(answer.body.searched.since) - DAY).toBeLessThan(MINUTE);
    expect(answer.body.searched.until).toBeNull();
  });

  it('looks through the range it is given, or the day before until', async () => {
    const at = Date.parse('2026-04-10T12:00:00Z');
    const found = await insertAction({ at, request: requestOf('journey-r') });
    expect(ids(await call('GET', '/admin/actions?journeyId=journey-r'))).toEqual([]);
    expect(ids(await call('GET', '/admin/actions?journeyId=journey-r&since=2026-04-01'))).toEqual([found]);
    const before = await call('GET', '/admin/actions?journeyId=journey-r&until=2026-04-11');
    expect(ids(before)).toEqual([found]);
    expect(before.body.searched).toEqual({ since: '2026-04-10T00:00:00.000Z', until: '2026-04-11T00:00:00.000Z' });
  });

  it('finds ids that are numbers, and outlives requests Postgres cannot read as JSON', async () => {
    const found = await insertAction({ request: requestOf(77001) });
    await insertAction({ request: requestOf('77001', { note: 'a\u0000b' }) });
    await insertAction({ request: requestOf('77001', { note: 'a\ud800b' }) });
    await insertAction({ request: JSON.stringify(['77001']) });
    await insertAction({ request: null });
    expect(ids(await call('GET', '/admin/actions?journeyId=77001'))).toEqual([found]);
  });
});

describe('one action', () => {
  it('shows history, steps, deliveries and attempts, and says what to do', async () => {
    const id = await insertAction({
      state: 'undeliverable',
      outcome: 'success',
      request: JSON.stringify(leadRequest()),
    });
    const deliveryId = await insertDelivery({ ownerId: id, lastStatus: 404 });
    await db.query(
      `INSERT INTO action_history (action_id, from_state, to_state, note, steps) VALUES
         ($1, 'enriching', 'calling_back', NULL, '[{"step":"email","outcome":"ok","ms":12}]'), ($1, 'calling_back', 'undeliverable', 'answered 404', NULL)`,
      [id],
    );
    await db.query(
      `INSERT INTO delivery_attempts (delivery_id, number, trigger, started_at, total_ms, status, error_class, headers, excerpt, retry_after_ms)
       VALUES ($1, 1, 'auto', now(), 80, 503, 'server_error', '{"retry-after":"5"}', $2, 5000),
              ($1, 2, 'auto', now(), 80, 404, 'client_error', NULL, $3, NULL), ($1, 3, 'auto', now(), 9, NULL, 'connect', NULL, $4, NULL)`,
      [
        deliveryId,
        Buffer.from([0xff, 0xfe, 0x00]),
        Buffer.from('{"error":"unknown ☃"}'),
        Buffer.from('snow ☃').subarray(0, 7),
      ],
    );
    const { status, body } = await call('GET', `/admin/actions/${id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      requestId: id,
      state: 'undeliverable',
      hasPayload: true,
      explanation: expect.stringMatching(
        /^The callback was given up after 3 attempts because the receiver answered 404\. /,
      ),
      history: [
        { from: 'enriching', to: 'calling_back', note: null },
        { from: 'calling_back', to: 'undeliverable', note: 'answered 404' },
      ],
      steps: [{ step: 'email', outcome: 'ok', ms: 12 }],
      deliveries: [
        {
          deliveryId,
          status: 'dead',
          url: 'https://platform.adobe.io/callback/1',
          bodyBytes: 62,
          nextAttemptAt: null,
          attempts: [
            {
              number: 1,
              url: 'https://platform.adobe.io/callback/1',
              status: 503,
              headers: { 'retry-after': '5' },
              excerpt: { encoding: 'base64', content: '//4A' },
              retryAfterMs: 5000,
            },
            { number: 2, excerpt: { encoding: 'text', content: '{"error":"unknown ☃"}' } },
            {
              number: 3,
              errorClass: 'connect',
              excerpt: { encoding: 'text', content: 'snow ' },
              timing: { totalMs: 9, dnsMs: null },
            },
          ],
        },
      ],
    });
  });

  it('never shows the token, secrets, the request, the body, or the query of a URL', async () => {
    const id = await insertAction({ state: 'calling_back', request: JSON.stringify(leadRequest()) });
    await insertDelivery({ ownerId: id, status: 'held' });
    const text = JSON.stringify((await call('GET', `/admin/actions/${id}`)).body);
    for (const secret of [
      'tok-0123456789abcdef',
      'vendor-secret',
      'admin-secret',
      'jane.doe',
      'Jane',
      'k1.sealed',
      'url-secret',
    ]) {
      expect(text).not.toContain(secret);
    }
  });

  it.each([
    ['opened_until', 'open', /failed too often/],
    ['throttled_until', 'throttled', /asked for fewer requests/],
  ])('says that its callback waits for its destination while that has %s', async (column, waitsFor, why) => {
    const id = await insertAction({ state: 'calling_back' });
    const deliveryId = await insertDelivery({ ownerId: id, status: 'pending' });
    const destinationId = uuidv7();
    await db.query(
      `INSERT INTO destinations (id, channel, scope, origin, ${column}) VALUES ($1, 'adobe', $2, 'https://platform.adobe.io', now() + interval '1 minute')`,
      [destinationId, `scope-${destinationId}`],
    );
    await db.query('UPDATE deliveries SET destination_id = $2 WHERE id = $1', [deliveryId, destinationId]);
    const { body } = await call('GET', `/admin/actions/${id}`);
    expect(body).toMatchObject({ explanation: expect.stringMatching(why), deliveries: [{ deliveryId, waitsFor }] });
    await db.query(`UPDATE destinations SET ${column} = NULL WHERE id = $1`, [destinationId]);
    const { body: later } = await call('GET', `/admin/actions/${id}`);
    expect(later).toMatchObject({ explanation: expect.not.stringMatching(why), deliveries: [{ waitsFor: null }] });
  });

  it('says what to mend when IMS refuses the credential, also after an attempt', async () => {
    const id = await insertAction({ state: 'calling_back' });
    const deliveryId = await insertDelivery({ ownerId: id, status: 'pending' });
    const reason = new ImsPermanentError('invalid_scope', 60_000).message;
    for (const [attempts, lastStatus] of [
      [0, null],
      [2, 401],
    ]) {
      await db.query('UPDATE deliveries SET last_error = $2, attempt_number = $3, last_status = $4 WHERE id = $1', [
        deliveryId,
        reason,
        attempts,
        lastStatus,
      ]);
      const { body } = await call('GET', `/admin/actions/${id}`);
      expect(body.explanation).toMatch(
        /^The callback waits because IMS gives no access token \(invalid_scope\)\..*ADOBE_SCOPES/,
      );
      expect(body.explanation).not.toContain('othing to do');
    }
  });

  it('tells the optional step that failed although the action went well', async () => {
    const id = await insertAction({ state: 'completed' });
    await insertDelivery({ ownerId: id, status: 'delivered' });
    await db.query(`UPDATE actions SET outcome = 'success' WHERE id = $1`, [id]);
    const steps = [
      { step: 'company', outcome: 'failed', ms: 9, errorCode: 'EXTERNAL_API_ERROR', reason: 'company: down' },
    ];
    await db.query(
      `INSERT INTO action_history (action_id, from_state, to_state, steps) VALUES ($1, 'enriching', 'calling_back', $2)`,
      [id, JSON.stringify(steps)],
    );
    const { body } = await call('GET', `/admin/actions/${id}`);
    expect(body.explanation).toBe(
      'The action was enriched, and the callback was delivered. It has ended. ' +
        'The optional step "company" failed (EXTERNAL_API_ERROR: down). Check the source that the step asks.',
    );
  });

  it('explains an action without deliveries', async () => {
    const id = await insertAction({ state: 'received' });
    const { body } = await call('GET', `/admin/actions/${id}`);
    expect(body).toMatchObject({ hasPayload: false, history: [], steps: [], deliveries: [] });
    expect(body.explanation).toMatch(/^The action waits for enrichment/);
  });
});

describe('trying a delivery now', () => {
  const tryNow = (id: string) => call('POST', `/admin/deliveries/${id}/try-now`);
  const waiting = async (): Promise<string> => {
    const id = await insertDelivery({ ownerId: uuidv7(), expiresAt: null });
    await db.query(
      `UPDATE deliveries SET status = 'pending', attempt_count = 2, next_trigger = 'auto', next_attempt_at = now() + interval '30 minutes' WHERE id = $1`,
      [id],
    );
    return id;
  };

  it('brings its next attempt forward and nothing else, rings and audits', async () => {
    const id = await waiting();
    const before = await rowOf('deliveries', id);
    const rungBefore = rings;
    const answer = await tryNow(id);
    expect([answer.status, answer.body]).toEqual([
      202,
      { deliveryId: id, status: 'pending', destinationId: before.destination_id, waitsFor: null },
    ]);
    const after = await rowOf('deliveries', id);
    expect(after).toEqual({ ...before, next_trigger: 'manual', next_attempt_at: expect.any(Date) });
    expect(after.next_attempt_at.getTime()).toBeLessThanOrEqual(Date.now() + 1_000);
    expect(
      await db.query('SELECT actor, verb, details FROM admin_audit WHERE target = $1', [`delivery:${id}`]),
    ).toEqual([{ actor: ACTOR, verb: 'delivery.try-now', details: { waitsFor: null } }]);
    await expect.poll(() => rings).toBeGreaterThan(rungBefore);
  });

  it('changes nothing the second time', async () => {
    const id = await waiting();
    const answers = await Promise.all(Array.from({ length: 4 }, () => tryNow(id)));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
    expect(await db.query('SELECT 1 FROM admin_audit WHERE target = $1', [`delivery:${id}`])).toHaveLength(1);
  });

  it('says what its destination keeps it waiting for', async () => {
    const id = await waiting();
    const destination = uuidv7();
    await db.query(
      `INSERT INTO destinations (id, channel, scope, origin, opened_until) VALUES ($1, 'adobe', 'x', $2, now() + interval '5 minutes')`,
      [destination, `https://${destination}.example`],
    );
    await db.query('UPDATE deliveries SET destination_id = $2 WHERE id = $1', [id, destination]);
    expect((await tryNow(id)).body).toMatchObject({ destinationId: destination, waitsFor: 'open' });
  });

  it.each(['delivering', 'delivered', 'dead', 'expired', 'held', 'cancelled'])(
    'refuses one that is %s, and changes nothing',
    async (status) => {
      const id = await waiting();
      await db.query(
        `UPDATE deliveries SET status = $2::text, lease_token = CASE WHEN $2 = 'delivering' THEN gen_random_uuid() END,
                lease_until = CASE WHEN $2 = 'delivering' THEN now() + interval '1 minute' END WHERE id = $1`,
        [id, status],
      );
      const before = await rowOf('deliveries', id);
      const answer = await tryNow(id);
      expect([answer.status, answer.body.code]).toEqual([409, 'CONFLICT']);
      expect(answer.body.title).toContain(status === 'delivering' ? 'being sent' : `is ${status}`);
      expect(await rowOf('deliveries', id)).toEqual(before);
    },
  );
});

describe('sending a delivery again', () => {
  const resend = (id: string, payload?: unknown) => call('POST', `/admin/deliveries/${id}/resend`, payload);

  it('starts the schedule over with the same bytes, brings the action back, rings and audits', async () => {
    const ownerId = await insertAction({ state: 'undeliverable' });
    const id = await insertDelivery({ ownerId, lastStatus: 503 });
    const before = await rowOf('deliveries', id);
    const rungBefore = rings;
    expect(await resend(id)).toMatchObject({
      status: 202,
      body: { deliveryId: id, requestId: ownerId, status: 'pending' },
    });
    const after = await rowOf('deliveries', id);
    expect(after).toMatchObject({
      status: 'pending',
      attempt_count: 0,
      attempt_number: 3,
      crash_count: 0,
      next_trigger: 'manual',
      last_error: 'answered',
      event_id: before.event_id,
      body: before.body,
      expires_at: before.expires_at,
    });
    expect(after.next_attempt_at.getTime()).toBeLessThanOrEqual(Date.now() + 1_000);
    expect(await rowOf('actions', ownerId)).toMatchObject({ state: 'calling_back', finished_at: null });
    expect(
      await db.query('SELECT from_state, to_state, note FROM action_history WHERE action_id = $1', [ownerId]),
    ).toEqual([{ from_state: 'undeliverable', to_state: 'calling_back', note: 'sent again by an administrator' }]);
    expect(
      await db.query('SELECT actor, verb, details FROM admin_audit WHERE target = $1', [`delivery:${id}`]),
    ).toEqual([{ actor: ACTOR, verb: 'resend', details: { force: false, from: 'dead', requestId: ownerId } }]);
    await expect.poll(() => rings).toBeGreaterThan(rungBefore);
  });

  it('makes it claimable as a manual attempt whose number goes on', async () => {
    const id = await insertDelivery({ ownerId: await insertAction({ state: 'undeliverable' }) });
    await db.query(
      `INSERT INTO destinations (id, channel, scope, origin) VALUES ('00000000-0000-0000-0000-0000000000d1', 'adobe', 'x', 'y') ON CONFLICT DO NOTHING`,
    );
    await resend(id, {});
    const claimed = await deliveries.claimDue(
      { limit: 200, channels: [{ key: 'adobe', perDestination: 256, free: 384 }], busy: [] },
      uuidv7(),
      45_000,
    );
    expect(claimed.find((row) => row.id === id)).toMatchObject({
      attempt_number: 4,
      attempt_count: 1,
      next_trigger: 'manual',
    });
  });

  it.each(['pending', 'delivering'])('answers 409 while it is %s, forced or not', async (status) => {
    const id = await insertDelivery({ ownerId: await insertAction({ state: 'calling_back' }), status });
    for (const body of [undefined, { force: true }]) {
      const answer = await resend(id, body);
      expect([answer.status, answer.body.code]).toEqual([409, 'CONFLICT']);
      expect(answer.body.title).toContain(`is ${status}`);
    }
  });

  it('sends a held one', async () => {
    const ownerId = await insertAction({ state: 'calling_back' });
    const id = await insertDelivery({ ownerId, status: 'held' });
    expect((await resend(id)).status).toBe(202);
    expect((await rowOf('actions', ownerId)).state).toBe('calling_back');
  });

  it('sends a delivered one only when forced, and its action stays completed', async () => {
    const ownerId = await insertAction({ state: 'completed' });
    const id = await insertDelivery({ ownerId, status: 'delivered', expiresAt: new Date(Date.now() - MINUTE) });
    expect((await resend(id, { force: false })).body).toMatchObject({
      status: 409,
      title: expect.stringContaining('was delivered'),
    });
    expect((await resend(id, { force: true })).status).toBe(202);
    expect((await rowOf('actions', ownerId)).state).toBe('completed');
    expect((await rowOf('deliveries', id)).expires_at.getTime()).toBeGreaterThan(Date.now() + 14 * MINUTE);
  });

  it.each([
    ['expired', 'expired'],
    ['dead', 'undeliverable'],
    ['held', 'calling_back'],
  ])('sends one that is %s and past its time only when forced, with a quarter of an hour', async (status, state) => {
    const ownerId = await insertAction({ state });
    const id = await insertDelivery({ ownerId, status, expiresAt: new Date(Date.now() - MINUTE) });
    expect((await resend(id)).body).toMatchObject({
      status: 409,
      title: expect.stringContaining('time of the delivery is up'),
    });
    expect((await rowOf('actions', ownerId)).state).toBe(state);
    expect((await resend(id, { force: true })).status).toBe(202);
    expect((await rowOf('actions', ownerId)).state).toBe('calling_back');
    expect((await rowOf('deliveries', id)).expires_at.getTime()).toBeGreaterThan(Date.now() + 14 * MINUTE);
  });

  it('answers 410 once the body was removed', async () => {
    const id = await insertDelivery({ ownerId: await insertAction({ state: 'undeliverable' }), body: null });
    const answer = await resend(id, { force: true });
    expect([answer.status, answer.body.code]).toEqual([410, 'GONE']);
  });

  it('sends what no action owns, and says so', async () => {
    const id = await insertDelivery({ ownerId: uuidv7(), expiresAt: null });
    expect((await resend(id)).body).toEqual({ deliveryId: id, requestId: null, status: 'pending' });
    expect((await rowOf('deliveries', id)).expires_at).toBeNull();
  });

  it('is done once when asked many times at the same moment', async () => {
    const ownerId = await insertAction({ state: 'undeliverable' });
    const id = await insertDelivery({ ownerId });
    const answers = await Promise.all(Array.from({ length: 8 }, () => resend(id, { force: true })));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409, 409, 409, 409, 409, 409]);
    expect(await db.query('SELECT 1 FROM admin_audit WHERE target = $1', [`delivery:${id}`])).toHaveLength(1);
    expect(await db.query('SELECT 1 FROM action_history WHERE action_id = $1', [ownerId])).toHaveLength(1);
  });

  it.each([
    ['{"force":"yes"}', 422, ['force']],
    ['{"force":1}', 422, ['force']],
    ['{"forse":true,"a":1}', 422, ['forse', 'a']],
    ['{"constructor":{}}', 422, ['constructor']],
    ['[]', 400, ['body']],
    ['{', 400, ['body']],
    ['null', 400, ['body']],
  ])('refuses the body %s', async (payload, status, fields) => {
    const id = await insertDelivery({ ownerId: await insertAction({ state: 'undeliverable' }) });
    const answer = await resend(id, payload);
    expect([answer.status, answer.type]).toEqual([status, 'application/problem+json']);
    expect(answer.body.errors.map((error: { field: string }) => error.field)).toEqual(fields);
    expect((await rowOf('deliveries', id)).status).toBe('dead');
  });
});

describe('an order to forget somebody', () => {
  it('is durable, audited without the id, and shows its progress', async () => {
    const { status, body } = await call('POST', '/admin/erase', { tenant: 'ABC@AdobeOrg', entityId: 'lead-4711' });
    expect(status).toBe(202);
    expect(body).toEqual({ jobId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(await db.query('SELECT tenant, entity_id, state FROM erase_jobs WHERE id = $1', [body.jobId])).toEqual([
      { tenant: 'ABC@AdobeOrg', entity_id: 'lead-4711', state: 'running' },
    ]);
    const [audit] = await db.query('SELECT * FROM admin_audit WHERE target = $1', [`erase:${body.jobId}`]);
    expect(audit).toMatchObject({ actor: ACTOR, verb: 'erase', details: { tenant: 'ABC@AdobeOrg' } });
    expect(JSON.stringify(audit)).not.toContain('lead-4711');
    expect((await call('GET', `/admin/erase/${body.jobId}`)).body).toEqual({
      jobId: body.jobId,
      state: 'running',
      scanned: 0,
      erased: 0,
      waiting: 0,
      requestedAt: expect.any(String),
      finishedAt: null,
    });
  });

  it('takes whole numbers for their digits, however long', async () => {
    const { body } = await call('POST', '/admin/erase', '{"tenant":"T","entityId":123456789012345678901}');
    expect(await db.query('SELECT entity_id FROM erase_jobs WHERE id = $1', [body.jobId])).toEqual([
      { entity_id: '123456789012345678901' },
    ]);
  });

  it.each([
    ['{}', 422, ['entityId', 'tenant']],
    ['{"tenant":"T"}', 422, ['entityId']],
    ['{"tenant":"T","entityId":""}', 422, ['entityId']],
    ['{"tenant":"T","entityId":1.5}', 422, ['entityId']],
    ['{"tenant":"T","entityId":["1"]}', 422, ['entityId']],
    ['{"tenant":null,"entityId":"1"}', 422, ['tenant']],
    ['{"tenant":"a\\u0000b","entityId":"1"}', 422, ['tenant']],
    [`{"tenant":"T","entityId":"${'x'.repeat(257)}"}`, 422, ['entityId']],
    ['{"tenant":"T","entityId":"1","email":"jane.doe@example.com"}', 422, ['email']],
    ['', 400, ['body']],
    ['[]', 400, ['body']],
    ['{"tenant":"T"', 400, ['body']],
  ])('refuses the body %s', async (payload, status, fields) => {
    const [{ count }] = await db.query('SELECT count(*) FROM erase_jobs');
    const answer = await call('POST', '/admin/erase', payload);
    expect([answer.status, answer.type]).toEqual([status, 'application/problem+json']);
    expect(answer.body.errors.map((error: { field: string }) => error.field).sort()).toEqual(fields);
    expect(JSON.stringify(answer.body)).not.toContain('jane.doe');
    expect(await db.query('SELECT count(*) FROM erase_jobs')).toEqual([{ count }]);
  });

  it('refuses what is not JSON', async () => {
    const response = await app.inject({
      method: 'POST',
      url: '/admin/erase',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'tenant=T&entityId=1',
    });
    expect(response.statusCode).toBe(415);
  });
});

describe('the status', () => {
  it('tells how this process is', async () => {
    await insertAction({ state: 'received' });
    const { body } = await call('GET', '/admin/status');
    expect(body).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      role: 'all',
      uptimeSeconds: expect.any(Number),
      draining: false,
      queue: { kind: 'embedded', connected: true },
      unfinished: { received: expect.any(Number), enriching: 0, calling_back: expect.any(Number) },
    });
    expect(body.unfinished.received).toBeGreaterThan(0);
    expect(body.services.length).toBeGreaterThan(0);
    expect(Object.keys(body.services[0])).toEqual(['apiName', 'entityType', 'enabled', 'isDefault']);
  });
});

describe('the API document', () => {
  it('is valid OpenAPI and describes admin and services with examples', async () => {
    const document = (await call('GET', '/docs-json', undefined, null)).body;
    expect(document.openapi).toBe('3.0.0');
    await expect(validate(structuredClone(document))).resolves.toBeDefined();
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/admin/actions',
        '/admin/actions/{id}',
        '/admin/deliveries/{id}',
        '/admin/deliveries/{id}/resend',
        '/admin/deliveries/{id}/try-now',
        '/admin/erase',
        '/admin/erase/{jobId}',
        '/admin/status',
        '/admin/subjects',
        '/services/{apiName}/openapi.json',
        '/status',
      ]),
    );
    const list = document.paths['/admin/actions'].get;
    expect(list.parameters.map((parameter: { name: string }) => parameter.name).sort()).toEqual([
      'cursor',
      'entityId',
      'imsOrgId',
      'journeyId',
      'limit',
      'requestId',
      'service',
      'since',
      'state',
      'until',
    ]);
    expect(list.security).toEqual([{ admin: [] }]);
    expect(document.security).toEqual([{ caller: [] }]);
    expect(document.components.schemas.EraseRequest.properties.entityId.example).toBe('1000001');
    expect(document.components.securitySchemes).toHaveProperty('admin');
  });

  it('is shown by a page whose scripts and styles the security policy allows', async () => {
    for (const url of ['/docs', '/docs/']) {
      const page = await app.inject({ url });
      expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html']);
      expect(page.headers['content-security-policy']).toContain(`script-src 'self' 'unsafe-inline'`);
      const sources = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
      expect(sources.length).toBeGreaterThan(3);
      for (const source of sources) {
        const asset = await app.inject({ url: new URL(source, `http://x${url}`).pathname });
        expect([source, asset.statusCode]).toEqual([source, 200]);
      }
    }
  });

  it('answers what is not there like everything else', async () => {
    for (const url of ['/docs/nothing.js', '/docs/../package.json', '/docs/%2e%2e/package.json']) {
      expect((await app.inject({ url })).statusCode).toBe(404);
    }
  });
});
