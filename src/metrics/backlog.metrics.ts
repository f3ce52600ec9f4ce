import { Gauge } from 'prom-client';

/** Seconds the most urgent due row of a stage has waited. */
export const oldestDueAge = new Gauge({
  name: 'ricochet_oldest_due_age_seconds',
  help: 'How long the most urgent due row of a stage has waited.',
  labelNames: ['stage'] as const,
});

/** Unfinished actions by state, counted up to a bound. */
export const unfinishedActions = new Gauge({
  name: 'ricochet_actions_unfinished',
  help: 'Actions that are not finished, by state; counting stops at 100000.',
  labelNames: ['state'] as const,
});

/** 1 while rings can leave this process. */
export const queueConnected = new Gauge({
  name: 'ricochet_queue_connected',
  help: 'Whether rings can leave this process (1) or polls have to make up for them (0).',
});

/** Connections of the pool to Postgres, and who waits for one. */
export const poolConnections = new Gauge({
  name: 'ricochet_database_pool_connections',
  help: 'Connections of the pool to PostgreSQL: open, idle, and requests waiting for one.',
  labelNames: ['state'] as const,
});

/** 1; its labels say what runs. */
export const buildInfo = new Gauge({
  name: 'ricochet_build_info',
  help: 'Always 1: the version of the service, of Node.js, and the role of this process.',
  labelNames: ['version', 'node', 'role'] as const,
});
