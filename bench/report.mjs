// A run in words and tables, for whoever reads it in a terminal.
import { round, summarize } from './statistics.mjs';

/** What a part found, as lines. */
export function describePart(name, result) {
  const lines = describeFindings(name, result);
  const { beforeRatio, beforeCpuRatio } = result;
  if (beforeRatio !== undefined) lines.push(describeBefore(BEFORE_RATIOS[name] ?? 'rate now / before', beforeRatio));
  if (beforeCpuRatio !== undefined) lines.push(describeBefore(BEFORE_RATIOS.cost, beforeCpuRatio));
  return lines;
}

/** The rounds of a part that was broken off, by side. */
export function describeRounds(rounds) {
  return Object.entries(rounds)
    .map(([name, all]) => [name, all.length, all.filter(({ problems }) => problems.length === 0)])
    .filter(([, count]) => count > 0)
    .map(([name, count, counted]) => {
      const rates = counted.length === 0 ? null : summarize(counted.map(({ perSecond }) => perSecond));
      const seen =
        rates === null ? 'none counts' : `${round(rates.median)}/s (${round(rates.min)} to ${round(rates.max)})`;
      return `${name.padEnd(18)} ${count} rounds so far: ${seen}`;
    });
}

/** What is compared where it is no rate. */
const BEFORE_RATIOS = {
  cost: 'CPU of service and Postgres per action, before / now',
  enrichment: 'CPU per lead, before / now',
  start: 'time until npm start is ready, before / now',
  retention: 'CPU of Postgres per removed action, before / now',
};

function describeBefore(what, { median, low, high, rounds, confidence }) {
  const interval =
    low === null
      ? 'too few rounds for an interval'
      : `${low.toFixed(3)} to ${high.toFixed(3)} with ${(confidence * 100).toFixed(1)} % confidence`;
  return `beside the build before: ${median.toFixed(3)}  (${interval}, ${rounds} rounds; ${what})`;
}

function describeFindings(name, result) {
  switch (name) {
    case 'lag':
      return describeLag(result);
    case 'cost':
      return describeCost(result);
    case 'enrichment':
      return describeEnrichment(result);
    case 'growth':
      return Object.entries(result).flatMap(([rows, one]) => [
        `${rows / 1e6} M finished actions (${one.databaseGb.toFixed(1)} GB)`,
        ...describeSides(one),
      ]);
    case 'fan-out':
      return [
        ...describeSides(result),
        ...Object.entries(result.firstPerSecond).map(([name, value]) => `first event, ${name}: ${round(value)}/s`),
      ];
    case 'batches':
      return [
        ...Object.entries(result.sides).map(
          ([side, { median, min, max }]) => `${side}: ${round(median)} leads/s (${round(min)} to ${round(max)})`,
        ),
        `batches / single leads: ${round(result.ratio.median, 2)}`,
        `a batch of 1,000 leads until it is called back: ${round(result.largestMs)} ms`,
        `single leads beside ten of those, p99: ${round(result.besideP99Ms, 1)} ms`,
        `a batch of 1,000 leads that asks an API of 200 ms, 50 at once: ${round(result.askingMs)} ms`,
      ];
    case 'loop-lag':
      return Object.entries(result.cases).map(
        ([name, { p50Ms, p99Ms, maxMs, told }]) =>
          `${name.padEnd(32)} late p50 ${p50Ms.toFixed(1)}, p99 ${p99Ms.toFixed(1)}, max ${maxMs.toFixed(1)} ms; ${told}`,
      );
    case 'start':
      return describeStart(result);
    case 'lookup':
      return describeLookup(result);
    case 'http-step':
      return [
        ...describeSides(result),
        `ratio of the cached side: ${result.cachedRatio.toFixed(2)}; ${result.requestsPerAction.toFixed(3)} requests per action that asks`,
        `resident: ${Object.entries(result.memory)
          .map(([name, mb]) => `${name.replace('Mb', '')} ${mb.toFixed(0)} MB`)
          .join(', ')}`,
      ];
    case 'console':
      return describeConsole(result);
    case 'durable':
      return [
        ...describeSides({ sides: result.sides }),
        `ratio to pg-boss: ${describeRatio(result.ratios.pgBoss)}`,
        `ratio to Graphile Worker: ${describeRatio(result.ratios.graphile)}`,
      ];
    case 'retention':
      return describeRetention(result);
    case 'intake':
      return [...describeSides(result), `ratio to single inserts: ${describeRatio(result.ratioToSingleInserts)}`];
    default:
      return describeSides(result);
  }
}

