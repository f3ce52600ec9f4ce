import { hash } from 'node:crypto';

/** The credentials of one integration of the Adobe Developer Console. Never log one. */
export interface AdobeCredential {
  readonly baseUrl: string;
  readonly clientId: string;
  /** One or two, the newer first: Adobe lets a credential have a second secret while the first is being replaced. */
  readonly clientSecrets: readonly string[];
  readonly scopes: readonly string[];
  /** For `X-Api-Key`. */
  readonly apiKey: string;
  /** Null for the one of `ADOBE_*`. */
  readonly storedFor: string | null;
  /** Of the stored row; null for the one of `ADOBE_*`. */
  readonly revision: string | null;
  /**
   * The same for equal ones of one organisation, and for no others: what IMS said about a secret is not believed of the next one.
   * Made once, because every callback asks for it.
   */
  readonly key: string;
}

export function makeCredential(parts: Omit<AdobeCredential, 'key'>): AdobeCredential {
  const { baseUrl, clientId, scopes, clientSecrets, storedFor } = parts;
  const key = hash('sha256', JSON.stringify([baseUrl, clientId, scopes, clientSecrets, storedFor]), 'base64url');
  return { ...parts, key };
}
