// A round: so many actions handed in by the load until the last one was called back, and what that cost whom.
import { cpuMs, cpuMsOfFamily, machineMs } from './proc.mjs';
import { summarize } from './statistics.mjs';

/** For duplicates of the last callbacks to show. */
const LATE_MS = 200;
/**
 * What a compiler and a heap came to while a process was young stays with it, and is luck. More than a few rounds each all
 * the same: for as long as the compiler is busy, its threads take more for the side with more code.
 */
const ROUNDS_OF_A_START = 12;
const STALL_MS = 90_000;
const QUIET_WITHIN_MS = 6_000;
const QUIET_LOOK_MS = 250;
/** Share of a core below which everybody counts as at rest. */
const QUIET_SHARE = 0.06;
/** A process that has less of a core than this, on a machine that is less busy than that, waits for something. */
const SATURATED_CORE = 0.9;
const SATURATED_MACHINE = 0.92;

/**
 * Hands in `count` actions and waits for their callbacks.
 * @returns rates per second, who used how much CPU, and `problems`: empty when every action was called back exactly once
 */
export async function measureEndToEnd(
  world,
  contender,
  { count, connections, delayMs = 0, rate = null, keepTimes = false },
) {
  const epoch = world.nextEpoch();
  await world.sink.ask({ kind: 'expect', epoch, count, delayMs, keepTimes }, 'expecting');
  const before = snapshot(world, contender);
  const complete = withProgress(world, epoch);
  const order = { kind: rate === null ? 'closed' : 'open', epoch, count, connections, rate, target: contender.target };
  try {
    const done = await world.load.ask(order, 'done', 600_000);
    if (done.error !== undefined) throw new Error(`the load failed: ${done.error}`);
    const lost = await complete.wait();
    const after = snapshot(world, contender);
    await world.pause(LATE_MS + delayMs);
    const report = await world.sink.ask({ kind: 'report' }, 'report');
    const elapsedMs = report.lastAtMs - done.startedAtMs;
    return {
      perSecond: (report.received / elapsedMs) * 1000,
      ackPerSecond: (done.acked / (done.endedAtMs - done.startedAtMs)) * 1000,
      elapsedMs,
      ack: done.ack,
      ...difference(before, after, contender, report.received),
      problems: problemsOf(count, done, report, lost),
      ...(keepTimes && { ackedAt: done.ackedAt, calledBackAt: report.times }),
    };
  } finally {
    complete.cancel();
  }
}

/** The same without callbacks: acknowledgements alone. */
export async function measureIntake(world, contender, { count, connections }) {
  const before = snapshot(world, contender);
  const order = { kind: 'closed', epoch: world.nextEpoch(), count, connections, rate: null, target: contender.target };
  const done = await world.load.ask(order, 'done', 600_000);
  if (done.error !== undefined) throw new Error(`the load failed: ${done.error}`);
  const elapsedMs = done.endedAtMs - done.startedAtMs;
  return {
    perSecond: (done.acked / elapsedMs) * 1000,
    elapsedMs,
    ack: done.ack,
    ...difference(before, snapshot(world, contender), contender, count),
    problems: done.acked === count ? [] : [`not acknowledged: ${JSON.stringify(done.statuses)}`],
  };
}

/**
 * Measures every side in turn, the order reversed every round, so that whatever drifts drifts for all.
 * @param rounds of every side; or by side, for one that needs fewer
 * @param measure by side, a function that measures one round
 * @returns by side its rounds that count, a summary, and the ratio of the first to each other side, round by round
 */
export async function alternate(world, rounds, measure) {
  const results = startResults(world, Object.keys(measure));
  await takeTurns(world, rounds, measure, results);
  return conclude(world, results);
}

function startResults(world, names) {
  const results = Object.fromEntries(names.map((name) => [name, []]));
  // For the report of a run that is interrupted.
  world.rounds = results;
  return results;
}

