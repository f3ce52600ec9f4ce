// `npm run test:faults`: the fault suite, by name only because it takes half an hour. Progress goes to stderr, the table
// to stdout.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { BuildError, openBuild } from '../bench/builds.mjs';
import { crashServersBelow, INTERRUPTED } from '../bench/interruption.mjs';
import { describeVersion } from '../bench/machine.mjs';
import { Options, UsageError } from '../dist/simulator/options.js';
import { runProgram } from '../dist/simulator/program.js';
import { root } from './build-state.mjs';

const HELP = `npm run test:faults [-- options]

Kills, stalls and cuts off the service, PostgreSQL, Redis and receivers, one fault after the other, and holds every
promise against the records. Takes about half an hour; exits 0 only when every row of its table is clean.

  --only <pattern>  the faults whose group and name match, e.g. --only 'Redis:'
  --seed <N>        repeats a run: moments of kills and delays are drawn from it
  --queue postgres  the processes ring through PostgreSQL (LISTEN and NOTIFY) in every scenario without a Redis
  --before <folder> upgrades from another build, and the way back: its dist folder, or the checkout around it, with
                    node_modules of its own; may be given several times
  --short           the handful that npm test runs
  --json            the whole report as the last line of stdout
  --write           puts the table into docs/reliability.md
  --help, -h
`;

const FLAG = { type: 'boolean' };
const TEXT = { type: 'string' };

async function main(args, signal) {
  const options = Options.parse(args, {
    help: { ...FLAG, short: 'h' },
    only: TEXT,
    seed: TEXT,
    queue: TEXT,
    before: { ...TEXT, multiple: true },
    short: FLAG,
    json: FLAG,
    write: FLAG,
  });
  if (options.flag('help')) {
    process.stdout.write(HELP);
    return 0;
  }
  const seed = readSeed(options.text('seed'));
  const only = readPattern(options.text('only'));
  const queue = readQueue(options.text('queue'));
  const before = options.list('before').map(readBuild);
  console.error(`fault suite, seed ${seed} (repeat with --seed ${seed})`);

  const folder = mkdtempSync(join(tmpdir(), 'ricochet-faults-'));
  // PostgreSQL started by root runs as another user, who must get to its own folder in here.
  chmodSync(folder, 0o711);
  const resultFile = join(folder, 'report.json');
  try {
    const [short, write] = [options.flag('short'), options.flag('write')];
    const asked = { seed, only, queue, before, short, write, resultFile };
    const status = await runSuite(asked, folder, signal);
    if (signal.aborted) console.log('\nInterrupted; this is what was seen so far:\n');
    printReport(resultFile, { asJson: options.flag('json'), interrupted: signal.aborted });
    return signal.aborted ? INTERRUPTED : status;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

function readSeed(text) {
  const seed = text === null ? Math.floor(Math.random() * 2 ** 31) : Number(text);
  if (!Number.isSafeInteger(seed)) throw new UsageError('--seed takes a whole number');
  return seed;
}

function readQueue(text) {
  if (text !== null && text !== 'postgres') throw new UsageError('--queue takes postgres');
  return text ?? undefined;
}

function readBuild(folder) {
  try {
    const { dist, startFlags } = openBuild(folder);
    const servicesDir = join(dirname(dist), 'services');
    if (!existsSync(servicesDir)) throw new BuildError(`${servicesDir} is missing: name a checkout`);
    return { name: describeVersion(dist), dist, startFlags, servicesDir };
  } catch (error) {
    throw error instanceof BuildError ? new UsageError(`--before: ${error.message}`) : error;
  }
}

function readPattern(text) {
  try {
    RegExp(text ?? '', 'i');
    return text ?? undefined;
  } catch (error) {
    throw new UsageError(`--only takes a regular expression: ${error.message}`);
  }
}

/** Runs the suite in a process group of its own, which the signal ends at once with everything it has started. */
async function runSuite(asked, folder, signal) {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const suite = spawn(process.execPath, [vitest, 'run', '--config', 'test/faults/vitest.config.ts'], {
    cwd: root,
    // Progress goes to stderr: stdout is the table's.
    stdio: ['ignore', 2, 2],
    detached: true,
    // Whatever it makes lies in the folder, so that it can be found.
    env: { ...process.env, TMPDIR: folder, FAULTS: JSON.stringify(asked) },
  });
  const ended = new Promise((resolve, reject) => {
    suite.once('error', reject);
    suite.once('exit', (code) => resolve(code ?? 1));
  });
  const end = () => endGroup(suite.pid);
  signal.addEventListener('abort', end, { once: true });
  // A second signal ends this process at once: the suite must not go on without it.
  process.once('exit', end);
  if (signal.aborted) end();
  const status = await ended;
  process.removeListener('exit', end);
  // PostgreSQL has a session of its own and outlives the group, or a suite that broke down.
  await crashServersBelow(folder);
  return status;
}

function endGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

function printReport(resultFile, { asJson, interrupted }) {
  try {
    const { table, report } = JSON.parse(readFileSync(resultFile, 'utf8'));
    console.log(table);
    for (const { fault, outcome } of report.rows) {
      for (const violation of outcome.violations) console.log(`\n${fault}:\n  ${violation}`);
    }
    if (asJson) console.log(JSON.stringify({ ...report, interrupted }));
  } catch (error) {
    if (interrupted) console.log('No fault has been finished yet.');
    else console.error(`test:faults: the run left no report: ${error.message}`);
    if (interrupted && asJson) console.log(JSON.stringify({ rows: [], interrupted }));
  }
}

await runProgram('npm run test:faults', main);
