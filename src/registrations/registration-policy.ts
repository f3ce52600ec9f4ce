import type { AppConfig } from '../config/config.js';
import { REGISTRATION_BREAKER } from '../delivery/breaker-policy.js';
import type { DeliveryPolicy } from '../delivery/delivery-channel.js';
import { CUSTOMER_PLACES } from '../delivery/customer-places.js';

/** How events go to the URLs that customers registered; channels differ in which URLs those may be. */
export function registrationPolicy(
  { registrations }: AppConfig,
  urls: Pick<DeliveryPolicy, 'hosts' | 'httpsAlways'>,
): DeliveryPolicy {
  return {
    retryScheduleMs: registrations.retryScheduleMs,
    repeatLastDelay: false,
    ...CUSTOMER_PLACES,
    atMostOnce: false,
    ...urls,
    breaker: REGISTRATION_BREAKER,
    disableOnGone: true,
  };
}
