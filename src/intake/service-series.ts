import type { ServiceDefinition } from '../catalog/service-definition.js';
import { startAtZero, startTimesAtZero } from '../counters/zero-series.js';
import { acknowledgementSeconds, intakeCoercions, intakeDuplicates, intakeRequests } from './intake.metrics.js';
import { namesOfRules } from './required-fields.js';

const REFUSALS = ['400', '403', '409', '413', '415', '422', '429', '500', '503'];

/** Lets everything that intake counts by service exist from the start. */
export function startServiceSeries(definitions: readonly ServiceDefinition[], ackStatus: number): void {
  const services = definitions.map(({ apiName }) => apiName);
  startAtZero(intakeRequests, { service: services, status: [String(ackStatus), ...REFUSALS] });
  // While none is known: at `/`, and for a name that is not configured.
  startAtZero(intakeRequests, { service: [''], status: ['404', ...REFUSALS] });
  startAtZero(intakeDuplicates, { service: services });
  startTimesAtZero(acknowledgementSeconds, { service: services });
  for (const definition of definitions) {
    startAtZero(intakeCoercions, { service: [definition.apiName], field: namesOfRules(definition) });
  }
}
