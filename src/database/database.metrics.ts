import { Counter, Gauge } from 'prom-client';

/** Whether commits wait for a synchronous standby that does not answer. */
export const commitsWaiting = new Gauge({
  name: 'ricochet_database_commits_waiting',
  help: '1 while commits wait for a synchronous standby and writes are refused, else 0.',
});

/** Writes that were not sent because commits do not come to an end. */
export const writesRefusedTotal = new Counter({
  name: 'ricochet_database_writes_refused_total',
  help: 'Writes refused while commits wait for a synchronous standby.',
});
