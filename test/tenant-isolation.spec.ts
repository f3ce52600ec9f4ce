import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../src/boot.js';
import { loadConfig } from '../src/config/load-config.js';
import { testEnvironment, TEST_KEY } from './support/app.js';
import { admin, send, TestCompany } from './support/company-world.js';
import { EqpClient } from './support/eqp-client.js';
import { envelopeOf, equals, retrieveRequest, SoapClient, subscriber, textIn } from './support/soap-client.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

interface Route {
  readonly method: Method;
  /** As the router has it: `/a/:b`. */
  readonly path: string;
}

interface Operation {
  readonly summary?: string;
  readonly security?: readonly Record<string, unknown>[];
  readonly requestBody?: { readonly content?: Record<string, Media> };
  readonly responses?: Record<string, { readonly content?: Record<string, Media> }>;
  readonly parameters?: readonly { readonly example?: unknown; readonly schema?: Schema }[];
}

interface Media {
  readonly schema?: Schema;
  readonly example?: unknown;
  readonly examples?: unknown;
}

interface Schema {
  readonly $ref?: string;
  readonly example?: unknown;
  readonly properties?: Record<string, Schema>;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

interface ApiDocument {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, Schema> };
}

/** Swagger UI and the console, with their own files: pages about the API, not the API. */
const PAGES = /^\/(docs|console)(\/|-json|-yaml|$)/;
/** What says only how the process is, to anybody. */
const PROCESS = /^\/(health|metrics)(\/|$)/;
/** What an admin pastes into Adobe before there are credentials: about a service, nobody's data. */
const PUBLIC = /^(\/services\/[^/]+)?(\/marketo)?\/(openapi\.json|brandIcon|serviceIcon|providerInstructions)$/;

const SOAP = '/Service.asmx';
const XML = { 'content-type': 'text/xml' };

