import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runHere } from '../src/authoring/authoring.fixtures.js';
import { VALIDATE } from '../src/authoring/validate/validate-command.js';
import { call, type RunningApp, startApp, TEST_KEY } from './support/app.js';
import { BOTH, MarketoFolder, SCORING } from './support/marketo-world.js';
import { putTable } from './support/tables.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const KEY = { 'x-api-key': TEST_KEY };
const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
const PAGE = `# Setting up <script>alert(1)</script>

Map *the e-mail address*. <b onclick="x()">Bold</b> [docs](https://example.com/a?b&c) [bad](javascript:alert(1))
[data](data:text/html,x) ![image](http://tracker.example/pixel.png) <iframe src="https://example.com"></iframe>
`;

const named = (name: string, more: string): string =>
  SCORING.replace('apiName: scoring', `apiName: ${name}\n${more}`)
    .replace('title: Scoring', `title: ${name}`)
    .replace('en_US: { name: Scoring,', `en_US: { name: "${name}",`);
const SERVICES = {
  'scoring.yaml': SCORING,
  'both.yaml': BOTH,
  'dressed.yaml': named(
    'dressed',
    'brandIcon: Brand-1_x.PNG\nserviceIcon: icon.v2.svg\nproviderInstructions: how-to.md',
  ),
  'bare.yaml': named('bare', 'brandIcon: none.png\nserviceIcon: large.png\nproviderInstructions: none.md'),
  'places.yaml': named('places', '').replace(
    'picklist: [strict, lax]',
    'picklist: { from: values, table: places, column: code, label: name }',
  ),
};

let database: TestDatabase;
let folder: MarketoFolder;
let service: RunningApp;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = new MarketoFolder(SERVICES);
  writeFileSync(join(folder.folder, 'Brand-1_x.PNG'), PNG);
  writeFileSync(join(folder.folder, 'icon.v2.svg'), SVG);
  writeFileSync(join(folder.folder, 'large.png'), Buffer.alloc(1024 * 1024 + 1));
  writeFileSync(join(folder.folder, 'how-to.md'), PAGE);
  service = await startApp({ databaseUrl: database.url, env: folder.env });
});
afterAll(async () => {
  await service.close();
  await database.drop();
  folder.remove();
});

const get = (path: string, headers: Record<string, string> = {}) => call('GET', service.url + path, headers);
async function page(path: string): Promise<{ type: string; csp: string; text: string }> {
  const answer = await fetch(service.url + path);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  return {
    type: answer.headers.get('content-type') ?? '',
    csp: answer.headers.get('content-security-policy') ?? '',
    text: Buffer.from(await answer.arrayBuffer()).toString('latin1'),
  };
}

describe('icons', () => {
  it('are the files that the service names, of their types, in any case of letters', async () => {
    const brand = await page('/services/dressed/brandIcon');
    expect([brand.type, brand.text]).toEqual(['image/png', PNG.toString('latin1')]);
    const own = await page('/services/dressed/serviceIcon');
    expect([own.type, own.text]).toEqual(['image/svg+xml', SVG]);
    // A script of the file's own is served, and no browser runs it.
    expect(own.csp).toContain("default-src 'none'");
    expect(own.csp).toContain('sandbox');
  });

  it('are drawn where a file is missing or too large, and /status names it', async () => {
    for (const path of ['/services/bare/brandIcon', '/services/bare/serviceIcon']) {
      expect(await page(path)).toMatchObject({
        type: 'image/svg+xml',
        text: expect.stringContaining('<svg') as unknown,
      });
    }
    expect((await get('/services/bare/status', KEY)).body['warnings']).toEqual([
      'The file none.png cannot be shown.',
      'The file large.png cannot be shown.',
      'The file none.md cannot be shown.',
    ]);
  });

  it('are there for a service of both products, below its Marketo address alone', async () => {
    expect((await page('/services/both/marketo/serviceIcon')).type).toBe('image/svg+xml');
    expect((await get('/services/both/serviceIcon')).status).toBe(404);
  });
});

