import { Counter, Gauge, Histogram } from 'prom-client';
import { startAtZero } from '../../../counters/zero-series.js';

/** The end of a step's request. */
export const REQUEST_OUTCOMES = Object.freeze([
  'found',
  'notFound',
  'refused',
  'unauthorized',
  'rateLimited',
  'failed',
  'timeout',
  'unreachable',
  'address',
  'unreadable',
  'stopped',
] as const);

export type RequestOutcome = (typeof REQUEST_OUTCOMES)[number];

/** Requests that steps sent, by host and outcome. */
export const stepRequestsTotal = new Counter({
  name: 'ricochet_http_step_requests_total',
  help: 'Requests that http steps sent, each attempt by itself.',
  labelNames: ['host', 'outcome'] as const,
});

/** Seconds from a request's beginning to the end of its answer, by host. */
export const stepRequestSeconds = new Histogram({
  name: 'ricochet_http_step_request_seconds',
  help: 'Duration of the requests of http steps.',
  labelNames: ['host'] as const,
  buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

/** Looks into the cache of answers: `negative` is an answer that there is nothing. */
export const stepCacheTotal = new Counter({
  name: 'ricochet_http_step_cache_total',
  help: 'Looks into the cache of answers, by host and outcome.',
  labelNames: ['host', 'outcome'] as const,
});

/** Requests that were not sent because the budget of the day was spent. */
export const stepBudgetRefusedTotal = new Counter({
  name: 'ricochet_http_step_budget_refused_total',
  help: 'Requests of http steps that were not sent because the budget of the day was spent.',
  labelNames: ['budget'] as const,
});

/** Whether a host is left alone by this process because it fails. */
export const stepBreakerOpen = new Gauge({
  name: 'ricochet_http_step_breaker_open',
  help: '1 while this process leaves a host alone because its answers fail.',
  labelNames: ['host'] as const,
});

const CACHE_OUTCOMES = ['hit', 'negative', 'miss'] as const;

/** Hosts that have series. */
const hosts = new Set<string>();

/** Gives a step's host and budget their series before anything is counted; series that are there stay as they are. */
export function startStepSeries(host: string, budget: string | null): void {
  startAtZero(stepRequestsTotal, { host: [host], outcome: REQUEST_OUTCOMES });
  startAtZero(stepCacheTotal, { host: [host], outcome: CACHE_OUTCOMES });
  if (!hosts.has(host)) {
    stepRequestSeconds.zero({ host });
    stepBreakerOpen.set({ host }, 0);
  }
  hosts.add(host);
  if (budget !== null) startAtZero(stepBudgetRefusedTotal, { budget: [budget] });
}

/** Ends the series of all other hosts: a breaker that no request can close would stay open for ever. */
export function keepOnlySeriesOf(used: ReadonlySet<string>): void {
  for (const host of [...hosts].filter((host) => !used.has(host))) {
    hosts.delete(host);
    for (const outcome of REQUEST_OUTCOMES) stepRequestsTotal.remove({ host, outcome });
    for (const outcome of CACHE_OUTCOMES) stepCacheTotal.remove({ host, outcome });
    stepRequestSeconds.remove({ host });
    stepBreakerOpen.remove({ host });
  }
}
