// The tests as `npm run check` wants them. Files with a failed test run once more, when nothing else does: what fails
// then as well fails the check. A test that passes only then is named, for it is a defect of the test or of the service.
// With TEST_REPORT set, the counts of both runs together are written there, as vitest writes its own.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failedFiles, withSecondRun } from './test-report.mjs';

/** More than these are no accident of a busy machine. */
const FILES_AGAIN = 3;

const folder = mkdtempSync(join(tmpdir(), 'ricochet-tests-'));
try {
  process.exitCode = run();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** @returns the exit code. */
function run() {
  const first = vitest('first.json', []);
  if (first.report !== null) publish(first.report);
  if (first.code === 0 || first.report === null) return first.code;
  const files = failedFiles(first.report);
  if (first.unhandled || files.length === 0 || files.length > FILES_AGAIN) return first.code;

  console.log(`\n== once more, alone: ${files.join(', ')}`);
  const second = vitest('second.json', ['--no-file-parallelism', ...files]);
  if (second.report === null) return second.code;
  publish(withSecondRun(first.report, second.report));
  if (second.code === 0) console.log(`\nPassed only when run alone, to be looked into: ${files.join(', ')}`);
  return second.code;
}

function vitest(name, args) {
  const output = join(folder, name);
  const errors = join(folder, `${name}.errors`);
  const reporters = ['default', 'json', './scripts/unhandled-reporter.mjs'].map((reporter) => `--reporter=${reporter}`);
  const { status } = spawnSync('npx', ['vitest', 'run', ...reporters, `--outputFile.json=${output}`, ...args], {
    stdio: 'inherit',
    env: { ...process.env, UNHANDLED_ERRORS: errors },
  });
  return { code: status ?? 1, report: read(output), unhandled: read(errors) !== 0 };
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

function publish(report) {
  if (process.env.TEST_REPORT) writeFileSync(process.env.TEST_REPORT, JSON.stringify(report));
}
