import { RequestError } from '../../http/request-error.js';
import { credentialInAuthorization } from '../../security/caller-credentials.js';
import type { CallerRequest } from '../../security/caller-scheme.js';

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** The texts before and after the first colon. */
export interface BasicCredentials {
  readonly username: string;
  readonly password: string;
}

/**
 * The credentials of `Authorization: Basic`.
 * @throws RequestError 401 with a challenge, never repeating what came.
 */
export function readBasic(request: CallerRequest, realm: string): BasicCredentials {
  const presented = credentialInAuthorization(request, 'Basic');
  if (presented.kind === 'present' && BASE64.test(presented.value)) {
    const text = Buffer.from(presented.value, 'base64').toString('utf8');
    const colon = text.indexOf(':');
    if (colon > 0) return { username: text.slice(0, colon), password: text.slice(colon + 1) };
  }
  const message =
    presented.kind === 'missing'
      ? 'Send the application id and the application secret by HTTP Basic authentication.'
      : 'The credentials are malformed: send one Authorization header with base64 of id:secret.';
  throw new RequestError(401, 'UNAUTHORIZED', message, { challenge: `Basic realm="${realm}"` });
}

/** The header value of a user name and password, both in UTF-8. */
export function toBasic({ username, password }: BasicCredentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}
