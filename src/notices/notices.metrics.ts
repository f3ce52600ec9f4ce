import { Counter } from 'prom-client';
import { startAtZero } from '../counters/zero-series.js';
import { NOTICE_CAUSES } from './notice.js';

/** Messages that were made, without those that a person asked for. */
export const noticesSent = new Counter({
  name: 'ricochet_notices_total',
  help: 'Messages of notices that were made, by cause',
  labelNames: ['cause'] as const,
});

startAtZero(noticesSent, { cause: NOTICE_CAUSES });
