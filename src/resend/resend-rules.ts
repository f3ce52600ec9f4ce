import type { ResendCandidate } from '../delivery/delivery-resend.repository.js';

/** Why a delivery is not sent again. */
export type ResendRefusal =
  | { readonly kind: 'underWay'; readonly status: 'pending' | 'delivering' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'moved' }
  | { readonly kind: 'needsForce'; readonly because: 'delivered' | 'cancelled' | 'overdue' };

/** The permissions of an order to send again. */
export interface ResendConsent {
  /** Send also what was delivered, cancelled, or is past its time. */
  readonly force: boolean;
  /** Send what died elsewhere to where its registration is called now. */
  readonly toCurrentUrl: boolean;
}

/** The rules of sending again, for one delivery as for thousands. @returns null when it may be sent. */
export function refusalOf(delivery: ResendCandidate, { force, toCurrentUrl }: ResendConsent): ResendRefusal | null {
  const { status } = delivery;
  if (status === 'pending' || status === 'delivering') return { kind: 'underWay', status };
  if (!delivery.hasBody) return { kind: 'gone' };
  if (delivery.isLeft && !toCurrentUrl) return { kind: 'moved' };
  if (force) return null;
  if (status === 'delivered' || status === 'cancelled') return { kind: 'needsForce', because: status };
  return delivery.overdue || status === 'expired' ? { kind: 'needsForce', because: 'overdue' } : null;
}
