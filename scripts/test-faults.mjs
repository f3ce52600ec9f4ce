// `npm run test:faults`: the fault suite, by name only because it takes half an hour. Progress goes to stderr, the table
// to stdout.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Options, UsageError } from '../dist/simulator/options.js';
import { runProgram } from '../dist/simulator/program.js';
import { root } from './build-state.mjs';

const HELP = `npm run test:faults [-- options]

Kills, stalls and cuts off the service, PostgreSQL, Redis and receivers, one fault after the other, and holds every
promise against the records. Takes about half an hour; exits 0 only when every row of its table is clean.

  --only <pattern>  the faults whose group and name match, e.g. --only 'Redis:'
  --seed <N>        repeats a run: moments of kills and delays are drawn from it
  --short           the handful that npm test runs
  --json            the whole report as the last line of stdout
  --write           puts the table into docs/reliability.md
  --help, -h
`;

const FLAG = { type: 'boolean' };
const TEXT = { type: 'string' };

async function main(args) {
  const options = Options.parse(args, {
    help: { ...FLAG, short: 'h' },
    only: TEXT,
    seed: TEXT,
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
  console.error(`fault suite, seed ${seed} (repeat with --seed ${seed})`);

  const folder = mkdtempSync(join(tmpdir(), 'ricochet-faults-'));
  const resultFile = join(folder, 'report.json');
  const status = runSuite({ seed, only, short: options.flag('short'), write: options.flag('write'), resultFile });
  printReport(resultFile, options.flag('json'));
  rmSync(folder, { recursive: true, force: true });
  return status;
}

function readSeed(text) {
  const seed = text === null ? Math.floor(Math.random() * 2 ** 31) : Number(text);
  if (!Number.isSafeInteger(seed)) throw new UsageError('--seed takes a whole number');
  return seed;
}

function readPattern(text) {
  try {
    RegExp(text ?? '', 'i');
    return text ?? undefined;
  } catch (error) {
    throw new UsageError(`--only takes a regular expression: ${error.message}`);
  }
}

function runSuite(asked) {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const { status } = spawnSync(process.execPath, [vitest, 'run', '--config', 'test/faults/vitest.config.ts'], {
    cwd: root,
    // Progress goes to stderr: stdout is the table's.
    stdio: ['ignore', 2, 2],
    env: { ...process.env, FAULTS: JSON.stringify(asked) },
  });
  return status ?? 1;
}

function printReport(resultFile, asJson) {
  try {
    const { table, report } = JSON.parse(readFileSync(resultFile, 'utf8'));
    console.log(table);
    for (const { fault, outcome } of report.rows) {
      for (const violation of outcome.violations) console.log(`\n${fault}:\n  ${violation}`);
    }
    if (asJson) console.log(JSON.stringify(report));
  } catch (error) {
    console.error(`test:faults: the run left no report: ${error.message}`);
  }
}

await runProgram('npm run test:faults', main);
