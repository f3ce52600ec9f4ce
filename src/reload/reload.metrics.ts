import { Counter, Gauge } from 'prom-client';

/** The end of a reading of the services. */
export const READING_OUTCOMES = Object.freeze(['applied', 'unchanged', 'refused'] as const);

/** The version that this process serves; one series at a time. */
export const servicesInfo = new Gauge({
  name: 'ricochet_services_info',
  help: 'Always 1; the label names the version of the services in force.',
  labelNames: ['version'] as const,
});

/** Readings of the folder after the first. */
export const servicesReadingsTotal = new Counter({
  name: 'ricochet_services_readings_total',
  help: 'Readings of the services while the process serves, by outcome.',
  labelNames: ['outcome'] as const,
});

/** Whether the folder has a mistake. */
export const servicesRefused = new Gauge({
  name: 'ricochet_services_refused',
  help: '1 while the folder of services has a mistake and an earlier version stays in force.',
});
