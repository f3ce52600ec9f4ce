import type { Schema } from '../../catalog/openapi-field-schemas.js';
import { describeMakers, describeScheme, type OpenApiOptions } from '../../catalog/openapi-document.js';
import { marketoSchemas } from './schemas.js';
import type { MarketoService } from './service-definition.js';

const JSON_TYPE = 'application/json';

/** Statuses of a refusal, and no other: Marketo knows these. */
const REFUSALS = {
  400: 'The body is not a batch that the service takes',
  401: 'No credentials, or wrong ones',
  403: 'The service or the subscription is not served here',
  429: 'Too much is waiting; try again after Retry-After',
  500: 'Our fault',
} as const;

/**
 * The OpenAPI document that a Marketo administrator installs: one server, one security scheme, six operations.
 * Source: Adobe's schema for service providers.
 */
export function buildMarketoOpenApi(definition: MarketoService, options: OpenApiOptions): Schema {
  const [schemeName, securityScheme] = describeScheme(options);
  return {
    openapi: '3.0.3',
    info: describeMakers(definition.openapi),
    servers: [{ url: options.baseUrl }],
    security: [{ [schemeName]: [] }],
    paths: {
      '/submitAsyncAction': { post: submitOperation(definition) },
      '/getServiceDefinition': read('The definition of the service', JSON_TYPE, schemaOf('serviceDefinition')),
      '/status': read('The state of the service', JSON_TYPE, schemaOf('serviceStatus')),
      '/getPicklist': { post: picklistOperation() },
      '/brandIcon': read('The icon of the provider', 'image/*', { type: 'string', format: 'binary' }, true),
      '/serviceIcon': read('The icon of the service', 'image/*', { type: 'string', format: 'binary' }, true),
      // Marketo shows a page of its own for it, so the path is there only where there is something to say.
      ...(definition.marketo.instructions !== null && {
        '/providerInstructions': read('How to set the service up', 'text/html', { type: 'string' }, true),
      }),
    },
    components: {
      securitySchemes: { [schemeName]: securityScheme },
      schemas: marketoSchemas(definition, options.baseUrl),
    },
  };
}

function submitOperation(definition: MarketoService): Schema {
  return {
    operationId: 'submitAsyncAction',
    summary: definition.name,
    description: definition.description,
    requestBody: { required: true, content: content(JSON_TYPE, schemaOf('async')) },
    responses: { 201: reply('Stored; one callback follows', 'acknowledgement'), ...refusals() },
    callbacks: {
      // The expression is Adobe's own: its schema asks for it, although the address comes as callbackUrl.
      selfServiceFlowComplete: { '{$request.body#/flowComplete}': { post: callbackOperation() } },
    },
  };
}

function callbackOperation(): Schema {
  const header = (name: string, description: string): Schema => ({
    in: 'header',
    name,
    description,
    required: true,
    schema: { type: 'string' },
  });
  return {
    summary: 'The results of a batch, one per lead',
    parameters: [
      header('x-api-key', 'The apiCallBackKey of the batch.'),
      header('x-callback-token', 'The token of the batch.'),
    ],
    requestBody: { required: true, content: content(JSON_TYPE, schemaOf('flowCallBack')) },
    responses: {
      200: { description: 'Received' },
      404: { description: 'Not known; not sent again' },
      405: { description: 'Refused; not sent again' },
      429: { description: 'Sent again after Retry-After' },
      500: { description: 'Sent again until the deadline' },
    },
  };
}

function picklistOperation(): Schema {
  return {
    operationId: 'getPicklist',
    summary: 'The choices of a parameter',
    requestBody: { required: true, content: content(JSON_TYPE, schemaOf('getPicklistRequest')) },
    responses: { 200: reply('The choices', 'picklistObject'), ...refusals() },
  };
}

function read(summary: string, mediaType: string, schema: Schema, isPublic = false): Schema {
  const responses = { 200: { description: summary, content: content(mediaType, schema) }, ...refusals() };
  return { get: { summary, ...(isPublic && { security: [] }), responses } };
}

function refusals(): Schema {
  return Object.fromEntries(Object.entries(REFUSALS).map(([status, text]) => [status, reply(text, 'error')]));
}

function reply(description: string, schema: string): Schema {
  return { description, content: content(JSON_TYPE, schemaOf(schema)) };
}

function content(mediaType: string, schema: Schema): Schema {
  return { [mediaType]: { schema } };
}

function schemaOf(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}
