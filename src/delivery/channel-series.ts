import { startAtZero, startTimesAtZero } from '../counters/zero-series.js';
import type { ErrorClass } from './answer.js';
import {
  attemptSeconds,
  attemptsTotal,
  calledBackSeconds,
  deliveriesWaiting,
  lateTotal,
  settledTotal,
  WAITING_STATUSES,
} from './delivery.metrics.js';
import { changesTotal, deferredTotal, disabledGauge, openGauge, throttledGauge } from './destination.metrics.js';
import { WAIT_SENTENCES } from './destination-wait.js';
import type { Settlement } from './settlement.js';

/** As keys, so that the compiler misses none. */
const RESULTS: Readonly<Record<'delivered' | ErrorClass, true>> = {
  delivered: true,
  address: true,
  dns: true,
  connect: true,
  tls: true,
  timeout: true,
  reset: true,
  interrupted: true,
  protocol: true,
  redirect: true,
  client_error: true,
  server_error: true,
  throttled: true,
  auth: true,
  internal: true,
};
const STATUSES: Readonly<Record<Settlement['status'], true>> = {
  delivered: true,
  dead: true,
  expired: true,
  pending: true,
  held: true,
  cancelled: true,
};
const CHANGES = ['opened', 'closed', 'throttled', 'disabled', 'enabled'];

/** Lets everything that is counted by channel exist for a channel from the start. */
export function startChannelSeries(channel: string): void {
  const channels = [channel];
  startAtZero(attemptsTotal, { channel: channels, result: Object.keys(RESULTS) });
  startAtZero(settledTotal, { channel: channels, status: Object.keys(STATUSES) });
  startAtZero(lateTotal, { channel: channels });
  startAtZero(changesTotal, { channel: channels, change: CHANGES });
  startAtZero(deferredTotal, { channel: channels, reason: Object.keys(WAIT_SENTENCES) });
  startAtZero(deliveriesWaiting, { channel: channels, status: WAITING_STATUSES });
  for (const gauge of [openGauge, throttledGauge, disabledGauge]) startAtZero(gauge, { channel: channels });
  startTimesAtZero(attemptSeconds, { channel: channels });
  startTimesAtZero(calledBackSeconds, { channel: channels });
}
