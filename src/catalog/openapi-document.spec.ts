import { validate } from '@apidevtools/swagger-parser';
import { describe, expect, it } from 'vitest';
import { findDocumentProblems } from '../authoring/documents/document-rules.js';
import { ACCOUNT_YAML, definitionOf, GROUP_YAML, LEAD_YAML } from './catalog.fixtures.js';
import { buildOpenApiDocument, type OpenApiOptions } from './openapi-document.js';

type Node = { readonly [key: string]: Node };

const OPTIONS: OpenApiOptions = {
  baseUrl: 'https://ricochet.example/services/mail-check',
  scheme: 'apiKey',
  apiKeyName: 'X-API-Key',
  apiKeyIn: 'header',
  tokenUrl: 'https://ricochet.example/oauth2/token',
};
const SERVICES = [
  ['lead', LEAD_YAML],
  ['account', ACCOUNT_YAML],
  ['accountPerson', GROUP_YAML],
] as const;
const SCHEMES = ['apiKey', 'basic', 'oauth2'] as const;

function documentOf(yaml: string, options: Partial<OpenApiOptions> = {}): Node {
  return JSON.parse(JSON.stringify(buildOpenApiDocument(definitionOf(yaml), { ...OPTIONS, ...options }))) as Node;
}

function operations(document: Node): Node[] {
  return Object.values(document['paths'] ?? {}).flatMap((path) => Object.values(path));
}