function describeSides({ sides, ratio }) {
  const lines = Object.entries(sides).map(
    ([name, { median, min, max, msPerAction, cores, machineBusy, saturated, discarded }]) => {
      const used =
        machineBusy === 0
          ? ''
          : `  ${msPerAction.toFixed(3)} ms of CPU each, ${cores.toFixed(2)} cores, machine ${round(machineBusy * 100)} % busy`;
      return (
        `${name.padEnd(18)} ${String(round(median)).padStart(7)}/s  (${round(min)} to ${round(max)})${used}` +
        (saturated ? '' : ', NOT saturated') +
        (discarded === 0 ? '' : `, ${discarded} rounds do not count`)
      );
    },
  );
  return ratio === undefined ? lines : [...lines, `ratio: ${describeRatio(ratio)}`];
}

function describeRatio({ median, min, max, values }) {
  return `${median.toFixed(2)}  (${min.toFixed(2)} to ${max.toFixed(2)}, ${values.length} rounds)`;
}

function describeLag({ capacityPerSecond, rate, perSecond, ack, lag, cores, msPerAction }) {
  const one = (name, { median, min, max }) =>
    `${name} ${median.toFixed(1)} (${min.toFixed(1)} to ${max.toFixed(1)})`.padEnd(26);
  const times = ({ p50, p90, p99, max }) =>
    `${one('p50', p50)}${one('p90', p90)}${one('p99', p99)}worst ${round(max.max)}, in ms`;
  return [
    `${round(rate)} actions/s asked, ${round(perSecond)} served, of ${round(capacityPerSecond)} possible; ` +
      `${cores.toFixed(2)} cores, ${msPerAction.toFixed(2)} ms of CPU each; ${ack.p99.values.length} rounds`,
    `acknowledgement   ${times(ack)}`,
    `callback after it ${times(lag)}`,
  ];
}

function describeCost(cost) {
  const { memory } = cost;
  const ms = (name) => `${cost[name].toFixed(3)} ms`;
  return [
    `${cost.actions} actions without a pause, ${round(cost.perSecond)}/s`,
    `CPU per action: service ${ms('serviceMsPerAction')}, Postgres ${ms('postgresMsPerAction')}, Redis ${ms('redisMsPerAction')} ` +
      `(load ${ms('loadMsPerAction')}, sink ${ms('sinkMsPerAction')})`,
    `${cost.statementsPerAction.toFixed(3)} statements and ${cost.transactionsPerAction.toFixed(3)} transactions per action`,
    `${round(cost.walBytesPerAction)} bytes of WAL and ${round(cost.databaseBytesPerAction)} bytes of tables and indexes per action`,
    `resident: idle ${memory.idleRssMb.toFixed(0)} MB, at most ${memory.loadedRssMb.toFixed(0)} MB, ` +
      `after a collection ${memory.afterRssMb.toFixed(0)} MB (heap ${memory.idleHeapMb.toFixed(0)} → ${memory.afterHeapMb.toFixed(0)} MB)`,
    ...(cost.sides === undefined ? [] : describeSides({ sides: cost.sides })),
    'statements by time in Postgres:',
    ...cost.statements.map(
      ({ perAction, msPerAction, text }) =>
        `  ${perAction.toFixed(4)} per action  ${msPerAction.toFixed(4)} ms  ${text.slice(0, 90)}`,
    ),
  ];
}

