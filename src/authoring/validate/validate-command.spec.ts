import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { definitionOf, LEAD_YAML } from '../../catalog/catalog.fixtures.js';
import { buildOpenApiDocument } from '../../catalog/openapi-document.js';
import { type Ended, runHere, Scratch } from '../authoring.fixtures.js';
import type { ValidationSummary } from './validation-report.js';
import { VALIDATE } from './validate-command.js';

let scratch = new Scratch();
afterEach(() => {
  scratch.remove();
  scratch = new Scratch();
});
afterAll(() => scratch.remove());

const STEPS = 'pipeline:\n  - provider: email\n';
/** A service without fault; its pipeline comes last. */
const GOOD = `${LEAD_YAML.slice(0, LEAD_YAML.indexOf('pipeline:')).trim()}\n${STEPS}`;

const validate = (...args: string[]): Promise<Ended> => runHere(VALIDATE, args);
const withSteps = (yaml: string): string => GOOD.replace(STEPS, `pipeline:\n${yaml}\n`);
const http = (settings: string): string =>
  withSteps(`  - provider: http\n    settings: { url: 'https://api.example.com/x', ${settings} }`);
const MAP = 'map: { fields: { grade: answer.grade } }';

/** A file, and the line that says what is wrong with it: line of the file, key, Adobe's words, reason. */
const BAD_FILES: readonly (readonly [name: string, text: string, words: string])[] = [
  ['nothing', '', 'is empty (describe a service or remove the file)'],
  ['no YAML', 'apiName: [x', ': 1:12: is not valid YAML'],
  ['a list', '- a', 'must be a mapping, not a list'],
  [
    'a key that is none',
    GOOD.replace('timeout: 30', 'timeuot: 30'),
    ':10: timeuot: is not a known key (did you mean timeout?)',
  ],
  [
    'another entity type',
    GOOD.replace('supportedEntityType: lead', 'supportedEntityType: person'),
    ':8: supportedEntityType: Invalid entity type: cannot be "person"',
  ],
  [
    'no entity type',
    GOOD.replace('supportedEntityType: lead', ''),
    'supportedEntityType: Invalid entity type: is missing',
  ],
  [
    'no provider name',
    GOOD.replace('providerName: Acme', ''),
    'openapi.providerName: Missing extension field: is missing',
  ],
  [
    'no support contact',
    GOOD.replace('supportContact: help@acme.example', ''),
    'openapi.supportContact: Missing extension field: is missing',
  ],
  ['no head of the document', GOOD.replace(/openapi:\n(?: .*\n)+/, ''), 'openapi: Missing extension field: is missing'],
  [
    'another scheme',
    GOOD.replace('auth: apiKey', 'auth: digest'),
    'auth: Unsupported security scheme: cannot be "digest"',
  ],
  [
    'a name with a space',
    GOOD.replace('apiName: mail-check', 'apiName: mail check'),
    'apiName: has characters an address cannot have',
  ],
  ['a timeout that is too long', GOOD.replace('timeout: 30', 'timeout: 241'), 'timeout: 241 is out of range'],
  [
    'a primary attribute that is none',
    GOOD.replace('primaryAttribute: checkType', 'primaryAttribute: nothing'),
    'primaryAttribute: "nothing" is not a flow attribute',
  ],
  [
    'a provider that is none',
    withSteps('  - provider: emial'),
    'pipeline[0].provider: there is no provider "emial" (did you mean email?',
  ],
  [
    'a setting that is none',
    withSteps('  - { provider: email, settings: { form: mail } }'),
    'pipeline[0].settings.form: is not a setting; known are',
  ],
  [
    'a setting within a waterfall',
    withSteps(
      '  - until: grade\n    waterfall:\n      - { provider: email, name: a }\n      - { provider: email, name: b, settings: { on: both } }',
    ),
    'pipeline[0].waterfall[1].settings.on: must be account or people',
  ],
  [
    'an expression with a mistake',
    withSteps('  - { provider: expression, settings: { fields: { grade: "1 +" } } }'),
    'pipeline[0].settings',
  ],
  ['a condition with a mistake', withSteps('  - { provider: email, when: "fields.a = (" }'), 'pipeline[0].when:'],
  ['a secret in the file', http(`auth: { bearer: 'sk-12345' }, ${MAP}`), 'must be the name of a secret, e.g. CRM_KEY'],
  [
    'an address on this machine by https',
    http('').replace('https://api.example.com', 'https://10.0.0.1'),
    'settings.url: may not be used',
  ],
  ['no mapping', http('method: GET'), 'settings.map: must say what becomes of an answer'],
];

