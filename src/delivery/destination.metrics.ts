import { Counter, Gauge } from 'prom-client';

/** Destinations left alone because they fail; half-open ones are among them. */
export const openGauge = new Gauge({
  name: 'ricochet_destination_open',
  help: 'Destinations with an open or half-open breaker.',
  labelNames: ['channel'] as const,
});

/** Destinations that asked for fewer requests. */
export const throttledGauge = new Gauge({
  name: 'ricochet_destination_throttled',
  help: 'Destinations that are throttled now.',
  labelNames: ['channel'] as const,
});

/** Destinations that are switched off. */
export const disabledGauge = new Gauge({
  name: 'ricochet_destination_disabled',
  help: 'Destinations that are switched off until they are enabled.',
  labelNames: ['channel'] as const,
});

/** Changes of state that this process wrote. */
export const changesTotal = new Counter({
  name: 'ricochet_destination_changes_total',
  help: 'Changes of a destination written by this process: opened, closed, throttled, disabled, enabled.',
  labelNames: ['channel', 'change'] as const,
});

/** Deliveries in hand that were sent back to wait, without an attempt. */
export const deferredTotal = new Counter({
  name: 'ricochet_deliveries_deferred_total',
  help: 'Deliveries sent back to wait for their destination, without an attempt.',
  labelNames: ['channel', 'reason'] as const,
});
