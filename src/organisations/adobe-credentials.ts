import { Injectable } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { Secrets } from '../config/secrets.js';
import { type AdobeCredential, makeCredential } from './adobe-credential.js';
import { OrganisationBook } from './organisation-book.js';

/** The credential of an organisation, or why there is none. */
export type CredentialChoice =
  | { readonly kind: 'found'; readonly credential: AdobeCredential }
  /** The stored ones have not been read yet: nothing can be said about the organisation. */
  | { readonly kind: 'unread' }
  | { readonly kind: 'missing' | 'removed' | 'unreadable' };

const UNREAD: CredentialChoice = Object.freeze({ kind: 'unread' });
const MISSING: CredentialChoice = Object.freeze({ kind: 'missing' });

/**
 * Which credential speaks for an organisation: its own, which administrators store, else that of `ADOBE_*` where the
 * organisation is listed or allowed. The organisation in a request only selects among them. A removed or unreadable
 * credential is no reason for another to speak in its place: Adobe would refuse that one for good.
 */
@Injectable()
export class AdobeCredentials {
  private readonly listed: ReadonlySet<string> | null;
  private readonly fallback: CredentialChoice;

  constructor(
    config: AppConfig,
    secrets: Secrets,
    private readonly book: OrganisationBook,
  ) {
    const { baseUrl, clientId, scopes, apiKey, orgIds } = config.ims;
    const clientSecrets = secrets.adobeClientSecrets;
    this.listed = orgIds === null ? null : new Set(orgIds);
    this.fallback =
      clientId === null || clientSecrets.length === 0
        ? MISSING
        : {
            kind: 'found',
            credential: makeCredential({
              baseUrl,
              clientId,
              clientSecrets,
              scopes,
              apiKey: apiKey ?? clientId,
              storedFor: null,
              revision: null,
            }),
          };
  }

  choose(org: string): CredentialChoice {
    if (this.book.pages === null) return UNREAD;
    const stored = this.book.findCredential(org);
    if (stored !== null) return stored.kind === 'ready' ? { kind: 'found', credential: stored.credential } : stored;
    const speaks = this.listed === null || this.listed.has(org) || this.book.isAllowedAnywhere(org);
    return speaks ? this.fallback : MISSING;
  }

  /** Whether `ADOBE_*` would speak for it if nothing were stored. */
  hasFallback(org: string): boolean {
    if (this.fallback.kind !== 'found') return false;
    return this.listed === null || this.listed.has(org) || this.book.isAllowedAnywhere(org);
  }
}
