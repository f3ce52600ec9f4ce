import { writeMoment } from '../../http/iso-moment.js';
import type { ApiVersion } from './company-api-version.js';
import type { Qualifier } from './company-qualifier.js';

/** The request of a company, complete. */
export interface CallbackTerms {
  readonly eventType: string;
  readonly qualifier: Qualifier | null;
  readonly url: string;
  readonly method: 'POST' | 'PUT';
  readonly contentType: 'application/json' | 'text/json';
  readonly startDate: Date;
  readonly endDate: Date | null;
  /** Decides the form of phone numbers in events; null: none was sent, they go out as published. */
  readonly apiVersion: ApiVersion | null;
  /** Whether its callbacks carry a `traceparent`. */
  readonly tellsTrace: boolean;
}

/** A registration of a company. */
export interface CompanyCallback extends CallbackTerms {
  readonly id: string;
  /** The company's row. */
  readonly company: string;
  readonly companyId: string;
  readonly callbackId: string;
  readonly signed: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Where its range stands, by the database's clock. */
  readonly range: 'future' | 'active' | 'ended';
  /** Why its destination is switched off; null when it is on. */
  readonly offReason: string | null;
}

/** A registration as its company sees it; both names of the event type, the qualifier under the type's own key. */
export function renderCallback(callback: CompanyCallback): Record<string, unknown> {
  const { callbackId, companyId, eventType, qualifier, url, method, contentType } = callback;
  return {
    callback_id: callbackId,
    event_type: eventType,
    callback_type: eventType,
    ...(qualifier !== null && { [eventType]: qualifier }),
    destination: { url, method, content_type: contentType },
    // Left out where it was not asked for: clients compare what they read with what they sent.
    ...(callback.tellsTrace && { traceparent: true }),
    start_date: writeMoment(callback.startDate),
    ...(callback.endDate !== null && { end_date: writeMoment(callback.endDate) }),
    url: `/companies/${companyId}/config/callbacks/${callbackId}`,
    created_at: writeMoment(callback.createdAt),
    updated_at: writeMoment(callback.updatedAt),
    active: callback.range === 'active' && callback.offReason === null,
  };
}
