import type { ErrorBody, RenderedError } from './error-renderer.js';
import { PROBLEM_SCHEMA } from './error-schemas.js';
import { toJsonText } from './json-text.js';
import { REQUEST_ERROR_CODES, type RequestError, type RequestErrorCode } from './request-error.js';

/** The body that {@link renderUnionError} writes. */
export const UNION_ERROR: ErrorBody = Object.freeze({
  name: 'ExternalActionError',
  mediaTypes: ['application/json'],
  schema: {
    type: 'object',
    required: ['status', 'code', 'message', 'details', 'timestamp', 'requestId', 'error'],
    properties: {
      status: { type: 'string', enum: ['error'] },
      code: { type: 'string', enum: [...REQUEST_ERROR_CODES], example: 'VALIDATION_ERROR' },
      message: { type: 'string', example: 'Missing required field: email' },
      details: { type: 'array', items: PROBLEM_SCHEMA, description: 'All problems at once' },
      timestamp: { type: 'string', format: 'date-time' },
      requestId: { type: 'string', format: 'uuid', description: 'In the log, too' },
      error: {
        type: 'object',
        required: ['code', 'message', 'details'],
        description: 'The same in the nested form that Adobe documents as well',
        properties: {
          code: { type: 'string', enum: [...new Set(REQUEST_ERROR_CODES.map(nestedCode))] },
          message: { type: 'string' },
          details: {
            type: 'object',
            description: 'The first problem; empty when no field is to blame',
            properties: {
              field: { type: 'string' },
              expected: { type: 'string' },
              received: { type: 'string' },
            },
          },
          retryAfter: { type: 'integer', description: 'Seconds', example: 5 },
        },
      },
    },
  },
});

/** Renders the one body that satisfies every published reading of Adobe's error shape. */
export function renderUnionError(error: RequestError, requestId: string): RenderedError {
  const first = error.details[0];
  return {
    contentType: 'application/json; charset=utf-8',
    body: toJsonText({
      status: 'error',
      code: error.code,
      message: error.message,
      details: error.details,
      timestamp: new Date().toISOString(),
      requestId,
      error: {
        code: nestedCode(error.code),
        message: error.message,
        details: first === undefined ? {} : { field: first.field, expected: first.expected, received: first.received },
        ...(error.retryAfterSeconds !== null && { retryAfter: error.retryAfterSeconds }),
      },
    }),
  };
}

/** Adobe's documents name two conditions differently at the top and in the nested error; both names are sent. */
function nestedCode(code: RequestErrorCode): string {
  switch (code) {
    case 'RATE_LIMITED':
      return 'RATE_LIMIT_EXCEEDED';
    case 'VALIDATION_ERROR':
      return 'INVALID_REQUEST';
    default:
      return code;
  }
}
