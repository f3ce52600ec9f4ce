import type { DeliveryStatus } from './delivery.js';

/** What decides whether a delivery may be sent again. */
export interface ResendCandidate {
  readonly status: DeliveryStatus;
  readonly hasBody: boolean;
  /** Its time is up, or so nearly that no attempt would be made. */
  readonly overdue: boolean;
}

/** Why a delivery is not sent again. */
export type ResendRefusal =
  | { readonly kind: 'underWay'; readonly status: 'pending' | 'delivering' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'needsForce'; readonly because: 'delivered' | 'cancelled' | 'overdue' };

/** The rules of sending again, for one delivery as for thousands. @returns null when it may be sent. */
export function refusalOf(delivery: ResendCandidate, force: boolean): ResendRefusal | null {
  const { status } = delivery;
  if (status === 'pending' || status === 'delivering') return { kind: 'underWay', status };
  if (!delivery.hasBody) return { kind: 'gone' };
  if (force) return null;
  if (status === 'delivered' || status === 'cancelled') return { kind: 'needsForce', because: status };
  return delivery.overdue || status === 'expired' ? { kind: 'needsForce', because: 'overdue' } : null;
}
