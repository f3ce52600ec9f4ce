import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments, stringify } from 'yaml';
import type { EnrichmentProvider } from '../src/enrichment/enrichment-provider.js';
import { describeEnrichmentProvider } from '../src/enrichment/provider-conformance.js';
import { call, type RunningApp, startApp, TEST_KEY } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { MarkdownPage } from './support/markdown.js';
import { leadRequest } from './support/requests.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const ROOT = join(import.meta.dirname, '..');
const readme = new MarkdownPage(join(ROOT, 'README.md'));
const pages = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'deploy/README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];
const guide = new MarkdownPage(join(ROOT, 'docs/README.md'));

/** What somebody has who followed the README's sections about services and providers. */
const folder = mkdtempSync(join(tmpdir(), 'ricochet-readme-'));
const servicesDir = mkdtempSync(join(folder, 'services-'));
const providerModule = join(folder, 'my-providers.mjs');
writeFileSync(providerModule, readme.sample('provider'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const classes = (await import(pathToFileURL(providerModule).href)) as Record<string, new () => EnrichmentProvider>;
const [step] = parse(readme.sample('step')) as { settings: Record<string, unknown> }[];

describeEnrichmentProvider(
  () => new (classes['TerritoryProvider'] as new () => EnrichmentProvider)(),
  [
    {
      name: 'the settings of the README',
      entity: { kind: 'lead', id: '1', fields: { phone: '030 1234567' } },
      settings: step?.settings ?? {},
      soFar: { fields: { phoneCountry: 'DE' } },
    },
  ],
);

describe('the samples of the README', () => {
  let database: TestDatabase;
  let adobe: FakeAdobe;

  beforeAll(async () => {
    database = await createTestDatabase();
    adobe = await FakeAdobe.start();
  });
  afterAll(async () => {
    await adobe.stop();
    await database.drop();
  });

  async function play(service: object, env: Record<string, string>): Promise<unknown> {
    writeFileSync(join(servicesDir, 'phone-check.yaml'), stringify(service));
    const app = await startApp({ databaseUrl: database.url, adobe, env: { SERVICES_DIR: servicesDir, ...env } });
    try {
      const { apiName } = service as { apiName: string };
      const path = `/callback/${Object.keys(env).length}`;
      const request = leadRequest({ callbackUrl: adobe.url + path, leadData: { phone: '030 901820' } });
      Object.assign(request['objectData'] as object, { flowStepContext: { defaultCountry: 'Germany' } });
      const answer = await app.submit(request, `/services/${apiName}/submitAsyncAction`);
      expect(answer.status).toBe(200);
      await adobe.until(() => adobe.of(path).length > 0);
      return adobe.of(path)[0]?.body.objectData[0]?.['leadData'];
    } finally {
      await app.close();
    }
  }

  it('make a service that answers', async () => {
    const service = parse(readme.sample('service')) as object;
    expect(await play(service, {})).toEqual({
      id: 1001,
      phoneE164: '+4930901820',
      phoneStatus: 'valid',
      accessorValues: { phoneStatus: 'valid' },
    });
  });

  it('make a provider that takes part', async () => {
    const service = parse(readme.sample('service')) as {
      pipeline: unknown[];
      callbackPayloadDef: { fields: unknown[] };
    };
    service.pipeline.push(step);
    const field = /`(\{ serviceAttribute: territory[^`]*\})`/.exec(readFileSync(readme.path, 'utf8'));
    service.callbackPayloadDef.fields.push(parse(field?.[1] ?? ''));
    expect(await play(service, { PROVIDER_MODULES: providerModule })).toMatchObject({ territory: 'DACH' });
  });
});

describe('the addresses in the README', () => {
  const KUBERNETES = 'deploy/kubernetes.yaml';
  let database: TestDatabase;
  let services: RunningApp;
  let worker: RunningApp;

  beforeAll(async () => {
    database = await createTestDatabase();
    const publicUrl = { PUBLIC_URL: 'https://ricochet.example.com' };
    services = await startApp({ databaseUrl: database.url, env: publicUrl });
    // Nobody listens there: without Redis a worker is degraded, and ready all the same.
    worker = await startApp({ databaseUrl: database.url, env: { ROLE: 'worker', REDIS_URL: 'redis://127.0.0.1:9/0' } });
  });
  afterAll(async () => {
    await Promise.all([services.close(), worker.close()]);
    await database.drop();
  });

  it('to paste into Adobe are the shipped services that are on, and public', async () => {
    const urls = readme.blocks.flatMap(({ text }) => text.match(/^https:\/\/\S+\/openapi\.json$/gm) ?? []);
    const shipped = readdirSync(join(ROOT, 'services')).map(
      (name) => parse(readFileSync(join(ROOT, 'services', name), 'utf8')) as { apiName: string; enabled?: boolean },
    );
    const on = shipped.filter(({ enabled }) => enabled !== false).map(({ apiName }) => apiName);
    expect(urls.map((url) => url.split('/').at(-2)).sort()).toEqual(on.sort());
    for (const url of urls) {
      const answer = await call('GET', services.url + new URL(url).pathname, {});
      expect(answer.status, url).toBe(200);
      expect(answer.body, url).toMatchObject({ servers: [{ url: url.replace('/openapi.json', '') }] });
    }
  });

  it('for the probes are those of the manifest, and served in the role they are for', async () => {
    const excerpt = parseAllDocuments(readme.sample('kubernetes')).map((document) => document.toJS());
    const manifest = parseAllDocuments(readFileSync(join(ROOT, KUBERNETES), 'utf8'))
      .map((document) => document.toJS())
      .filter(({ kind }) => kind === 'Deployment');
    expect(excerpt).toHaveLength(2);
    for (const [index, deployment] of excerpt.entries()) {
      expect(manifest[index], 'the README shows another manifest').toMatchObject({ kind: deployment.kind });
      const [container] = deployment.spec.template.spec.containers;
      const [whole] = manifest[index].spec.template.spec.containers;
      expect(whole).toMatchObject(container);
      expect(deployment.metadata.name).toBe(manifest[index].metadata.name);
      const app = container.env[0].value === 'worker' ? worker : services;
      for (const probe of [container.startupProbe, container.livenessProbe, container.readinessProbe]) {
        const { path } = probe.httpGet as { path: string };
        expect((await call('GET', app.url + path, {})).status, `${container.env[0].value} ${path}`).toBe(200);
      }
    }
  });

  it('of the curl command takes the sample it sends', async () => {
    const [command] = readme.blocks.filter(({ text }) => text.includes('--data-binary'));
    const [, file = ''] = /--data-binary @(\S+)/.exec(command?.text ?? '') ?? [];
    const [, url = ''] = /(http:\/\/\S+)$/m.exec(command?.text ?? '') ?? [];
    const body = readFileSync(join(ROOT, file), 'utf8');
    const answer = await call('POST', services.url + new URL(url).pathname, { 'X-API-Key': TEST_KEY }, body);
    expect(answer).toMatchObject({ status: 200, body: { status: 'accepted' } });
  });
});

/** Of npm itself. */
const NPM_COMMANDS = new Set(['ci', 'audit', 'sbom']);

describe('the README', () => {
  it('names npm commands that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    for (const path of pages) {
      const text = readFileSync(join(ROOT, path), 'utf8');
      const names = [...text.matchAll(/(?:`|^ *)npm (?:run )?(\w[\w:-]*)/gm)].map(([, name = '']) => name);
      expect(
        names.filter((name) => !NPM_COMMANDS.has(name) && !(name in scripts)),
        path,
      ).toEqual([]);
    }
  });

  it('lists every folder of src and no other', () => {
    const listed = readme.firstColumn('The folders').map((name) => name.replace(/\/$/, ''));
    const rooms = readdirSync(join(ROOT, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && readdirSync(join(ROOT, 'src', entry.name)).length > 0)
      .map((entry) => `src/${entry.name}`);
    expect(listed.filter((name) => name.startsWith('src/')).sort()).toEqual(rooms.sort());
    expect(listed.filter((name) => !existsSync(join(ROOT, name)))).toEqual([]);
  });
});

