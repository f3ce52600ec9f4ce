import { Counter } from 'prom-client';

/** Rows whose lease ran out and that are due again. */
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
  help: 'Rows whose payload or which themselves were removed by retention.',
  labelNames: ['kind'] as const,
});

/** Deliveries that bulk jobs made due again. */
export const bulkResentTotal = new Counter({
  name: 'ricochet_bulk_resent_total',
  help: 'Deliveries sent again by bulk recovery jobs.',
});
