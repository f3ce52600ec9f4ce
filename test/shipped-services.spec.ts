import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { checkBody } from '../simulator/callback-body-checker.js';
import { playJourney } from '../simulator/journey-player.js';
import { parseFaults } from '../simulator/faults.js';
import { parseWire } from '../simulator/lossless.js';
import { type EntityType, fetchContract } from '../simulator/service-contract.js';
import { findService } from '../simulator/service-finder.js';
import { Simulation } from '../simulator/simulation.js';
import { readSubmission } from '../simulator/submission.js';
import { call, type RunningApp, startApp, TEST_KEY } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { MarkdownPage } from './support/markdown.js';
import { accountRequest, groupRequest, leadRequest } from './support/requests.js';
import { compiled, machineEnvironment } from './support/service-process.js';
import { askTables, putTable } from './support/tables.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { VendorApis } from './support/vendor-apis.js';

const ROOT = join(import.meta.dirname, '..');
const SERVICES = join(ROOT, 'services');
const DOCUMENTED = [join(ROOT, 'simulator/samples/documented'), join(ROOT, 'test/fixtures/documented/requests')];
const CLIENT = 'client';
const PLAYED = 20;
const SEED = 'shipped';

type Json = Readonly<Record<string, unknown>>;

interface Shipped extends Json {
  readonly apiName: string;
  readonly enabled?: boolean;
  readonly dialects?: readonly string[];
  readonly supportedEntityType: EntityType;
  readonly pipeline: readonly Json[];
}

interface Question {
  readonly takes: Json;
  readonly flow?: Json;
  readonly global?: Json;
}

/** What docs/services.md says about a service: a request, and what comes of it. */
interface Example extends Question {
  readonly returns: Json;
  readonly accessors: Json | readonly Json[];
}

const page = new MarkdownPage(join(ROOT, 'docs/services.md'));
const all = readdirSync(SERVICES).map((name) => parse(readFileSync(join(SERVICES, name), 'utf8')) as Shipped);
/** Those that journeys call; test/table-lookup.spec.ts has the one for Marketo. */
const shipped = all.filter(({ dialects }) => dialects === undefined);

/** Lookup tables, as the page says they are uploaded. */
function documentedTables(): { name: string; csv: string; query: Record<string, string> }[] {
  const commands = page.blocks.flatMap(({ text }) => [
    ...text.matchAll(/--data-binary @(\S+) \\\n\s+"\$BASE\/admin\/lookup-tables\/([\w-]+)\?([^"]+)"/g),
  ]);
  return commands.map(([, file = '', name = '', query = '']) => ({
    name,
    csv: page.sample(file),
    query: Object.fromEntries(new URLSearchParams(query)),
  }));
}

/** Steps, those of waterfalls too. */
function stepsOf({ pipeline }: Shipped): readonly Json[] {
  return pipeline.flatMap((step) => (step['waterfall'] as readonly Json[] | undefined) ?? [step]);
}

/** Calls of a service that is ready: switched on, and with its APIs on loopback. */
function madeReady(service: Shipped, apisUrl: string): Shipped {
  const copy = structuredClone(service) as Shipped & { enabled?: boolean };
  delete copy.enabled;
  for (const { settings } of stepsOf(copy)) {
    const own = settings as { url?: string } | undefined;
    if (own?.url !== undefined) own.url = own.url.replace('https://', `${apisUrl}/`);
  }
  return copy;
}

/** A value for each secret that a step names, e.g. `SECRET_PDL_KEY=secret-pdl-key`. */
function secretsOf(services: readonly Shipped[]): Record<string, string> {
  const names = [...JSON.stringify(services).matchAll(/"(?:secret|bearer|password|clientSecret)":"(\w+)"/g)];
  return Object.fromEntries(
    names.map(([, name = '']) => [`SECRET_${name}`, `secret-${name.toLowerCase().replaceAll('_', '-')}`]),
  );
}

const secretNames = Object.keys(secretsOf(shipped));
let sent = 0;
let databases: TestDatabase[] = [];
let apis: VendorApis;
let adobe: FakeAdobe;
let simulation: Simulation;
let callbackBase: string;
let asShipped: RunningApp;
let ready: RunningApp;
const folder = mkdtempSync(join(tmpdir(), 'ricochet-shipped-'));

