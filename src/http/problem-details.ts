import type { ErrorBody, RenderedError } from './error-renderer.js';
import { PROBLEM_SCHEMA } from './error-schemas.js';
import { toJsonText } from './json-text.js';
import { REQUEST_ERROR_CODES, type RequestError } from './request-error.js';

/** The body that {@link renderProblemDetails} writes. */
export const PROBLEM_DETAILS: ErrorBody = Object.freeze({
  name: 'ProblemDetails',
  mediaTypes: ['application/problem+json'],
  schema: {
    type: 'object',
    required: ['type', 'title', 'status', 'code', 'requestId'],
    properties: {
      type: { type: 'string', enum: ['about:blank'] },
      title: { type: 'string', example: 'limit must be at most 200' },
      status: { type: 'integer', example: 400 },
      code: { type: 'string', enum: [...REQUEST_ERROR_CODES], example: 'INVALID_REQUEST' },
      requestId: { type: 'string', format: 'uuid', description: 'In the log, too' },
      errors: { type: 'array', items: PROBLEM_SCHEMA, description: 'All problems at once' },
      retryAfter: { type: 'integer', description: 'Seconds', example: 5 },
    },
  },
});

/** Renders an error as RFC 9457 problem details, with `code`, `requestId` and field `errors` as extensions. */
export function renderProblemDetails(error: RequestError, requestId: string): RenderedError {
  return {
    contentType: 'application/problem+json',
    body: toJsonText({
      type: 'about:blank',
      title: error.message,
      status: error.status,
      code: error.code,
      requestId,
      ...(error.details.length > 0 && { errors: error.details }),
      ...(error.retryAfterSeconds !== null && { retryAfter: error.retryAfterSeconds }),
    }),
  };
}
