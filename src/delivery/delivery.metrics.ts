import { Counter, Gauge, Histogram } from 'prom-client';

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

/** Seconds a request to a destination took, until its status line or its failure. */
export const attemptSeconds = new Histogram({
  name: 'ricochet_delivery_attempt_seconds',
  help: 'Duration of requests to callback destinations.',
  labelNames: ['channel'] as const,
  buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
});

/** Seconds from the acceptance of what a delivery is about to its arrival; what was sent again by hand is left out. */
export const calledBackSeconds = new Histogram({
  name: 'ricochet_accepted_to_called_back_seconds',
  help: 'Time from the acceptance of a request or event to the arrival of its callback.',
  labelNames: ['channel'] as const,
  buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 21600],
});

/** Statuses in which a delivery waits. */
export const WAITING_STATUSES = ['pending', 'held'] as const;

/** Deliveries that wait, by channel and status; read at each scrape. */
export const deliveriesWaiting = new Gauge({
  name: 'ricochet_deliveries_waiting',
  help: 'Deliveries that are pending or held, by channel; counting stops at 20000 of each status.',
  labelNames: ['channel', 'status'] as const,
});
