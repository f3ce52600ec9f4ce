// `npm run soak`: the service under half of what it can do, for minutes, and whether its heap stays where it was.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Options } from '../dist/simulator/options.js';
import { runProgram } from '../dist/simulator/program.js';
import { endAtOnceOn, INTERRUPTED } from './interruption.mjs';
import { startProcesses } from './soak-processes.mjs';

const HELP = `npm run soak [-- options]

Runs the service on its embedded PostgreSQL under a steady load and looks at its memory every 10 seconds, after a
collection. Passes when the heap of the last minute is at most 1.10 times that of minute 2 and nothing was lost.

  --minutes <n>  how long, 3 to 600 (10)
  --rate <n>     requests a second (half of the capacity measured first)
  --json         the result as JSON in the last line of stdout, the table on stderr
  --help
`;

const SAMPLE_MS = 10_000;
const WARM_UP_MS = 8_000;
const CAPACITY_MS = 15_000;
const FEEDBACK_MS = 25;
const DRAIN_MS = 60_000;
const GROWTH_MAX = 1.1;
const MINUTE_S = 60;

async function main(args, signal) {
  const options = Options.parse(args, {
    help: { type: 'boolean', short: 'h' },
    json: { type: 'boolean' },
    minutes: { type: 'string' },
    rate: { type: 'string' },
  });
  if (options.flag('help')) {
    process.stdout.write(HELP);
    return 0;
  }
  const minutes = options.integer('minutes', 10, 3, 600);
  const wantedRate = options.text('rate') === null ? null : options.integer('rate', 0, 1, 100_000);
  const json = options.flag('json');
  const say = (text) => void (json ? process.stderr : process.stdout).write(`${text}\n`);

  const dataDir = await mkdtemp(join(tmpdir(), 'ricochet-soak-'));
  // PostgreSQL started by root runs as another user, who must get to its own folder in here.
  await chmod(dataDir, 0o711);
  endAtOnceOn(signal, dataDir);
  const seen = { samples: [], start: null, capacity: null, rate: wantedRate };
  const finish = (result) => {
    report(result, say);
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
  };
  try {
    say('Starting the service ...');
    const processes = await startProcesses(dataDir, signal);
    try {
      if (wantedRate === null) seen.capacity = await measureCapacity(processes, say, signal);
      // What the measurement left under way, and what it was refused, is not the soak's.
      seen.start = await drain(processes, signal);
      seen.rate = wantedRate ?? Math.max(Math.round(seen.capacity / 2), 1);
      await soak(processes, { minutes, ...seen }, say, signal);
      const result = judge({ minutes, ...seen, end: await drain(processes, signal) });
      finish(result);
      return result.passed ? 0 : 1;
    } finally {
      await processes.stop();
    }
  } catch (error) {
    // Whatever failed then failed because everything was ended.
    if (!signal.aborted) throw error;
    finish(summarizeInterrupted({ minutes, ...seen }));
    return INTERRUPTED;
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** Callbacks a second when requests come as fast as callbacks leave: the pace of the whole way, not of intake alone. */
async function measureCapacity({ sink, load }, say, signal) {
  say(`Measuring capacity for ${CAPACITY_MS / 1000} s ...`);
  load.child.send({ kind: 'pace', rate: null });
  const feedBack = async (ms) => {
    const endsAt = performance.now() + ms;
    let { received } = await sink.ask('count', 'count');
    while (performance.now() < endsAt) {
      await sleep(FEEDBACK_MS, undefined, { signal });
      ({ received } = await sink.ask('count', 'count'));
      load.child.send({ kind: 'delivered', count: received });
    }
    return received;
  };
  const before = await feedBack(WARM_UP_MS);
  const startedAt = performance.now();
  const after = await feedBack(CAPACITY_MS);
  const capacity = (after - before) / ((performance.now() - startedAt) / 1000);
  load.child.send({ kind: 'pace', rate: 0 });
  say(`Capacity: ${Math.round(capacity)} actions/s from request to callback.`);
  return capacity;
}

async function soak({ sink, service, load }, { minutes, rate, start, samples }, say, signal) {
  say(`\n${minutes} minutes at ${rate} actions/s\n`);
  say('    time   heap MB    rss MB  external  accepted  callbacks  refused   p50 ms   p99 ms');
  load.child.send({ kind: 'pace', rate });
  const startedAt = performance.now();
  for (let turn = 1; turn * SAMPLE_MS <= minutes * MINUTE_S * 1000; turn += 1) {
    await sleep(Math.max(startedAt + turn * SAMPLE_MS - performance.now(), 0), undefined, { signal });
    const memory = await service.ask('measure', 'memory');
    const [sent, got] = [await load.ask({ kind: 'report' }, 'report'), await sink.ask('report', 'report')];
    const sample = {
      seconds: (turn * SAMPLE_MS) / 1000,
      heapMb: toMb(memory.heapUsed),
      rssMb: toMb(memory.rss),
      externalMb: toMb(memory.external),
      accepted: sent.accepted - start.accepted,
      callbacks: got.received - start.received,
      refused: unservedOf(sent) - unservedOf(start),
      p50Ms: got.p50Ms,
      p99Ms: got.p99Ms,
    };
    samples.push(sample);
    say(rowOf(sample));
  }
  load.child.send({ kind: 'pace', rate: 0 });
}

/** Waits until everything acknowledged was called back, or a minute is over. */
async function drain({ sink, load }, signal) {
  const giveUpAt = performance.now() + DRAIN_MS;
  for (;;) {
    const [sent, got] = [await load.ask({ kind: 'report' }, 'report'), await sink.ask('report', 'report')];
    if ((sent.underWay === 0 && got.received >= sent.accepted) || performance.now() > giveUpAt)
      return { ...sent, ...got };
    await sleep(250, undefined, { signal });
  }
}

/** Requests that were not acknowledged, for whatever reason. */
function unservedOf({ refused, failed, skipped }) {
  return refused + failed + skipped;
}

function judge({ minutes, rate, capacity, samples, start, end }) {
  // The middle of a minute's six looks: one of them may meet a batch in flight.
  const minuteTwo = median(samples.filter(({ seconds }) => seconds > MINUTE_S && seconds <= 2 * MINUTE_S));
  const lastMinute = median(samples.slice(-6));
  const growth = lastMinute / minuteTwo;
  const lost = end.accepted - end.received;
  const unserved = unservedOf(end) - unservedOf(start);
  return {
    passed: growth <= GROWTH_MAX && lost === 0 && unserved === 0,
    interrupted: false,
    minutes,
    rate,
    capacity: capacity === null ? null : Math.round(capacity),
    heapMinute2Mb: minuteTwo,
    heapLastMinuteMb: lastMinute,
    growth: Number(growth.toFixed(3)),
    growthMax: GROWTH_MAX,
    rssMaxMb: Math.max(...samples.map(({ rssMb }) => rssMb)),
    accepted: end.accepted,
    callbacks: end.received,
    lost,
    duplicates: end.duplicates,
    unserved,
    refusedByStatus: end.statuses,
    failed: end.failed - start.failed,
    skipped: end.skipped - start.skipped,
    tokenRequests: end.tokenRequests,
    samples,
  };
}

/** Of a soak that was broken off: what its looks have seen, and no verdict. */
function summarizeInterrupted({ minutes, rate, capacity, samples }) {
  const last = samples.at(-1) ?? null;
  return {
    passed: false,
    interrupted: true,
    minutes,
    rate,
    capacity: capacity === null ? null : Math.round(capacity),
    seconds: last?.seconds ?? 0,
    heapMb: last?.heapMb ?? null,
    rssMaxMb: samples.length === 0 ? null : Math.max(...samples.map(({ rssMb }) => rssMb)),
    accepted: last?.accepted ?? 0,
    callbacks: last?.callbacks ?? 0,
    unserved: last?.refused ?? 0,
    samples,
  };
}

function report(result, say) {
  say('');
  if (result.interrupted) {
    const { seconds, minutes, accepted, callbacks, unserved, heapMb, rssMaxMb } = result;
    say(
      `Interrupted after ${seconds} of ${minutes * MINUTE_S} s under load: no verdict. Seen so far: accepted ${accepted},`,
    );
    say(
      `called back ${callbacks}, not acknowledged ${unserved}; heap ${heapMb ?? '-'} MB, at most ${rssMaxMb ?? '-'} MB resident.`,
    );
    return;
  }
  say(`Accepted ${result.accepted}, called back ${result.callbacks}: ${result.lost} lost, ${result.duplicates} twice.`);
  if (result.unserved > 0) {
    const how = JSON.stringify(result.refusedByStatus);
    say(
      `${result.unserved} not acknowledged: ${result.failed} unanswered, ${result.skipped} not sent for want of room,`,
    );
    say(`the others refused (with those of the measurement, by status: ${how}).`);
  }
  say(
    `Heap after collection: ${result.heapMinute2Mb} MB in minute 2, ${result.heapLastMinuteMb} MB in minute ` +
      `${result.minutes}: ${result.growth} times (at most ${result.growthMax}).`,
  );
  say(result.passed ? 'PASSED' : 'FAILED');
}

function rowOf({ seconds, heapMb, rssMb, externalMb, accepted, callbacks, refused, p50Ms, p99Ms }) {
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  const cells = [
    heapMb.toFixed(1),
    rssMb.toFixed(1),
    externalMb.toFixed(1),
    accepted,
    callbacks,
    refused,
    p50Ms,
    p99Ms,
  ];
  const widths = [10, 10, 10, 10, 11, 9, 9, 9];
  return time.padStart(8) + cells.map((cell, at) => String(cell ?? '-').padStart(widths[at])).join('');
}

function toMb(bytes) {
  return Math.round(bytes / 1024 / 102.4) / 10;
}

function median(samples) {
  const sorted = samples.map(({ heapMb }) => heapMb).sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const pair = [sorted[Math.floor(middle - 0.5)], sorted[Math.floor(middle)]];
  return Number(((pair[0] + pair[1]) / 2).toFixed(1));
}

await runProgram('npm run soak', main);
