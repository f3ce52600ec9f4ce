import type { ErrorBody, RenderedError } from '../http/error-renderer.js';
import { PROBLEM_SCHEMA } from '../http/error-schemas.js';
import { toJsonText } from '../http/json-text.js';
import { REQUEST_ERROR_CODES, type RequestError } from '../http/request-error.js';

/** Marketo knows five statuses of a refusal, and takes wrong content for a 400 whatever is wrong with it. */
function statusOf(status: number): number {
  if (status === 401 || status === 403 || status === 429) return status;
  // Nothing was stored, or that is unknown: the token makes a repetition safe, and 429 is the status that asks for one.
  if (status === 503) return 429;
  return status >= 500 ? 500 : 400;
}

/** The body that {@link renderMarketoError} writes. */
export const MARKETO_ERROR: ErrorBody = Object.freeze({
  name: 'MarketoError',
  mediaTypes: ['application/json'],
  statusOf,
  schema: {
    type: 'object',
    required: ['success', 'errorCode', 'errorMessage', 'details', 'requestId'],
    properties: {
      success: { type: 'boolean', enum: [false] },
      errorCode: { type: 'string', enum: [...REQUEST_ERROR_CODES], example: 'INVALID_REQUEST' },
      errorMessage: { type: 'string', example: 'objectData has no lead' },
      details: { type: 'array', items: PROBLEM_SCHEMA, description: 'All problems at once' },
      requestId: { type: 'string', format: 'uuid', description: 'In the log, too' },
    },
  },
});

/** Writes an error with the names that a callback has for one, and a status that Marketo knows. */
export function renderMarketoError(error: RequestError, requestId: string): RenderedError {
  const { code, message, details } = error;
  return {
    contentType: 'application/json; charset=utf-8',
    body: toJsonText({ success: false, errorCode: code, errorMessage: message, details, requestId }),
    status: statusOf(error.status),
  };
}
