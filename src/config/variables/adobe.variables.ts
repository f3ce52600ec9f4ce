import { hostPatterns, webAddress } from '../address-types.js';
import { retrySchedule } from '../duration.js';
import { optional, setting } from '../env-variable.js';
import { clientSecrets } from '../secret-types.js';
import { token, tokenList } from '../variable-type.js';

/** How we call Adobe back. */
export const ADOBE_VARIABLES = Object.freeze({
  IMS_BASE_URL: setting({
    group: 'Adobe',
    type: webAddress,
    default: { development: 'http://127.0.0.1:4010', production: 'https://ims-na1.adobelogin.com' },
    meaning: 'where access tokens come from; the simulator in development',
  }),
  ADOBE_CLIENT_ID: optional({
    group: 'Adobe',
    type: token('text'),
    otherwise: '`simulator` in development',
    requiredIn: 'production, if a service speaks External Actions',
    meaning: 'client id of the default credential',
  }),
  ADOBE_CLIENT_SECRETS: optional({
    group: 'Adobe',
    type: clientSecrets,
    otherwise: "the simulator's in development",
    requiredIn: 'production, if a service speaks External Actions',
    secret: true,
    meaning: 'secrets of the default credential: the second is tried when the first is refused',
  }),
  ADOBE_SCOPES: optional({
    group: 'Adobe',
    type: tokenList('scopes separated by commas'),
    otherwise: 'none in development',
    requiredIn: 'production, if a service speaks External Actions',
    meaning: 'scopes to ask access tokens for',
  }),
  ADOBE_API_KEY: optional({
    group: 'Adobe',
    type: token('text'),
    otherwise: 'the client id',
    meaning: '`X-Api-Key` of callbacks',
  }),
  ADOBE_IMS_ORG_IDS: optional({
    group: 'Adobe',
    type: tokenList('organisation ids separated by commas'),
    otherwise: 'any organisation in development',
    requiredIn: 'production, if a service speaks External Actions',
    meaning:
      'organisations we serve, beside those with a stored credential; the others get 403; a request without one uses the first',
  }),
  CALLBACK_HOSTS: setting({
    group: 'Adobe',
    type: hostPatterns,
    default: '*.adobe.io,*.adobe.com,*.adobelogin.com,*.marketo.com,*.marketo.net',
    meaning: 'where Adobe callbacks may go; `*.adobe.com` matches adobe.com too',
  }),
  ADOBE_RETRY_SCHEDULE: setting({
    group: 'Adobe',
    type: retrySchedule,
    default: '0s,2s,10s,30s,2m,5m',
    meaning: 'waits before each attempt of a callback, the last repeating until the deadline',
  }),
});
