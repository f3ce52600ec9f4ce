import { Injectable } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { Secrets } from '../config/secrets.js';

/** The credentials of one integration of the Adobe Developer Console. Never log one. */
export interface AdobeCredential {
  readonly baseUrl: string;
  readonly clientId: string;
  /** One or two: Adobe lets a credential have a second secret while the first is being replaced. */
  readonly clientSecrets: readonly string[];
  readonly scopes: readonly string[];
  /** For `X-Api-Key`. */
  readonly apiKey: string;
}

/**
 * Which credential speaks for an organisation. The organisation in a request only selects among what is configured; today
 * every accepted one shares the default credential, and a credential of its own is looked up here when that changes.
 */
@Injectable()
export class AdobeCredentials {
  private readonly organisations: ReadonlySet<string> | null;
  private readonly fallback: AdobeCredential | null;

  constructor(config: AppConfig, secrets: Secrets) {
    const { baseUrl, clientId, scopes, apiKey, orgIds } = config.ims;
    const clientSecrets = secrets.adobeClientSecrets;
    this.organisations = orgIds === null ? null : new Set(orgIds);
    this.fallback =
      clientId === null || clientSecrets.length === 0
        ? null
        : { baseUrl, clientId, clientSecrets, scopes, apiKey: apiKey ?? clientId };
  }

  /** @returns null when the organisation is not configured (any more), or nothing is. */
  findForOrg(org: string): AdobeCredential | null {
    if (this.organisations !== null && !this.organisations.has(org)) return null;
    return this.fallback;
  }
}
