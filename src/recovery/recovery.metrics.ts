import { Counter, Gauge } from 'prom-client';
import { startAtZero } from '../counters/zero-series.js';
import { STAGES } from '../queue/work-queue.js';

/** Rows with an ended lease that are due again. */
export const reclaimedTotal = new Counter({
  name: 'ricochet_leases_reclaimed_total',
  help: 'Rows taken back after their lease ran out.',
  labelNames: ['stage'] as const,
});

/** Rows that ended because they crashed their process too often. */
export const quarantinedTotal = new Counter({
  name: 'ricochet_quarantined_total',
  help: 'Rows ended after too many crashes.',
  labelNames: ['stage'] as const,
});

/** Actions finished as TIMEOUT by the deadline sweeper. */
export const timedOutTotal = new Counter({
  name: 'ricochet_actions_timed_out_total',
  help: 'Actions that were not enriched before their deadline came near.',
});

/** Rows removed by retention. */
export const retiredTotal = new Counter({
  name: 'ricochet_retention_removed_total',
  help: 'Payloads and rows removed by retention.',
  labelNames: ['kind'] as const,
});

/** The findings of the last check of the tables; the same in every process. */
export const orphansGauge = new Gauge({
  name: 'ricochet_orphans',
  help: 'Rows that belong to nothing any more, by kind; found by the hourly check.',
  labelNames: ['kind'] as const,
});

/** Deliveries held because no configured key opens their secrets; the same in every process. */
export const unreadableGauge = new Gauge({
  name: 'ricochet_deliveries_held_unreadable',
  help: 'Deliveries held because no key of ENCRYPTION_KEYS opens their secrets.',
});

/** Bytes of cached answers of steps, as the last sweep of this process found them. */
export const stepCacheBytes = new Gauge({
  name: 'ricochet_http_step_cache_bytes',
  help: 'Bytes of cached answers of http steps, as the last sweep found them; the same in every process.',
});

/** Held deliveries that are due again because the secret or credential that they need is there again. */
export const releasedTotal = new Counter({
  name: 'ricochet_deliveries_released_total',
  help: 'Held deliveries made due again because the secret or credential that they need is there.',
});

/** The removals of retention; the kinds of asynchronous calls are those of their tables. */
const RETIRED_KINDS = [
  'payload',
  'row',
  'registration body',
  'registration delivery',
  'async result',
  'async call',
  'async conversation',
  'audit',
  'idempotency key',
  'eqp session',
];

startAtZero(reclaimedTotal, { stage: STAGES });
startAtZero(quarantinedTotal, { stage: STAGES });
startAtZero(retiredTotal, { kind: RETIRED_KINDS });
