import { RequestError } from '../http/request-error.js';
import type { Caller, CallerScheme } from './caller-scheme.js';

/** The place of OAuth 2.0 client credentials: no caller passes until it is built, and a boot with it is refused. */
export class OAuth2Scheme implements CallerScheme {
  readonly scheme = 'oauth2';
  readonly hasCredentials = false;

  authenticate(): Caller {
    throw new RequestError(
      401,
      'UNAUTHORIZED',
      'OAuth 2.0 is not available yet: use an API key or Basic authentication',
    );
  }
}