describe('links', () => {
  it.each(pages)('of %s lead somewhere', (path) => {
    const page = new MarkdownPage(join(ROOT, path));
    const broken = page.relativeLinks.filter((link) => {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? page.path : resolve(dirname(page.path), file);
      if (!existsSync(target)) return true;
      return anchor !== undefined && !new MarkdownPage(target).anchors.has(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('of docs/README.md reach every page of docs', () => {
    const reached = guide.relativeLinks.map((link) => relative(ROOT, resolve(ROOT, 'docs', link)));
    const inDocs = pages.filter((path) => path.startsWith('docs/') && path !== 'docs/README.md');
    expect(inDocs.filter((path) => !reached.includes(path))).toEqual([]);
  });
});

describe('decision records', () => {
  const names = readdirSync(join(ROOT, 'docs/adr')).sort();

  it('are numbered without gaps', () => {
    expect(names.map((name) => Number(name.slice(0, 4)))).toEqual(names.map((_, index) => index + 1));
  });

  it.each(names)('%s says context, choice and what lost, on one page', (name) => {
    const record = new MarkdownPage(join(ROOT, 'docs/adr', name));
    expect(record.sections).toEqual(['Context', 'Choice', 'What lost']);
    expect(record.lineCount).toBeLessThanOrEqual(60);
  });
});