describe('npm run validate with files', () => {
  it('finds nothing but secrets to set in the services that ship', async () => {
    const { code, out, err } = await validate('services');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('services/contact-quality.yaml: service contact-quality is fine\n');
    expect(out).toMatch(/\d looked at, no problems, 3 warnings\n$/);
    expect(out.match(/ warning: (?!the secret [A-Z_]+ is not set here)/g)).toBeNull();
  });

  it('looks at the folder that the service reads when it is told nothing', async () => {
    scratch.write('one.yaml', GOOD);
    const { code, out } = await runHere(VALIDATE, [], { SERVICES_DIR: scratch.folder });
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('service mail-check is fine') as string });
  });

  it.each(BAD_FILES)('finds %s', async (_name, text, words) => {
    const path = scratch.write('x.yaml', text);
    const { code, out } = await validate(path);
    expect(out).toContain(words);
    expect(out).toContain(`${path}:`);
    expect(code).toBe(1);
  });

  it('finds a file that is not UTF-8', async () => {
    const { code, out } = await validate(scratch.write('x.yaml', Buffer.from([0x61, 0xff, 0xfe])));
    expect({ code, out }).toEqual({ code: 1, out: expect.stringContaining('is not UTF-8') as string });
  });

  it('finds two files of one folder with one name, title, default or object type', async () => {
    scratch.write('a.yaml', GOOD);
    scratch.write('b.yaml', GOOD);
    const { code, out } = await validate(scratch.folder);
    const lines = out.split('\n').filter((line) => line.startsWith(scratch.at('b.yaml')));
    expect(lines).toEqual([
      expect.stringContaining(`apiName: "mail-check" is already used by ${scratch.at('a.yaml')}`),
      expect.stringContaining('openapi.title: Duplicate title: is the title of'),
      expect.stringContaining('default:'),
    ]);
    expect(code).toBe(1);
  });

  it('compares a single file with those that the service reads beside it, and says it of that file', async () => {
    const first = scratch.write('a.yaml', GOOD);
    scratch.write('b.yaml', GOOD);
    const { code, out } = await runHere(VALIDATE, [first], { SERVICES_DIR: scratch.folder });
    expect(code).toBe(1);
    expect(out).toContain(`${first}:1: apiName: "mail-check" is already used by ${scratch.at('b.yaml')}`);
    expect(out).not.toMatch(/b\.yaml(?::\d+)?: apiName/);
  });

  it('warns of a secret that is not set, and --strict counts that as a problem', async () => {
    const path = scratch.write('x.yaml', http(`auth: { bearer: CRM_KEY }, ${MAP}`));
    const usual = await validate(path);
    expect(usual).toMatchObject({
      code: 0,
      out: expect.stringContaining('warning: the secret CRM_KEY is not set here') as string,
    });
    expect(await validate(path, '--strict')).toMatchObject({ code: 1 });
    expect(await runHere(VALIDATE, [path, '--strict'], { SECRET_CRM_KEY: 'abcdefgh' })).toMatchObject({ code: 0 });
  });

  it('follows the rules of production when NODE_ENV says so, and asks for none of its keys', async () => {
    const path = scratch.write('x.yaml', GOOD.replace('auth: apiKey', 'auth: basic'));
    expect(await validate(path)).toMatchObject({ code: 0 });
    const { code, out } = await runHere(VALIDATE, [path], { NODE_ENV: 'production' });
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('INBOUND_BASIC_USERS is empty') as string });
  });

  it('knows the steps of PROVIDER_MODULES', async () => {
    const path = scratch.write('x.yaml', withSteps('  - provider: scripted'));
    expect(await validate(path)).toMatchObject({ code: 1 });
    const env = { PROVIDER_MODULES: './test/fixtures/scripted-provider.mjs' };
    expect(await runHere(VALIDATE, [path], env)).toMatchObject({ code: 0 });
    const missing = await runHere(VALIDATE, [path], { PROVIDER_MODULES: './no-such.mjs' });
    expect(missing).toMatchObject({
      code: 1,
      err: expect.stringContaining('./no-such.mjs cannot be loaded') as string,
    });
  });

  it('prints the same for programs', async () => {
    const path = scratch.write('x.yaml', GOOD.replace('supportedEntityType: lead', 'supportedEntityType: person'));
    const { code, out } = await validate('--json', path, 'services/contact-quality.yaml');
    const summary = JSON.parse(out) as ValidationSummary;
    expect(code).toBe(1);
    expect(summary).toMatchObject({ valid: false, problems: 1, warnings: 0 });
    expect(summary.checked[0]).toMatchObject({
      source: path,
      kind: 'service',
      name: null,
      findings: [
        {
          severity: 'problem',
          file: path,
          line: 8,
          path: 'supportedEntityType',
          screen: 'Invalid entity type',
          reason: 'cannot be "person"',
          remedy: expect.any(String) as string,
        },
      ],
    });
    expect(summary.checked[1]).toMatchObject({ name: 'contact-quality', findings: [] });
  });
});

