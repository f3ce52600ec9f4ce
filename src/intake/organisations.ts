import { RequestError } from '../http/request-error.js';

/** Tenant of requests that name no organisation where none is configured (development). */
const DEFAULT_TENANT = 'default';

/**
 * The organisation a request is served for: the one it names, or else the first configured.
 * @param configured null accepts any.
 * @throws RequestError 403 for an organisation that is not configured.
 */
export function selectTenant(imsOrgId: string | null | undefined, configured: readonly string[] | null): string {
  if (imsOrgId === null || imsOrgId === undefined) return configured?.[0] ?? DEFAULT_TENANT;
  if (configured === null || configured.includes(imsOrgId)) return imsOrgId;
  throw new RequestError(403, 'FORBIDDEN', 'This IMS organization is not configured here.', {
    details: [{ field: 'context.subscription.imsOrgId', message: 'is not a configured organization' }],
  });
}
