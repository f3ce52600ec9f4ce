import { Injectable } from '@nestjs/common';
import { RequestError } from '../../http/request-error.js';
import { TokenBuckets, toRetryAfterSeconds } from '../../http/token-buckets.js';
import { hashOf, matchesHash, newSecret } from '../../security/issued-secrets.js';
import { isClientId } from './async-clients.dto.js';
import { AsyncClientsRepository } from './async-clients.repository.js';
import { AsyncTokensRepository } from './async-tokens.repository.js';

/** As the documented ones live. */
export const TOKEN_LIFE_SECONDS = 1_200;
/** Wrong secrets of one client from one address: ten at once, then ten a minute. */
const WRONG_AT_ONCE = 10;
const WRONG_PER_SECOND = 1 / 6;
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
  private readonly wrong = new TokenBuckets(WRONG_AT_ONCE, WRONG_PER_SECOND);
  private readonly issued = new TokenBuckets(TOKENS_AT_ONCE, TOKENS_PER_SECOND);

  constructor(
    private readonly clients: AsyncClientsRepository,
    private readonly tokens: AsyncTokensRepository,
  ) {}

  /** @throws RequestError 401 for wrong credentials and disabled clients, 429 for who asks too often. */
  async issue({ clientId, clientSecret, from }: PresentedCredentials): Promise<string> {
    // By address and id: guessing must not keep the client itself out, nor its neighbours behind one proxy.
    const guesser = `${from} ${clientId.slice(0, 64)}`;
    refuseFor(this.wrong.waitMs(guesser), 'Too many wrong credentials: try again later.');
    if (!(await this.isRight(clientId, clientSecret))) {
      this.wrong.take(guesser);
      throw wrongCredentials();
    }
    refuseFor(this.issued.take(clientId), 'Too many tokens: use one until it expires.');
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

function refuseFor(waitMs: number, message: string): void {
  if (waitMs === 0) return;
  throw new RequestError(429, 'RATE_LIMITED', message, {
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
