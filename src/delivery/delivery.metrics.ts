import { Counter } from 'prom-client';

/** Attempts made, by channel and what came of them. */
export const attemptsTotal = new Counter({
  name: 'ricochet_delivery_attempts_total',
  help: 'Requests made to callback destinations.',
  labelNames: ['channel', 'result'] as const,
});

/** Deliveries that reached an end or wait again, by channel and status. */
export const settledTotal = new Counter({
  name: 'ricochet_deliveries_settled_total',
  help: 'Deliveries settled, by the status they were given.',
  labelNames: ['channel', 'status'] as const,
});

/** Deliveries that arrived after their deadline. */
export const lateTotal = new Counter({
  name: 'ricochet_deliveries_late_total',
  help: 'Deliveries that arrived after they had expired.',
  labelNames: ['channel'] as const,
});

/** Exchanges that the watchdog had to end; anything but zero is a fault of this service. */
export const overdueExchangesTotal = new Counter({
  name: 'ricochet_delivery_exchanges_overdue_total',
  help: 'Requests to callback destinations that outlived their time by a second and were ended by the watchdog.',
});
