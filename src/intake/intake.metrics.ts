import { Counter, Histogram } from 'prom-client';

/** Execution requests by service and HTTP status; `service` is empty while none is known. */
export const intakeRequests = new Counter({
  name: 'ricochet_intake_requests_total',
  help: 'Execution requests answered, by service and HTTP status.',
  labelNames: ['service', 'status'] as const,
});

/** Accepted requests with a token that had been accepted before. */
export const intakeDuplicates = new Counter({
  name: 'ricochet_intake_duplicates_total',
  help: 'Execution requests that repeated an accepted one.',
  labelNames: ['service'] as const,
});

/** Values that were brought to the type the service definition declares. */
export const intakeCoercions = new Counter({
  name: 'ricochet_intake_coerced_values_total',
  help: 'Field values converted to their declared type.',
  labelNames: ['service', 'field'] as const,
});

/** Seconds from a request's body being there to its acknowledgement. */
export const acknowledgementSeconds = new Histogram({
  name: 'ricochet_acknowledgement_seconds',
  help: 'Time from a whole execution request to its acknowledgement.',
  labelNames: ['service'] as const,
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});
