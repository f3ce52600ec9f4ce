import { Counter } from 'prom-client';

/** Requests for an access token, by outcome: `issued`, `refused`, `unavailable`. */
export const imsTokenRequests = new Counter({
  name: 'ricochet_ims_token_requests_total',
  help: 'Requests for an IMS access token, by outcome',
  labelNames: ['outcome'] as const,
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
