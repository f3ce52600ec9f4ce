import { RequestError } from '../http/request-error.js';
import type { AccessTokens, TokenRefusal, TokenVerdict } from './access-tokens.js';
import { credentialInAuthorization } from './caller-credentials.js';
import type { Caller, CallerRequest, CallerScheme } from './caller-scheme.js';

const REALM = 'Bearer realm="ricochet"';
/** Proxies and servers carry headers of about 8 KiB; a token that is longer cannot come from one that works. */
const TOKEN_MAX = 8_192;

/** For the caller: what is wrong, and what helps. Never the token, nor anything in it. */
const SENTENCES: Readonly<Record<TokenRefusal, string>> = Object.freeze({
  malformed: 'The access token is malformed: send it as it was issued',
  algorithm: 'The access token is signed by an algorithm that is not accepted here',
  key: 'The access token is signed by a key that is not known here: ask for a new one',
  signature: 'The signature of the access token is wrong: send it as it was issued',
  expired: 'The access token has expired: ask for a new one',
  'not-yet': 'The access token is not valid yet: check the clock of its issuer',
  issuer: 'The access token is of another issuer',
  audience: 'The access token is for another audience',
  claims: 'The access token lacks a claim that is needed here, or one of them has another form',
  ended: 'The client of the access token was disabled, or the secret behind it has ended: ask for a new one',
});

/** An OAuth 2.0 access token as `Authorization: Bearer`; never in the query, where logs would keep it (RFC 6750, 2.3). */
export class OAuth2Scheme implements CallerScheme {
  readonly scheme = 'oauth2';
  /** Clients are stored, or with an external issuer: none of them can be counted at boot. */
  readonly hasCredentials = true;

  constructor(private readonly tokens: AccessTokens) {}

  authenticate(request: CallerRequest): Caller | Promise<Caller> {
    const presented = credentialInAuthorization(request, 'Bearer');
    switch (presented.kind) {
      case 'missing':
        throw unauthorized('No access token was sent: send it as Authorization: Bearer', REALM);
      case 'ambiguous':
        throw unauthorized('More than one Authorization header was sent: send it once', REALM);
      case 'present': {
        if (presented.value.length > TOKEN_MAX) throw refusalOf('malformed');
        const verdict = this.tokens.judge(presented.value);
        return verdict instanceof Promise ? verdict.then(callerOf) : callerOf(verdict);
      }
      default:
        return presented satisfies never;
    }
  }
}

function callerOf(verdict: TokenVerdict): Caller {
  if (verdict.kind === 'caller') return verdict.caller;
  throw refusalOf(verdict.refusal);
}

/** RFC 6750, 3.1: without a token the challenge names no error. */
function refusalOf(refusal: TokenRefusal): RequestError {
  return unauthorized(SENTENCES[refusal], `${REALM}, error="invalid_token", error_description="${SENTENCES[refusal]}"`);
}

function unauthorized(message: string, challenge: string): RequestError {
  return new RequestError(401, 'UNAUTHORIZED', message, { challenge });
}
