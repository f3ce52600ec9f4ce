import type { UrlRules } from '../../security/address-policy.js';

/** The engine's name for these deliveries. */
export const EQP_CHANNEL = 'eqp';

/** Any host, but always https, under every switch: every request carries a password. */
export const EQP_URL_RULES: UrlRules = Object.freeze({ hosts: null, httpsAlways: true });
