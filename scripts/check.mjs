// `npm run check`: everything CI asks for, each step announced when it ends. Runs on after a failure, so that one run
// shows all there is to mend. With TEST_REPORT set, the counts of the tests are written there as JSON.
import { spawn } from 'node:child_process';

/** Two at a time, the longest first: none of them uses more than one core. */
const STILL = [
  ['lint', 'npx', ['eslint', '--max-warnings', '0', '.']],
  ['format', 'npx', ['prettier', '--check', '--log-level', 'warn', '.']],
  ['types', 'npx', ['tsc', '-p', 'tsconfig.json']],
  ['types of the console', 'npx', ['tsc', '-p', 'console/tsconfig.json']],
  ['boundaries', 'npx', ['depcruise', '--config', '.dependency-cruiser.cjs', 'src']],
  ['prose', process.execPath, ['scripts/check-prose.mjs']],
  ['generated files', process.execPath, ['scripts/generate-docs.mjs', '--check']],
  ['lockfile', process.execPath, ['scripts/check-lockfile.mjs']],
];
const TESTS = ['tests', process.execPath, ['scripts/run-tests.mjs']];

const failed = [];
const waiting = [...STILL];
console.log(`== ${STILL.map(([name]) => name).join(', ')}`);
const lane = async () => {
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) await run(step, 'pipe');
};
await Promise.all([lane(), lane()]);
console.log('\n== tests');
await run(TESTS, 'inherit');
console.log(failed.length === 0 ? '\nEverything is fine.' : `\nFailed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;

/** @param stdio `pipe` keeps the output together until the step has ended */
async function run([name, command, args], stdio) {
  const startedAt = Date.now();
  const child = spawn(command, args, { stdio: ['ignore', stdio, stdio] });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => output.push(chunk));
  const status = await new Promise((resolve) => {
    child.once('error', (error) => {
      output.push(Buffer.from(`${error.message}\n`));
      resolve(1);
    });
    child.once('close', resolve);
  });
  process.stdout.write(Buffer.concat(output));
  console.log(`== ${name}: ${status === 0 ? 'ok' : 'FAILED'} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
  if (status !== 0) failed.push(name);
}
