// `npm run test:faults [-- --only <pattern> --seed N --short --json --write]`: the fault suite, by name only because it
// takes half an hour. Prints the table; exits 1 unless every row is clean. --write puts it into docs/reliability.md.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
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

const { values } = readOptions({
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    only: { type: 'string' },
    seed: { type: 'string' },
    short: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
if (!Number.isSafeInteger(seed)) refuse('--seed takes a whole number');
if (!isPattern(values.only ?? '')) refuse('--only takes a regular expression');
console.error(`fault suite, seed ${seed} (repeat with --seed ${seed})`);

const folder = mkdtempSync(join(tmpdir(), 'ricochet-faults-'));
const resultFile = join(folder, 'report.json');
const asked = { seed, short: values.short, only: values.only, write: values.write, resultFile };
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const { status } = spawnSync(process.execPath, [vitest, 'run', '--config', 'test/faults/vitest.config.ts'], {
  cwd: root,
  // Progress goes to stderr: stdout is the table's.
  stdio: ['ignore', 2, 2],
  env: { ...process.env, FAULTS: JSON.stringify(asked) },
});
try {
  const { table, report } = JSON.parse(readFileSync(resultFile, 'utf8'));
  console.log(table);
  for (const { fault, outcome } of report.rows) {
    for (const violation of outcome.violations) console.log(`\n${fault}:\n  ${violation}`);
  }
  if (values.json) console.log(JSON.stringify(report));
} catch (error) {
  console.error(`test:faults: the run left no report: ${error.message}`);
}
rmSync(folder, { recursive: true, force: true });
process.exit(status ?? 1);

function readOptions(config) {
  try {
    return parseArgs(config);
  } catch (error) {
    refuse(error.message);
  }
}

function isPattern(text) {
  try {
    return new RegExp(text, 'i') instanceof RegExp;
  } catch {
    return false;
  }
}

function refuse(reason) {
  console.error(`test:faults: ${reason}\n\n${HELP}`);
  process.exit(2);
}
