import { Counter } from 'prom-client';

/** Deliveries that bulk jobs made due again. */
export const bulkResentTotal = new Counter({
  name: 'ricochet_bulk_resent_total',
  help: 'Deliveries sent again by bulk recovery jobs.',
});
