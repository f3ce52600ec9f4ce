import type { RequestError } from './request-error.js';

/** The names of errors that doors for tokens answer with (RFC 6749, 5.2). */
export const OAUTH_CODES = Object.freeze([
  'invalid_client',
  'temporarily_unavailable',
  'server_error',
  'unsupported_grant_type',
  'invalid_request',
] as const);
export type OAuthCode = (typeof OAUTH_CODES)[number];

/** The name of an error in the words of OAuth 2.0. */
export function oauthCodeOf({ status, details }: RequestError): OAuthCode {
  if (status === 401) return 'invalid_client';
  if (status === 429 || status === 503) return 'temporarily_unavailable';
  if (status >= 500) return 'server_error';
  // A grant that is not there at all is a malformed request.
  const isOtherGrant = details.some(({ field, received }) => field === 'grant_type' && received !== 'nothing');
  return isOtherGrant ? 'unsupported_grant_type' : 'invalid_request';
}

/** A token is asked for with a whole body or none: wrong fields are 400. */
export function oauthStatusOf(status: number): number {
  return status === 422 ? 400 : status;
}
