// The numbers to reach, and what a run says about them. A number that was not measured is neither reached nor missed.

/** One line per number: where it is in the result, what it must be. */
export const TARGETS = [
  { key: 'intakeRatio', what: 'durable intake / bare Fastify echo', least: 0.5 },
  { key: 'endToEndRatio', what: 'end to end / Express + BullMQ', least: 1.4 },
  { key: 'endToEndApartRatio', what: 'intake and work apart / Express + BullMQ apart', least: 1.1 },
  { key: 'durableRatio', what: 'end to end / Express on a queue in PostgreSQL, the faster one', least: 4 },
  { key: 'growth1M', what: 'end to end with 1 M finished actions / empty', least: 0.95 },
  { key: 'growth5M', what: 'end to end with 5 M finished actions / empty', least: 0.9 },
  { key: 'statementsPerAction', what: 'SQL statements per action at full load', most: 0.25 },
  { key: 'ackP99Ms', what: 'acknowledgement p99 at 50 % load, ms', most: 25 },
  { key: 'lagP99Ms', what: 'callback lag p99 at 50 % load, ms', most: 150 },
  { key: 'oauthRatio', what: 'durable intake by OAuth 2.0 / by an API key', least: 0.95 },
  { key: 'bullVsEmbedded', what: 'end to end on Bull / embedded queue', least: 0.85 },
  { key: 'notifyVsBull', what: 'end to end on LISTEN/NOTIFY / Bull', least: 0.9 },
  { key: 'notifyVsBullApart', what: 'intake and work apart on LISTEN/NOTIFY / Bull', least: 0.9 },
  { key: 'tracingRatio', what: 'end to end with traces of 1 % / without', least: 0.97 },
  { key: 'rssIdleMb', what: 'resident memory idle, MB', most: 180 },
  { key: 'rssGrowth', what: 'resident memory after the load and a collection / idle', most: 1.3 },
  { key: 'fanoutPerSecond', what: 'one event to 1,000 callbacks over http, deliveries/s', least: 1_500 },
  { key: 'retentionCpuRatio', what: 'CPU of PostgreSQL per removed action / the build before', most: 0.5 },
  { key: 'enrichmentCpuRatio', what: 'CPU of the providers per lead / the build before', most: 1.1 },
  { key: 'listsMb', what: 'heap that the lists of the providers take once used, MB', most: 25 },
  { key: 'startRatio', what: 'time until npm start is ready / the build before', most: 0.6 },
  { key: 'httpStep', what: 'end to end with a step that asks an API of 200 ms / trivial step', least: 0.7 },
  { key: 'httpStepCached', what: 'the same answers from the cache / trivial step', least: 0.8 },
  { key: 'httpStepRss', what: 'resident memory with a step that asks / trivial step', most: 1.5 },
  { key: 'batchRatio', what: 'leads of Marketo in batches of 100 / single ones', least: 5 },
  { key: 'batchOf1000Ms', what: 'a batch of 1,000 leads until it is called back, ms', most: 2_000 },
  { key: 'besideBatchesP99Ms', what: 'single leads beside ten batches of 1,000, p99, ms', most: 300 },
  { key: 'batchAskingMs', what: 'a batch of 1,000 leads with an API of 200 ms, 50 at once, ms', most: 6_000 },
  { key: 'loopLagMs', what: 'main loop late during hostile answers, expressions and files, at most, ms', most: 50 },
  { key: 'slowCallbacks', what: 'end to end with callbacks of 200 ms / instant', least: 0.8 },
  { key: 'lookupRatio', what: 'end to end with a look-up in 1 M rows / trivial', least: 0.8 },
  { key: 'lookupUploadRatio', what: 'end to end during an upload / without', least: 0.7 },
  { key: 'lookupUploadRssMb', what: 'growth of resident memory by an upload of 1 M rows, MB', most: 150 },
  { key: 'consoleListP95Ms', what: 'slowest list or timeline with 1 M actions and 2 M deliveries, p95, ms', most: 100 },
  { key: 'consoleOverviewP95Ms', what: 'overview with the same, p95, ms', most: 300 },
  { key: 'consoleStatisticsP95Ms', what: 'slowest statistics with the same, p95, ms', most: 100 },
  { key: 'consolesRatio', what: 'end to end with 50 open consoles / without', least: 0.95 },
];

/** @returns per target its value and `reached`: true, false, or null when it was not measured */
export function judge(numbers) {
  return TARGETS.map(({ key, what, least, most }) => {
    const value = numbers[key] ?? null;
    const reached = value === null ? null : least === undefined ? value <= most : value >= least;
    return { key, what, target: least === undefined ? `<= ${most}` : `>= ${least}`, value, reached };
  });
}
