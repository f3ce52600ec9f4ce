import { Counter, Gauge } from 'prom-client';
import { startAtZero } from '../counters/zero-series.js';

/** Streams of events that are open in this process. */
export const openStreams = new Gauge({
  name: 'ricochet_live_streams',
  help: 'Streams of GET /admin/events that are open in this process',
});

/** Events that went to streams. */
export const eventsSent = new Counter({
  name: 'ricochet_live_events_total',
  help: 'Events given to streams, resyncs among them',
});

export const RESYNC_CAUSES = Object.freeze(['resume', 'overflow', 'lost'] as const);

/** Streams that were told to look at everything anew. */
export const resyncs = new Counter({
  name: 'ricochet_live_resyncs_total',
  help: 'Streams told to look at everything anew, by cause',
  labelNames: ['cause'] as const,
});

startAtZero(resyncs, { cause: RESYNC_CAUSES });
