import type { ApiResponseOptions } from '@nestjs/swagger';

/** A few members of what the routes about a service answer with: the documents themselves are Adobe's to describe. */
function example(description: string, value: object): ApiResponseOptions {
  return { description, schema: { type: 'object', additionalProperties: true, example: value } };
}

export const OPENAPI_EXAMPLE = example('OpenAPI 3.0', {
  openapi: '3.0.3',
  info: { title: 'Ricochet Contact Quality', version: '1.0.0' },
  paths: { '/submitAsyncAction': {}, '/getServiceDefinition': {}, '/status': {} },
});

export const DEFINITION_EXAMPLE = example('The service definition', {
  apiName: 'contact-quality',
  primaryAttribute: 'hotScore',
  supportedEntityType: 'lead',
  enableSplitPaths: true,
  timeout: 60,
});

const TEXTS = { type: 'array', items: { type: 'string' } } as const;

export const STATUS_EXAMPLE: ApiResponseOptions = {
  description: 'The state of the service',
  schema: {
    type: 'object',
    required: ['status', 'timestamp', 'info', 'warnings', 'errors'],
    properties: {
      status: { type: 'string', enum: ['healthy', 'degraded'], description: 'degraded with errors' },
      timestamp: { type: 'string', format: 'date-time', example: '2026-11-20T08:00:00.000Z' },
      info: TEXTS,
      warnings: TEXTS,
      errors: TEXTS,
    },
  },
};
