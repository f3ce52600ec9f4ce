import type { InboundAuthScheme } from '../config/config.js';
import { callbackSchema, callbacksSection } from './openapi-callback.js';
import { objectSchema, type Schema } from './openapi-field-schemas.js';
import { executionRequestExample, executionRequestSchema } from './openapi-request-schema.js';
import {
  acknowledgementSchema,
  errorSchema,
  readResponses,
  serviceStatusSchema,
  submitResponses,
} from './openapi-responses.js';
import { buildServiceDefinition } from './service-definition-document.js';
import type { OpenApiInfo, ServiceDefinition } from './service-definition.js';

/** Where and how the document's service is called. */
export interface OpenApiOptions {
  /** Absolute, without a trailing slash: `servers[0].url`. */
  readonly baseUrl: string;
  readonly scheme: InboundAuthScheme;
  readonly apiKeyName: string;
  readonly apiKeyIn: 'header' | 'query';
  /** Where callers get access tokens, with the scheme oauth2. */
  readonly tokenUrl: string;
  /** The status for a stored request; 200 when left out. */
  readonly ackStatus?: 200 | 201;
}

/**
 * The OpenAPI 3.0 document an admin's screen imports: one server, one security scheme, three operations.
 * Source: Adobe's External Actions service provider guide.
 */
export function buildOpenApiDocument(definition: ServiceDefinition, options: OpenApiOptions): Schema {
  const [schemeName, securityScheme] = describeScheme(options);
  return {
    openapi: '3.0.3',
    info: describeMakers(definition.openapi),
    servers: [{ url: options.baseUrl }],
    security: [{ [schemeName]: [] }],
    paths: describePaths(definition, options),
    components: {
      securitySchemes: { [schemeName]: securityScheme },
      schemas: {
        executionRequest: executionRequestSchema(definition),
        acknowledgement: acknowledgementSchema(),
        callback: callbackSchema(definition),
        serviceDefinition: serviceDefinitionSchema(definition),
        serviceStatus: serviceStatusSchema(),
        error: errorSchema(),
      },
    },
  };
}

/** The `info` of a document. Ours come last: nothing a file passes through may change them. */
export function describeMakers(info: OpenApiInfo): Schema {
  const { name, email, url } = info.contact;
  return {
    ...info.extensions,
    title: info.title,
    version: info.version,
    description: info.description,
    contact: { name, ...(email !== null && { email }), ...(url !== null && { url }) },
    'x-providerName': info.providerName,
    'x-schemaVersion': '1.0.0',
    'x-supportContact': info.supportContact,
  };
}

/** Name and description of the one scheme that callers use. */
export function describeScheme(options: OpenApiOptions): readonly [string, Schema] {
  switch (options.scheme) {
    case 'apiKey':
      return ['apiKey', { type: 'apiKey', in: options.apiKeyIn, name: options.apiKeyName }];
    case 'basic':
      return ['basicAuth', { type: 'http', scheme: 'basic', 'x-realm-required': false }];
    case 'oauth2': {
      const clientCredentials = {
        tokenUrl: options.tokenUrl,
        // There are no refresh tokens: a client that renews asks for a token again.
        refreshUrl: options.tokenUrl,
        scopes: {},
        // The names that Adobe sends the request for a token with; left out, it takes these too.
        'x-grantTypeName': 'client_credentials',
        'x-clientIdName': 'client_id',
        'x-clientSecretName': 'client_secret',
      };
      return ['oauth2', { type: 'oauth2', flows: { clientCredentials } }];
    }
    default:
      return options.scheme satisfies never;
  }
}

function describePaths(definition: ServiceDefinition, { scheme, ackStatus = 200 }: OpenApiOptions): Schema {
  const basic = scheme === 'basic';
  return {
    '/getServiceDefinition': {
      get: {
        operationId: 'getServiceDefinition',
        summary: 'The definition of the service: fields it takes, and fields it answers with',
        responses: readResponses('The service definition', 'serviceDefinition', basic),
      },
    },
    '/submitAsyncAction': {
      post: {
        operationId: 'submitAsyncAction',
        summary: definition.name,
        description: definition.description,
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: { $ref: '#/components/schemas/executionRequest' },
              example: executionRequestExample(definition),
            },
          },
        },
        responses: submitResponses(ackStatus, basic),
        callbacks: callbacksSection(),
      },
    },
    '/status': {
      get: {
        operationId: 'statusCheck',
        summary: 'Whether the service is well and the credentials are right',
        responses: readResponses('The service is well', 'serviceStatus', basic),
      },
    },
  };
}

function serviceDefinitionSchema(definition: ServiceDefinition): Schema {
  const text = { type: 'string' };
  const list = { type: 'array', items: { type: 'object', additionalProperties: true } };
  const english = objectSchema({ name: text, description: text }, { required: ['name', 'description'] });
  const lists = (names: readonly string[]): Schema => Object.fromEntries(names.map((name) => [name, list]));
  const properties = {
    apiName: text,
    i18n: objectSchema({ en_US: english }, { required: ['en_US'] }),
    description: text,
    primaryAttribute: text,
    supportedEntityType: { type: 'string', enum: ['lead', 'account', 'accountPerson'] },
    enableSplitPaths: { type: 'boolean' },
    timeout: { type: 'integer', minimum: 1, maximum: 240, description: 'Minutes.' },
    invocationPayloadDef: objectSchema({
      ...lists(['globalAttributes', 'flowAttributes', 'fields', 'accountFields', 'headers', 'accessorsMetadata']),
      journeyContext: { type: 'boolean' },
      subscriptionContext: { type: 'boolean' },
    }),
    callbackPayloadDef: objectSchema(lists(['fields', 'accountFields', 'attributes'])),
  };
  const required = Object.keys(properties).filter((name) => name !== 'timeout');
  return { ...objectSchema(properties, { required }), example: buildServiceDefinition(definition) };
}
