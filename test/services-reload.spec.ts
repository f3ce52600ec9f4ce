import { chmodSync, mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { register } from 'prom-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Catalog } from '../src/catalog/catalog.js';
import { StepClient } from '../src/enrichment/providers/http/step-client.js';
import { Expressions } from '../src/expressions/expressions.js';
import { ServicesReload } from '../src/reload/services-reload.js';
import { call, type RunningApp, startApp, TEST_ADMIN_KEY, TEST_KEY } from './support/app.js';
import { asyncCallsOf, newCall, refusalOf } from './support/async-calls.js';
import { leadService, ServicesFolder, textStep } from './support/changing-services.js';
import { Receiver, TestCompany } from './support/company-world.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { Records } from './support/records.js';
import { leadRequest } from './support/requests.js';
import { Gate, SCRIPTED_SERVICES, scriptedLead } from './support/scripted-services.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const HELD = { provider: 'scripted', required: true, timeout: '2m' };
const FIRST = leadService('work', ['greeting', 'checked'], [HELD, textStep({ greeting: 'first' })], { default: true });
const SECOND = leadService('work', ['greeting', 'farewell'], [HELD, textStep({ greeting: 'second', farewell: 'bye' })]);
const OTHER = leadService('other', ['greeting'], [textStep({ greeting: 'other' })]);

let database: TestDatabase;
let records: Records;
let adobe: FakeAdobe;
let folder: ServicesFolder;
let service: RunningApp;
let gate: Gate;
let failed = false;

beforeAll(async () => {
  database = await createTestDatabase();
  records = new Records(database);
  adobe = await FakeAdobe.start();
});
afterAll(async () => {
  await adobe.stop();
  await database.drop(failed);
});
afterEach(({ task }) => {
  failed ||= task.result?.state === 'fail';
});

async function begin(): Promise<void> {
  gate = new Gate();
  folder = new ServicesFolder();
  folder.write('other.yaml', OTHER);
  folder.write('work.yaml', FIRST);
  service = await startApp({
    databaseUrl: database.url,
    adobe,
    env: {
      SERVICES_DIR: folder.path,
      // A test says by itself when the folder is read.
      SERVICES_RELOAD: 'signal',
      PROVIDER_MODULES: SCRIPTED_SERVICES.PROVIDER_MODULES,
      ENRICH_CONCURRENCY: '2',
      STEP_ALLOW_CIDRS: '127.0.0.0/8',
    },
  });
}

async function finish(): Promise<void> {
  gate.open();
  await service.close();
  gate.remove();
  folder.remove();
}

interface Status {
  readonly version: string;
  readonly earlier: readonly { version: string; actions: number }[];
  readonly refused: {
    since: string;
    problems: { file: string; path: string; reason: string; remedy: string }[];
  } | null;
}

async function reload(): Promise<Status> {
  await service.app.get(ServicesReload, { strict: false }).request('SIGHUP');
  return status();
}

async function status(): Promise<Status> {
  return (await service.admin('/admin/status')).body['definitions'] as Status;
}

const held = (path: string): object => scriptedLead({ callbackUrl: `${adobe.url}/${path}` }, { gate });
const lead = (path: string): object => leadRequest({ callbackUrl: `${adobe.url}/${path}` });

async function submit(body: object, name = 'work'): Promise<string> {
  const { status: code, body: answer } = await service.submit(body, `/services/${name}/submitAsyncAction`);
  expect(code).toBe(200);
  return answer['requestId'] as string;
}

/** The values that a callback writes; its keys without the ids. */
async function written(path: string): Promise<Record<string, unknown>> {
  await adobe.until(() => adobe.of(`/${path}`).length > 0);
  expect(adobe.of(`/${path}`)).toHaveLength(1);
  const [one] = adobe.of(`/${path}`)[0]?.body.objectData ?? [];
  return (one?.['leadData'] ?? {}) as Record<string, unknown>;
}

const underWay = (): number => service.app.get(Catalog, { strict: false }).inForce.underWay;

describe('a change of the services', () => {
  beforeEach(begin);
  afterEach(finish);

  it('is in force for what comes, and actions under way keep their definition up to the callback', async () => {
    const { version: first } = await status();
    const before = await submit(held('before'));
    await vi.waitFor(() => expect(underWay()).toBe(1));
    folder.write('work.yaml', SECOND);
    const after = await reload();
    expect(after).toMatchObject({ earlier: [{ version: first, actions: 1 }], refused: null });
    expect(after.version).not.toBe(first);
    const next = await submit(lead('after'));
    expect(await written('after')).toMatchObject({ greeting: 'second', farewell: 'bye' });
    gate.open();
    const kept = await written('before');
    expect(kept).toMatchObject({ greeting: 'first', checked: 'true' });
    expect(kept).not.toHaveProperty('farewell');
    await records.untilState([before, next], 'completed');
    expect((await status()).earlier).toEqual([]);
  });

  it('is shown at once by the documents, the schemes, the defaults and the metrics', async () => {
    const at = (path: string, headers = {}) => call('GET', `${service.url}${path}`, headers);
    const key = { 'x-api-key': TEST_KEY };
    expect((await at('/getServiceDefinition', key)).body['apiName']).toBe('work');
    folder.write('work.yaml', leadService('work', ['greeting'], [textStep({ greeting: 'x' })], { auth: 'basic' }));
    folder.write('other.yaml', leadService('other', ['greeting'], [textStep({ greeting: 'x' })], { default: true }));
    folder.write('new.yaml', leadService('new', ['shine'], [textStep({ shine: 'x' })]));
    const { version } = await reload();
    expect((await at('/getServiceDefinition', key)).body['apiName']).toBe('other');
    expect((await at('/openapi.json')).body).toMatchObject({ info: { title: 'other' } });
    expect((await at('/services/new/openapi.json')).body).toMatchObject({ info: { title: 'new' } });
    expect((await at('/services/work/status', key)).status).toBe(401);
    expect(
      (await at('/services/work/status', { authorization: `Basic ${btoa(`developer:${TEST_KEY}`)}` })).status,
    ).toBe(200);
    await submit(lead('new'), 'new');
    expect(await written('new')).toMatchObject({ shine: 'x' });
    const metrics = await register.metrics();
    expect(metrics).toContain('ricochet_enriched_total{service="new",outcome="failure"} 0');
    expect(metrics).toContain('ricochet_intake_duplicates_total{service="new"} 0');
    expect(metrics).toContain('ricochet_callback_values_dropped_total{service="new"} 0');
    expect(metrics.match(/^ricochet_services_info.*$/gm)).toEqual([`ricochet_services_info{version="${version}"} 1`]);
    folder.delete('new.yaml');
    await reload();
    expect((await at('/services/new/openapi.json')).status).toBe(404);
  });

  it('takes back no times that were counted before it', async () => {
    const counted = async (name: string): Promise<string | undefined> =>
      new RegExp(`^${name}_count\\{service="work"\\} (\\d+)$`, 'm').exec(await register.metrics())?.[1];
    await records.untilState([await submit(lead('timed'))], 'completed');
    const names = ['ricochet_pipeline_seconds', 'ricochet_acknowledgement_seconds'];
    const before = await Promise.all(names.map(counted));
    expect(before.map(Number).every((count) => count > 0)).toBe(true);
    folder.write('other.yaml', leadService('other', ['greeting'], [textStep({ greeting: 'changed' })]));
    await reload();
    expect(await Promise.all(names.map(counted))).toEqual(before);
  });

  it('brings the company of a bridge, and objects of asynchronous calls, to services that had none', async () => {
    const calls = asyncCallsOf(service);
    expect(await refusalOf(calls, newCall())).not.toBeNull();
    const company = await TestCompany.create(service, 'acme');
    const receiver = await Receiver.start();
    try {
      const destination = { url: receiver.url('/company') };
      expect((await company.register({ event_type: 'person_updated', destination })).status).toBe(201);
      const more = {
        bridge: { companyId: 'acme' },
        asyncCalls: { objectType: 'Subscriber', fields: { EmailAddress: 'email' } },
      };
      const alone = await submit(lead('alone'));
      await records.untilState([alone], 'completed');
      folder.write('work.yaml', leadService('work', ['greeting'], [textStep({ greeting: 'bridged' })], more));
      await reload();
      await submit(lead('bridged'));
      await vi.waitFor(() => expect(receiver.received).toHaveLength(1), { timeout: 10_000 });
      expect(receiver.received[0]?.text).toContain('bridged');
      expect(await refusalOf(calls, newCall())).toBeNull();
    } finally {
      await receiver.stop();
    }
  });

  it('that removes a service lets its actions end: those that were taken as they began, the others as failures', async () => {
    // Two run, thirty more are held by this process; what comes after them waits in the database.
    const ids = [];
    for (let index = 0; index < 36; index += 1) ids.push(await submit(held(`removed-${index}`)));
    await vi.waitFor(() => expect(underWay()).toBe(32));
    folder.delete('work.yaml');
    await reload();
    expect((await service.submit(lead('late'), '/services/work/submitAsyncAction')).status).toBe(404);
    gate.open();
    await records.untilState(ids, 'completed', 60_000);
    const outcomes = await records.sql<{ outcome: string; reason: string | null; n: number }>(
      `SELECT outcome, max(reason) AS reason, count(*)::int AS n FROM actions WHERE id = ANY($1::uuid[])
        GROUP BY outcome ORDER BY outcome DESC`,
      [ids],
    );
    expect(outcomes).toEqual([
      { outcome: 'success', reason: null, n: 32 },
      { outcome: 'failure', reason: 'the service work is not configured any more', n: 4 },
    ]);
    expect(await written('removed-0')).toMatchObject({ greeting: 'first' });
    expect(await written('removed-35')).toEqual({ id: 1001 });
  });

  it('is one reading more, however many ask for it while one is under way', async () => {
    const readings = async (): Promise<number> => {
      const { values } = (await register.getSingleMetric('ricochet_services_readings_total')?.get()) ?? { values: [] };
      return values.reduce((sum, { value }) => sum + value, 0);
    };
    const before = await readings();
    const reloading = service.app.get(ServicesReload, { strict: false });
    await Promise.all(Array.from({ length: 20 }, () => reloading.request('SIGHUP')));
    expect((await readings()) - before).toBe(2);
  });

  it('is ignored by a process that stops', async () => {
    const { version } = await status();
    const catalog = service.app.get(Catalog, { strict: false });
    const reloading = service.app.get(ServicesReload, { strict: false });
    folder.write('work.yaml', SECOND);
    const underway = reloading.request('SIGHUP');
    const closing = service.app.close();
    await Promise.all([underway, reloading.request('SIGHUP'), closing]);
    expect(catalog.inForce.digest).toBe(version);
  });
});

const HTTP = {
  url: 'http://127.0.0.1:9/x',
  allowHttp: true,
  allowCidrs: ['127.0.0.0/8'],
  map: { fields: { greeting: 'answer.x' } },
};
const ask = (auth: object): string =>
  leadService('ask', ['greeting'], [{ provider: 'http', settings: { ...HTTP, ...auth } }]);

/** What is done to the folder; the file, the place, the reason and the remedy that an administrator reads. */
const MISTAKES: readonly (readonly [string, (folder: ServicesFolder) => void, string, RegExp, RegExp, RegExp])[] = [
  [
    'a file that is no text',
    (folder) => folder.write('work.yaml', Buffer.from([0xff, 0xfe, 0x00])),
    'work.yaml',
    /^$/,
    /cannot be read/,
    /UTF-8/,
  ],
  [
    'a file that cannot be read',
    (folder) => {
      folder.delete('work.yaml');
      symlinkSync('nowhere.yaml', join(folder.path, 'work.yaml'));
    },
    'work.yaml',
    /^$/,
    /cannot be read: ENOENT/,
    /readable/,
  ],
  [
    'half a file',
    (folder) => folder.write('work.yaml', SECOND.slice(0, SECOND.indexOf('callbackPayloadDef') + 30)),
    'work.yaml',
    /./,
    /./,
    /./,
  ],
  ['an empty file', (folder) => folder.write('work.yaml', ''), 'work.yaml', /^$/, /is empty/, /remove the file/],
  [
    'an empty folder',
    (folder) => ['work.yaml', 'other.yaml'].forEach((name) => folder.delete(name)),
    '',
    /^$/,
    /no service definitions/,
    /enabled: false/,
  ],
  [
    'a folder that is gone',
    (folder) => renameSync(folder.path, `${folder.path}-gone`),
    '',
    /^$/,
    /ENOENT/,
    /SERVICES_DIR/,
  ],
  [
    'two services of one name',
    (folder) => folder.write('twin.yaml', OTHER),
    'twin.yaml',
    /apiName/,
    /already used by .*other\.yaml/,
    /another name/,
  ],
  [
    'a syntax error in an expression',
    (folder) =>
      folder.write(
        'work.yaml',
        leadService('work', ['a'], [{ provider: 'expression', settings: { fields: { a: '(' } } }]),
      ),
    'work.yaml',
    /step expression/,
    /settings\.fields\.a.* wrong at/,
    /settings of the step/,
  ],
  [
    'a syntax error in a condition',
    (folder) =>
      folder.write('work.yaml', leadService('work', ['a'], [{ ...textStep({ a: 'x' }), when: 'fields.a = ' }])),
    'work.yaml',
    /pipeline\[0\]\.when/,
    /wrong at/,
    /condition/,
  ],
  [
    'an unknown provider',
    (folder) => folder.write('work.yaml', leadService('work', ['a'], [{ provider: 'emial' }])),
    'work.yaml',
    /step emial/,
    /unknown provider "emial"/,
    /did you mean email/,
  ],
  [
    'settings that its provider refuses',
    (folder) =>
      folder.write('work.yaml', leadService('work', ['a'], [{ provider: 'lookup', settings: { tabel: 'x' } }])),
    'work.yaml',
    /step lookup/,
    /tabel is not a setting/,
    /settings of the step/,
  ],
  [
    'a secret that is not set',
    (folder) => folder.write('ask.yaml', ask({ auth: { bearer: 'NOT_SET' } })),
    'ask.yaml',
    /step http/,
    /the secret NOT_SET is not set/,
    /\/admin\/secrets/,
  ],
];

describe('a mistake in the folder', () => {
  beforeAll(begin);
  afterAll(finish);
  afterEach(async () => {
    for (const name of ['twin.yaml', 'ask.yaml', 'work.yaml']) folder.delete(name);
    folder.write('other.yaml', OTHER);
    folder.write('work.yaml', FIRST);
    expect((await reload()).refused).toBeNull();
  });

  it.each(MISTAKES)(
    'leaves the version before in force and is told; a good folder heals it: %s',
    async (what, spoil, file, path, reason, remedy) => {
      const { version } = await status();
      spoil(folder);
      const refused = await reload();
      expect(refused).toMatchObject({ version, earlier: [] });
      const { since, problems } = refused.refused ?? { since: '', problems: [] };
      expect(new Date(since).toISOString()).toBe(since);
      expect(problems.map((problem) => problem.file)).toContainEqual(expect.stringMatching(new RegExp(`${file}$`)));
      expect(problems[0]?.path).toMatch(path);
      expect(problems[0]?.reason).toMatch(reason);
      expect(problems[0]?.remedy).toMatch(remedy);
      expect(await register.metrics()).toContain('ricochet_services_refused 1');
      const still = `still-${what.replaceAll(' ', '-')}`;
      await submit(lead(still));
      expect(await written(still)).toMatchObject({ greeting: 'first' });

      // Found wrong again: since the first time.
      expect((await reload()).refused?.since).toBe(since);
      mkdirSync(folder.path, { recursive: true });
      for (const name of ['twin.yaml', 'ask.yaml', 'work.yaml']) folder.delete(name);
      folder.write('other.yaml', OTHER);
      folder.write('work.yaml', SECOND);
      const healed = await reload();
      expect(healed.refused).toBeNull();
      expect(healed.version).not.toBe(version);
      expect(await register.metrics()).toContain('ricochet_services_refused 0');
    },
  );

  it.skipIf(process.getuid?.() === 0)('leaves it in force when the service may not read a file', async () => {
    const { version } = await status();
    chmodSync(join(folder.path, 'work.yaml'), 0o000);
    expect(await reload()).toMatchObject({ version, refused: { problems: [{ reason: 'cannot be read: EACCES' }] } });
  });

  it('is healed when the secret is set, and the secret of a step in force may be removed', async () => {
    const put = (method: 'PUT' | 'DELETE', body?: unknown) =>
      call(method, `${service.url}/admin/secrets/SOON`, { authorization: `Bearer ${TEST_ADMIN_KEY}` }, body);
    folder.write('ask.yaml', ask({ auth: { bearer: 'SOON' } }));
    expect((await reload()).refused).not.toBeNull();
    expect((await put('PUT', { value: 'a-secret-value' })).status).toBe(204);
    expect((await reload()).refused).toBeNull();
    expect((await put('DELETE')).status).toBe(204);
    folder.write('work.yaml', SECOND);
    expect((await reload()).refused).toBeNull();
  });
});

describe('two hundred changes', () => {
  beforeAll(begin);
  afterAll(finish);

  it('leave nothing behind: no definitions, no threads, no connections', async () => {
    const catalog = service.app.get(Catalog, { strict: false });
    const version = (round: number): string => {
      const settings = { ...HTTP, url: `http://127.0.0.${(round % 200) + 1}:9/x`, retries: 0 };
      const asking = { provider: 'http', name: 'ask', timeout: '2s', settings };
      return leadService('work', ['greeting'], [asking, textStep({ greeting: `round ${round}` })], { default: true });
    };
    const reloading = service.app.get(ServicesReload, { strict: false });
    const gone: WeakRef<object>[] = [];
    for (let round = 1; round <= 200; round += 1) {
      for (const one of catalog.all().filter(({ apiName }) => apiName === 'work')) {
        gone.push(new WeakRef(one), ...one.pipeline.map(({ settings }) => new WeakRef(settings)));
      }
      folder.write('work.yaml', version(round));
      await reloading.request('SIGHUP');
      if (round % 10 !== 0) continue;
      await submit(lead(`round-${round}`));
      expect(await written(`round-${round}`)).toMatchObject({ greeting: `round ${round}` });
    }
    await vi.waitFor(() => expect(underWay()).toBe(0));
    expect(catalog.stillInUse).toEqual([]);
    folder.write('work.yaml', FIRST);
    await reload();
    expect(gone.length).toBeGreaterThan(400);
    await vi.waitFor(
      () => {
        collectGarbage();
        // The last ones may still stand in a register or a promise of this very test.
        expect(gone.filter((one) => one.deref() !== undefined).length).toBeLessThan(10);
        expect(service.app.get(Expressions, { strict: false }).threads).toBe(0);
      },
      { timeout: 20_000, interval: 250 },
    );
    expect(service.app.get(StepClient, { strict: false }).origins).toEqual([]);
    const series = (await register.metrics()).split('\n');
    expect(series.filter((line) => line.includes('host="127.0.0.')).slice(0, 5)).toEqual([]);
    expect(series.filter((line) => line.startsWith('ricochet_services_info{'))).toHaveLength(1);
  }, 120_000);
});

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
