import { Counter, Gauge } from 'prom-client';
import { startAtZero } from '../counters/zero-series.js';

/** Requests for an access token, by outcome: `issued`, `refused`, `unavailable`. */
export const imsTokenRequests = new Counter({
  name: 'ricochet_ims_token_requests_total',
  help: 'Requests for an IMS access token, by outcome',
  labelNames: ['outcome'] as const,
});

/** Credentials that IMS refused when this process last asked; 0 again with the next token. */
export const imsCredentialsRefused = new Gauge({
  name: 'ricochet_ims_credentials_refused',
  help: 'Credentials that IMS refused when this process last asked for a token.',
});

/** Callbacks Adobe refused for good, by status; any of them needs a person. */
export const adobeRefusals = new Counter({
  name: 'ricochet_adobe_callbacks_refused_total',
  help: 'Callbacks that Adobe refused for good, by HTTP status',
  labelNames: ['status'] as const,
});

/** Values left out of callbacks because they did not fit the definition, by service. */
export const droppedValues = new Counter({
  name: 'ricochet_callback_values_dropped_total',
  help: 'Values left out of callbacks because they did not fit what the service definition declares',
  labelNames: ['service'] as const,
});

/** Statuses that end a callback; any other from 300 to 499 may come, and then appears when it does. */
const REFUSALS = [301, 302, 307, 308, 400, 401, 403, 404, 405, 406, 409, 410, 411, 413, 414, 415, 422].map(String);

startAtZero(imsTokenRequests, { outcome: ['issued', 'refused', 'unavailable'] });
startAtZero(adobeRefusals, { status: REFUSALS });
