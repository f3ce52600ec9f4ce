import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type CryptoKey, errors, jwtVerify, type JWTPayload, SignJWT } from 'jose';
import { AppConfig } from '../config/config.js';
import { UUID } from '../http/uuid.pipe.js';
import type { TokenRefusal } from '../security/access-tokens.js';
import { ALGORITHM, SigningKeys } from './signing-keys.js';
import { CLOCK_SKEW_SECONDS, TOKEN_LIFE_SECONDS } from './token-life.js';
import { refusalOf } from './token-verdict.js';
import type { VerifiedToken } from './verified-tokens.js';

/** The type of access tokens (RFC 9068, 2.1): no other token of ours could be taken for one. */
const TYPE = 'at+jwt';
const REQUIRED = ['sub', 'client_id', 'secret_id', 'iat', 'exp', 'jti'];

/** A client, and the secret it proved itself with. */
export interface TokenSubject {
  readonly clientId: string;
  readonly secretId: string;
}

/** Signs our access tokens and verifies them: JSON Web Tokens by RFC 9068. */
@Injectable()
export class OwnTokens {
  private readonly issuer: string;
  private readonly audience: string;

  constructor(
    { http, inbound }: AppConfig,
    private readonly keys: SigningKeys,
  ) {
    this.issuer = http.publicUrl;
    this.audience = inbound.oauthAudience ?? http.publicUrl;
  }

  async sign({ clientId, secretId }: TokenSubject): Promise<string> {
    const { id, key } = await this.keys.current();
    return new SignJWT({ client_id: clientId, secret_id: secretId })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: id })
      .setIssuer(this.issuer)
      .setAudience(this.audience)
      .setSubject(clientId)
      .setIssuedAt()
      .setExpirationTime(`${TOKEN_LIFE_SECONDS}s`)
      .setJti(randomUUID())
      .sign(key);
  }

  async verify(token: string): Promise<VerifiedToken | TokenRefusal> {
    try {
      const { payload } = await jwtVerify(token, ({ kid }) => this.keyOf(kid), {
        algorithms: [ALGORITHM],
        issuer: this.issuer,
        audience: this.audience,
        typ: TYPE,
        requiredClaims: REQUIRED,
        // A token that lives longer is not one of ours, however well it is signed.
        maxTokenAge: TOKEN_LIFE_SECONDS,
        clockTolerance: CLOCK_SKEW_SECONDS,
      });
      return verifiedOf(payload) ?? 'claims';
    } catch (error) {
      return refusalOf(error);
    }
  }

  private async keyOf(kid: string | undefined): Promise<CryptoKey> {
    // No key of ours has an id of another form, so Postgres need not be asked.
    const key = kid !== undefined && UUID.test(kid) ? await this.keys.findVerifying(kid.toLowerCase()) : null;
    if (key === null) throw new errors.JWKSNoMatchingKey();
    return key;
  }
}

function verifiedOf({ sub, iat, exp, client_id: clientId, secret_id: secretId }: JWTPayload): VerifiedToken | null {
  if (typeof clientId !== 'string' || clientId !== sub || iat === undefined || exp === undefined) return null;
  if (typeof secretId !== 'string' || !UUID.test(secretId)) return null;
  const untilMs = (Math.min(exp, iat + TOKEN_LIFE_SECONDS) + CLOCK_SKEW_SECONDS) * 1_000;
  return { caller: { scheme: 'oauth2', name: clientId }, secretId: secretId.toLowerCase(), untilMs };
}