async function takeTurns(world, rounds, measure, results) {
  const names = Object.keys(results);
  const roundsOf = (name) => (typeof rounds === 'number' ? rounds : rounds[name]);
  for (let turn = 0; turn < Math.max(...names.map(roundsOf)); turn += 1) {
    for (const name of turn % 2 === 0 ? names : [...names].reverse()) {
      if (turn >= roundsOf(name)) continue;
      await untilQuiet(world);
      const result = await measure[name]();
      results[name].push(result);
      world.say(`  round ${results[name].length}: ${name.padEnd(22)} ${describeRound(result)}`);
    }
  }
}

/**
 * Measures services end to end as {@link alternate} does, with new processes after every twelve rounds and at least once,
 * started in the other order each time: of two that are the same, one may be some percent slower for as long as it runs.
 * @param starts by side, how it starts
 */
export async function alternateAfresh(world, rounds, { count, warmUpCount, connections }, starts) {
  const names = Object.keys(starts);
  const results = startResults(world, names);
  const each = Math.min(ROUNDS_OF_A_START, Math.ceil(rounds / 2));
  for (let turn = 0; turn < rounds; turn += each) {
    const order = (turn / each) % 2 === 0 ? names : [...names].reverse();
    const starting = order.map((name) => starts[name]);
    await world.with(starting, async (...started) => {
      const measure = {};
      for (const [index, name] of order.entries()) {
        await measureEndToEnd(world, started[index], { count: warmUpCount, connections });
        measure[name] = () => measureEndToEnd(world, started[index], { count, connections });
      }
      await takeTurns(world, Math.min(each, rounds - turn), measure, results);
    });
  }
  return conclude(world, results);
}

function conclude(world, results) {
  world.rounds = {};
  const names = Object.keys(results);
  const [first, ...others] = names;
  const ratiosTo = (other) => pairsOf(results[first], results[other]).map(([a, b]) => a.perSecond / b.perSecond);
  return {
    sides: Object.fromEntries(names.map((name) => [name, summarizeRounds(name, results[name])])),
    ratios: Object.fromEntries(others.map((other) => [other, summarize(ratiosTo(other))])),
    results,
  };
}

/** Neighbouring rounds of two sides, where both count. */
export function pairsOf(one, other) {
  return one
    .slice(0, other.length)
    .map((round, turn) => [round, other[turn]])
    .filter((pair) => pair.every(({ problems }) => problems.length === 0));
}

/** A few rounds of one side. */
export async function repeat(world, rounds, measure) {
  return (await alternate(world, rounds, { it: measure })).sides.it;
}

/** Median, least and most of the rounds that count, with what they cost. @throws when none counts. */
export function summarizeRounds(name, rounds) {
  const counted = rounds.filter(({ problems }) => problems.length === 0);
  if (counted.length === 0) throw new Error(`${name}: no round counts: ${rounds[0].problems.join('; ')}`);
  return {
    ...summarize(counted.map(({ perSecond }) => perSecond)),
    discarded: rounds.length - counted.length,
    msPerAction: summarize(counted.map(({ msPerAction }) => msPerAction)).median,
    cores: summarize(counted.map(({ cores }) => cores)).median,
    machineBusy: summarize(counted.map(({ machineBusy }) => machineBusy)).median,
    saturated: counted.every(({ saturated }) => saturated),
  };
}

function describeRound({ perSecond, ackPerSecond, msPerAction, cores, machineBusy, cpu, elapsedMs, problems, told }) {
  if (told !== undefined) return told;
  if (problems.length > 0) return `does not count: ${problems.join('; ')}`;
  const share = (ms) => (ms / elapsedMs).toFixed(2);
  return (
    `${perSecond.toFixed(0).padStart(6)}/s` +
    (ackPerSecond === undefined ? '' : ` (acknowledged at ${ackPerSecond.toFixed(0)}/s)`) +
    (cpu === undefined
      ? ''
      : `  ${msPerAction.toFixed(2)} ms each; cores: it ${cores.toFixed(2)}, Postgres ${share(cpu.postgresMs)}, Redis ${share(cpu.redisMs)}, ` +
        `load ${share(cpu.loadMs)}, sink ${share(cpu.sinkMs)}; machine ${(machineBusy * 100).toFixed(0)} % busy`)
  );
}

