import { Injectable } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { AccessTokens, type TokenRefusal, type TokenVerdict } from '../security/access-tokens.js';
import { ExternalIssuer } from './external-issuer.js';
import { ExternalTokens } from './external-tokens.js';
import { LiveSecrets } from './live-secrets.js';
import { tokensRefused } from './oauth.metrics.js';
import { OwnTokens } from './own-tokens.js';
import { type VerifiedToken, VerifiedTokens } from './verified-tokens.js';

/** Judges access tokens: ours, or those of OAUTH_ISSUER where it is set, never both. A token is verified once. */
@Injectable()
export class OAuthAccessTokens extends AccessTokens {
  private readonly verified = new VerifiedTokens();
  private readonly isExternal: boolean;

  constructor(
    private readonly config: AppConfig,
    private readonly own: OwnTokens,
    private readonly external: ExternalTokens,
    private readonly issuer: ExternalIssuer,
    private readonly secrets: LiveSecrets,
  ) {
    super();
    this.isExternal = config.inbound.oauthIssuer !== null;
  }

  judge(token: string): TokenVerdict | Promise<TokenVerdict> {
    const known = this.verified.find(token);
    return known === null ? this.verify(token) : this.judgeVerified(known);
  }

  async tokenUrl(): Promise<string> {
    return this.isExternal ? this.issuer.tokenUrl() : `${this.config.http.publicUrl}/oauth2/token`;
  }

  private async verify(token: string): Promise<TokenVerdict> {
    const found = await (this.isExternal ? this.external : this.own).verify(token);
    if (typeof found === 'string') return refused(found);
    this.verified.keep(token, found);
    return this.judgeVerified(found);
  }

  private judgeVerified({ caller, secretId }: VerifiedToken): TokenVerdict | Promise<TokenVerdict> {
    if (secretId === null) return { kind: 'caller', caller };
    const live = this.secrets.isLive(secretId);
    const verdictOf = (isLive: boolean): TokenVerdict => (isLive ? { kind: 'caller', caller } : refused('ended'));
    return live instanceof Promise ? live.then(verdictOf) : verdictOf(live);
  }
}

function refused(refusal: TokenRefusal): TokenVerdict {
  tokensRefused.inc({ reason: refusal });
  return { kind: 'refused', refusal };
}
