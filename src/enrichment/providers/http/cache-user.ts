import { createHash } from 'node:crypto';
import { toUuid } from '../../../database/digest-id.js';

/** A step that uses a cached answer, and whom it asks about. */
export interface CacheUser {
  /** `service/step`. */
  readonly step: string;
  /** Digests of the lead, the account and the people, {@link digestOf}. */
  readonly subjects: readonly string[];
}

/** The digest under which the cache knows a lead, a person or an account of an organisation. */
export function digestOf(tenant: string, entityId: string): string {
  return toUuid(createHash('sha256').update(`${tenant}\0${entityId}`).digest('hex'));
}

/** The name under which the cache knows a step; service names have no slash. */
export function stepTag(service: string, step: string): string {
  return `${service}/${step}`;
}
