import { Injectable } from '@nestjs/common';
import { RequestError } from '../http/request-error.js';
import { TokenBuckets, toRetryAfterSeconds } from '../http/token-buckets.js';
import { UUID } from '../http/uuid.pipe.js';
import { CredentialBrake } from '../security/credential-brake.js';
import { matchesHash } from '../security/issued-secrets.js';
import { tokenRequests } from './oauth.metrics.js';
import { type LiveSecret, OAuthSecretsRepository } from './oauth-secrets.repository.js';
import { OwnTokens } from './own-tokens.js';

/** Tokens of one client, of one process. */
const TOKENS_AT_ONCE = 100;
const TOKENS_PER_SECOND = 20;
/** A client has no more. Without a secret nothing is compared in its place, so that a guess takes as long. */
export const SECRETS_MAX = 2;

/** The credentials that a client presents for a token, and their address. */
export interface PresentedClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly from: string;
  /** Whether they came by Basic authentication, and a refusal asks for it. */
  readonly isBasic: boolean;
}

/** Issues access tokens for client credentials; wrong ones are slowed down by client and by address. */
@Injectable()
export class TokenIssuer {
  private readonly brake = new CredentialBrake();
  private readonly issued = new TokenBuckets(TOKENS_AT_ONCE, TOKENS_PER_SECOND);

  constructor(
    private readonly secrets: OAuthSecretsRepository,
    private readonly tokens: OwnTokens,
  ) {}

  /** @throws RequestError 401 for wrong credentials and disabled clients, 429 for clients that ask or guess too often. */
  async issue(presented: PresentedClient): Promise<string> {
    try {
      const token = await this.tryIssue(presented);
      tokenRequests.inc({ outcome: 'issued' });
      return token;
    } catch (error) {
      if (error instanceof RequestError && error.status === 401) tokenRequests.inc({ outcome: 'refused' });
      if (error instanceof RequestError && error.status === 429) tokenRequests.inc({ outcome: 'slowed' });
      throw error;
    }
  }

  private async tryIssue({ clientId, clientSecret, from, isBasic }: PresentedClient): Promise<string> {
    const attempt = { clientId: clientId.toLowerCase(), from };
    this.brake.check(attempt);
    const secret = await this.findSecret(attempt.clientId, clientSecret);
    if (secret === null) {
      this.brake.noteWrong(attempt);
      throw wrongCredentials(isBasic);
    }
    this.brake.noteRight(attempt);
    const waitMs = this.issued.take(attempt.clientId);
    if (waitMs > 0) throw tooManyTokens(waitMs);
    await this.secrets.noteUse(secret.id);
    return this.tokens.sign({ clientId: attempt.clientId, secretId: secret.id });
  }

  private async findSecret(clientId: string, secret: string): Promise<LiveSecret | null> {
    // No client has an id of another form, so Postgres need not be asked, and could not be.
    const live = UUID.test(clientId) ? await this.secrets.findLive(clientId) : [];
    let found: LiveSecret | null = null;
    for (let place = 0; place < SECRETS_MAX; place += 1) {
      const candidate = live[place];
      if (matchesHash(secret, candidate?.hash ?? null) && candidate !== undefined) found = candidate;
    }
    return found;
  }
}

/** One sentence for all: which of the two is wrong is nothing to tell a stranger. */
function wrongCredentials(isBasic: boolean): RequestError {
  const message = 'The client id or the client secret is wrong, or the client is disabled.';
  const challenge = isBasic ? { challenge: 'Basic realm="oauth2"' } : {};
  return new RequestError(401, 'UNAUTHORIZED', message, challenge);
}

function tooManyTokens(waitMs: number): RequestError {
  return new RequestError(429, 'RATE_LIMITED', 'Too many tokens: use one until it expires.', {
    retryAfterSeconds: toRetryAfterSeconds(waitMs),
  });
}
