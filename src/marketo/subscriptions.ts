import { RequestError } from '../http/request-error.js';

/**
 * Lets configured subscriptions through; null lets any.
 * @throws RequestError 403 for another one.
 */
export function requireSubscription(munchkinId: string, configured: readonly string[] | null): void {
  const isServed = configured?.some((one) => one.toUpperCase() === munchkinId.toUpperCase()) ?? true;
  if (isServed) return;
  throw new RequestError(403, 'FORBIDDEN', 'This Marketo subscription is not configured here.', {
    details: [{ field: 'context.subscription.munchkinId', message: 'is not a configured subscription' }],
  });
}
