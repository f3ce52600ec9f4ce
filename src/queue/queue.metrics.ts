import { Counter } from 'prom-client';
import { startAtZero } from '../counters/zero-series.js';
import { type ConnectionPurpose, STAGES } from './work-queue.js';

/** Rings that did not leave the process, by stage; the listeners' polls make up for them. */
export const lostRings = new Counter({
  name: 'ricochet_queue_rings_lost_total',
  help: 'Rings that did not leave the process; polls make up for them',
  labelNames: ['stage'] as const,
});

/** Errors of the connections to Redis, by what the connection is for. */
export const redisErrors = new Counter({
  name: 'ricochet_queue_redis_errors_total',
  help: 'Errors of the connections to Redis',
  labelNames: ['connection'] as const,
});

/** As keys, so that the compiler misses none. */
const CONNECTIONS: Readonly<Record<ConnectionPurpose, true>> = { client: true, bclient: true };

startAtZero(lostRings, { stage: STAGES });
startAtZero(redisErrors, { connection: Object.keys(CONNECTIONS) });