beforeAll(async () => {
  databases = [await createTestDatabase(), await createTestDatabase()];
  const [first, second] = databases.map(({ url }) => url) as [string, string];
  apis = await VendorApis.start();
  adobe = await FakeAdobe.start();
  const simulated = { port: 0, clientId: CLIENT, secrets: ['secret'], faults: parseFaults([]), seed: SEED };
  ({ simulation, base: callbackBase } = await Simulation.start(simulated));
  for (const service of shipped) {
    writeFileSync(join(folder, `${service.apiName}.yaml`), stringify(madeReady(service, apis.url)));
  }
  asShipped = await startApp({ databaseUrl: first });
  const env = { SERVICES_DIR: folder, IMS_BASE_URL: callbackBase, ...secretsOf(shipped) };
  ready = await startApp({ databaseUrl: second, env });
  for (const { name, csv, query } of documentedTables()) {
    expect(await putTable(ready.url, name, csv, query), name).toMatchObject({ status: 200, body: { badRows: 0 } });
  }
  await playAll();
}, 180_000);
afterAll(async () => {
  await Promise.all([asShipped.close(), ready.close()]);
  await Promise.all([apis.stop(), adobe.stop(), simulation.close()]);
  await Promise.all(databases.map((database) => database.drop()));
  rmSync(folder, { recursive: true });
});

/** One journey through all of them. */
async function playAll(): Promise<void> {
  const steps = await Promise.all(
    shipped.map(async ({ apiName, supportedEntityType }) => ({
      service: await findService(ready.url, supportedEntityType, apiName, TEST_KEY),
      count: PLAYED,
    })),
  );
  const who = { runId: 'shipped', seed: SEED, apiKey: TEST_KEY, callbackBase, documented: true };
  await playJourney({ ...who, steps, concurrency: 8, timeoutMinutes: 5 }, simulation.ledger);
}

/** Sends it to the ready service. @returns the callback's data. */
async function send(apiName: string, type: EntityType, request: Question): Promise<Json> {
  sent += 1;
  const path = `/callback/${apiName}-${sent}`;
  const body = requestOf(type, adobe.url + path, request);
  expect(await ready.submit(body, `/services/${apiName}/submitAsyncAction`)).toMatchObject({ status: 200 });
  await adobe.until(() => adobe.of(path).length > 0);
  return adobe.of(path)[0]?.body.objectData[0] ?? {};
}

async function accessorsOf(apiName: string, type: EntityType, request: Question): Promise<unknown> {
  return answerOf(type, await send(apiName, type, request)).accessors;
}

function requestOf(type: EntityType, callbackUrl: string, { takes, flow = {}, global = {} }: Question): Json {
  const make = { lead: leadRequest, account: accountRequest, accountPerson: groupRequest }[type];
  const request = structuredClone(make({ callbackUrl })) as {
    objectData: { objectContext: Record<string, unknown>; flowStepContext: Json };
    context: Record<string, unknown>;
  };
  const { objectData, context } = request;
  objectData.flowStepContext = flow;
  context['admin'] = global;
  if (type === 'lead') objectData.objectContext['leadData'] = takes;
  if (type === 'account') objectData.objectContext['accountData'] = takes;
  if (type === 'accountPerson') {
    const [one] = objectData.objectContext['accountPersonRelationships'] as Json[];
    objectData.objectContext['accountData'] = takes['account'];
    objectData.objectContext['accountPersonRelationships'] = (takes['people'] as Json[]).map((leadData, index) => ({
      ...one,
      accountPersonRelId: 9000 + index,
      personId: 500 + index,
      leadData,
    }));
  }
  return request;
}

/** The callback's values without ids, in the shape of {@link Example}. */
function answerOf(type: EntityType, data: Json): Pick<Example, 'returns' | 'accessors'> {
  const split = (value: unknown): { fields: Json; accessors: Json } => {
    const { accessorValues = {}, ...fields } = value as { id?: unknown; accessorValues?: Json };
    delete fields.id;
    return { fields, accessors: accessorValues };
  };
  if (type !== 'accountPerson') {
    const { fields, accessors } = split(data[type === 'lead' ? 'leadData' : 'accountData']);
    return { returns: fields, accessors };
  }
  const people = data['accountPersonData'] as { leadData?: Json; accessorValues?: Json }[];
  return {
    returns: {
      account: split(data['accountData']).fields,
      people: people.map(({ leadData }) => split(leadData).fields),
    },
    accessors: people.map(({ accessorValues = {} }) => accessorValues),
  };
}

