import type { RenderedError } from '../../http/error-renderer.js';
import { toJsonText } from '../../http/json-text.js';
import type { RequestError } from '../../http/request-error.js';

const JSON_TYPE = 'application/json; charset=utf-8';

/** Renders an error of `/v2/token` as OAuth 2.0 does (RFC 6749, 5.2). */
export function renderTokenError(error: RequestError): RenderedError {
  return {
    contentType: JSON_TYPE,
    body: toJsonText({ error: oauthCode(error), error_description: error.message, error_uri: '' }),
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

function oauthCode({ status, details }: RequestError): string {
  if (status === 401) return 'invalid_client';
  if (status === 429 || status === 503) return 'temporarily_unavailable';
  if (status >= 500) return 'server_error';
  // A grant that is not there at all is a malformed request.
  const isOtherGrant = details.some(({ field, received }) => field === 'grant_type' && received !== 'nothing');
  return isOtherGrant ? 'unsupported_grant_type' : 'invalid_request';
}
