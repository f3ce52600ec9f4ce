import { etagOf, type Tagged } from '../http/etag.js';
import type { Registration } from './registration-directory.js';
import type { RegistrationView } from './registrations.dto.js';

/** The state that an edit is based on: a pause, and what time and receivers change, are not in it. */
export function tagOfRegistration(registration: Registration): string {
  const { id, label, eventType, qualifier, url, method, contentType, ...others } = registration;
  const { apiVersion, startDate, endDate, revision } = others;
  const terms = { eventType, qualifier, url, method, contentType, apiVersion, startDate, endDate };
  return etagOf({ id, label, ...terms, revision });
}

/** Without the query of its url, which may hold a key. */
export function toRegistrationView({ revision: _revision, ...shown }: Registration): RegistrationView {
  return { ...shown, url: shown.url.replace(/[?#].*$/s, '') };
}

/** As {@link toRegistrationView}, with its tag. */
export function toTaggedRegistration(registration: Registration): Tagged<RegistrationView> {
  return { view: toRegistrationView(registration), etag: tagOfRegistration(registration) };
}

export const AUDITED_TERMS = ['origin', 'eventType', 'method', 'contentType', 'startDate', 'endDate'] as const;

/** The terms of a registration that the audit may have: of its url the origin, because the path may hold a key, too. */
export function auditedTermsOf({ url, eventType, method, contentType, startDate, endDate }: Registration) {
  return { origin: new URL(url).origin, eventType, method, contentType, startDate, endDate };
}