describe('npm run validate', () => {
  it.each([
    ['a fresh clone', {}, []],
    ['an environment with the secrets', secretsOf(shipped), ['--strict']],
  ])('finds no problem with any of them in %s', async (_name, secrets, flags) => {
    const words = [compiled('src/authoring/validate.js'), '--json', ...flags, SERVICES];
    const env = { ...machineEnvironment(), ...secrets };
    const { stdout } = await promisify(execFile)(process.execPath, words, { env });
    const said = JSON.parse(stdout) as { valid: boolean; warnings: number; checked: { name: string }[] };
    expect(said).toMatchObject({ valid: true, problems: 0, warnings: flags.length > 0 ? 0 : secretNames.length });
    expect(said.checked.map(({ name }) => name).sort()).toEqual(all.map(({ apiName }) => apiName).sort());
  });
});

describe.each(shipped)('the shipped service $apiName', (service) => {
  const { apiName, supportedEntityType: type } = service;
  const example = (): Example => JSON.parse(page.sample(apiName)) as Example;

  it('starts as it is, and says by itself whether it needs something first', async () => {
    const needs = stepsOf(service).some(({ provider }) => provider === 'http' || provider === 'lookup');
    const answer = await call('GET', `${asShipped.url}/services/${apiName}/status`, { 'x-api-key': TEST_KEY });
    expect(answer.status).toBe(needs ? 403 : 200);
  });

  it('does in docs/services.md what it says there', async () => {
    const data = await send(apiName, type, example());
    expect(data).toMatchObject({ activityData: { success: true } });
    const { returns, accessors } = example();
    expect(answerOf(type, data)).toEqual({ returns, accessors });
  });

  it('tells in docs/services.md nothing that it does not declare', async () => {
    const { input } = await fetchContract(`${ready.url}/services/${apiName}`, TEST_KEY);
    const { takes, flow = {}, global = {} } = example();
    const names = (list: readonly { name: string }[]): string[] => list.map(({ name }) => name);
    const [own, accounts] =
      type === 'accountPerson'
        ? [(takes['people'] as Json[]).flatMap(Object.keys), Object.keys(takes['account'] as Json)]
        : type === 'lead'
          ? [Object.keys(takes), []]
          : [[], Object.keys(takes)];
    expect(names(input.fields)).toEqual(expect.arrayContaining(own));
    expect(names(input.accountFields)).toEqual(expect.arrayContaining(accounts));
    expect(names(input.flowAttributes)).toEqual(expect.arrayContaining(Object.keys(flow)));
    expect(names(input.globalAttributes)).toEqual(expect.arrayContaining(Object.keys(global)));
  });

  it('serves the requests that Adobe documents', async () => {
    const texts = DOCUMENTED.flatMap((base) =>
      readdirSync(base).map((name) => [name, readFileSync(join(base, name), 'utf8')] as const),
    ).filter(([, text]) => (JSON.parse(text) as { objectData: Json }).objectData['objectType'] === type);
    expect(texts.length).toBeGreaterThan(1);
    const contract = await fetchContract(`${ready.url}/services/${apiName}`, TEST_KEY);
    for (const [name, text] of texts) {
      const path = `/external-actions/callback/${apiName}-${name}`;
      const sent = text
        .replace(/"callbackUrl": "[^"]*"/, `"callbackUrl": "${adobe.url}${path}"`)
        .replace(/"token": "[^"]*"/, `"token": "${apiName} ${name}"`);
      const answer = await ready.submit(sent, `/services/${apiName}/submitAsyncAction`);
      expect(answer, name).toMatchObject({ status: 200 });
      await adobe.until(() => adobe.of(path).length > 0);
      const [callback] = adobe.of(path);
      expect(checkBody(parseWire(callback?.text ?? ''), type, readSubmission(sent, contract), contract), name).toEqual(
        [],
      );
      expect(callback?.body.objectData[0], name).toMatchObject({ activityData: { success: true } });
    }
  });

  it('plays a journey of the simulator without a failure', () => {
    const entries = simulation.ledger.entries.filter(({ submission }) => submission.contract?.apiName === apiName);
    expect(entries).toHaveLength(PLAYED);
    const complaints = entries.flatMap(({ refusal, violations, reading, duplicates }) => [
      ...(refusal === null ? violations : [refusal]),
      ...(duplicates === 0 ? [] : ['called back twice']),
      ...(reading?.success === true ? [] : [`failed: ${reading?.errorCode ?? 'no callback'}`]),
    ]);
    expect(complaints).toEqual([]);
  });
});

describe('firmographics', () => {
  it.each([
    [{ website: 'lumenworks.io' }, { companySize: 'medium', companyEmployees: 85, firmographicsSource: 'apollo' }],
    [
      { website: 'northwindpumps.com', employees: 12 },
      { companySize: 'small', companyEmployees: 12, firmographicsSource: 'own' },
    ],
    [{ website: 'nobody-knows-this.com' }, { companySize: 'unknown', firmographicsSource: 'none' }],
    [{ accountName: 'Without a domain' }, { companySize: 'unknown', firmographicsSource: 'none' }],
  ])('of %j says %j', async (takes, accessors) => {
    expect(await accessorsOf('firmographics', 'account', { takes })).toEqual(accessors);
  });
});