let database: TestDatabase;
let app: NestFastifyApplication;
let dataDir: string;
let service: { url: string };
const routes: Route[] = [];
let document: ApiDocument;
let victim: TestCompany;
let stranger: TestCompany;
let callbackId: string;
let registrationId: string;
let owner: EqpClient;
let outsider: EqpClient;
let asyncOwner: SoapClient;
let asyncStranger: SoapClient;
let asyncRequestId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = mkdtempSync(join(tmpdir(), 'ricochet-app-'));
  app = await createApp(loadConfig({ DATA_DIR: dataDir, ...testEnvironment({ databaseUrl: database.url }) }));
  const instance = app.getHttpAdapter().getInstance();
  instance.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) {
      if (one !== 'HEAD' && one !== 'OPTIONS') routes.push({ method: one as Method, path: url });
    }
  });
  await app.listen(0, '127.0.0.1');
  service = { url: `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}` };
  document = (await send('GET', `${service.url}/docs-json`, {})).body as unknown as ApiDocument;

  victim = await TestCompany.create(service, 'victim');
  stranger = await TestCompany.create(service, 'stranger');
  const created = await victim.register({
    event_type: 'person_added',
    destination: { url: 'https://canary-of-victim.example.com/a' },
  });
  callbackId = created.body['callback_id'] as string;
  const listed = await admin(service, 'GET', '/admin/registrations?owner=victim');
  registrationId = (listed.body['items'] as { id: string }[])[0]?.id ?? '';
  owner = await EqpClient.create(service.url, { profile: { first_name: 'canary-of-owner' } });
  outsider = await EqpClient.create(service.url);
  const callback = { name: 'c', url: 'https://canary-of-owner.example.com/a', username: 'u', password: 'p' };
  expect((await owner.put({ api_callbacks: [callback] })).status).toBe(200);
  await owner.publish('malware_scan_complete', { file_upload_id: 'canary-upload', tool_result: 'passed' });
  await owner.publish('eqp_status_update', {
    submission_id: 'canary-submission',
    item_id: 'canary-item',
    eqp_flow: 'technical',
    current_status: 'draft',
    eqp_status: { overall: 'draft', technical: 'draft', marketing: 'draft' },
  });
  asyncOwner = await SoapClient.create(service.url, 'owner');
  asyncStranger = await SoapClient.create(service.url, 'stranger');
  const credential = { clientId: 'canary-of-org', clientSecrets: ['s'], scopes: ['openid'] };
  expect((await admin(service, 'PUT', '/admin/adobe-credentials/CANARY@AdobeOrg', credential)).status).toBe(200);
  const tenant = '/admin/services/contact-quality/tenants/CANARY@AdobeOrg';
  expect((await admin(service, 'PUT', tenant, { access: 'allow' })).status).toBe(200);
  const called = await asyncOwner.create('', subscriber('canary-of-async-owner@example.com'));
  asyncRequestId = textIn(called.text, 'RequestID');
});
afterAll(async () => {
  await app.close();
  await database.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** The router's spelling in the document's, and without the slash at the end. */
const documented = (path: string): string =>
  path
    .replace(/:([A-Za-z_]+)/g, '{$1}')
    .replace(/\/\*.*$/, '/{path}')
    .replace(/(.)\/$/, '$1');

/** A path of the victim's: every parameter is an id that exists and is not the caller's. */
function fill(path: string): string {
  const ids: Record<string, string> = {
    company_id: 'victim',
    callback_id: callbackId,
    mage_id: owner.account.mage_id,
    apiName: 'contact-quality',
    id: path.startsWith('/admin/') || path.startsWith('/docs') ? registrationId : 'canary-upload',
    submission_id: 'canary-submission',
    item_id: 'canary-item',
    file_upload_id: 'canary-upload',
    upload_id: 'canary-upload',
    client_id: asyncOwner.clientId,
    imsOrgId: 'CANARY@AdobeOrg',
  };
  return path.replace(/:([A-Za-z_]+)/g, (_match, name: string) => ids[name] ?? registrationId).replace('*', 'x');
}

/** What is sent there: the SOAP API has its ids and its credentials in the body. */
function bodyFor(method: Method, path: string, who: string): unknown {
  if (method === 'GET' || method === 'DELETE') return undefined;
  const client_id = asyncOwner.clientId;
  const client_secret = asyncStranger.clientSecret;
  if (path === '/v2/token') return { grant_type: 'client_credentials', client_id, client_secret };
  if (path === '/oauth2/token') {
    const grant = { grant_type: 'client_credentials' };
    return who === 'a company' ? grant : { ...grant, client_id, client_secret };
  }
  if (path === '/v1/requestToken') return { clientId: client_id, clientSecret: client_secret };
  if (path !== SOAP) return {};
  const token = who === 'another async client' ? asyncStranger.token : TEST_KEY;
  return envelopeOf(retrieveRequest('ResultMessage', equals('RequestID', asyncRequestId)), token);
}

/** Everything a path may be asked with that belongs to somebody else. */
function strangersFor(path: string): readonly (readonly [string, Record<string, string>])[] {
  const company = { authorization: stranger.authorization };
  const eqp = { authorization: `Bearer ${outsider.ust}` };
  const caller = { 'x-api-key': TEST_KEY };
  const nobody = {};
  if (path === SOAP)
    return [
      ['another async client', XML],
      ['a caller', { ...XML, ...caller }],
      ['a company', { ...XML, ...company }],
      ['an EQP user', { ...XML, ...eqp }],
      ['nobody', XML],
    ];
  if (path.startsWith('/companies'))
    return [
      ['another company', company],
      ['an EQP user', eqp],
      ['a caller', caller],
      ['nobody', nobody],
    ];
  if (path.startsWith('/rest/v1'))
    return [
      ['another EQP user', eqp],
      ['a company', company],
      ['a caller', caller],
      ['nobody', nobody],
    ];
  if (path.startsWith('/admin'))
    return [
      ['a company', company],
      ['an EQP user', eqp],
      ['a caller', caller],
      ['nobody', nobody],
    ];
  return [
    ['a company', company],
    ['an EQP user', eqp],
    ['nobody', nobody],
  ];
}

const DATA =
  /canary-of-org|canary-of-victim|canary-of-owner|canary-of-async-owner|canary-upload|canary-submission|canary-item/;

describe('every route of the application', () => {
  it('is found, of every family', () => {
    const paths = routes.map(({ path }) => path);
    for (const prefix of [
      '/admin/registrations',
      '/companies/:company_id',
      '/rest/v1/users',
      '/submitAsyncAction',
      '/admin/async-clients',
      SOAP,
      '/v2/token',
      '/oauth2/token',
      '/v1/requestToken',
      '/health',
    ]) {
      expect(
        paths.some((path) => path.startsWith(prefix)),
        prefix,
      ).toBe(true);
    }
    expect(routes.length).toBeGreaterThan(40);
  });

  it('says nothing to another tenant, and does nothing for it', async () => {
    const before = await fingerprint();
    const leaks: string[] = [];
    for (const { method, path } of routes) {
      if (PAGES.test(path) || PROCESS.test(path) || PUBLIC.test(path) || path === '*' || path === '/*') continue;
      for (const [who, headers] of strangersFor(path)) {
        // An EQP session is opened with credentials of one's own: there is nobody else's to ask for.
        const answer = await send(method, service.url + fill(path), headers, bodyFor(method, path, who));
        const line = `${method} ${path} as ${who}: ${answer.status}`;
        // What is another client's is simply not among the results.
        const isEmpty =
          path === SOAP && who === 'another async client' && !/<Results/.test(JSON.stringify(answer.body));
        const isDenied = [401, 403, 404].includes(answer.status) || isEmpty;
        if (!isDenied || DATA.test(JSON.stringify(answer.body))) leaks.push(line);
        if (path.startsWith('/companies') && who === 'another company' && answer.status !== 404) leaks.push(line);
        if (path.startsWith('/rest/v1/users/') && who === 'another EQP user' && answer.status !== 403) leaks.push(line);
      }
    }
    expect(leaks).toEqual([]);
    expect(await fingerprint()).toEqual(before);
  });

  it('answers its owner, so that the walk above met real things', async () => {
    expect((await victim.call('GET', `/callbacks/${callbackId}`)).status).toBe(200);
    expect((await owner.get()).status).toBe(200);
    expect(JSON.stringify((await owner.get()).body)).toContain('canary-of-owner');
    expect((await admin(service, 'GET', `/admin/registrations/${registrationId}`)).status).toBe(200);
    const stored = await admin(service, 'GET', '/admin/adobe-credentials/CANARY@AdobeOrg');
    expect(stored.body).toMatchObject({ clientId: 'canary-of-org' });
    const own = await asyncOwner.retrieve('ResultMessage', equals('RequestID', asyncRequestId));
    expect(own.text).toContain('canary-of-async-owner');
  });
});

describe('the API document', () => {
  it('has every route, and no other', () => {
    const served = routes
      .filter(({ path }) => !PAGES.test(path) && path !== '*' && path !== '/*')
      .map(({ method, path }) => `${method} ${documented(path)}`);
    const written = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${documented(path)}`),
    );
    expect([...new Set(written)].sort()).toEqual([...new Set(served)].sort());
  });

  it('describes every route, with an example of what is sent and of what comes back', () => {
    const missing: string[] = [];
    for (const [path, operations] of Object.entries(document.paths)) {
      if (PROCESS.test(path)) continue;
      for (const [method, operation] of Object.entries(operations)) {
        const name = `${method.toUpperCase()} ${path}`;
        if (!operation.summary) missing.push(`${name}: summary`);
        const sent = mediaOf(operation.requestBody);
        if (sent !== null && !hasExample(sent)) missing.push(`${name}: example of the request`);
        const answers = Object.entries(operation.responses ?? {}).filter(([status]) => status.startsWith('2'));
        if (answers.length === 0) missing.push(`${name}: answer`);
        for (const [status, response] of answers) {
          const media = mediaOf(response);
          if (media === null ? status !== '204' : !hasExample(media)) missing.push(`${name}: example of ${status}`);
        }
      }
    }
    expect(missing).toEqual([]);
  });
});

function mediaOf(part: { readonly content?: Record<string, Media> } | undefined): Media | null {
  return Object.values(part?.content ?? {})[0] ?? null;
}

function hasExample({ schema, example, examples }: Media): boolean {
  return example !== undefined || examples !== undefined || exampleInside(schema, 0);
}

function exampleInside(schema: Schema | undefined, depth: number): boolean {
  if (schema === undefined || depth > 8) return false;
  if (schema.example !== undefined) return true;
  if (schema.$ref !== undefined) {
    return exampleInside(document.components.schemas[schema.$ref.split('/').at(-1) ?? ''], depth + 1);
  }
  const inside = [
    ...Object.values(schema.properties ?? {}),
    ...(schema.allOf ?? []),
    ...(schema.oneOf ?? []),
    ...(schema.anyOf ?? []),
    ...(schema.items === undefined ? [] : [schema.items]),
  ];
  return inside.some((one) => exampleInside(one, depth + 1));
}

/** What strangers might have changed. */
async function fingerprint(): Promise<unknown> {
  const tables = [
    'companies',
    'company_callbacks',
    'company_events',
    'eqp_users',
    'eqp_callbacks',
    'eqp_events',
    'actions',
    'async_clients',
    'async_tokens',
    'async_calls',
    'async_conversations',
    'result_messages',
    'admin_audit',
    'admin_keys',
    'idempotent_requests',
    'adobe_credentials',
    'service_tenants',
  ];
  const counts: Record<string, unknown> = {};
  for (const table of tables) {
    const [row] = await database.dataSource.query<{ hash: string }[]>(
      `SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS hash FROM "${table}" t`,
    );
    counts[table] = row?.hash;
  }
  return counts;
}
