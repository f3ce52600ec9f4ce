import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppConfig } from '../src/config/config.js';
import type { Secrets } from '../src/config/secrets.js';
import { Database } from '../src/database/database.js';
import { AnswerCacheRepository } from '../src/enrichment/providers/http/answer-cache.repository.js';
import { CacheRoom } from '../src/enrichment/providers/http/cache-room.js';
import { FakeApi, type HttpWorld, json, makeHttpWorld } from '../src/enrichment/providers/http/http.fixtures.js';
import { StepBudgetsRepository } from '../src/enrichment/providers/http/step-budgets.repository.js';
import { StepTokensRepository } from '../src/enrichment/providers/http/step-tokens.repository.js';
import { sampleContext, sampleSubject } from '../src/enrichment/provider-conformance.js';
import { group, lead } from '../src/enrichment/providers/providers.fixtures.js';
import type { Enrichment } from '../src/enrichment/enrichment-provider.js';
import type { Fields } from '../src/actions/action-input.js';
import { HttpStepSweeper } from '../src/recovery/http-step.sweeper.js';
import { placeOf, SEALED_COLUMNS } from '../src/security/sealed-columns.js';
import { SecretBox } from '../src/security/secret-box.js';
import { SecretRotation } from '../src/security/secret-rotation.js';
import { SecretRotationRepository } from '../src/security/secret-rotation.repository.js';
import { type RunningApp, startApp, TEST_ADMIN_KEY } from './support/app.js';
import { admin, send, TestCompany } from './support/company-world.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { type HttpServiceParts, httpServicesDir } from './support/http-services.js';
import { Records } from './support/records.js';
import { leadRequest } from './support/requests.js';
import { ServiceProcess } from './support/service-process.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const api = await new FakeApi().start();
let test: TestDatabase;
let database: Database;
let records: Records;
let adobe: FakeAdobe;
let failed = false;
const worlds: HttpWorld[] = [];
const apps: RunningApp[] = [];
const folders: string[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  database = new Database(test.dataSource);
  records = new Records(test);
  adobe = await FakeAdobe.start();
});
beforeEach(async () => {
  api.reset();
  adobe.callbacks.splice(0);
  await records.sql('TRUNCATE step_cache, step_budgets, step_tokens, step_secrets');
});
afterEach(async ({ task }) => {
  failed ||= task.result?.state === 'fail';
  await Promise.all(worlds.splice(0).map((world) => world.close()));
  await Promise.all(apps.splice(0).map((app) => app.close()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
afterAll(async () => {
  await adobe.stop();
  await api.stop();
  await test.drop(failed);
});

/** A process's own provider; several share the database. */
function world(secret = 'the-secret-nobody-may-see', config: Partial<AppConfig> = {}): HttpWorld {
  const made = makeHttpWorld({ database, config, secrets: { CLIENT_SECRET: secret } });
  worlds.push(made);
  return made;
}

const MAP = { fields: { name: 'answer.name', known: 'found' } };
type Settings = Readonly<Record<string, unknown>>;

function ask(by: HttpWorld, settings: Settings, fields: Fields): Promise<Enrichment> {
  return by.provider.enrich(sampleSubject(lead(fields)), settings, sampleContext());
}

/** As a step of a service asks about a lead of an organisation. */
function askFor(
  by: HttpWorld,
  settings: Settings,
  domain: string,
  id: string,
  step = 'ask/first',
): Promise<Enrichment> {
  const [service = '', name = ''] = step.split('/');
  const origin = { service, step: name, tenant: 'org' };
  const entity = { kind: 'lead' as const, id, fields: { domain } };
  return by.provider.enrich(sampleSubject(entity), settings, sampleContext({ origin }));
}

function settingsOf(by: HttpWorld, parts: Settings): Settings {
  const settings = { url: `${api.url}/companies/{{domain}}`, map: MAP, retries: 0, ...parts };
  expect(by.provider.validateSettings(settings)).toEqual([]);
  return settings;
}

describe('cached answers', () => {
  it('serve every process, until their time is up', async () => {
    const [one, other] = [world(), world()];
    const settings = settingsOf(one, { cache: { ttl: '1h' } });
    api.reset((_, response) => json(response, { name: 'Acme', quote: '"\u0000\u001e\u001f' }));
    for (const by of [one, one, other]) {
      expect(await ask(by, settings, { domain: 'acme.example' })).toMatchObject({
        fields: { name: 'Acme', known: true },
      });
    }
    expect(api.seen).toHaveLength(1);
    await records.sql(`UPDATE step_cache SET expires_at = now() - interval '1 second'`);
    await ask(other, settings, { domain: 'acme.example' });
    expect(api.seen).toHaveLength(2);
  });

  it('are of the whole request: another value, header or credential is another question', async () => {
    const by = world();
    const cache = { ttl: '1h' };
    await ask(by, settingsOf(by, { cache }), { domain: 'a.example' });
    await ask(by, settingsOf(by, { cache }), { domain: 'b.example' });
    await ask(by, settingsOf(by, { cache, headers: { 'X-Of': '{{email}}' } }), { domain: 'a.example', email: 'x' });
    await ask(by, settingsOf(by, { cache, auth: { bearer: 'CLIENT_SECRET' } }), { domain: 'a.example' });
    expect(api.seen).toHaveLength(4);
  });

  it('say for a time of their own that there is nothing', async () => {
    const by = world();
    api.reset((_, response) => json(response, {}, 404));
    const settings = settingsOf(by, { cache: { ttl: '1h', negativeTtl: '1m' } });
    expect(await ask(by, settings, { domain: 'x' })).toEqual(await ask(by, settings, { domain: 'x' }));
    expect(api.seen).toHaveLength(1);
    const [row] = await records.sql<{ found: boolean; seconds: number }>(
      `SELECT found, extract(epoch FROM expires_at - now())::float8 AS seconds FROM step_cache`,
    );
    expect(row?.found).toBe(false);
    expect(row?.seconds).toBeLessThanOrEqual(60);
    await ask(by, settingsOf(by, { cache: { ttl: '1h', negativeTtl: '0s' } }), { domain: 'y' });
    expect(await records.sql('SELECT 1 FROM step_cache')).toHaveLength(1);
  });

  it('are not made of failures', async () => {
    const by = world();
    api.reset((_, response) => json(response, {}, 500));
    const settings = settingsOf(by, { cache: { ttl: '1h' } });
    await expect(ask(by, settings, { domain: 'x' })).rejects.toMatchObject({ code: 'EXTERNAL_API_ERROR' });
    expect(await records.sql('SELECT 1 FROM step_cache')).toEqual([]);
  });

  it('are asked for once, however many want them at the same time', async () => {
    const by = world();
    const settings = settingsOf(by, { cache: { ttl: '1h' } });
    api.reset((_, response) => void setTimeout(() => json(response, { name: 'Acme' }), 50));
    const found = await Promise.all(Array.from({ length: 20 }, () => ask(by, settings, { domain: 'acme.example' })));
    expect(new Set(found.map(({ fields }) => fields?.['name']))).toEqual(new Set(['Acme']));
    expect(api.seen).toHaveLength(1);
  });

  it('are not needed: while the database is away the system is asked', async () => {
    const away = { query: () => Promise.reject(new Error('connection refused')) } as unknown as Database;
    const by = makeHttpWorld({ database: away });
    worlds.push(by);
    api.reset((_, response) => json(response, { name: 'Acme' }));
    expect(await ask(by, settingsOf(by, { cache: { ttl: '1h' } }), { domain: 'x' })).toMatchObject({
      fields: { name: 'Acme' },
    });
  });

  it('are swept: what is over goes, and beyond the limit what would be over first', async () => {
    const cache = new AnswerCacheRepository(database);
    const config = { steps: { allowCidrs: [], cacheMaxMb: 1 } } as unknown as AppConfig;
    const sweeper = new HttpStepSweeper(
      cache,
      new StepBudgetsRepository(database),
      new StepTokensRepository(database),
      new CacheRoom(cache, config),
    );
    await records.sql(`INSERT INTO step_cache SELECT gen_random_uuid(), true, 200, NULL, 1000, now() + (n - 100) * interval '1 s'
                         FROM generate_series(1, 2000) n`);
    await records.sql(`INSERT INTO step_budgets VALUES ('old', '2020-01-01', 1), ('new', now()::date, 1)`);
    expect(await sweeper.sweep()).toBe(false);
    const [left] = await records.sql<{ n: number; bytes: number; past: number }>(
      `SELECT count(*)::int AS n, sum(size)::int AS bytes, count(*) FILTER (WHERE expires_at < now())::int AS past FROM step_cache`,
    );
    expect(left).toMatchObject({ past: 0 });
    expect(left?.bytes).toBeLessThanOrEqual(1024 * 1024);
    expect(left?.n).toBeGreaterThan(0);
    expect(await records.sql(`SELECT 1 FROM step_cache WHERE expires_at > now() + interval '1890 s'`)).not.toEqual([]);
    expect(await records.sql('SELECT name FROM step_budgets')).toEqual([{ name: 'new' }]);
  });
});

describe('the users of a cached answer', () => {
  const users = (): Promise<{ steps: string[]; n: number }[]> =>
    records.sql('SELECT ARRAY(SELECT unnest(steps) ORDER BY 1) AS steps, cardinality(subjects) AS n FROM step_cache');

  it('are known, also those that were served from the cache or asked at the same time', async () => {
    const by = world();
    const settings = settingsOf(by, { cache: { ttl: '1h' } });
    api.reset((_, response) => void setTimeout(() => json(response, { name: 'Acme' }), 50));
    await Promise.all(['1', '2', '2'].map((id) => askFor(by, settings, 'acme.example', id)));
    await askFor(world(), settings, 'acme.example', '3', 'other/second, and last');
    expect(api.seen).toHaveLength(1);
    expect(await users()).toEqual([{ steps: ['ask/first', 'other/second, and last'], n: 3 }]);
  });

  it('are at most sixteen subjects, and every step', async () => {
    const by = world();
    const settings = settingsOf(by, { cache: { ttl: '1h' } });
    for (let id = 0; id < 20; id += 1) await askFor(by, settings, 'acme.example', String(id));
    await askFor(by, settings, 'acme.example', '99', 'late/step');
    await records.sql(`UPDATE step_cache SET expires_at = now() - interval '1 second'`);
    await askFor(by, settings, 'acme.example', '100', 'later/step');
    expect(api.seen).toHaveLength(2);
    expect(await users()).toEqual([{ steps: ['ask/first', 'late/step', 'later/step'], n: 16 }]);
  });

  it('are the people of an account as well, where they are asked about with it', async () => {
    const by = world();
    const settings = {
      on: 'account',
      url: `${api.url}/accounts`,
      cache: { ttl: '1h' },
      body: { json: { people: { $each: { id: '{{subject.id}}' } } } },
      map: { people: { key: 'subject.id', answerKey: 'id', items: 'answer.people', fields: { role: 'answer.role' } } },
    };
    expect(by.provider.validateSettings(settings)).toEqual([]);
    const context = sampleContext({ origin: { service: 'ask', step: 'first', tenant: 'org' } });
    await by.provider.enrich(sampleSubject(group({ name: 'Acme' }, {}, {})), settings, context);
    const [row] = await users();
    // The account, and two people of it.
    expect(row?.n).toBeGreaterThanOrEqual(3);
  });
});

describe('a cache that fills fast', () => {
  it('is held to its limit as it is written, not once a minute', async () => {
    const steps = { allowCidrs: [], cacheMaxMb: 1 };
    const by = world(undefined, { steps });
    const settings = settingsOf(by, { cache: { ttl: '1h' } });
    api.reset((_, response) => json(response, { name: 'x'.repeat(20_000) }));
    let most = 0;
    for (let round = 0; round < 30; round += 1) {
      await Promise.all(Array.from({ length: 5 }, (_, at) => ask(by, settings, { domain: `${round}.${at}` })));
      const [row] = await records.sql<{ bytes: number }>('SELECT sum(size)::int AS bytes FROM step_cache');
      most = Math.max(most, row?.bytes ?? 0);
    }
    // A twentieth of the limit, and the statement under way: five answers.
    expect(most).toBeLessThanOrEqual(1024 * 1024 * 1.05 + 5 * 20_500);
    expect(most).toBeGreaterThan(1024 * 1024 * 0.8);
  });
});

describe('a budget', () => {
  it('is of all processes together, and spent it is a clear failure', async () => {
    const both = [world(), world()];
    const settings = both.map((by) => settingsOf(by, { budget: { perDay: 7 } }));
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, id) => {
        const index = id % 2;
        return ask(both[index] as HttpWorld, settings[index] as Settings, { domain: `d${id}` });
      }),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(7);
    expect(api.seen).toHaveLength(7);
    const refused = outcomes.find(({ status }) => status === 'rejected');
    expect(refused).toMatchObject({
      reason: {
        code: 'RATE_LIMIT_EXCEEDED',
        message: expect.stringContaining('it begins anew at 00:00 UTC') as string,
      },
    });
  });

  it('spent lets a step go on without an answer where it says so, and cached answers are free', async () => {
    const by = world();
    const settings = settingsOf(by, { budget: { perDay: 1, whenSpent: 'skip' }, cache: { ttl: '1h' } });
    api.reset((_, response) => json(response, { name: 'Acme' }));
    await ask(by, settings, { domain: 'a' });
    expect(await ask(by, settings, { domain: 'b' })).toEqual({});
    expect(await ask(by, settings, { domain: 'a' })).toMatchObject({ fields: { name: 'Acme' } });
    expect(api.seen).toHaveLength(1);
  });

  it('begins anew with the day', async () => {
    const by = world();
    const settings = settingsOf(by, { budget: { perDay: 2, name: 'vendor' } });
    await records.sql(`INSERT INTO step_budgets VALUES ('vendor', (now() AT TIME ZONE 'UTC')::date - 1, 2)`);
    await ask(by, settings, { domain: 'a' });
    expect(api.seen).toHaveLength(1);
  });

  it('that cannot be counted sends nothing', async () => {
    const away = { query: () => Promise.reject(new Error('connection refused')) } as unknown as Database;
    const by = makeHttpWorld({ database: away });
    worlds.push(by);
    await expect(ask(by, settingsOf(by, { budget: { perDay: 2 } }), { domain: 'a' })).rejects.toMatchObject({
      code: 'ENRICHMENT_FAILED',
      message: 'the budget of the step cannot be counted at the moment',
    });
    expect(api.seen).toEqual([]);
  });
});

describe('a batch', () => {
  const BATCH = {
    url: `${api.url}/people`,
    body: { json: { of: '{{account.name}}', mails: '{{keys}}', people: { $each: { mail: '{{email}}' } } } },
    batch: { key: 'email', answerKey: 'mail', items: 'answer.people', max: 10, waitMs: 30 },
    retries: 0,
    map: { fields: { score: 'answer.score', known: 'found' } },
  };

  const answering = (): void =>
    api.reset((request, response) => {
      const { mails } = JSON.parse(request.body) as { mails: string[] };
      const people = mails.filter((mail) => !mail.startsWith('no')).map((mail) => ({ mail, score: mail.length }));
      json(response, { people });
    });

  it('asks about many actions in one request, and gives each its own', async () => {
    const by = world();
    expect(by.provider.validateSettings(BATCH)).toEqual([]);
    answering();
    const mails = ['a@x', 'bb@x', 'no@x', 'a@x', 'ccc@x'];
    const found = await Promise.all(mails.map((email) => ask(by, BATCH, { email })));
    expect(found.map(({ fields }) => fields)).toEqual([
      { score: 3, known: true },
      { score: 4, known: true },
      { known: false },
      { score: 3, known: true },
      { score: 5, known: true },
    ]);
    expect(api.seen).toHaveLength(1);
    expect(JSON.parse(api.seen[0]?.body ?? '')).toMatchObject({ mails: ['a@x', 'bb@x', 'no@x', 'ccc@x'] });
    expect(await ask(by, BATCH, {})).toEqual({});
  });

  it('keeps subjects of one key apart whose values differ', async () => {
    const by = world();
    api.reset((request, response) => {
      const { people } = JSON.parse(request.body) as { people: { mail: string; name: string }[] };
      json(response, { people: people.map(({ mail, name }) => ({ mail, score: name.length })) });
    });
    const named = {
      ...BATCH,
      body: { json: { mails: '{{keys}}', people: { $each: { mail: '{{email}}', name: '{{name}}' } } } },
    };
    const found = await Promise.all(['a', 'bbb', 'bbb'].map((name) => ask(by, named, { email: 'same@x', name })));
    expect(found.map(({ fields }) => fields?.['score'])).toEqual([1, 3, 3]);
    expect(api.seen).toHaveLength(2);
  });

  it('asks in halves where all keys are more than a URL holds', async () => {
    const by = world();
    api.reset((request, response) => {
      const mails = new URL(request.url, api.url).searchParams.get('mails') ?? '';
      const people = mails.split(',').map((mail) => ({ mail, score: mail.length }));
      json(response, { people });
    });
    const inUrl = {
      ...BATCH,
      body: undefined,
      query: { mails: '{{keys}}' },
      batch: { ...BATCH.batch, max: 12, waitMs: 200 },
    };
    expect(by.provider.validateSettings(inUrl)).toEqual([]);
    const mails = Array.from({ length: 12 }, (_, at) => `${at}${'m'.repeat(900)}@x`);
    const found = await Promise.all(mails.map((email) => ask(by, inUrl, { email })));
    expect(found.map(({ fields }) => fields?.['score'])).toEqual(mails.map((mail) => mail.length));
    expect(api.seen.length).toBeGreaterThan(1);
    expect(api.seen.length).toBeLessThan(12);

    // A half that fails takes nothing from the other.
    api.reset((request, response) => {
      const people = (new URL(request.url, api.url).searchParams.get('mails') ?? '').split(',');
      if (people.includes(mails[0] ?? '')) response.writeHead(400).end();
      else json(response, { people: people.map((mail) => ({ mail, score: mail.length })) });
    });
    const settled = await Promise.allSettled(mails.map((email) => ask(by, inUrl, { email })));
    const statuses = settled.map(({ status }) => status);
    expect([statuses[0], statuses.at(-1)]).toEqual(['rejected', 'fulfilled']);
  });

  it('asks about the people of an account in one request', async () => {
    const by = world();
    answering();
    const people: readonly Fields[] = [{ email: 'a@x' }, {}, { email: 'bb@x' }];
    const entity = group({ name: 'Acme' }, ...people);
    const { people: found } = await by.provider.enrich(sampleSubject(entity), BATCH, sampleContext());
    expect([...(found?.values() ?? [])].map(({ fields }) => fields)).toEqual([
      { score: 3, known: true },
      undefined,
      { score: 4, known: true },
    ]);
    expect(api.seen).toHaveLength(1);
    expect(JSON.parse(api.seen[0]?.body ?? '')).toEqual({
      of: 'Acme',
      mails: ['a@x', 'bb@x'],
      people: [{ mail: 'a@x' }, { mail: 'bb@x' }],
    });
  });

  it('holds as many as it says, and only what may go together', async () => {
    const by = world();
    answering();
    await Promise.all(Array.from({ length: 25 }, (_, id) => ask(by, BATCH, { email: `p${id}@x` })));
    expect(api.seen.map(({ body }) => (JSON.parse(body) as { mails: string[] }).mails.length)).toEqual([10, 10, 5]);
    answering();
    const inGroup = (name: string): Promise<Enrichment> =>
      by.provider.enrich(sampleSubject(group({ name }, { email: 'a@x' })), BATCH, sampleContext());
    await Promise.all([inGroup('one'), inGroup('two')]);
    expect(api.seen).toHaveLength(2);
  });

  it('keeps each answer by itself', async () => {
    const by = world();
    answering();
    const settings = { ...BATCH, cache: { ttl: '1h' } };
    expect(by.provider.validateSettings(settings)).toEqual([]);
    await Promise.all(['a@x', 'no@x'].map((email) => ask(by, settings, { email })));
    await Promise.all(['a@x', 'no@x', 'bb@x'].map((email) => ask(by, settings, { email })));
    expect(api.seen.map(({ body }) => (JSON.parse(body) as { mails: string[] }).mails.sort())).toEqual([
      ['a@x', 'no@x'],
      ['bb@x'],
    ]);
  });

  it('gives no subject the item of another whose key differs in case', async () => {
    const by = world();
    const items = (people: readonly { mail: string; score: number }[]): void =>
      api.reset((_, response) => json(response, { people }));
    const scores = async (...mails: readonly string[]): Promise<unknown[]> => {
      const found = await Promise.all(mails.map((email) => ask(by, BATCH, { email })));
      return found.map(({ fields }) => fields?.['score'] ?? null);
    };
    // One subject, one item: systems fold addresses.
    items([{ mail: 'ada@x', score: 1 }]);
    expect(await scores('Ada@X')).toEqual([1]);
    // Two subjects that differ in case alone: each has its own item or none.
    items([{ mail: '001a', score: 1 }]);
    expect(await scores('001a', '001A')).toEqual([1, null]);
    items([{ mail: '001a', score: 1 }]);
    expect(await scores('001A', '001a ')).toEqual([null, null]);
    // Two items that do: as it is written, or not at all.
    items([
      { mail: '001a', score: 1 },
      { mail: '001A', score: 2 },
    ]);
    expect(await scores('001A')).toEqual([2]);
    expect(await scores('001Á', ' 001a')).toEqual([null, null]);
  });

  it('that fails, fails for each', async () => {
    const by = world();
    api.reset((_, response) => json(response, {}, 400));
    const outcomes = await Promise.allSettled(['a@x', 'b@x'].map((email) => ask(by, BATCH, { email })));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

describe('access tokens', () => {
  it('are shared by all processes, sealed, and dropped when they are refused', async () => {
    let accepted = 'token-1';
    let issued = 0;
    api.reset((request, response) => {
      if (request.url === '/token') json(response, { access_token: `token-${++issued}`, expires_in: 3600 });
      else json(response, { name: 'Acme' }, request.headers.authorization === `Bearer ${accepted}` ? 200 : 401);
    });
    const oauth = { tokenUrl: `${api.url}/token`, clientId: 'us', clientSecret: 'CLIENT_SECRET' };
    const settings = settingsOf(world(), { auth: { oauth } });
    await ask(world(), settings, { domain: 'a' });
    await ask(world(), settings, { domain: 'b' });
    expect(issued).toBe(1);
    const rows = await records.sql<{ token: string }>('SELECT token FROM step_tokens');
    expect(rows).toHaveLength(1);
    expect(rows[0]?.token).toMatch(/^k1\./);
    expect(rows[0]?.token).not.toContain('token-1');
    accepted = 'token-2';
    // A process that has taken the token over a moment ago gets another one within its first call.
    expect(await ask(world(), settings, { domain: 'c' })).toMatchObject({ fields: { name: 'Acme' } });
    expect(await ask(world(), settings, { domain: 'd' })).toMatchObject({ fields: { name: 'Acme' } });
    expect(issued).toBe(2);
  });
});

describe('access tokens of a secret that was replaced', () => {
  it('are used by no process that has the new one, and the old one’s are not taken away by the new', async () => {
    const issuedFor: string[] = [];
    api.reset((request, response) => {
      if (request.url !== '/token') return json(response, { name: request.headers.authorization });
      issuedFor.push(new URLSearchParams(request.body).get('client_secret') ?? '');
      json(response, { access_token: `token-of-${issuedFor.at(-1)}`, expires_in: 3600 });
    });
    const oauth = {
      tokenUrl: `${api.url}/token`,
      clientId: 'us',
      clientSecret: 'CLIENT_SECRET',
      credentialsIn: 'body',
    };
    const settings = settingsOf(world(), { auth: { oauth } });
    const nameBy = async (secret: string, domain: string): Promise<unknown> =>
      (await ask(world(secret), settings, { domain })).fields?.['name'];
    expect(await nameBy('old', 'a')).toBe('Bearer token-of-old');
    expect(await nameBy('new', 'b')).toBe('Bearer token-of-new');
    expect(await nameBy('new', 'c')).toBe('Bearer token-of-new');
    expect(issuedFor).toEqual(['old', 'new']);
    const rows = await records.sql<{ token: string }>('SELECT token FROM step_tokens');
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toMatch(/new|old/);
  });
});

describe('the database away for a moment', () => {
  /** A database that fails until it is told otherwise. */
  function blinking(rows: readonly unknown[] = []): { database: Database; back: () => void; asked: () => number } {
    let isAway = true;
    let asked = 0;
    const query = (): Promise<readonly unknown[]> => {
      asked += 1;
      if (!isAway) return Promise.resolve(rows);
      return Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
    };
    return { database: { query } as unknown as Database, back: () => (isAway = false), asked: () => asked };
  }

  it('is no missing secret: the step waits for it, and tells of a missing one only when it is known', async () => {
    const blink = blinking();
    const by = makeHttpWorld({ database: blink.database });
    worlds.push(by);
    const asking = ask(by, settingsOf(by, { auth: { bearer: 'CRM_KEY' } }), { domain: 'x' });
    const ended = asking.then(
      () => 'sent',
      (error: unknown) => (error as Error).message,
    );
    expect(await Promise.race([ended, new Promise((resolve) => setTimeout(() => resolve('waits'), 400))])).toBe(
      'waits',
    );
    expect(blink.asked()).toBeGreaterThan(1);
    blink.back();
    expect(await ended).toBe('the secret CRM_KEY is not set');
    expect(api.seen).toEqual([]);
  });

  it('ends a step whose time is up with a time-out', async () => {
    const by = makeHttpWorld({ database: blinking().database });
    worlds.push(by);
    const settings = settingsOf(by, { auth: { bearer: 'CRM_KEY' } });
    const context = sampleContext({ deadline: new Date(Date.now() + 400) });
    await expect(by.provider.enrich(sampleSubject(lead({ domain: 'x' })), settings, context)).rejects.toMatchObject({
      code: 'TIMEOUT',
    });
  });

  it('costs no step that pays: it waits until its request can be counted', async () => {
    const blink = blinking([{ asked: 1, leftMs: 1_000 }]);
    const by = makeHttpWorld({ database: blink.database });
    worlds.push(by);
    const asking = ask(by, settingsOf(by, { budget: { perDay: 5 } }), { domain: 'x' });
    setTimeout(blink.back, 300);
    api.reset((_, response) => json(response, { name: 'Acme' }));
    expect(await asking).toMatchObject({ fields: { name: 'Acme' } });
    expect(api.seen).toHaveLength(1);
  });
});

async function start(services: readonly HttpServiceParts[], env: Record<string, string> = {}): Promise<RunningApp> {
  const folder = httpServicesDir(...services);
  folders.push(folder);
  const app = await startApp({ databaseUrl: test.url, adobe, env: { SERVICES_DIR: folder, ...env } });
  apps.push(app);
  return app;
}

async function submit(app: RunningApp, leadData: object, path = '/services/ask/submitAsyncAction'): Promise<void> {
  const answer = await app.submit(leadRequest({ callbackUrl: `${adobe.url}/callback`, leadData }), path);
  expect(answer.status).toBe(200);
}

describe('the service', () => {
  it('calls back with what the API said', async () => {
    api.reset((_, response) => json(response, { name: 'Acme' }));
    const app = await start([
      {
        apiName: 'ask',
        settings: {
          url: `${api.url}/{{domain}}`,
          map: { fields: { name: 'answer.name' }, accessors: { known: 'found' } },
        },
      },
    ]);
    await submit(app, { domain: 'acme.example' });
    await adobe.until(() => adobe.callbacks.length === 1);
    expect(JSON.stringify(adobe.callbacks[0]?.body)).toContain('"name":"Acme"');
  });

  it('lets hundreds wait for answers without a place for any of them', async () => {
    let underWay = 0;
    let most = 0;
    api.reset((_, response) => {
      underWay += 1;
      most = Math.max(most, underWay);
      setTimeout(() => {
        underWay -= 1;
        json(response, { name: 'Acme' });
      }, 1_000);
    });
    const settings = { url: `${api.url}/{{domain}}`, map: MAP };
    const app = await start([{ apiName: 'ask', settings }], { ENRICH_CONCURRENCY: '2', ENRICH_IO_CONCURRENCY: '40' });
    await Promise.all(Array.from({ length: 30 }, (_, id) => submit(app, { domain: `d${id}` })));
    await adobe.until(() => adobe.callbacks.length === 30);
    expect(most).toBeGreaterThan(10);
  });

  it('does not boot with an address that only callbacks may go to, or with a template that leaves its host', async () => {
    const callbacksOnly = { OUTBOUND_ALLOW_CIDRS: '10.0.0.0/8' };
    const inner = { url: 'https://10.1.2.3/{{domain}}', map: MAP };
    await expect(start([{ apiName: 'ask', settings: inner }], callbacksOnly)).rejects.toThrow(/10\.1\.2\.3/);
    const leaving = { url: 'https://{{domain}}/x', map: MAP };
    await expect(start([{ apiName: 'ask', settings: leaving }])).rejects.toThrow(/scheme, host and port written out/);
    const secret = { url: `${api.url}/x`, headers: { 'X-Key': '{{secret.CRM_KEY}}' }, map: MAP };
    await expect(start([{ apiName: 'ask', settings: secret }])).rejects.toThrow(/templates hold none/);
  });

  it('registers no callback at an address that a step may reach', async () => {
    const settings = { url: 'https://10.1.2.3/{{domain}}', allowCidrs: ['10.1.0.0/16'], map: MAP };
    const app = await start([{ apiName: 'ask', settings }], { STEP_ALLOW_CIDRS: '10.0.0.0/8' });
    const company = await TestCompany.create(app, 'acme');
    const refused = await company.register({
      event_type: 'person_added',
      destination: { url: 'https://10.1.2.3/hook' },
    });
    expect(refused.status).toBe(422);
    expect(JSON.stringify(refused.body)).toContain('destination.url is refused');
    const submitted = await app.submit(
      leadRequest({ callbackUrl: 'https://10.1.2.3/hook' }),
      '/services/ask/submitAsyncAction',
    );
    expect(submitted.status).toBe(400);
  });
});

describe('a process that is killed while a step waits', () => {
  it('loses no action, and does not pay again for an answer that was kept', async () => {
    let hangs = true;
    api.reset((request, response) => {
      if (request.url.startsWith('/paid')) json(response, { name: 'Acme' });
      else if (!hangs) json(response, { known: 'yes' });
    });
    const folder = httpServicesDir({
      apiName: 'ask',
      step: { name: 'paid' },
      settings: { url: `${api.url}/paid/{{domain}}`, cache: { ttl: '1h' }, map: { fields: { name: 'answer.name' } } },
      more: [
        {
          provider: 'http',
          name: 'slow',
          required: true,
          timeout: '30s',
          settings: { url: `${api.url}/slow/{{domain}}`, map: { fields: { known: 'answer.known' } } },
        },
      ],
    });
    folders.push(folder);
    const env = { SERVICES_DIR: folder, LEASE_ENRICH_MS: '1500' };
    const first = await ServiceProcess.start({ databaseUrl: test.url, adobe, env });
    const request = leadRequest({ callbackUrl: `${adobe.url}/callback`, leadData: { domain: 'acme.example' } });
    expect((await first.submit(request, '/services/ask/submitAsyncAction')).status).toBe(200);
    await expect.poll(() => api.seen.some(({ url }) => url.startsWith('/slow')), { timeout: 10_000 }).toBe(true);
    await first.kill();
    hangs = false;
    const second = await ServiceProcess.start({ databaseUrl: test.url, adobe, env });
    try {
      await adobe.until(() => adobe.callbacks.length === 1, 30_000);
      expect(JSON.stringify(adobe.callbacks[0]?.body)).toMatch(/"name":"Acme".*"known":"yes"/);
      expect(api.seen.map(({ url }) => url)).toEqual([
        '/paid/acme.example',
        '/slow/acme.example',
        '/slow/acme.example',
      ]);
    } finally {
      await second.stop();
    }
  }, 60_000);
});

describe('cached answers that administrators forget', () => {
  const SERVICE = (name: string, apiName: string): HttpServiceParts => ({
    apiName,
    step: { name },
    settings: { url: `${api.url}/{{domain}}`, cache: { ttl: '1h' }, map: { fields: { name: 'answer.name' } } },
  });
  const clear = async (app: RunningApp, body: object): Promise<unknown> => {
    const answer = await send('POST', `${app.url}/admin/step-cache/clear`, ADMIN, body);
    return answer.status === 200 ? answer.body['cleared'] : answer.status;
  };
  const ADMIN = { authorization: `Bearer ${TEST_ADMIN_KEY}` };
  const asked = async (app: RunningApp, apiName: string, domain: string): Promise<void> => {
    const before = adobe.callbacks.length;
    await submit(app, { domain }, `/services/${apiName}/submitAsyncAction`);
    await adobe.until(() => adobe.callbacks.length > before);
  };

  it('are those of a step, of a service or all, also where a step was served from another’s', async () => {
    const app = await start([SERVICE('look', 'one'), SERVICE('look', 'two')]);
    await asked(app, 'one', 'a');
    await asked(app, 'two', 'a');
    await asked(app, 'two', 'b');
    await asked(app, 'one', 'c');
    expect(api.seen).toHaveLength(3);
    expect(await clear(app, { service: 'two', step: 'other' })).toBe(0);
    expect(await clear(app, { service: 'tw' })).toBe(0);
    expect(await clear(app, { service: 'two', step: 'look' })).toBe(2);
    await asked(app, 'two', 'a');
    await asked(app, 'one', 'c');
    expect(api.seen).toHaveLength(4);
    expect(await clear(app, { service: 'one' })).toBe(1);
    expect(await clear(app, {})).toBe(1);
    expect(await records.sql('SELECT 1 FROM step_cache')).toEqual([]);
    const audited = await records.sql<{ target: string }>(
      `SELECT target FROM admin_audit WHERE verb = 'step-cache.clear' ORDER BY at DESC LIMIT 3`,
    );
    expect(audited.map(({ target }) => target)).toEqual(['step-cache', 'step-cache:one/*', 'step-cache:two/look']);
  });

  it.each<[string, unknown, number]>([
    ['a step without its service', { step: 'look' }, 422],
    ['a step that is null', { service: 'one', step: null }, 422],
    ['a service that is null', { service: null }, 422],
    ['a service that is a number', { service: 7 }, 422],
    ['a service of 300 letters', { service: 's'.repeat(300) }, 422],
    ['a service with a line break', { service: 'a\nb' }, 422],
    ['an empty service', { service: '' }, 422],
    ['something else', { all: true }, 422],
    ['a list', [], 400],
    ['no JSON', 'all', 400],
  ])('are none with %s', async (_, body, status) => {
    const app = await start([SERVICE('look', 'one')]);
    await records.sql(
      `INSERT INTO step_cache VALUES (gen_random_uuid(), true, 200, NULL, 100, now() + interval '1 h')`,
    );
    expect((await send('POST', `${app.url}/admin/step-cache/clear`, ADMIN, body)).status).toBe(status);
    expect(await records.sql('SELECT 1 FROM step_cache')).toHaveLength(1);
  });

  it('are those about a person who is erased, and no other’s', async () => {
    const app = await start([SERVICE('look', 'one')]);
    const about = async (leadId: number, domain: string): Promise<void> => {
      const before = adobe.callbacks.length;
      const request = leadRequest({ callbackUrl: `${adobe.url}/callback`, leadId, leadData: { domain } });
      expect((await app.submit(request, '/services/one/submitAsyncAction')).status).toBe(200);
      await adobe.until(() => adobe.callbacks.length > before);
    };
    await about(501, 'his');
    await about(502, 'hers');
    await about(502, 'of-both');
    await about(501, 'of-both');
    expect(api.seen).toHaveLength(3);
    const [action] = await records.sql<{ tenant: string }>(`SELECT tenant FROM actions WHERE entity_id = '501'`);
    const order = { tenant: action?.tenant, entityId: '501' };
    const { body } = await send('POST', `${app.url}/admin/erase`, ADMIN, order);
    const job = `${app.url}/admin/erase/${String(body['jobId'])}`;
    await expect.poll(async () => (await send('GET', job, ADMIN)).body['state'], { timeout: 20_000 }).toBe('done');
    await about(502, 'hers');
    expect(api.seen).toHaveLength(3);
    expect(await records.sql('SELECT 1 FROM step_cache')).toHaveLength(1);
    await about(503, 'his');
    expect(api.seen).toHaveLength(4);
  }, 60_000);
});

describe('key rotation', () => {
  it('seals secrets and tokens of steps anew', async () => {
    const boxOf = (...ids: number[]): SecretBox =>
      new SecretBox({
        encryptionKeys: ids.map((id) => ({ id: `k${id}`, key: Buffer.alloc(32, id) })),
      } as unknown as Secrets);
    const id = randomUUID();
    const columns = [SEALED_COLUMNS.stepSecrets, SEALED_COLUMNS.stepTokens];
    const sealed = columns.map((column) => boxOf(1).seal('the-value', placeOf(column, id)));
    await records.sql(`INSERT INTO step_secrets (id, name, value) VALUES ('${id}', 'CRM_KEY', '${sealed[0]}')`);
    await records.sql(`INSERT INTO step_tokens VALUES ('${id}', '${sealed[1]}', now() + interval '1 hour')`);
    const rotation = new SecretRotation(new SecretRotationRepository(database), boxOf(2, 1));
    for (const column of columns) {
      const report = await rotation.run(column, { dryRun: false, progress: () => undefined });
      expect(report.rotated, column.table).toBe(1);
      const [row] = await records.sql<{ sealed: string }>(`SELECT ${column.column} AS sealed FROM ${column.table}`);
      expect(boxOf(2).open(row?.sealed ?? '', placeOf(column, id))).toBe('the-value');
    }
  });
});

describe('secrets that administrators set', () => {
  const put = (app: RunningApp, name: string, body: unknown): ReturnType<typeof send> =>
    send('PUT', `${app.url}/admin/secrets/${name}`, { authorization: `Bearer ${TEST_ADMIN_KEY}` }, body);

  it('reach steps, are sealed, listed without their values, audited and removed', async () => {
    const settings = { url: `${api.url}/{{domain}}`, auth: { bearer: 'CRM_KEY' }, map: MAP };
    const app = await start([{ apiName: 'ask', settings }], { SECRET_FIXED: 'from-the-environment' });
    expect((await put(app, 'CRM_KEY', { value: ' first-value ' })).status).toBe(204);
    await submit(app, { domain: 'a' });
    await adobe.until(() => adobe.callbacks.length === 1);
    expect(api.seen[0]?.headers.authorization).toBe('Bearer first-value');
    expect((await put(app, 'CRM_KEY', { value: 'second-value' })).status).toBe(204);
    await submit(app, { domain: 'b' });
    await adobe.until(() => adobe.callbacks.length === 2);
    expect(api.seen[1]?.headers.authorization).toBe('Bearer second-value');

    const listed = await admin(app, 'GET', '/admin/secrets');
    expect(listed.body).toEqual({
      secrets: [
        { name: 'CRM_KEY', source: 'database', updatedAt: expect.any(String) as string },
        { name: 'FIXED', source: 'environment', updatedAt: null },
      ],
    });
    const rows = await records.sql<{ value: string }>('SELECT value FROM step_secrets');
    expect(rows).toHaveLength(1);
    expect(JSON.stringify([rows, listed.body])).not.toMatch(/first-value|second-value|from-the-environment/);

    expect((await admin(app, 'DELETE', '/admin/secrets/CRM_KEY')).status).toBe(204);
    expect((await admin(app, 'DELETE', '/admin/secrets/CRM_KEY')).status).toBe(404);
    await submit(app, { domain: 'c' });
    await adobe.until(() => adobe.callbacks.length === 3);
    expect(api.seen).toHaveLength(2);
    const audited = await records.sql<{ verb: string; target: string; details: object }>(
      `SELECT verb, target, details FROM admin_audit WHERE target = 'secret:CRM_KEY' ORDER BY at`,
    );
    expect(audited.map(({ verb }) => verb)).toEqual(['secret.put', 'secret.put', 'secret.delete']);
    expect(JSON.stringify(audited)).not.toContain('value');
  });

  it.each<[string, string, unknown, number]>([
    ['a name in small letters', 'crm_key', { value: 'x' }, 422],
    ['a name that begins with a digit', '1KEY', { value: 'x' }, 422],
    ['a name of 65 letters', 'K'.repeat(65), { value: 'x' }, 422],
    ['no value', 'KEY', {}, 422],
    ['a value that is a number', 'KEY', { value: 7 }, 422],
    ['an empty value', 'KEY', { value: '  ' }, 422],
    ['a value with a line break', 'KEY', { value: 'very\nsecret' }, 422],
    ['a value in quotation marks', 'KEY', { value: '"very secret"' }, 422],
    ['a value of 9,000 characters', 'KEY', { value: 'very secret'.repeat(900) }, 422],
    ['something besides the value', 'KEY', { value: 'x', name: 'y' }, 422],
    ['no JSON', 'KEY', 'very secret', 400],
    ['a name of the environment', 'FIXED', { value: 'x' }, 409],
  ])('are refused with %s', async (_, name, body, status) => {
    bad ??= await startBad();
    const answer = await put(bad, name, body);
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).not.toContain('very');
    expect(await records.sql('SELECT 1 FROM step_secrets')).toEqual([]);
  });

  it('are an administrator’s alone', async () => {
    bad ??= await startBad();
    for (const [method, path] of [
      ['GET', ''],
      ['PUT', '/KEY'],
      ['DELETE', '/KEY'],
    ] as const) {
      expect(
        (await send(method, `${bad.url}/admin/secrets${path}`, {}, method === 'PUT' ? { value: 'x' } : undefined))
          .status,
      ).toBe(401);
    }
  });

  let bad: RunningApp | null = null;
  const startBad = async (): Promise<RunningApp> => {
    const folder = httpServicesDir({ apiName: 'ask', settings: { url: `${api.url}/x`, map: MAP } });
    const app = await startApp({ databaseUrl: test.url, adobe, env: { SERVICES_DIR: folder, SECRET_FIXED: 'f' } });
    rmSync(folder, { recursive: true });
    return app;
  };
  afterAll(() => bad?.close());
});
