import { Injectable } from '@nestjs/common';
import { jwtVerify, type JWTPayload } from 'jose';
import { AppConfig } from '../config/config.js';
import type { TokenRefusal } from '../security/access-tokens.js';
import { ExternalIssuer } from './external-issuer.js';
import { CLOCK_SKEW_SECONDS } from './token-life.js';
import { refusalOf } from './token-verdict.js';
import type { VerifiedToken } from './verified-tokens.js';

/** Signatures by a private key alone: with HMAC a public key would do as the secret. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
const REQUIRED = ['sub', 'exp'];
/** A key that the issuer withdraws verifies nothing after this and the time for which keys are kept. */
const BELIEVED_MS = 60_000;
const NAME_MAX = 200;

/** Verifies access tokens of the external issuer: JSON Web Tokens for our audience, signed by one of its keys. */
@Injectable()
export class ExternalTokens {
  private readonly issuer: string;
  private readonly audience: string;

  constructor(
    { http, inbound }: AppConfig,
    private readonly keys: ExternalIssuer,
  ) {
    this.issuer = inbound.oauthIssuer ?? '';
    this.audience = inbound.oauthAudience ?? http.publicUrl;
  }

  /** @throws RequestError 503 while the keys of the issuer cannot be had. */
  async verify(token: string): Promise<VerifiedToken | TokenRefusal> {
    try {
      const { payload } = await jwtVerify(token, (...named) => this.keys.findKey(...named), {
        algorithms: ALGORITHMS,
        issuer: this.issuer,
        audience: this.audience,
        requiredClaims: REQUIRED,
        clockTolerance: CLOCK_SKEW_SECONDS,
      });
      return verifiedOf(payload) ?? 'claims';
    } catch (error) {
      return refusalOf(error);
    }
  }
}

function verifiedOf({ sub, exp, client_id: clientId, azp }: JWTPayload): VerifiedToken | null {
  const name = [clientId, azp, sub].find((claim) => typeof claim === 'string' && claim !== '');
  if (typeof name !== 'string' || exp === undefined) return null;
  const untilMs = Math.min((exp + CLOCK_SKEW_SECONDS) * 1_000, Date.now() + BELIEVED_MS);
  return { caller: { scheme: 'oauth2', name: name.slice(0, NAME_MAX) }, secretId: null, untilMs };
}