describe('instructions', () => {
  it('are a page of the Markdown, in which nothing runs and nothing is loaded', async () => {
    const { type, csp, text } = await page('/services/dressed/providerInstructions');
    expect(type).toBe('text/html; charset=utf-8');
    expect(text).toContain('<em>the e-mail address</em>');
    expect(text).toContain('<a href="https://example.com/a?b&amp;c">docs</a>');
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    for (const tag of ['<script', '<iframe', '<b ', 'href="javascript:', 'href="data:text'])
      expect(text).not.toContain(tag);
    expect(csp).toContain('img-src data:');
    expect(csp).not.toContain('script-src');
  });

  it('are refused where their file is missing', async () => {
    expect((await get('/services/bare/providerInstructions')).status).toBe(400);
  });
});

describe('choices of a table', () => {
  type Choice = { readonly displayValue: { readonly en_US: string }; readonly submittedValue: string };
  const choices = async (prefix?: string): Promise<readonly Choice[]> => {
    const body = { name: 'mode', type: 'flow', ...(prefix !== undefined && { prefix }) };
    const answer = await call('POST', `${service.url}/services/places/getPicklist`, KEY, body);
    expect(answer.status).toBe(200);
    return answer.body['choices'] as readonly Choice[];
  };
  const labels = async (prefix: string): Promise<string[]> =>
    (await choices(prefix)).map(({ displayValue }) => displayValue.en_US);

  it('are none while the table is not there, which /status calls an error', async () => {
    expect(await choices()).toEqual([]);
    expect((await get('/services/places/status', KEY)).body).toMatchObject({
      status: 'degraded',
      errors: ['The lookup table places is not there: upload it.'],
    });
  });

  it('are the first thousand, and the others are found by a prefix of any case, with or without accents', async () => {
    const many = Array.from({ length: 1_200 }, (_, at) => `c${at},City ${String(at).padStart(4, '0')}`);
    const rows = ['z1,Zürich', 'z2,ZÜLPICH', 'e1,École', 'g1,Ελλάδα', 'm1,Москва', 'p1,100 %', 'x1,', ...many];
    const put = await putTable(service.url, 'places', `code,name\n${rows.join('\n')}\n`, { key: 'code' });
    expect(put.status).toBeLessThan(300);
    const all = await choices();
    expect(all).toHaveLength(1_000);
    expect(new Set(all.map(({ submittedValue }) => submittedValue)).size).toBe(1_000);
    expect(await labels('city 1199')).toEqual(['City 1199']);
    for (const prefix of ['zü', 'ZU', 'Zü', 'zU']) expect((await labels(prefix)).sort()).toEqual(['ZÜLPICH', 'Zürich']);
    expect(await labels('éC')).toEqual(['École']);
    expect(await labels('ECOLE')).toEqual(['École']);
    expect(await labels('ΕΛΛΑ')).toEqual(['Ελλάδα']);
    expect(await labels('мос')).toEqual(['Москва']);
    expect(await labels('100 %')).toEqual(['100 %']);
    expect(await labels('%')).toEqual([]);
    expect(await labels('_')).toEqual([]);
    expect((await get('/services/places/status', KEY)).body).toMatchObject({ status: 'healthy', errors: [] });
  });

  it('of the file are found by a label in any language', async () => {
    const body = { name: 'region', type: 'global', prefix: 'amerika' };
    const answer = await call('POST', `${service.url}/services/scoring/getPicklist`, KEY, body);
    expect(answer.body['choices']).toMatchObject([{ submittedValue: 'us' }]);
  });
});

describe('the install link', () => {
  it('of a service that is switched off comes with what to do first', async () => {
    const { code, out } = await runHere(VALIDATE, ['services/table-lookup.yaml']);
    expect(code).toBe(0);
    expect(out).toContain('it is switched off: remove enabled: false before you install it');
  });

  it.each([
    ['scoring.yaml', '%2Fservices%2Fscoring%2Fopenapi.json'],
    ['both.yaml', '%2Fservices%2Fboth%2Fmarketo%2Fopenapi.json'],
  ])('of %s is printed by npm run validate', async (file, address) => {
    const environment = { ...folder.env, PUBLIC_URL: 'https://ricochet.example.com' };
    const { code, out } = await runHere(VALIDATE, [join(folder.folder, file)], environment);
    expect({ code, out }).toMatchObject({ code: 0 });
    expect(out).toContain(
      `https://app.marketo.com/custAdmin/addServiceProvider?url=https%3A%2F%2Fricochet.example.com${address}`,
    );
  });
});
