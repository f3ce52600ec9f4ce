import type { ErrorBody, RenderedError } from '../http/error-renderer.js';
import { toJsonText } from '../http/json-text.js';
import { OAUTH_CODES, oauthCodeOf, oauthStatusOf } from '../http/oauth-error.js';
import type { RequestError } from '../http/request-error.js';

/** The body that {@link renderOAuthError} writes. */
export const OAUTH_ERROR: ErrorBody = Object.freeze({
  name: 'OAuthError',
  mediaTypes: ['application/json'],
  schema: {
    type: 'object',
    required: ['error', 'error_description'],
    properties: {
      error: { type: 'string', enum: [...OAUTH_CODES], example: 'invalid_client' },
      error_description: { type: 'string' },
    },
  },
  statusOf: oauthStatusOf,
});

/** Renders an error under `/oauth2` as OAuth 2.0 does (RFC 6749, 5.2). */
export function renderOAuthError(error: RequestError): RenderedError {
  return {
    contentType: 'application/json; charset=utf-8',
    body: toJsonText({ error: oauthCodeOf(error), error_description: error.message }),
  };
}
