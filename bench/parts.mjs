// The parts of a run in their order, and what of their results goes into the one object `--json` prints.
import { measureApartPart, measureEndToEndPart } from './parts/end-to-end.mjs';
import { measureBatchesPart } from './parts/batches.mjs';
import { measureConsolePart } from './parts/console.mjs';
import { measureCostPart } from './parts/cost.mjs';
import { measureDurablePart, prepareDurable, refuseDurable } from './parts/durable.mjs';
import { measureEnrichmentPart } from './parts/enrichment.mjs';
import { measureFanOutPart } from './parts/fan-out.mjs';
import { measureGrowthPart } from './parts/growth.mjs';
import { measureHttpStepPart } from './parts/http-step.mjs';
import { measureIntakePart } from './parts/intake.mjs';
import { measureLagPart } from './parts/lag.mjs';
import { measureLoopLagPart } from './parts/loop-lag.mjs';
import { measureLookupPart } from './parts/lookup.mjs';
import { measureOAuthPart } from './parts/oauth.mjs';
import { measureQueuesApartPart, measureQueuesPart } from './parts/queues.mjs';
import { measureRetentionPart } from './parts/retention.mjs';
import { measureSlowCallbacksPart } from './parts/slow-callbacks.mjs';
import { measureStartPart } from './parts/start.mjs';
import { measureTracingPart } from './parts/tracing.mjs';
import { measureWorkersPart } from './parts/workers.mjs';
import { round } from './statistics.mjs';

/**
 * By name: what it is and how it is measured; `fullOnly` ones are left out of a quick run unless asked for, `beside` ones take
 * another build as a side. `refuse` says why it cannot run here, `prepare` fetches what it needs, before anything is
 * measured: the part finds it in `world.prepared`.
 */
export const PARTS = {
  'end-to-end': { title: 'End to end, one process each', measure: measureEndToEndPart, beside: true },
  apart: {
    title: 'End to end, intake and work in processes of their own',
    measure: measureApartPart,
    fullOnly: true,
    beside: true,
  },
  durable: {
    title: 'End to end, beside pipelines as durable as ours',
    measure: measureDurablePart,
    fullOnly: true,
    refuse: refuseDurable,
    prepare: prepareDurable,
  },
  intake: { title: 'Durable intake', measure: measureIntakePart },
  oauth: { title: 'Durable intake by OAuth 2.0 beside an API key', measure: measureOAuthPart, fullOnly: true },
  queues: { title: 'Bull beside LISTEN/NOTIFY and the embedded queue', measure: measureQueuesPart },
  'queues-apart': {
    title: 'LISTEN/NOTIFY beside Bull, intake and work in processes of their own',
    measure: measureQueuesApartPart,
    fullOnly: true,
  },
  tracing: { title: 'Traces of one request in a hundred beside none', measure: measureTracingPart, fullOnly: true },
  'slow-callbacks': { title: 'Callbacks answered after 200 ms', measure: measureSlowCallbacksPart },
  'http-step': { title: 'An http step beside the trivial one', measure: measureHttpStepPart, fullOnly: true },
  batches: { title: 'Leads of Marketo in batches beside single ones', measure: measureBatchesPart, fullOnly: true },
  lag: { title: 'Latency at 50 % load', measure: measureLagPart },
  'fan-out': { title: 'One event to 1,000 registrations', measure: measureFanOutPart },
  cost: { title: 'What an action costs', measure: measureCostPart, beside: true },
  retention: { title: 'What removing an action costs', measure: measureRetentionPart, fullOnly: true, beside: true },
  enrichment: { title: 'The providers of contact-quality', measure: measureEnrichmentPart, beside: true },
  start: { title: 'From a start until it is ready', measure: measureStartPart, beside: true, fullOnly: true },
  lookup: {
    title: 'A look-up in a table of a million rows, and its upload',
    measure: measureLookupPart,
    fullOnly: true,
  },
  'loop-lag': {
    title: 'The main loop while steps and uploads meet hostile input',
    measure: measureLoopLagPart,
    fullOnly: true,
  },
  workers: { title: 'Two workers beside one', measure: measureWorkersPart, fullOnly: true },
  growth: { title: 'With millions of finished actions', measure: measureGrowthPart, fullOnly: true },
  console: {
    title: 'The views of the console on a million actions, and fifty open consoles',
    measure: measureConsolePart,
    fullOnly: true,
  },
};

