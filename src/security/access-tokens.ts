import type { Caller } from './caller-scheme.js';

/** Why an access token is refused; fit for a label of a metric. */
export const TOKEN_REFUSALS = Object.freeze([
  'malformed',
  'algorithm',
  'key',
  'signature',
  'expired',
  'not-yet',
  'issuer',
  'audience',
  'claims',
  'ended',
] as const);
export type TokenRefusal = (typeof TOKEN_REFUSALS)[number];

/** The worth of an access token. */
export type TokenVerdict =
  { readonly kind: 'caller'; readonly caller: Caller } | { readonly kind: 'refused'; readonly refusal: TokenRefusal };

/**
 * The port through which the scheme `oauth2` judges access tokens. Abstract, as who issues them is not for the guard to
 * know: `src/oauth` implements it for our own tokens and for those of an external issuer.
 */
export abstract class AccessTokens {
  /**
   * At once for a token that was judged a moment ago: a promise for each request would cost the hot path more than the
   * comparison does.
   * @throws RequestError 503 when the keys that would tell cannot be had.
   */
  abstract judge(token: string): TokenVerdict | Promise<TokenVerdict>;

  /** Where callers get tokens, for the documents of services. @throws RequestError 503 when the issuer does not tell. */
  abstract tokenUrl(): Promise<string>;
}
