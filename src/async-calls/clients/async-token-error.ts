import type { ErrorBody, RenderedError } from '../../http/error-renderer.js';
import { toJsonText } from '../../http/json-text.js';
import { OAUTH_CODES, oauthCodeOf, oauthStatusOf } from '../../http/oauth-error.js';
import type { RequestError } from '../../http/request-error.js';

const JSON_TYPE = 'application/json; charset=utf-8';
/** The body that {@link renderTokenError} writes. */
export const TOKEN_ERROR: ErrorBody = Object.freeze({
  name: 'AsyncTokenError',
  mediaTypes: ['application/json'],
  schema: {
    type: 'object',
    required: ['error', 'error_description', 'error_uri'],
    properties: {
      error: { type: 'string', enum: [...OAUTH_CODES], example: 'invalid_client' },
      error_description: { type: 'string' },
      error_uri: { type: 'string', enum: [''], description: 'Always empty' },
    },
  },
  statusOf: oauthStatusOf,
});

/** The body that {@link renderLegacyTokenError} writes. */
export const LEGACY_TOKEN_ERROR: ErrorBody = Object.freeze({
  name: 'LegacyTokenError',
  mediaTypes: ['application/json'],
  schema: {
    type: 'object',
    required: ['message', 'errorcode', 'documentation'],
    properties: {
      message: { type: 'string' },
      errorcode: { type: 'integer', enum: [0, 1], description: '1: the credentials are unknown' },
      documentation: { type: 'string', enum: [''], description: 'Always empty' },
    },
  },
  statusOf: oauthStatusOf,
});

/** Renders an error of `/v2/token` as OAuth 2.0 does (RFC 6749, 5.2). */
export function renderTokenError(error: RequestError): RenderedError {
  return {
    contentType: JSON_TYPE,
    body: toJsonText({ error: oauthCodeOf(error), error_description: error.message, error_uri: '' }),
  };
}

/** Renders an error of `/v1/requestToken` in the words older clients read. */
export function renderLegacyTokenError(error: RequestError): RenderedError {
  const errorcode = error.status === 401 ? 1 : 0;
  return {
    contentType: JSON_TYPE,
    body: toJsonText({ message: error.message, errorcode, documentation: '' }),
  };
}
