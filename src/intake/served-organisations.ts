import { Injectable } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { RequestError } from '../http/request-error.js';
import { OrganisationBook } from '../organisations/organisation-book.js';

/** Tenant of requests that name no organisation where none is configured (development). */
const DEFAULT_TENANT = 'default';

const FIELD = 'context.subscription.imsOrgId';

/**
 * Which organisations a service is served to, from memory. An administrator's rule comes first; without one it is those
 * of `ADOBE_IMS_ORG_IDS` and those with a credential of their own.
 */
@Injectable()
export class ServedOrganisations {
  private readonly listed: ReadonlySet<string> | null;
  private readonly first: string;

  constructor(
    config: AppConfig,
    private readonly book: OrganisationBook,
  ) {
    const { orgIds } = config.ims;
    this.listed = orgIds === null ? null : new Set(orgIds);
    this.first = orgIds?.[0] ?? DEFAULT_TENANT;
  }

  /**
   * The organisation a request is served for: the one it names, or else the first configured.
   * @throws RequestError 403 for an organisation that the service is not served to, 503 until that can be told.
   */
  select(service: string, imsOrgId: string | null | undefined): string {
    const org = imsOrgId ?? this.first;
    switch (this.access(service, org, imsOrgId === org)) {
      case 'served':
        return org;
      case 'denied':
        throw forbidden('This IMS organization is not enabled for this service.', 'is not enabled for this service');
      case 'unknown':
        throw forbidden('This IMS organization is not configured here.', 'is not a configured organization');
      case 'unread':
        // A 403 would send the person down the error path of the journey; this one is asked again.
        throw new RequestError(503, 'SERVICE_UNAVAILABLE', 'The service is starting. Try again.', {
          retryAfterSeconds: 1,
        });
    }
  }

  private access(service: string, org: string, isNamed: boolean): 'served' | 'denied' | 'unknown' | 'unread' {
    if (this.book.pages === null) return 'unread';
    const rule = this.book.findAccess(service, org);
    if (rule !== null) return rule === 'allow' ? 'served' : 'denied';
    const isServed = !isNamed || this.listed === null || this.listed.has(org) || this.book.hasCredential(org);
    return isServed ? 'served' : 'unknown';
  }
}

function forbidden(message: string, problem: string): RequestError {
  return new RequestError(403, 'FORBIDDEN', message, { details: [{ field: FIELD, message: problem }] });
}
