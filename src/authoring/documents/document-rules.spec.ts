import { describe, expect, it } from 'vitest';
import { ACCOUNT_YAML, definitionOf, GROUP_YAML, LEAD_YAML } from '../../catalog/catalog.fixtures.js';
import { buildOpenApiDocument } from '../../catalog/openapi-document.js';
import { SCREEN_WORDS } from './document-findings.js';
import { findDocumentProblems, titleOf } from './document-rules.js';

type Json = Record<string, any>;
type Scheme = 'apiKey' | 'basic' | 'oauth2';

function documentOf(yaml = LEAD_YAML, scheme: Scheme = 'apiKey'): Json {
  const options = {
    baseUrl: 'https://ricochet.example/services/x',
    scheme,
    apiKeyName: 'X-API-Key',
    apiKeyIn: 'header',
    tokenUrl: 'https://ricochet.example/oauth2/token',
  } as const;
  return JSON.parse(JSON.stringify(buildOpenApiDocument(definitionOf(yaml), options))) as Json;
}

/** Findings as a user reads them: severity, Adobe's words, path and reason. */
function findingsOf(document: unknown, isLocal = false): string[] {
  return findDocumentProblems(document, { isLocal }).map(({ severity, screen, path, reason }) =>
    [severity, ...(screen === null ? [] : [SCREEN_WORDS[screen]]), path, reason].join(' | '),
  );
}

const SUBMIT = (document: Json): Json => document['paths']['/submitAsyncAction'].post;
const REQUEST = (document: Json): Json => document['components'].schemas.executionRequest.properties.objectData;

