import type { OpenAPIObject } from '@nestjs/swagger';
import type { ErrorDialects } from './error-dialects.js';
import type { ErrorBody } from './error-renderer.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Response = Operation['responses'][string];
type Headers = NonNullable<Extract<NonNullable<Response>, { content?: unknown }>['headers']>;

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

const DESCRIPTIONS: Readonly<Record<number, string>> = Object.freeze({
  400: 'The request is malformed',
  401: 'No credentials, or unknown ones',
  403: 'The credentials are right, and do not reach this far',
  404: 'No such resource',
  409: 'Not in its present state',
  410: 'It was removed',
  412: 'It has changed since the ETag of If-Match; ETag is the current one',
  413: 'The request body is too large',
  415: 'The content type is not supported',
  422: 'Fields do not fit; all of them are named',
  429: 'Too many requests: wait as long as Retry-After says',
  500: 'Unexpected; the log says why',
  503: 'Postgres is away, or the process is overloaded or stopping: wait as long as Retry-After says',
});

/**
 * Gives each operation its refusals, with the body of the dialect its path speaks: those every operation of its kind
 * can answer with, and those its controller declares without content (`@ApiConflictResponse({ description })`).
 */
export function documentRefusals(document: OpenAPIObject, dialects: ErrorDialects): void {
  const schemas = ((document.components ??= {}).schemas ??= {});
  for (const [path, item] of Object.entries(document.paths)) {
    const body = dialects.bodyOf(path);
    for (const method of METHODS) {
      const operation = item[method];
      if (operation === undefined) continue;
      schemas[body.name] ??= body.schema;
      for (const status of refusalsOf(operation, document, body)) {
        operation.responses[status] = refusal(status, operation.responses[status], body);
      }
    }
  }
}

/** Ascending. */
function refusalsOf(
  operation: Operation,
  document: OpenAPIObject,
  { statusOf = (status) => status }: ErrorBody,
): number[] {
  const parameters = (operation.parameters ?? []).map((parameter) => ('in' in parameter ? parameter.in : ''));
  const security = operation.security ?? document.security ?? [];
  const general = [
    ...(operation.requestBody === undefined ? [] : [400, 413, 415, 422]),
    ...(parameters.includes('query') ? [400] : []),
    ...(parameters.includes('path') ? [400, 404] : []),
    ...(security.some((scheme) => Object.keys(scheme).length > 0) ? [401] : []),
    500,
    503,
  ].map(statusOf);
  const declared = Object.keys(operation.responses).map(Number);
  return [...new Set([...general, ...declared.filter((status) => status >= 400)])].sort((a, b) => a - b);
}

function refusal(status: number, declared: Response, body: ErrorBody): Response {
  if (declared !== undefined && '$ref' in declared) return declared;
  const schema = { $ref: `#/components/schemas/${body.name}` };
  const headers = headersOf(status);
  return {
    description: (declared?.description ?? '') || (DESCRIPTIONS[status] ?? 'Refused'),
    ...(headers !== null && { headers }),
    content: declared?.content ?? Object.fromEntries(body.mediaTypes.map((type) => [type, { schema }])),
  };
}

function headersOf(status: number): Headers | null {
  if (status === 412) return { ETag: { description: 'The current one', schema: { type: 'string' } } };
  if (status === 429 || status === 503) {
    return { 'Retry-After': { description: 'Seconds', schema: { type: 'integer' } } };
  }
  return null;
}