function problemsOf(count, done, report, lost) {
  const problems = [];
  if (done.acked !== count) problems.push(`not acknowledged: ${JSON.stringify(done.statuses)}`);
  if (lost) problems.push(`${count - report.received} never called back`);
  if (report.duplicates > 0) problems.push(`${report.duplicates} called back twice`);
  if (report.wrong > 0) problems.push(`${report.wrong} wrong callbacks, e.g. ${report.examples.join(', ')}`);
  if (report.strays > 0) problems.push(`${report.strays} callbacks of another round`);
  return problems;
}

/** Resolves false once the sink has everything, true when nothing new came for a long time. */
function withProgress(world, epoch) {
  const abort = new AbortController();
  const signal = AbortSignal.any([abort.signal, world.signal]);
  let isComplete = false;
  const complete = (async () => {
    while ((await world.sink.next('complete', 3_600_000, signal)).epoch !== epoch);
    isComplete = true;
  })();
  // Whoever waits for it hears of it; after a cancel nobody does.
  complete.catch(() => undefined);
  return {
    cancel: () => abort.abort(),
    wait: async () => {
      for (let [received, sinceMs] = [-1, performance.now()]; !isComplete;) {
        await Promise.race([complete, world.pause(1_000)]);
        if (isComplete) break;
        const report = await world.sink.ask({ kind: 'report' }, 'report');
        if (report.received > received) [received, sinceMs] = [report.received, performance.now()];
        else if (performance.now() - sinceMs > STALL_MS) return true;
      }
      return false;
    },
  };
}

/** Waits until what the last round left behind (vacuums, checkpoints, garbage) is done: it is not the next one's. */
export async function untilQuiet(world) {
  const giveUpAt = performance.now() + QUIET_WITHIN_MS;
  const pids = [world.redis.pid, world.sink.pid, world.load.pid];
  const used = () => cpuMsOfFamily(world.postgresPid) + pids.reduce((sum, pid) => sum + cpuMs(pid), 0);
  while (performance.now() < giveUpAt) {
    const before = used();
    await world.pause(QUIET_LOOK_MS);
    if ((used() - before) / QUIET_LOOK_MS < QUIET_SHARE) return;
  }
}

/** CPU of everybody so far. */
export function snapshot(world, contender) {
  return {
    atMs: performance.now(),
    service: contender.pids.map(cpuMs),
    postgres: cpuMsOfFamily(world.postgresPid),
    redis: cpuMs(world.redis.pid),
    load: cpuMs(world.load.pid),
    sink: cpuMs(world.sink.pid),
    machine: machineMs(),
  };
}

/** Who used how much between two snapshots that are `count` actions apart. */
export function difference(before, after, contender, count) {
  const wallMs = after.atMs - before.atMs;
  const perProcess = after.service.map((ms, index) => ms - before.service[index]);
  const serviceMs = perProcess.reduce((sum, ms) => sum + ms, 0);
  const machineBusy =
    (after.machine.busyMs - before.machine.busyMs) / Math.max(after.machine.allMs - before.machine.allMs, 1);
  const busiest = Math.max(...perProcess) / wallMs;
  return {
    cpu: {
      serviceMs,
      postgresMs: after.postgres - before.postgres,
      redisMs: after.redis - before.redis,
      loadMs: after.load - before.load,
      sinkMs: after.sink - before.sink,
      byProcess: Object.fromEntries(contender.children.map(({ name }, index) => [name, perProcess[index]])),
    },
    msPerAction: serviceMs / count,
    cores: serviceMs / wallMs,
    machineBusy,
    saturated: busiest >= SATURATED_CORE || machineBusy >= SATURATED_MACHINE,
  };
}
