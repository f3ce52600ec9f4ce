// `npm run check`: everything CI asks for, in order, each step announced. Runs on after a failure, so that one run
// shows all there is to mend. With TEST_REPORT set, the counts of the tests are written there as JSON.
import { spawnSync } from 'node:child_process';

const STEPS = [
  ['format', 'npx', ['prettier', '--check', '--log-level', 'warn', '.']],
  ['lint', 'npx', ['eslint', '--max-warnings', '0', '.']],
  ['types', 'npx', ['tsc', '-p', 'tsconfig.json']],
  ['types of the console', 'npx', ['tsc', '-p', 'console/tsconfig.json']],
  ['boundaries', 'npx', ['depcruise', '--config', '.dependency-cruiser.cjs', 'src']],
  ['lockfile', process.execPath, ['scripts/check-lockfile.mjs']],
  ['generated files', process.execPath, ['scripts/generate-docs.mjs', '--check']],
  ['prose', process.execPath, ['scripts/check-prose.mjs']],
  ['tests', process.execPath, ['scripts/run-tests.mjs']],
];

const failed = [];
for (const [name, command, args] of STEPS) {
  console.log(`\n== ${name}`);
  const startedAt = Date.now();
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  console.log(`== ${name}: ${status === 0 ? 'ok' : 'FAILED'} (${seconds} s)`);
  if (status !== 0) {
    failed.push(name);
  }
}
console.log(failed.length === 0 ? '\nEverything is fine.' : `\nFailed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