describe('territory-routing', () => {
  it.each([
    [
      { website: 'northwindpumps.com', country: 'DE' },
      { routedBy: 'named-account', salesTeam: 'strategic', isNamedAccount: true },
    ],
    [
      { country: 'Germany', employees: 500 },
      { routedBy: 'territory', salesTeam: 'enterprise', isNamedAccount: false },
    ],
    [{ country: 'Japan' }, { routedBy: 'rest', salesTeam: 'none', isNamedAccount: false }],
    [{}, { routedBy: 'rest', salesTeam: 'none', isNamedAccount: false }],
  ])('of %j says %j', async (takes, accessors) => {
    expect(await accessorsOf('territory-routing', 'account', { takes })).toEqual(accessors);
  });
});

describe('lead-score', () => {
  const engaged = { email: 'a@northwindpumps.com', webVisits: 50 };
  const monthAgo = new Date(Date.now() - 30 * 86_400_000).toISOString();

  it.each([
    ['unsubscribed', { ...engaged, unsubscribed: true }, {}, { leadGrade: 'B3', leadScore: 30, isReady: false }],
    [
      'active a half-life ago',
      { ...engaged, lastActivity: monthAgo },
      {},
      { leadGrade: 'B2', leadScore: 50, isReady: false },
    ],
    ['with a threshold of its own', engaged, { readyFrom: 70 }, { leadGrade: 'B1', leadScore: 70, isReady: true }],
  ])('a person %s', async (_name, takes, flow, accessors) => {
    expect(await accessorsOf('lead-score', 'lead', { takes, flow })).toEqual(accessors);
  });

  it('knows the markets of the registration', async () => {
    const takes = { email: 'a@northwindpumps.com', country: 'Norway' };
    const of = (markets: string) => accessorsOf('lead-score', 'lead', { takes, global: { markets } });
    expect([await of(' de, no '), await of('DE')]).toMatchObject([{ leadScore: 30 }, { leadScore: 18 }]);
  });
});

describe('consent-check', () => {
  it.each([
    [{ email: 'ingrid.halvorsen@northwindpumps.com' }, {}, { mayContact: true, contactBlock: 'none' }],
    [{ email: 'tomas.pereira@northwindpumps.com' }, { purpose: 'product' }, { mayContact: true, contactBlock: 'none' }],
    [{ email: 'x@rivalpumps.com' }, {}, { mayContact: false, contactBlock: 'domain' }],
    [{ email: 'no address' }, {}, { mayContact: false, contactBlock: 'address' }],
    [{ email: 'a@northwindpumps.com', unsubscribed: true }, {}, { mayContact: false, contactBlock: 'unsubscribed' }],
  ])('of %j for %j says %j', async (takes, flow, accessors) => {
    expect(await accessorsOf('consent-check', 'lead', { takes, flow })).toEqual(accessors);
  });

  it('fails without its list, and never says yes', async () => {
    expect((await askTables(ready.url, 'DELETE', '/suppressed-domains')).status).toBe(204);
    const data = await send('consent-check', 'lead', { takes: { email: 'ingrid.halvorsen@northwindpumps.com' } });
    expect(data).toMatchObject({ activityData: { success: false, errorCode: 'ENRICHMENT_FAILED' } });
    expect(JSON.stringify(data)).not.toContain('mayContact');
  });
});

describe('what shipped services ask of others', () => {
  it("are requests in the vendors' form, with credentials where they belong", () => {
    const answered = apis.requests.map(({ host, path }) => `${host}${path}`);
    expect([...new Set(answered)].sort()).toEqual([
      'api.apollo.io/api/v1/organizations/enrich',
      'api.hubapi.com/crm/v3/objects/contacts/batch/read',
      'api.peopledatalabs.com/v5/company/enrich',
    ]);
    for (const { query } of apis.requests) expect(JSON.stringify(query)).not.toContain('secret-');
  });

  it('goes out in batches', () => {
    const batches = apis.requests.filter(({ host }) => host === 'api.hubapi.com');
    const inputs = batches.map(({ body }) => (body as { inputs: unknown[] }).inputs.length);
    expect(Math.max(...inputs)).toBeGreaterThan(1);
    expect(Math.max(...inputs)).toBeLessThanOrEqual(100);
  });
});