describe.each(SERVICES)('the OpenAPI document of a service for %s', (entityType, yaml) => {
  it.each(SCHEMES)('is valid OpenAPI 3.0 when called with %s', async (scheme) => {
    const document = documentOf(yaml, { scheme });
    await expect(validate(structuredClone(document) as never)).resolves.toMatchObject({ openapi: '3.0.3' });
  });

  it.each(SCHEMES)('breaks no rule of the admin screen when called with %s', (scheme) => {
    expect(findDocumentProblems(documentOf(yaml, { scheme }), { isLocal: false })).toEqual([]);
  });

  it('is what the admin screen accepts, rule by rule', () => {
    const document = documentOf(yaml);
    expect(findDocumentProblems(document, { isLocal: false })).toEqual([]);
    const { info, servers, security, components, paths } = document as Record<string, Node>;
    expect(document['openapi']).toMatch(/^3\.0\.\d+$/);
    expect(info).toMatchObject({
      title: expect.stringMatching(/./) as string,
      version: expect.stringMatching(/./) as string,
      description: expect.stringMatching(/./) as string,
      contact: { name: expect.stringMatching(/./) as string },
      'x-providerName': 'Acme',
      'x-schemaVersion': '1.0.0',
      'x-supportContact': expect.stringMatching(/./) as string,
    });
    expect(servers).toEqual([{ url: OPTIONS.baseUrl }]);
    expect(security).toEqual([{ apiKey: [] }]);
    expect(components?.['securitySchemes']).toEqual({ apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' } });
    expect(Object.keys(paths ?? {})).toEqual(['/getServiceDefinition', '/submitAsyncAction', '/status']);
    const ids = operations(document).map((operation) => operation['operationId']);
    expect(ids).toEqual(['getServiceDefinition', 'submitAsyncAction', 'statusCheck']);
    expect(operations(document).every((operation) => operation['security'] === undefined)).toBe(true);
  });

  it('ties objectContext to the one objectType without oneOf', () => {
    const document = documentOf(yaml);
    const request = document['components']?.['schemas']?.['executionRequest'];
    const objectData = request?.['properties']?.['objectData'];
    expect(objectData?.['properties']?.['objectType']?.['enum']).toEqual([entityType]);
    const required = objectData?.['properties']?.['objectContext']?.['required'] as unknown as string[];
    expect(required[0]).toBe(entityType === 'lead' ? 'leadId' : 'accountId');
    expect(required.includes('accountPersonRelationships')).toBe(entityType === 'accountPerson');
    expect(JSON.stringify(document)).not.toContain('oneOf');
  });

  it('declares every answer, with an example of each error', () => {
    const submit = documentOf(yaml)['paths']?.['/submitAsyncAction']?.['post'];
    const responses = submit?.['responses'] ?? {};
    expect(Object.keys(responses)).toEqual([
      '200',
      '400',
      '401',
      '403',
      '404',
      '409',
      '413',
      '415',
      '422',
      '429',
      '500',
      '503',
    ]);
    for (const [status, response] of Object.entries(responses).filter(([status]) => status !== '200')) {
      const content = response['content']?.['application/json'];
      expect(content?.['schema']).toEqual({ $ref: '#/components/schemas/error' });
      expect(content?.['example']).toMatchObject({ status: 'error', error: { code: expect.any(String) as string } });
      expect(response['headers']?.['Retry-After'] !== undefined).toBe(status === '429' || status === '503');
    }
    expect(submit?.['requestBody']?.['content']?.['application/json']?.['example']).toMatchObject({
      objectData: { objectType: entityType },
    });
  });

  it('describes the callback we send', () => {
    const document = documentOf(yaml);
    const callbacks = document['paths']?.['/submitAsyncAction']?.['post']?.['callbacks'];
    const post = callbacks?.['actionResult']?.['{$request.body#/callbackUrl}']?.['post'];
    const headers = (post?.['parameters'] as unknown as { name: string }[]).map((parameter) => parameter.name);
    expect(headers).toEqual(['X-Callback-Token', 'X-Api-Key', 'X-Request-Id', 'x-gw-ims-org-id']);
    const schema = document['components']?.['schemas']?.['callback'];
    const item = schema?.['properties']?.['objectData']?.['items'];
    const data = { lead: 'leadData', account: 'accountData', accountPerson: 'accountPersonData' }[entityType];
    expect(item?.['required']).toEqual(['activityData', data]);
  });
});

describe('the OpenAPI document', () => {
  it.each([
    ['apiKey', { apiKeyIn: 'query', apiKeyName: 'key' }, { apiKey: { type: 'apiKey', in: 'query', name: 'key' } }],
    ['basic', {}, { basicAuth: { type: 'http', scheme: 'basic', 'x-realm-required': false } }],
    ['oauth2', {}, { oauth2: { type: 'oauth2', flows: { clientCredentials: { scopes: {} } } } }],
  ] as const)('has exactly one security scheme and one requirement: %s', (scheme, options, expected) => {
    const document = documentOf(LEAD_YAML, { scheme, ...options });
    expect(document['components']?.['securitySchemes']).toMatchObject(expected);
    expect(Object.keys(document['components']?.['securitySchemes'] ?? {})).toHaveLength(1);
    expect(document['security']).toEqual([{ [Object.keys(expected)[0] ?? '']: [] }]);
  });

  it('tells Adobe where tokens come from, where they are renewed, and the names to ask with', () => {
    const document = documentOf(LEAD_YAML, { scheme: 'oauth2' });
    expect(document['components']?.['securitySchemes']).toEqual({
      oauth2: {
        type: 'oauth2',
        flows: {
          clientCredentials: {
            tokenUrl: 'https://ricochet.example/oauth2/token',
            refreshUrl: 'https://ricochet.example/oauth2/token',
            scopes: {},
            'x-grantTypeName': 'client_credentials',
            'x-clientIdName': 'client_id',
            'x-clientSecretName': 'client_secret',
          },
        },
      },
    });
  });

  it('passes extensions of info through, and none over our own', () => {
    expect(documentOf(LEAD_YAML)['info']).toMatchObject({ 'x-audience': 'journeys', 'x-schemaVersion': '1.0.0' });
    expect(documentOf(LEAD_YAML)['info']?.['contact']).toEqual({
      name: 'Acme Support',
      email: 'help@acme.example',
      url: 'https://acme.example/help',
    });
  });

  it('declares 201 instead of 200 when that is how requests are acknowledged', () => {
    const submit = documentOf(LEAD_YAML, { ackStatus: 201 })['paths']?.['/submitAsyncAction']?.['post'];
    expect(Object.keys(submit?.['responses'] ?? {})).toEqual(expect.arrayContaining(['201']));
    expect(submit?.['responses']?.['200']).toBeUndefined();
  });

  it('types fields and constraints richly', () => {
    const schemas = documentOf(LEAD_YAML)['components']?.['schemas'];
    const context = schemas?.['executionRequest']?.['properties']?.['objectData']?.['properties']?.['objectContext'];
    expect(context?.['properties']?.['leadData']).toMatchObject({
      required: ['email'],
      properties: {
        email: { type: 'string', format: 'email', description: 'The address' },
        visits: { type: 'integer', nullable: true },
      },
    });
    const item = schemas?.['callback']?.['properties']?.['objectData']?.['items'];
    expect(item?.['properties']?.['leadData']?.['properties']?.['accessorValues']?.['properties']).toEqual({
      grade: { type: 'integer', description: 'Better is higher', minimum: 0, maximum: 100, enum: [0, 50, 100] },
      kind: { type: 'string' },
    });
  });
});