/** Ways to break a document, and the words that say so. */
const BROKEN: readonly (readonly [name: string, breakIt: (document: Json) => unknown, words: string])[] = [
  ['no version', (d) => delete d['openapi'], 'Unsupported version | openapi | is missing'],
  ['OpenAPI 3.1', (d) => (d['openapi'] = '3.1.0'), 'Unsupported version | openapi | "3.1.0" is not OpenAPI 3.0'],
  ['a number as version', (d) => (d['openapi'] = 3), 'Unsupported version | openapi | 3 is not OpenAPI 3.0'],
  [
    'Swagger 2.0',
    (d) => {
      delete d['openapi'];
      d['swagger'] = '2.0';
    },
    'Unsupported version | swagger | "2.0" is not OpenAPI 3.0',
  ],
  ['no title', (d) => delete d['info'].title, 'Invalid document | info.title | is missing'],
  ['an empty title', (d) => (d['info'].title = ' '), 'Invalid document | info.title | is missing'],
  ['no version of its own', (d) => delete d['info'].version, 'Invalid document | info.version | is missing'],
  ['no description', (d) => delete d['info'].description, 'Invalid document | info.description | is missing'],
  ['no contact', (d) => delete d['info'].contact, 'Invalid document | info.contact | is missing'],
  ...(['x-providerName', 'x-schemaVersion', 'x-supportContact'] as const).map(
    (key) =>
      [
        `no ${key}`,
        (d: Json) => Reflect.deleteProperty(d['info'] as object, key),
        `Missing extension field | info.${key} | is missing`,
      ] as const,
  ),
  [
    'another schema version',
    (d) => (d['info']['x-schemaVersion'] = '2.0.0'),
    'Unsupported version | info.x-schemaVersion | "2.0.0" is not known',
  ],
  ['no server', (d) => delete d['servers'], 'Invalid server address | servers[0].url | is missing'],
  ['a relative server', (d) => (d['servers'] = [{ url: '/x' }]), '/x is not an absolute address'],
  ['http', (d) => (d['servers'] = [{ url: 'http://a.example' }]), 'http://a.example is not https'],
  ['a query', (d) => (d['servers'] = [{ url: 'https://a.example/?b=1' }]), 'has more than host and path'],
  [
    'two servers',
    (d) => d['servers'].push({ url: 'https://b.example' }),
    'warning | servers | has 2 entries, and Adobe reads the first',
  ],
  [
    'no scheme',
    (d) => delete d['components'].securitySchemes,
    'Missing security scheme | components.securitySchemes | is missing',
  ],
  [
    'two schemes',
    (d) => (d['components'].securitySchemes.basicAuth = { type: 'http', scheme: 'basic' }),
    'Several security schemes | components.securitySchemes | has 2: apiKey, basicAuth',
  ],
  [
    'openIdConnect',
    (d) => (d['components'].securitySchemes.apiKey = { type: 'openIdConnect', openIdConnectUrl: 'https://a.example' }),
    'Unsupported security scheme | components.securitySchemes.apiKey.type | "openIdConnect" is not supported',
  ],
  [
    'a key in a cookie',
    (d) => (d['components'].securitySchemes.apiKey.in = 'cookie'),
    'Unsupported security scheme | components.securitySchemes.apiKey.in | "cookie" is not supported',
  ],
  [
    'http bearer',
    (d) => (d['components'].securitySchemes.apiKey = { type: 'http', scheme: 'bearer' }),
    'Unsupported security scheme | components.securitySchemes.apiKey.scheme | "bearer" is not supported',
  ],
  [
    'scopes of oauth2',
    (d) =>
      (d['components'].securitySchemes.apiKey = {
        type: 'oauth2',
        flows: { clientCredentials: { tokenUrl: 'https://a.example/token', scopes: { all: 'x' } } },
      }),
    'Unsupported security scheme | components.securitySchemes.apiKey.flows.clientCredentials.scopes | must be empty',
  ],
  [
    'another flow of oauth2',
    (d) =>
      (d['components'].securitySchemes.apiKey = {
        type: 'oauth2',
        flows: { password: { tokenUrl: 'https://a.example/token', scopes: {} } },
      }),
    'Unsupported security scheme | components.securitySchemes.apiKey.flows.password | is not supported',
  ],
  ['no requirement', (d) => delete d['security'], 'Missing security scheme | security | is missing'],
  [
    'two requirements',
    (d) => d['security'].push({ other: [] }),
    'Several security schemes | security | asks for apiKey, other',
  ],
  [
    'an operation with its own',
    (d) => (SUBMIT(d)['security'] = []),
    'warning | paths./submitAsyncAction.post.security |',
  ],
  ...(
    [
      ['/getServiceDefinition', 'GET'],
      ['/submitAsyncAction', 'POST'],
      ['/status', 'GET'],
    ] as const
  ).map(
    ([path, method]) =>
      [
        `no ${path}`,
        (d: Json) => Reflect.deleteProperty(d['paths'] as object, path),
        `Missing endpoint | paths.${path} | ${method} ${path} is missing`,
      ] as const,
  ),
  [
    'another method',
    (d) => (d['paths']['/status'] = { post: d['paths']['/status'].get }),
    'Missing endpoint | paths./status | GET /status is missing',
  ],
  [
    'no operationId',
    (d) => delete SUBMIT(d)['operationId'],
    'Missing endpoint | paths./submitAsyncAction.post.operationId | is missing',
  ],
  [
    'one operationId twice',
    (d) => (SUBMIT(d)['operationId'] = 'statusCheck'),
    'Duplicate operationId | paths./status.get.operationId | "statusCheck" is that of paths./submitAsyncAction.post too',
  ],
  [
    'a callback with an operationId of another',
    (d) => (SUBMIT(d)['callbacks'].actionResult['{$request.body#/callbackUrl}'].post.operationId = 'statusCheck'),
    'Duplicate operationId |',
  ],
  [
    'no JSON in the request',
    (d) => (SUBMIT(d)['requestBody'].content = { 'text/plain': {} }),
    'Invalid document | paths./submitAsyncAction.post.requestBody | takes no application/json',
  ],
  [
    'no acknowledgement',
    (d) => delete SUBMIT(d)['responses']['200'],
    'Invalid document | paths./submitAsyncAction.post.responses | has no 200 or 201',
  ],
  [
    'no callback',
    (d) => delete SUBMIT(d)['callbacks'],
    'warning | paths./submitAsyncAction.post.callbacks | is missing',
  ],
  [
    'a callback to elsewhere',
    (d) =>
      (SUBMIT(d)['callbacks'] = {
        other: { 'https://a.example': { post: { responses: { 200: { description: 'x' } } } } },
      }),
    'does not post to the callbackUrl of the request',
  ],
  [
    'another entity type',
    (d) => (REQUEST(d)['properties'].objectType.enum = ['person']),
    'Invalid entity type | paths./submitAsyncAction.post.requestBody objectData.objectType | "person" is not one',
  ],
  [
    'an example with another entity type',
    (d) => (SUBMIT(d)['requestBody'].content['application/json'].example.objectData.objectType = 'person'),
    'Invalid entity type | paths./submitAsyncAction.post.requestBody example.objectData.objectType | "person" is not one',
  ],
  [
    'a definition with another entity type',
    (d) => (d['components'].schemas.serviceDefinition.example.supportedEntityType = 'person'),
    'Invalid entity type | paths./getServiceDefinition.get.responses.200 supportedEntityType | "person" is not one',
  ],
  [
    "Adobe's own oneOf",
    (d) => (REQUEST(d)['properties'].objectContext = { oneOf: [{ type: 'object' }, { type: 'object' }] }),
    'warning | paths./submitAsyncAction.post.requestBody objectData.objectContext | is oneOf',
  ],
  [
    'a reference to nowhere',
    (d) => (d['components'].schemas.executionRequest.properties.more = { $ref: '#/components/schemas/none' }),
    '#/components/schemas/none leads nowhere',
  ],
  [
    'a reference to elsewhere',
    (d) => (d['components'].schemas.executionRequest.properties.more = { $ref: 'https://a.example/x.json' }),
    'https://a.example/x.json stands outside of the document',
  ],
  [
    'a response without a description',
    (d) => delete SUBMIT(d)['responses']['200'].description,
    'does not follow OpenAPI 3.0',
  ],
  ['a key that OpenAPI has not', (d) => (d['infos'] = {}), 'has a key it must not have: infos'],
  [
    'an example that does not fit',
    (d) => (d['components'].schemas.serviceStatus.example = { status: 7 }),
    'Invalid document | components.schemas.serviceStatus.example | does not fit its schema',
  ],
  [
    'a request example without its token',
    (d) => delete SUBMIT(d)['requestBody'].content['application/json'].example.token,
    "must have required property 'token'",
  ],
  [
    'a named example that does not fit',
    (d) => {
      const media = SUBMIT(d)['requestBody'].content['application/json'];
      delete media.example;
      media.examples = { one: { value: { token: 5 } } };
    },
    'requestBody.content.application/json.examples.one | does not fit its schema',
  ],
];