/** The numbers of a run under the names scripts rely on; what was not measured is null. */
export function toNumbers(results) {
  const { intake, lag, cost, queues, growth, enrichment, durable, retention } = results;
  const ratioOf = (result) => round(result?.ratio.median ?? null, 3);
  const fanOut = results['fan-out']?.sides;
  return {
    intakeRatio: ratioOf(intake),
    endToEndRatio: ratioOf(results['end-to-end']),
    endToEndApartRatio: ratioOf(results.apart),
    durableRatio: ratioOf(durable),
    durable: {
      pgBoss: round(durable?.ratios.pgBoss.median ?? null, 3),
      graphile: round(durable?.ratios.graphile.median ?? null, 3),
    },
    growth1M: ratioOf(growth?.[1_000_000]),
    growth5M: ratioOf(growth?.[5_000_000]),
    statementsPerAction: round(cost?.statementsPerAction ?? null, 3),
    ackP99Ms: round(lag?.ack.p99.median ?? null, 1),
    lagP99Ms: round(lag?.lag.p99.median ?? null, 1),
    oauthRatio: ratioOf(results.oauth),
    bullVsEmbedded: ratioOf(queues),
    notifyVsBull: round(queues?.postgres ?? null, 3),
    notifyVsBullApart: ratioOf(results['queues-apart']),
    tracingRatio: ratioOf(results.tracing),
    slowCallbacks: ratioOf(results['slow-callbacks']),
    lookupRatio: ratioOf(results.lookup),
    lookupUploadRatio: round(results.lookup?.uploadRatio ?? null, 3),
    lookupUploadRssMb: round(results.lookup?.upload.rssGrowthMb ?? null),
    httpStep: ratioOf(results['http-step']),
    httpStepCached: round(results['http-step']?.cachedRatio ?? null, 3),
    httpStepRss: round(rssRatio(results['http-step']), 3),
    batchRatio: ratioOf(results.batches),
    batchOf1000Ms: round(results.batches?.largestMs ?? null),
    besideBatchesP99Ms: round(results.batches?.besideP99Ms ?? null, 1),
    batchAskingMs: round(results.batches?.askingMs ?? null),
    loopLagMs: round(results['loop-lag']?.worstMs ?? null, 1),
    consoleListP95Ms: round(results.console?.worst.listP95Ms ?? null, 1),
    consoleOverviewP95Ms: round(results.console?.worst.overviewP95Ms ?? null, 1),
    consoleStatisticsP95Ms: round(results.console?.worst.statisticsP95Ms ?? null, 1),
    consolesRatio: ratioOf(results.console),
    twoWorkers: ratioOf(results.workers),
    rssIdleMb: round(cost?.memory.idleRssMb ?? null, 1),
    rssGrowth: round(cost?.memory.growth ?? null, 3),
    fanoutPerSecond: round(fanOut?.['companies, http'].median ?? null),
    fanoutHttpsPerSecond: round(fanOut?.['eqp, https'].median ?? null),
    serviceMsPerAction: round(cost?.serviceMsPerAction ?? null, 3),
    postgresMsPerAction: round(cost?.postgresMsPerAction ?? null, 3),
    walBytesPerAction: round(cost?.walBytesPerAction ?? null),
    enrichmentMsPerLead: round(enrichment?.sides.ricochet.msPerAction ?? null, 4),
    retentionMsPerAction: round(retention?.sides.ricochet.msPerAction ?? null, 4),
    retentionWalBytes: round(retention?.walBytesPerAction ?? null),
    // The other way round than `beforeRatio`: a cost is compared with the bound of a cost.
    retentionCpuRatio: round(retention?.beforeRatio === undefined ? null : 1 / retention.beforeRatio.median, 3),
    enrichmentCpuRatio: round(enrichment?.beforeRatio === undefined ? null : 1 / enrichment.beforeRatio.median, 3),
    startMs: round(results.start?.readyMs.npmStart ?? null),
    processStartMs: round(results.start?.readyMs.process ?? null),
    // As a time too: what is left of it.
    startRatio: round(results.start?.beforeRatio === undefined ? null : 1 / results.start.beforeRatio.median, 3),
    listsMb: round(enrichment?.memory.listsMb ?? null, 1),
    beforeRatio: toBeforeRatios(results),
  };
}

/** Resident memory of the asking side over that of the trivial one. */
function rssRatio(result) {
  return result === undefined ? null : result.memory.askingMb / result.memory.trivialMb;
}

/** By part, this build beside the other one; null for a run without. */
function toBeforeRatios(results) {
  const compared = Object.entries(results).filter(([, result]) => result.beforeRatio !== undefined);
  if (compared.length === 0) return null;
  return Object.fromEntries(
    compared.map(([name, { beforeRatio }]) => {
      const { median, low, high, rounds, confidence } = beforeRatio;
      return [
        name,
        {
          median: round(median, 3),
          low: round(low, 3),
          high: round(high, 3),
          rounds,
          confidence: round(confidence, 3),
        },
      ];
    }),
  );
}
