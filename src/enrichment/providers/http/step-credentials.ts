import { Injectable } from '@nestjs/common';
import { isDatabaseAway } from '../../../http/database-away.js';
import { StepSecrets } from '../../../step-secrets/step-secrets.js';
import { EnrichmentError } from '../../enrichment-provider.js';
import type { RenderedRequest } from './request-template.js';
import type { AuthPlan } from './step-auth.js';
import { OAuthTokens, type TokenRoute } from './oauth-tokens.js';

const HEADER_VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** Puts credentials on requests that are about to go out. Values of secrets stay in here and in the request. */
@Injectable()
export class StepCredentials {
  constructor(
    private readonly secrets: StepSecrets,
    private readonly tokens: OAuthTokens,
  ) {}

  /**
   * @throws EnrichmentError AUTHENTICATION_FAILED when a secret is not set, or no token can be had; the database's own error
   * while it is away, which says nothing about the secret
   */
  async apply(auth: AuthPlan, request: RenderedRequest, route: TokenRoute): Promise<RenderedRequest> {
    switch (auth.kind) {
      case 'none':
        return request;
      case 'bearer':
        return withHeader(request, 'authorization', `Bearer ${await this.find(auth.secret)}`);
      case 'basic': {
        const pair = `${auth.username}:${await this.find(auth.secret)}`;
        return withHeader(request, 'authorization', `Basic ${Buffer.from(pair).toString('base64')}`);
      }
      case 'header':
        return withHeader(request, auth.name.toLowerCase(), await this.find(auth.secret));
      case 'query': {
        const parameter = `${encodeURIComponent(auth.name)}=${encodeURIComponent(await this.find(auth.secret))}`;
        return { ...request, path: `${request.path}${request.path.includes('?') ? '&' : '?'}${parameter}` };
      }
      case 'oauth': {
        const token = await this.tokens.find(auth, await this.find(auth.secret), route);
        return withHeader(request, 'authorization', `Bearer ${token}`);
      }
      default:
        return auth satisfies never;
    }
  }

  /** The system refused what {@link apply} put on a request. @returns whether another attempt may fare better. */
  async drop(auth: AuthPlan, sent: RenderedRequest): Promise<boolean> {
    const bearer = sent.headers['authorization'] ?? '';
    return auth.kind === 'oauth' && this.tokens.drop(auth, bearer.slice('Bearer '.length));
  }

  private async find(name: string): Promise<string> {
    const value = await this.secrets.find(name).catch((error: unknown) => {
      if (isDatabaseAway(error)) throw error;
      throw new EnrichmentError('AUTHENTICATION_FAILED', `the secret ${name} cannot be read`, { cause: error });
    });
    if (value === null) throw new EnrichmentError('AUTHENTICATION_FAILED', `the secret ${name} is not set`);
    return value;
  }
}

function withHeader(request: RenderedRequest, name: string, value: string): RenderedRequest {
  if (!HEADER_VALUE.test(value)) {
    throw new EnrichmentError('AUTHENTICATION_FAILED', 'the credential has characters that a header cannot carry');
  }
  return { ...request, headers: { ...request.headers, [name]: value } };
}
