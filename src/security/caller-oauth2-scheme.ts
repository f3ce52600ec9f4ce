import { RequestError } from '../http/request-error.js';
import type { Caller, CallerScheme } from './caller-scheme.js';

/** The place of OAuth 2.0 client credentials: nobody passes until it is built, and the boot refuses it when configured. */
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
