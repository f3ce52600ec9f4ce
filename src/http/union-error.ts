import type { RenderedError } from './error-renderer.js';
import { toJsonText } from './json-text.js';
import type { RequestError, RequestErrorCode } from './request-error.js';

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
