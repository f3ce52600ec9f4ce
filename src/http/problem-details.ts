import type { RenderedError } from './error-renderer.js';
import { toJsonText } from './json-text.js';
import type { RequestError } from './request-error.js';

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