function describeEnrichment({ sides, memory, memoryBefore }) {
  const told = (name, { idleHeapMb, usedHeapMb, listsMb, idleRssMb, usedRssMb }) =>
    `${name.padEnd(18)} heap ${idleHeapMb.toFixed(1)} → ${usedHeapMb.toFixed(1)} MB by the first leads (${listsMb.toFixed(1)} MB), ` +
    `resident ${round(idleRssMb)} → ${round(usedRssMb)} MB`;
  return [
    ...Object.entries(sides).map(
      ([name, { median, min, max, msPerAction, saturated, discarded }]) =>
        `${name.padEnd(18)} ${(msPerAction * 1000).toFixed(1)} µs of CPU per lead, ${round(median)}/s (${round(min)} to ${round(max)})` +
        (saturated ? '' : ', NOT saturated') +
        (discarded === 0 ? '' : `, ${discarded} rounds do not count`),
    ),
    told('ricochet', memory),
    ...(memoryBefore === null ? [] : [told('ricochet before', memoryBefore)]),
  ];
}

function describeStart({ sides, processBeforeRatio }) {
  const lines = Object.entries(sides).map(
    ([name, { median, min, max }]) =>
      `${name.padEnd(34)} ready after ${round(1000 / median)} ms  (${round(1000 / max)} to ${round(1000 / min)})`,
  );
  if (processBeforeRatio === undefined) return lines;
  const { median, low, high } = processBeforeRatio;
  return [
    ...lines,
    `the process alone, before / now: ${median.toFixed(3)}  (${low?.toFixed(3)} to ${high?.toFixed(3)})`,
  ];
}

function describeRetention({ actions, costs }) {
  const ms = (value) => `${value.toFixed(4)} ms`;
  return [
    `${actions} finished actions; CPU of Postgres per action:`,
    ...Object.entries(costs).map(
      ([name, { payloadMs, rowMs, vacuumMs, walBytes, perSecond }]) =>
        `${name.padEnd(18)} payload ${ms(payloadMs)}, row ${ms(rowMs)}, together ${ms(payloadMs + rowMs)}; ` +
        `VACUUM ${ms(vacuumMs)}; ${round(walBytes)} bytes of WAL; ${round(perSecond)} actions/s`,
    ),
  ];
}

function describeConsole({ routes, databaseGb, told, ...result }) {
  const { events, requests, failed, rounds } = told;
  return [
    `${databaseGb.toFixed(1)} GB`,
    ...Object.entries(routes).map(
      ([name, { p50Ms, p95Ms }]) => `${name.padEnd(32)} p50 ${p50Ms.toFixed(1)}, p95 ${p95Ms.toFixed(1)} ms`,
    ),
    ...describeSides(result),
    `the consoles got ${round(events / rounds)} events and made ${round(requests / rounds)} requests a round` +
      (failed === 0 ? '' : `, ${failed} of them failed`),
  ];
}

function describeLookup({ upload, uploadRatio, ...result }) {
  return [
    ...describeSides(result),
    `during an upload / without: ${uploadRatio.toFixed(2)}`,
    `upload of ${upload.rows} rows: ${upload.seconds.toFixed(1)} s, resident ${upload.rssBeforeMb.toFixed(0)} MB, ` +
      `at most ${upload.rssGrowthMb.toFixed(0)} MB more`,
  ];
}

/** The table of numbers to reach. */
export function describeTargets(judged) {
  const rows = judged.map(({ what, target, value, reached }) => [
    what,
    target,
    value === null ? '-' : String(value),
    reached === null ? 'not measured' : reached ? 'reached' : 'NOT REACHED',
  ]);
  const all = [['number', 'target', 'measured', ''], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column].length)));
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
}