describe('the rules for OpenAPI documents', () => {
  it.each(
    [LEAD_YAML, ACCOUNT_YAML, GROUP_YAML].flatMap((yaml) =>
      (['apiKey', 'basic', 'oauth2'] as const).map((scheme) => [scheme, documentOf(yaml, scheme)] as const),
    ),
  )('find nothing in a document of our own, called with %s', (_scheme, document) => {
    expect(findingsOf(document)).toEqual([]);
  });

  it.each(BROKEN)('find %s', (_name, breakIt, words) => {
    const document = documentOf();
    breakIt(document);
    expect(findingsOf(document).join('\n')).toContain(words);
  });

  it('have a broken document for each word of the screen, but that for two documents with one title', () => {
    const said = BROKEN.map(([, breakIt]) => {
      const document = documentOf();
      breakIt(document);
      return findDocumentProblems(document, { isLocal: false });
    });
    const words = new Set(said.flat().map(({ screen }) => screen));
    const all = Object.keys(SCREEN_WORDS).filter((word) => word !== 'title');
    expect([...words].filter((word) => word !== null).sort()).toEqual(all.sort());
  });

  it('give each finding a reason and a cure', () => {
    for (const [, breakIt] of BROKEN) {
      const document = documentOf();
      breakIt(document);
      for (const { reason, remedy } of findDocumentProblems(document, { isLocal: false })) {
        expect(reason).toMatch(/^\S.{3,}/);
        expect(remedy).toMatch(/^\S.{3,}/);
      }
    }
  });

  it('only warn of http on this machine', () => {
    const document = documentOf();
    document['servers'] = [{ url: 'http://127.0.0.1:3000/services/x' }];
    expect(findingsOf(document, true)).toEqual([expect.stringMatching(/^warning \| servers\[0\]\.url/)]);
  });

  it('warn of an address that is not the one that the document came from', () => {
    const found = (origin: string): number => findDocumentProblems(documentOf(), { isLocal: false, origin }).length;
    expect([found('https://ricochet.example'), found('https://other.example')]).toEqual([0, 1]);
  });

  it.each([
    ['null', null],
    ['a text', 'openapi'],
    ['a list', []],
    ['an object without anything', {}],
    ['a version alone', { openapi: '3.0.3' }],
    ['members of other types', { openapi: '3.0.3', info: 7, paths: [], servers: {}, components: 'x', security: 1 }],
    [
      'paths of other types',
      { openapi: '3.0.3', info: {}, paths: { '/status': 5, '/submitAsyncAction': { post: [] } } },
    ],
  ])('take %s for a document with problems, and go on', (_name, document) => {
    expect(findingsOf(document).some((line) => line.startsWith('problem'))).toBe(true);
  });

  it('refuse a document that is nested too deep to be read', () => {
    const document = documentOf();
    let inner: Json = { type: 'object' };
    for (let depth = 0; depth < 120; depth += 1) inner = { type: 'object', properties: { a: inner } };
    document['components'].schemas.deep = inner;
    expect(findingsOf(document)).toEqual([expect.stringContaining('nested more than 100 levels deep')]);
  });

  it('follow references in circles to an end', () => {
    const document = documentOf();
    document['components'].schemas.executionRequest = { $ref: '#/components/schemas/executionRequest' };
    expect(findingsOf(document).length).toBeGreaterThan(0);
  });

  it('read titles without blanks around them', () => {
    expect(titleOf({ info: { title: ' A ' } })).toBe('A');
    expect(titleOf({ info: {} })).toBeNull();
    expect(titleOf(null)).toBeNull();
  });
});
