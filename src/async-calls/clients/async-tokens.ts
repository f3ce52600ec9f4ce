import { Injectable } from '@nestjs/common';
import { RequestError } from '../../http/request-error.js';
import { TokenBuckets, toRetryAfterSeconds } from '../../http/token-buckets.js';
import { CredentialBrake } from '../../security/credential-brake.js';
import { hashOf, matchesHash, newSecret } from '../../security/issued-secrets.js';
import { isClientId } from './async-clients.dto.js';
import { AsyncClientsRepository } from './async-clients.repository.js';
import { AsyncTokensRepository } from './async-tokens.repository.js';

/** As the documented ones live. */
export const TOKEN_LIFE_SECONDS = 1_200;
/** Tokens of one client, of one process. */
const TOKENS_AT_ONCE = 100;
const TOKENS_PER_SECOND = 20;

/** The credentials that a client presents for a token, and their address. */
export interface PresentedCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Address of the caller. */
  readonly from: string;
}

/** Issues access tokens for client credentials and finds the client of a token; any number of them live at once. */
@Injectable()
export class AsyncTokens {
  private readonly brake = new CredentialBrake();
  private readonly issued = new TokenBuckets(TOKENS_AT_ONCE, TOKENS_PER_SECOND);

  constructor(
    private readonly clients: AsyncClientsRepository,
    private readonly tokens: AsyncTokensRepository,
  ) {}

  /** @throws RequestError 401 for wrong credentials and disabled clients, 429 for who asks too often. */
  async issue({ clientId, clientSecret, from }: PresentedCredentials): Promise<string> {
    const attempt = { clientId, from };
    this.brake.check(attempt);
    if (!(await this.isRight(clientId, clientSecret))) {
      this.brake.noteWrong(attempt);
      throw wrongCredentials();
    }
    this.brake.noteRight(attempt);
    const waitMs = this.issued.take(clientId);
    if (waitMs > 0) throw tooManyTokens(waitMs);
    const token = newSecret();
    if (!(await this.tokens.insert(hashOf(token), clientId, TOKEN_LIFE_SECONDS))) throw wrongCredentials();
    return token;
  }

  /** The id of the client; null for a token that is unknown, or over. */
  findClient(token: string): Promise<string | null> {
    return this.tokens.findClient(hashOf(token));
  }

  private async isRight(clientId: string, clientSecret: string): Promise<boolean> {
    const stored = isClientId(clientId) ? await this.clients.findSecrets(clientId) : null;
    const isCurrent = matchesHash(clientSecret, stored?.secretHash ?? null);
    const isPrevious = matchesHash(clientSecret, stored?.previousSecretHash ?? null);
    return (isCurrent || isPrevious) && stored?.isDisabled === false;
  }
}

function tooManyTokens(waitMs: number): RequestError {
  return new RequestError(429, 'RATE_LIMITED', 'Too many tokens: use one until it expires.', {
    retryAfterSeconds: toRetryAfterSeconds(waitMs),
  });
}

function wrongCredentials(): RequestError {
  return new RequestError(
    401,
    'UNAUTHORIZED',
    'The client id or the client secret is wrong, or the client is disabled.',
  );
}
