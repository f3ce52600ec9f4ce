import { Counter } from 'prom-client';

/** Rings that did not reach Redis, by stage; the listeners' polls make up for them. */
export const lostRings = new Counter({
  name: 'ricochet_queue_rings_lost_total',
  help: 'Rings that did not reach Redis; polls make up for them',
  labelNames: ['stage'] as const,
});

/** Errors of the connections to Redis, by what the connection is for. */
export const redisErrors = new Counter({
  name: 'ricochet_queue_redis_errors_total',
  help: 'Errors of the connections to Redis',
  labelNames: ['connection'] as const,
});
