import { Counter } from 'prom-client';
import { startAtZero } from '../../counters/zero-series.js';

/** Leads of batches that were answered, by service and outcome. */
export const marketoLeads = new Counter({
  name: 'ricochet_marketo_leads_total',
  help: 'Leads of Marketo batches that ended, by service and outcome.',
  labelNames: ['service', 'outcome'] as const,
});

/** Values left out of callbacks because they did not fit the definition, by service. */
export const marketoDropped = new Counter({
  name: 'ricochet_marketo_values_dropped_total',
  help: 'Values left out of callbacks to Marketo because they did not fit what the service definition declares, by service.',
  labelNames: ['service'] as const,
});

/** Callbacks that Marketo refused for good, by status; any of them needs a person. */
export const marketoRefusals = new Counter({
  name: 'ricochet_marketo_callbacks_refused_total',
  help: 'Callbacks that Marketo refused for good, by HTTP status.',
  labelNames: ['status'] as const,
});

/** Statuses that end a callback; any other from 300 to 499 may come, and then appears when it does. */
const REFUSALS = [301, 302, 307, 308, 400, 401, 403, 404, 405, 406, 409, 410, 411, 413, 414, 415, 422].map(String);

startAtZero(marketoRefusals, { status: REFUSALS });

/** Lets the series of these services be there from the start. */
export function startMarketoSeries(services: readonly string[]): void {
  startAtZero(marketoLeads, { service: services, outcome: ['success', 'failure'] });
  startAtZero(marketoDropped, { service: services });
}
