import { Injectable, Logger } from '@nestjs/common';
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { AppConfig } from '../config/config.js';
import { RequestError } from '../http/request-error.js';
import { IssuerClient } from './issuer.client.js';
import { KeptValue } from './kept-value.js';
import { IssuerUnavailableError } from './oauth.errors.js';
import { issuerFetches } from './oauth.metrics.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** Until this is over a key that the issuer withdrew still verifies; it is asked this often at most by itself. */
const KEYS = Object.freeze({ freshMs: 5 * MINUTE, usableMs: 60 * MINUTE, pauseMs: 10 * SECOND });
const METADATA = Object.freeze({ freshMs: 60 * MINUTE, usableMs: 24 * 60 * MINUTE, pauseMs: 10 * SECOND });
const RETRY_AFTER_SECONDS = 10;

interface Metadata {
  readonly keysUrl: string;
  /** Null where the issuer names none. */
  readonly tokenUrl: string | null;
}

/**
 * The external issuer of access tokens: where its keys and its tokens are, as its metadata say, and its keys. Keys are kept
 * for five minutes, and read again at once when a token names one that is not among them, at most every ten seconds.
 */
@Injectable()
export class ExternalIssuer {
  private readonly log = new Logger('OAuth');
  private readonly metadata: KeptValue<Metadata>;
  private readonly keys: KeptValue<JWTVerifyGetKey>;

  constructor(
    { inbound }: AppConfig,
    private readonly client: IssuerClient,
  ) {
    const issuer = inbound.oauthIssuer ?? '';
    const tell = (error: Error): void => {
      issuerFetches.inc({ outcome: 'failed' });
      this.log.warn(`The issuer of access tokens ${issuer} cannot be read: ${error.message}. It is asked again soon`);
    };
    this.metadata = new KeptValue(() => this.readMetadata(issuer), METADATA, tell);
    this.keys = new KeptValue(() => this.readKeys(), KEYS, tell);
  }

  /** The key that a token names. @throws errors of jose for a token without one, RequestError 503 without any keys. */
  async findKey(...token: Parameters<JWTVerifyGetKey>): Promise<Awaited<ReturnType<JWTVerifyGetKey>>> {
    try {
      const find = await orUnavailable(this.keys.get());
      return await find(...token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      // The issuer may have begun to sign by a new key since.
      const find = await orUnavailable(this.keys.renewed());
      return find(...token);
    }
  }

  /** @throws RequestError 503. */
  async tokenUrl(): Promise<string> {
    const { tokenUrl } = await orUnavailable(this.metadata.get());
    if (tokenUrl === null) throw unavailable('its metadata name no token_endpoint');
    return tokenUrl;
  }

  private async readKeys(): Promise<JWTVerifyGetKey> {
    const { keysUrl } = await this.metadata.get();
    const answer = await this.client.get(keysUrl);
    if (answer.kind === 'status') throw new IssuerUnavailableError(`its jwks_uri answers ${answer.status}`);
    issuerFetches.inc({ outcome: 'read' });
    try {
      return createLocalJWKSet(answer.value as unknown as JSONWebKeySet);
    } catch {
      throw new IssuerUnavailableError('its jwks_uri answers no set of keys');
    }
  }

  private async readMetadata(issuer: string): Promise<Metadata> {
    for (const url of metadataUrlsOf(issuer)) {
      const answer = await this.client.get(url);
      if (answer.kind === 'object') {
        issuerFetches.inc({ outcome: 'read' });
        return checkMetadata(answer.value, issuer);
      }
      if (answer.status !== 404) throw new IssuerUnavailableError(`its metadata answer ${answer.status}`);
    }
    throw new IssuerUnavailableError('it has no metadata at the well-known addresses');
  }
}

/** OpenID Connect Discovery appends its path, RFC 8414 puts its own before the issuer's. */
function metadataUrlsOf(issuer: string): string[] {
  const base = issuer.replace(/\/+$/, '');
  const { origin, pathname } = new URL(issuer);
  return [
    `${base}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${pathname.replace(/\/+$/, '')}`,
  ];
}

function checkMetadata(found: Readonly<Record<string, unknown>>, issuer: string): Metadata {
  const { issuer: named, jwks_uri: keysUrl, token_endpoint: tokenUrl } = found;
  // RFC 8414, 3.3: metadata of another issuer must not be used.
  if (named !== issuer) throw new IssuerUnavailableError('its metadata name another issuer than OAUTH_ISSUER');
  if (typeof keysUrl !== 'string') throw new IssuerUnavailableError('its metadata name no jwks_uri');
  return { keysUrl, tokenUrl: typeof tokenUrl === 'string' && URL.canParse(tokenUrl) ? tokenUrl : null };
}

async function orUnavailable<Value>(value: Promise<Value>): Promise<Value> {
  try {
    return await value;
  } catch (error) {
    if (error instanceof IssuerUnavailableError) throw unavailable(error.message, error);
    throw error;
  }
}

function unavailable(reason: string, cause?: Error): RequestError {
  const message = 'The issuer of access tokens cannot be read just now: try again later';
  return new RequestError(503, 'SERVICE_UNAVAILABLE', message, {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
    cause: cause ?? new IssuerUnavailableError(reason),
  });
}
