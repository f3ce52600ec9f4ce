import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answersChecked, checkedEnvironment, takeAnswerProblems } from './support/answer-check.js';
import { type RunningApp, startApp } from './support/app.js';
import { DocumentCheck } from './support/document-check.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { leadRequest } from './support/requests.js';
import { PROJECT_ROOT } from './support/service-process.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

// It brings no types.
const PACKAGE: string = 'supertest';
const { default: supertest } = await import(PACKAGE);

const DIALECTS = [
  [/^\/services\/[^/]+\/marketo/, 'MarketoError', 'application/json'],
  [/^\/admin/, 'ProblemDetails', 'application/problem+json'],
  [/^\/companies/, 'CompanyError', 'application/json'],
  [/^\/rest\/v1/, 'EqpError', 'application/json'],
  [/^\/Service\.asmx/, 'SoapFault', 'text/xml'],
  [/^\/v2\/token/, 'AsyncTokenError', 'application/json'],
  [/^\/oauth2\//, 'OAuthError', 'application/json'],
  [/^\/v1\/requestToken/, 'LegacyTokenError', 'application/json'],
  [/^/, 'ExternalActionError', 'application/json'],
] as const;

let database: TestDatabase;
let adobe: FakeAdobe;
let service: RunningApp;
let text: string;
let document: any;
let schemas: any;

beforeAll(async () => {
  database = await createTestDatabase();
  adobe = await FakeAdobe.start();
  service = await startApp({ databaseUrl: database.url, adobe });
  text = await (await request(`${service.url}/docs-json`)).body.text();
  document = JSON.parse(text);
  schemas = document.components.schemas;
});
afterAll(async () => {
  await service.close();
  await adobe.stop();
  await database.drop();
});

function operations(): [name: string, path: string, operation: any][] {
  return Object.entries<any>(document.paths).flatMap(([path, item]) =>
    Object.entries<any>(item).map(([method, operation]): [string, string, any] => [
      `${method} ${path}`,
      path,
      operation,
    ]),
  );
}

/** Every schema of the document, wherever it stands, by its place. */
function allSchemas(node: unknown = document, place = ''): [place: string, schema: any][] {
  if (typeof node !== 'object' || node === null) return [];
  const below = Object.entries(node)
    .filter(([key]) => key !== 'example' && key !== 'examples')
    .flatMap(([key, member]) => allSchemas(member, `${place}/${key}`));
  return 'type' in node && typeof node.type === 'string' && !place.includes('securitySchemes')
    ? [[place, node], ...below]
    : below;
}

describe('the API document', () => {
  it('has no object without members, unless it says which it takes', () => {
    const bare = allSchemas().filter(
      ([, { type, properties, additionalProperties, enum: members }]) =>
        type === 'object' && properties === undefined && additionalProperties === undefined && members === undefined,
    );
    expect(bare.map(([place]) => place)).toEqual([]);
  });

  it('lets null be wherever it says nullable', () => {
    const nullables = allSchemas().filter(([, schema]) => schema.nullable === true);
    const wrong = nullables.filter(([, { allOf, enum: members }]) => allOf || (members && !members.includes(null)));
    expect(wrong.map(([place]) => place)).toEqual([]);
    expect(nullables.length).toBeGreaterThan(50);
    expect(schemas.AttemptView.properties.excerpt.anyOf).toContainEqual({ $ref: '#/components/schemas/ExcerptView' });
  });

  it('has examples that are as their schemas say', () => {
    const wrong = allSchemas().filter(([, { type, example, nullable }]) => {
      if (example === undefined || (example === null && nullable)) return false;
      const found = Array.isArray(example) ? 'array' : typeof example;
      return type === 'integer' ? !Number.isInteger(example) : found !== type;
    });
    expect(wrong.map(([place]) => place)).toEqual([]);
  });

  it('says what an execution request and a profile are made of', () => {
    const { ExecutionRequestDto, ObjectDataDto, ContextDto, ProfileUpdate } = schemas;
    expect(ExecutionRequestDto.properties.enableSplitPaths).toMatchObject({ type: 'boolean' });
    for (const open of [
      ObjectDataDto.properties.objectContext,
      ObjectDataDto.properties.flowStepContext,
      ContextDto.properties.admin,
      ExecutionRequestDto.properties.customHeaders,
    ]) {
      expect(open).toMatchObject({ type: 'object', additionalProperties: true });
    }
    expect(ProfileUpdate.properties.mage_id).toMatchObject({ type: 'string' });
    const profile = document.paths['/rest/v1/users/{mage_id}'].get.responses[200].content['application/json'].schema;
    expect(Object.keys(profile)).toEqual(['anyOf']);
  });

  it.each(['ack 200', 'ack 201'])('acknowledges with the status that is configured: %s', async (name) => {
    const status = name.slice(-3);
    const own =
      status === '200' ? service : await startApp({ databaseUrl: database.url, adobe, env: { ACK_STATUS: status } });
    const shown = (await (await request(`${own.url}/docs-json`)).body.json()) as any;
    const successes = Object.keys(shown.paths['/submitAsyncAction'].post.responses).filter((code) => code < '300');
    expect(successes).toEqual([status]);
    const answer = await own.submit(leadRequest({ callbackUrl: `${adobe.url}/callback/ack-${status}` }));
    expect(answer.status).toBe(Number(status));
    if (own !== service) await own.close();
  });

  it('gives every operation its errors, with a body in the dialect of its door', () => {
    for (const [name, path, { responses }] of operations()) {
      const [, schema, mediaType] = DIALECTS.find(([prefix]) => prefix.test(path))!;
      const refusals = Object.entries<any>(responses).filter(([status]) => status >= '400');
      expect(refusals.length, name).toBeGreaterThanOrEqual(2);
      for (const [status, { content, description }] of refusals) {
        expect(description, `${name} ${status}`).not.toBe('');
        if (path.startsWith('/health/') && status === '503') continue;
        expect(content[mediaType].schema, `${name} ${status}`).toEqual({ $ref: `#/components/schemas/${schema}` });
      }
    }
  });

  it('says 401 where credentials are asked for, and how long to wait where it is worth it', () => {
    for (const [name, , { responses, security = document.security }] of operations()) {
      const isOpen = security.every((scheme: object) => Object.keys(scheme).length === 0);
      if (!isOpen) expect(Object.keys(responses), name).toContain('401');
      for (const status of ['429', '503']) {
        if (responses[status] !== undefined && !name.includes('/health/')) {
          expect(responses[status].headers, `${name} ${status}`).toHaveProperty('Retry-After');
        }
      }
    }
    expect(document.paths['/openapi.json'].get.security).toEqual([{}]);
  });

  it('sorts operations by feature, each tag with a sentence', () => {
    const known = new Map<string, string>(document.tags.map((tag: any) => [tag.name, tag.description]));
    const used = new Set(operations().flatMap(([, , { tags }]) => tags as string[]));
    expect([...used].filter((tag) => !known.has(tag))).toEqual([]);
    expect([...known.keys()].filter((tag) => !used.has(tag))).toEqual([]);
    expect(used).not.toContain('admin');
    expect(document.paths['/admin/actions'].get.tags).toEqual(['actions']);
    expect(document.paths['/admin/companies'].post.tags).toEqual(['companies']);
  });

  it('has no text that a page would eat as HTML', () => {
    const texts: string[] = [];
    JSON.stringify(document, (key, value: unknown) => {
      if (['description', 'summary', 'title'].includes(key) && typeof value === 'string') texts.push(value);
      return value;
    });
    expect(texts.filter((line) => /<\/?[a-z]/i.test(line))).toEqual([]);
    expect(document.info.description).toContain('/services/{apiName}/openapi.json');
  });

  it('fills the recover form in with what changes nothing', () => {
    expect(schemas.RecoverRequest.properties.dryRun.example).toBe(true);
    const { examples } = document.paths['/admin/deliveries/recover'].post.requestBody.content['application/json'];
    const [first] = Object.values<any>(examples);
    expect(first.value.dryRun).toBe(true);
  });
});

describe('an answer is held to the document', () => {
  const OPEN = {
    paths: {
      '/things/{id}': {
        get: {
          responses: {
            200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } },
            204: {},
          },
        },
      },
    },
    components: {
      schemas: {
        Base: { type: 'object', required: ['id'], properties: { id: { type: 'string' } } },
        Thing: {
          allOf: [
            { $ref: '#/components/schemas/Base' },
            {
              type: 'object',
              properties: {
                open: { type: 'object', additionalProperties: true },
                part: { type: 'object', properties: { a: { type: 'integer', nullable: true } } },
                list: { type: 'array', items: { $ref: '#/components/schemas/Base' } },
                both: {
                  anyOf: [{ $ref: '#/components/schemas/Base' }, { type: 'object', nullable: true, enum: [null] }],
                },
              },
            },
          ],
        },
      },
    },
  };
  const check = DocumentCheck.of(JSON.stringify(OPEN));
  const problems = (body: unknown, over: object = {}): string[] =>
    check.problemsOf({
      method: 'GET',
      route: '/things/:id',
      status: 200,
      type: 'application/json; charset=utf-8',
      body: JSON.stringify(body),
      ...over,
    });

  it.each([
    [{ id: 'a' }],
    [{ id: 'a', open: { x: 1 }, part: { a: null }, list: [{ id: 'b' }], both: null }],
    [{ id: 'a', both: { id: 'b' } }],
  ])('%j is as it says', (body) => {
    expect(problems(body)).toEqual([]);
  });

  it.each([
    [{}, 'id'],
    [{ id: 1 }, '/id'],
    [{ id: 'a', more: 1 }, 'more'],
    [{ id: 'a', part: { b: 1 } }, 'b'],
    [{ id: 'a', part: null }, '/part'],
    [{ id: 'a', list: [{ id: 'b', c: 1 }] }, '/list/0'],
    [{ id: 'a', both: { id: 'b', c: 1 } }, '/both'],
  ])('%j is not: %s', (body, place) => {
    expect(problems(body).join('\n')).toContain(place);
  });

  it('by status, type, method and route, too', () => {
    expect(problems({ id: 'a' }, { status: 201 })).toHaveLength(1);
    expect(problems({ id: 'a' }, { type: 'text/plain' })).toHaveLength(1);
    expect(problems({ id: 'a' }, { method: 'PUT' })).toHaveLength(1);
    expect(problems({ id: 'a' }, { route: '/others' })).toHaveLength(1);
    expect(problems({ id: 'a' }, { status: 204 })).toHaveLength(1);
    expect(problems(undefined, { status: 204, body: '' })).toEqual([]);
    expect(problems(undefined, { method: 'HEAD', body: '' })).toEqual([]);
  });
});

