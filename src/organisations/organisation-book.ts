import { Injectable } from '@nestjs/common';
import type { AdobeCredential } from './adobe-credential.js';

/** A stored credential: ready for use, or why it is not. */
export type StoredCredential =
  | { readonly kind: 'ready'; readonly credential: AdobeCredential }
  /** An administrator removed it: the callbacks of its organisation are held. */
  | { readonly kind: 'removed' }
  /** No configured key opens its secrets. */
  | { readonly kind: 'unreadable' };

/** An administrator's word on an organisation and a service. */
export type TenantAccess = 'allow' | 'deny';

/** All that administrators have stored about organisations. */
export interface OrganisationPages {
  /** Of the tables, as they were read. */
  readonly version: string;
  /** By IMS organisation. */
  readonly credentials: ReadonlyMap<string, StoredCredential>;
  /** By service, then by IMS organisation. */
  readonly tenants: ReadonlyMap<string, ReadonlyMap<string, TenantAccess>>;
}

export const NO_PAGES: OrganisationPages = Object.freeze({ version: '0', credentials: new Map(), tenants: new Map() });

type Listener = (before: OrganisationPages | null, now: OrganisationPages) => void;

/**
 * Holds the knowledge of this process about organisations, in memory: requests and callbacks ask it without a query. The watch beside it
 * keeps it in step with the database.
 */
@Injectable()
export class OrganisationBook {
  private current: OrganisationPages | null = null;
  private allowedAnywhere: ReadonlySet<string> = new Set();
  private readonly listeners: Listener[] = [];

  /** Null until it was read for the first time. */
  get pages(): OrganisationPages | null {
    return this.current;
  }

  replace(pages: OrganisationPages): void {
    const before = this.current;
    this.current = pages;
    this.allowedAnywhere = new Set(
      [...pages.tenants.values()].flatMap((access) =>
        [...access].flatMap(([org, is]) => (is === 'allow' ? [org] : [])),
      ),
    );
    for (const listener of this.listeners) listener(before, pages);
  }

  /** Called after every change, with the pages before it. */
  follow(listener: Listener): void {
    this.listeners.push(listener);
  }

  findCredential(org: string): StoredCredential | null {
    return this.current?.credentials.get(org) ?? null;
  }

  /** Whether one is stored: also one that cannot be read, which may be this process's own trouble. */
  hasCredential(org: string): boolean {
    const stored = this.findCredential(org);
    return stored !== null && stored.kind !== 'removed';
  }

  /** The rule for an organisation and a service; null where there is none. */
  findAccess(service: string, org: string): TenantAccess | null {
    return this.current?.tenants.get(service)?.get(org) ?? null;
  }

  /** Whether an administrator allowed the organisation for some service. */
  isAllowedAnywhere(org: string): boolean {
    return this.allowedAnywhere.has(org);
  }
}