describe('npm run validate with words it cannot use', () => {
  it.each([
    [['no-such-file.yaml'], 'no-such-file.yaml is not there'],
    [['--timeout', 'soon', 'services'], '--timeout: "soon" is not a duration'],
    [['--timeout', '1d', 'services'], '--timeout must be from 1ms to 10m'],
    [['--sideways'], '--sideways'],
    [['http://example.com/openapi.json'], 'example.com is another machine: use https'],
    [['https://user:pw@example.com/openapi.json'], 'the address holds a user or a password'],
    [['https://'], 'https:// is not an address'],
  ])('refuses %j', async (args, words) => {
    const { code, err, out } = await validate(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(words);
    expect(err).toContain('npm run validate -- --help');
    expect(err).not.toContain('user:pw');
  });

  it('refuses a folder without definitions, and an environment that cannot be read', async () => {
    expect(await validate(scratch.folder)).toMatchObject({ code: 2 });
    const { code, err } = await runHere(VALIDATE, ['services'], { PORT: 'many' });
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('PORT') as string });
  });
});

describe('npm run validate with addresses', () => {
  let server: Server;
  let answer: RequestListener;
  let asked: { url: string | undefined; authorization: string | undefined }[] = [];
  let url: string;

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push({ url: request.url, authorization: request.headers.authorization });
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/openapi.json`;
  });
  afterEach(() => (asked = []));
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const document = (): Record<string, any> => {
    const options = { scheme: 'apiKey', apiKeyName: 'X-API-Key', apiKeyIn: 'header', tokenUrl: '' } as const;
    const built = buildOpenApiDocument(definitionOf(LEAD_YAML), {
      baseUrl: 'https://a.example/services/x',
      ...options,
    });
    return JSON.parse(JSON.stringify(built)) as Record<string, any>;
  };
  const serve = (status: number, headers: Record<string, string>, body: string): void => {
    answer = (_, response) => response.writeHead(status, headers).end(body);
  };
  const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

  it('takes a document of our own, sends no credentials, and asks once', async () => {
    serve(200, JSON_TYPE, JSON.stringify(document()));
    const { code, out } = await validate(url);
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringContaining(`${url}: document Mail check service is fine`) as string,
    });
    expect(asked).toEqual([{ url: '/openapi.json', authorization: undefined }]);
  });

  it('takes YAML', async () => {
    serve(200, { 'content-type': 'application/yaml' }, stringify(document()));
    expect(await validate(url)).toMatchObject({ code: 0 });
  });

  it.each([
    [
      'a redirect',
      302,
      { location: 'https://elsewhere.example/x' },
      '',
      'redirects (302) to https://elsewhere.example/x, and redirects are not followed',
    ],
    ['a door', 401, {}, '', 'asks for credentials (401)'],
    ['nothing', 404, {}, '', 'answered with status 404 (check the address)'],
    ['trouble', 500, {}, '', 'answered with status 500'],
    ['a page', 200, { 'content-type': 'text/html' }, '<html><body>Hi</body></html>', 'Content-Type text/html'],
    ['no text at all', 200, JSON_TYPE, '', 'Invalid document: is empty'],
    ['half a document', 200, JSON_TYPE, '{"openapi": "3.0.3", "info": {', 'Invalid document: is neither JSON nor YAML'],
    ['a document that is too large', 200, JSON_TYPE, ' '.repeat(2 * 1024 * 1024 + 1), 'is larger than 2 MiB'],
  ])('says of %s what it is', async (_name, status, headers, body, words) => {
    serve(status, headers, body);
    const { code, out } = await validate(url);
    expect(out).toContain(words);
    expect(code).toBe(1);
  });

  it('warns of a type that is neither JSON nor YAML', async () => {
    serve(200, { 'content-type': 'text/plain' }, JSON.stringify(document()));
    const { code, out } = await validate(url);
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringContaining('warning: the answer has the Content-Type text/plain') as string,
    });
  });

  it('gives up an address that does not answer', async () => {
    answer = () => undefined;
    const { code, out } = await validate(url, '--timeout', '200ms');
    expect({ code, out }).toEqual({ code: 1, out: expect.stringContaining('did not answer within 200 ms') as string });
  });

  it('says where nothing listens', async () => {
    const { code, out } = await validate('http://127.0.0.1:9/openapi.json');
    expect({ code, out }).toEqual({
      code: 1,
      out: expect.stringContaining('cannot be reached (ECONNREFUSED)') as string,
    });
  });

  it('finds two documents with one title', async () => {
    serve(200, JSON_TYPE, JSON.stringify(document()));
    const { code, out } = await validate(url, `${url}?again`);
    expect({ code, out }).toEqual({
      code: 1,
      out: expect.stringContaining(`info.title: Duplicate title: is the title of ${url} too`) as string,
    });
  });

  it('reads a document from a file, too, and says the line', async () => {
    const broken = document();
    delete broken['paths']['/status'];
    const path = scratch.write('document.yaml', stringify(broken));
    const { code, out } = await validate(path);
    expect(code).toBe(1);
    expect(out).toMatch(/document\.yaml:\d+: paths\.\/status: Missing endpoint: GET \/status is missing/);
  });
});