describe('the hook of the tests', () => {
  let instance: FastifyInstance;
  let port: number;
  const FALSE_PROGRAM = `
    import fastify from 'fastify';
    const app = fastify();
    app.get('/docs-json', () => ({ paths: {}, components: { schemas: {} } }));
    app.get('/thing', () => ({ a: 1 }));
    await app.inject('/thing');
  `;

  beforeAll(async () => {
    instance = fastify();
    instance.get('/docs-json', () => ({
      paths: {
        '/thing': { get: { responses: { 200: { content: { 'application/json': { schema: { type: 'object' } } } } } } },
      },
      components: { schemas: {} },
    }));
    instance.get('/thing', () => ({ extra: 1 }));
    await instance.listen({ port: 0, host: '127.0.0.1' });
    port = (instance.server.address() as { port: number }).port;
  });
  afterAll(() => instance.close());

  it.each<[string, () => Promise<unknown>]>([
    ['inject', async () => instance.inject('/thing')],
    ['fetch', () => fetch(`http://127.0.0.1:${port}/thing`)],
    ['undici', async () => (await request(`http://127.0.0.1:${port}/thing`)).body.text()],
    ['supertest', async () => supertest(instance.server).get('/thing')],
    ['a socket', () => overSocket(port, 'GET /thing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')],
  ])('sees what is received by %s', async (_, send) => {
    const before = answersChecked();
    await send();
    expect(answersChecked()).toBe(before + 1);
    expect(takeAnswerProblems().join()).toContain('GET /thing 200: body must NOT have unevaluated properties (extra)');
  });

  it('sees what a process of its own answers', () => {
    const { status } = spawnSync(process.execPath, ['--input-type=module', '--eval', FALSE_PROGRAM], {
      cwd: PROJECT_ROOT,
      env: { PATH: process.env['PATH'] ?? '', ...checkedEnvironment() },
    });
    expect(status).toBe(0);
    expect(takeAnswerProblems()).toEqual(['GET /thing 200: the operation is not in the document']);
  });

  it('sees what is answered to what is no HTTP', async () => {
    const before = answersChecked();
    const answer = await overSocket(Number(new URL(service.url).port), 'NO HTTP\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answersChecked()).toBe(before + 1);
    expect(takeAnswerProblems()).toEqual([]);
  });
});

function overSocket(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.on('close', () => resolve(answer)).on('error', reject);
  });
}
