import { rmSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ServerResponse } from 'node:http';
import { LEAD_YAML } from '../src/catalog/catalog.fixtures.js';
import { FakeApi, json } from '../src/enrichment/providers/http/http.fixtures.js';
import type { DefinitionReport } from '../src/authoring/validate/definition-check.dto.js';
import type { TrialView } from '../src/authoring/trial/live-trial.dto.js';
import type { Answer } from './support/app.js';
import { admin, send, until } from './support/company-world.js';
import { httpService, httpServicesDir } from './support/http-services.js';
import { createTestCa } from './support/test-ca.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { startTrustingApp, type TrustingApp } from './support/trusting-app.js';

/** Personal data and a secret that neither log nor audit may have. */
const CANARY = 'canary-4711@example.com';
const SECRET = 'canary-secret-of-the-crm';

const api = new FakeApi();
let folder: string;
let database: TestDatabase;
let service: TrustingApp;

beforeAll(async () => {
  await api.start();
  const settings = {
    url: `${api.url}/people`,
    query: { email: '{{email}}' },
    auth: { bearer: 'CRM_KEY' },
    map: { fields: { name: 'answer.name', known: 'found' } },
  };
  const more = [
    { provider: 'expression', name: 'late', when: 'fields.name = "Ada"', settings: { accessors: { known: 'true' } } },
  ];
  folder = httpServicesDir({ settings, more });
  database = await createTestDatabase();
  service = await startTrustingApp({
    databaseUrl: database.url,
    ca: createTestCa().ca,
    env: { SERVICES_DIR: folder, SECRET_CRM_KEY: SECRET, LOG_LEVEL: 'debug' },
  });
});
beforeEach(() => api.reset((_, response) => json(response, { name: 'Ada' })));
afterAll(async () => {
  await service.close();
  await database.drop();
  await api.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function keyOf(role: string): Promise<string> {
  const { body } = await admin(service, 'POST', '/admin/keys', { name: `${role} ${Math.random()}`, role });
  return body['key'] as string;
}

describe('a check of a definition', () => {
  const check = async (definition: string): Promise<DefinitionReport> => {
    const { status, body } = await admin(service, 'POST', '/admin/services/validate', { definition });
    expect(status, JSON.stringify(body)).toBe(200);
    return body as unknown as DefinitionReport;
  };

  it('finds nothing wrong with a right one', async () => {
    const report = await check(LEAD_YAML.replace(/^pipeline:[^]*/m, 'pipeline: [{ provider: email }]\n'));
    expect(report).toMatchObject({ name: 'mail-check', replaces: false });
    expect(report.findings.filter(({ severity }) => severity === 'problem')).toEqual([]);
    expect(report.valid).toBe(true);
  });

  it('says that one of the same name would be replaced, and counts it as no neighbour', async () => {
    const report = await check(
      httpService({ settings: { url: `${api.url}/other`, map: { fields: { name: 'answer' } } } }),
    );
    expect(report).toMatchObject({ name: 'ask', valid: true, replaces: true });
  });

  it('looks at those that are served beside it, in the words of the screen', async () => {
    const text = httpService({
      apiName: 'another',
      settings: { url: `${api.url}/x`, map: { fields: { name: 'answer' } } },
    });
    const { valid, findings } = await check(text.replace('Ask by another', 'Ask by ask'));
    expect(valid).toBe(false);
    expect(findings).toContainEqual(
      expect.objectContaining({ severity: 'problem', path: 'openapi.title', screen: 'Duplicate title' }),
    );
  });

  it('warns of a secret that is not set, and knows those that are', async () => {
    const settings = (bearer: string) => ({
      url: `${api.url}/x`,
      auth: { bearer },
      map: { fields: { name: 'answer' } },
    });
    const known = await check(httpService({ settings: settings('CRM_KEY') }));
    expect(known.findings).toEqual([]);
    const unknown = await check(httpService({ settings: settings('NO_SUCH_KEY') }));
    expect(unknown).toMatchObject({
      valid: true,
      findings: [
        { severity: 'warning', path: 'pipeline[0].settings.auth', reason: 'the secret NO_SUCH_KEY is not set here' },
      ],
    });
  });

  it.each<[string, string, RegExp, RegExp]>([
    ['no YAML', 'a: [1, 2', /^1:\d+$/, /is not valid YAML/],
    ['nothing but a comment', '# later', /^$/, /is empty/],
    ['a list', '- a', /^$/, /./],
    ['an alias without an anchor', 'a: *b', /^$/, /is not usable YAML/],
    ['many words', 'a: b\n'.repeat(10_000), /^$/, /more than 20000 words and signs/],
    ['deep brackets', `a: ${'['.repeat(70)}${']'.repeat(70)}`, /^$/, /more than 64 levels/],
    ['deep dashes', `${'- '.repeat(70)}a`, /^$/, /more than 64 levels/],
    ['a far indent', `a:\n${' '.repeat(201)}b: c`, /^$/, /indented by more than 200 columns/],
  ])('names the place of %s', async (_case, text, path, reason) => {
    const { valid, name, findings } = await check(text);
    expect({ valid, name }).toEqual({ valid: false, name: null });
    expect(findings.some((one) => path.test(one.path) && reason.test(one.reason) && one.remedy !== '')).toBe(true);
  });

  it('names an unknown provider with its line', async () => {
    const text = httpService({ settings: {} }).replace('provider: http', 'provider: htpp');
    const { findings } = await check(text);
    const line = text.split('\n').findIndex((one) => one.includes('htpp')) + 1;
    expect(findings).toMatchObject([{ path: 'pipeline[0].provider', line }]);
    expect(findings[0]?.remedy).toContain('did you mean http?');
  });

  it.each<[string, unknown, number]>([
    ['no definition', {}, 422],
    ['an empty one', { definition: '' }, 422],
    ['a number', { definition: 5 }, 422],
    ['another member', { definition: 'a: 1', file: '/etc/passwd' }, 422],
    ['more than 256 KiB', { definition: 'a'.repeat(256 * 1024) }, 413],
  ])('refuses %s', async (_case, body, status) => {
    expect((await admin(service, 'POST', '/admin/services/validate', body as object)).status).toBe(status);
  });

  it('is for operators', async () => {
    const headers = { authorization: `Bearer ${await keyOf('viewer')}` };
    const answer = await send('POST', `${service.url}/admin/services/validate`, headers, { definition: 'a: 1' });
    expect(answer.status).toBe(403);
  });

  it('is refused while two others run', async () => {
    const definition = httpService({
      apiName: 'many',
      settings: { url: `${api.url}/x`, map: { fields: { name: 'answer' } } },
    });
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => admin(service, 'POST', '/admin/services/validate', { definition })),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(2);
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    expect((await check(definition)).valid).toBe(true);
  });

  it('changes nothing that is served', async () => {
    await check(
      httpService({ apiName: 'only-checked', settings: { url: `${api.url}/x`, map: { fields: { name: 'answer' } } } }),
    );
    expect((await admin(service, 'POST', '/admin/services/only-checked/try', {})).status).toBe(404);
  });
});

describe('a trial of a service', () => {
  const attempt = (body: object, apiName = 'ask'): Promise<Answer> =>
    admin(service, 'POST', `/admin/services/${apiName}/try`, body);
  const run = async (body: object): Promise<TrialView> => {
    const answer = await attempt(body);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    expect(answer.headers['cache-control']).toBe('no-store');
    return answer.body as unknown as TrialView;
  };

  it('really asks, with the secret of the step, and shows each step and the callback', async () => {
    const trial = await run({ subject: { email: CANARY } });
    expect(api.seen).toMatchObject([
      { url: `/people?email=${encodeURIComponent(CANARY)}`, headers: { authorization: `Bearer ${SECRET}` } },
    ]);
    expect(trial).toMatchObject({ service: 'ask', outcome: 'success', code: null, reason: null, refusals: [] });
    expect(trial.steps).toMatchObject([
      { step: 'http', outcome: 'done', wrote: { name: 'Ada' } },
      { step: 'late', outcome: 'done', conditions: [{ expression: 'fields.name = "Ada"', value: 'true' }] },
    ]);
    expect(JSON.parse(trial.callback ?? '')).toMatchObject({ objectData: [{ leadData: { name: 'Ada' } }] });
  });

  it('takes the example of the service where no subject is given', async () => {
    expect((await run({})).outcome).toBe('success');
    expect(api.seen).toHaveLength(1);
  });

  it('tells why a step fails', async () => {
    api.reset((_, response) => json(response, {}, 400));
    const trial = await run({ subject: { email: CANARY } });
    expect(trial.outcome).toBe('failure');
    expect(trial.code).not.toBeNull();
    expect(trial.steps[0]).toMatchObject({ step: 'http', outcome: 'failed' });
  });

  it('shows no secret that a system answers with', async () => {
    api.reset(({ headers }, response) => json(response, { name: `you sent ${headers.authorization}` }));
    const trial = await run({ subject: { email: CANARY } });
    expect(JSON.stringify(trial)).not.toContain(SECRET);
    expect(trial.callback).toContain('[SECRET_CRM_KEY]');
  });

  it('is no action: nothing is stored, counted or sent, and the audit alone tells of it', async () => {
    const counted = async (): Promise<string[]> => {
      const text = await (await fetch(`${service.url}/metrics`)).text();
      return text
        .split('\n')
        .filter((line) => /^ricochet_(?:enriched|enrichment_step|pipeline)_\w*\{.*service="ask"/.test(line));
    };
    const before = await counted();
    expect(before.length).toBeGreaterThan(0);
    const id = await keyOf('operator');
    const headers = { authorization: `Bearer ${id}` };
    const body = { subject: { email: CANARY } };
    expect((await send('POST', `${service.url}/admin/services/ask/try`, headers, body)).status).toBe(200);
    expect(await counted()).toEqual(before);
    const rows = await database.dataSource.query<object[]>(
      `SELECT 1 FROM actions UNION ALL SELECT 1 FROM deliveries UNION ALL SELECT 1 FROM action_payloads`,
    );
    expect(rows).toEqual([]);
    const audit = await database.dataSource.query<{ target: string; details: object }[]>(
      `SELECT target, details FROM admin_audit WHERE verb = 'service.try' ORDER BY id DESC LIMIT 1`,
    );
    expect(audit).toEqual([{ target: 'service:ask', details: {} }]);
    const logged = service.logged.join('\n');
    expect(logged).not.toContain(CANARY);
    expect(logged).not.toContain(SECRET);
  });

  it('is refused while two others run, and goes on after them', async () => {
    const waiting: ServerResponse[] = [];
    api.reset((_, response) => void waiting.push(response));
    const two = [run({}), run({})];
    await until(() => waiting.length === 2);
    const third = await attempt({});
    expect(third).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } });
    expect(third.headers['retry-after']).toBe('5');
    for (const response of waiting) json(response, { name: 'Ada' });
    expect((await Promise.all(two)).map(({ outcome }) => outcome)).toEqual(['success', 'success']);
    api.reset((_, response) => json(response, { name: 'Ada' }));
    expect((await run({})).outcome).toBe('success');
  });

  it('tells what the service would refuse, and asks nothing then', async () => {
    const subject = { objectData: { objectType: 'lead', objectContext: {} }, callbackUrl: 'x' };
    const trial = await run({ subject });
    expect(trial).toMatchObject({ outcome: 'refused', steps: [], callback: null });
    expect(trial.refusals.length).toBeGreaterThan(0);
    expect(api.seen).toEqual([]);
  });

  it.each<[string, object, number]>([
    ['a text as the subject', { subject: 'Ada' }, 422],
    ['a list for a lead', { subject: [] }, 422],
    ['a number as the subject', { subject: 5 }, 422],
    ['values of flow that are no object', { flow: 'x' }, 422],
    ['another member', { subject: {}, timeout: '1h' }, 422],
    ['more than 256 KiB', { subject: { email: 'a'.repeat(256 * 1024) } }, 413],
  ])('refuses %s', async (_case, body, status) => {
    expect((await attempt(body)).status).toBe(status);
    expect(api.seen).toEqual([]);
  });

  it('is of a service that is served, and for operators', async () => {
    expect((await attempt({}, 'none')).status).toBe(404);
    const headers = { authorization: `Bearer ${await keyOf('viewer')}` };
    expect((await send('POST', `${service.url}/admin/services/ask/try`, headers, {})).status).toBe(403);
    expect((await send('POST', `${service.url}/admin/services/ask/try`, {}, {})).status).toBe(401);
  });
});
