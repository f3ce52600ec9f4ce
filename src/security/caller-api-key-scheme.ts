import type { InboundConfig } from '../config/config.js';
import { RequestError } from '../http/request-error.js';
import {
  credentialInAuthorization,
  credentialInHeader,
  credentialInQuery,
  type PresentedCredential,
} from './caller-credentials.js';
import type { Caller, CallerRequest, CallerScheme } from './caller-scheme.js';
import { CredentialSet } from './credential-set.js';

/** An API key in the configured header or query parameter, or as `Authorization: Bearer`; one right key is enough. */
export class ApiKeyScheme implements CallerScheme {
  readonly scheme = 'apiKey';
  private readonly keys: CredentialSet;

  constructor(
    private readonly config: Pick<InboundConfig, 'apiKeyName' | 'apiKeyIn'>,
    apiKeys: readonly string[],
  ) {
    this.keys = new CredentialSet(apiKeys);
  }

  get hasCredentials(): boolean {
    return !this.keys.isEmpty;
  }

  authenticate(request: CallerRequest): Caller {
    const { apiKeyName, apiKeyIn } = this.config;
    const named =
      apiKeyIn === 'query' ? credentialInQuery(request, apiKeyName) : credentialInHeader(request, apiKeyName);
    const bearer = credentialInAuthorization(request, 'Bearer');
    if (named.kind === 'ambiguous' || bearer.kind === 'ambiguous') {
      throw new RequestError(401, 'UNAUTHORIZED', `More than one API key was sent: send the ${this.place} once`);
    }
    if (named.kind !== 'present' && bearer.kind !== 'present') {
      throw new RequestError(401, 'UNAUTHORIZED', `No API key was sent: send it in the ${this.place}`);
    }
    const position = Math.max(this.positionOf(named), this.positionOf(bearer));
    if (position < 0) {
      throw new RequestError(401, 'UNAUTHORIZED', 'The API key is not known: check it, or ask the operator for one');
    }
    return { scheme: this.scheme, name: `key ${position + 1}` };
  }

  /** Where the key belongs, in words. */
  private get place(): string {
    const { apiKeyName, apiKeyIn } = this.config;
    return apiKeyIn === 'query' ? `query parameter ${apiKeyName}` : `header ${apiKeyName}`;
  }

  private positionOf(credential: PresentedCredential): number {
    return credential.kind === 'present' ? this.keys.indexOf(credential.value) : -1;
  }
}
