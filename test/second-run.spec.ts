import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from './support/service-process.js';

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}
type Counted = Report &
  Readonly<Record<'numTotalTests' | 'numPassedTests' | 'numFailedTests' | 'numPendingTests', number>>;

const { failedFiles, withSecondRun } = (await import(
  pathToFileURL(join(PROJECT_ROOT, 'scripts/test-report.mjs')).href
)) as {
  failedFiles(report: Report): string[];
  withSecondRun(first: Report, second: Report): Counted & { readonly success: boolean };
};

const file = (name: string, ...states: string[]): Report['testResults'][number] => ({
  name,
  status: states.length === 0 || states.includes('failed') ? 'failed' : 'passed',
  assertionResults: states.map((status) => ({ status })),
});
const FIRST = { testResults: [file('a', 'passed', 'skipped'), file('b', 'passed', 'failed'), file('c')] };

describe('the second run of what failed', () => {
  it('takes files with a failed test, and those that did not load', () => {
    expect(failedFiles(FIRST)).toEqual(['b', 'c']);
  });

  it.each([
    ['passes', [file('b', 'passed', 'passed'), file('c', 'passed')], 4, 0, true],
    ['fails again', [file('b', 'failed', 'passed'), file('c', 'passed')], 3, 1, false],
    ['does not load again', [file('b', 'passed', 'passed'), file('c')], 3, 0, false],
    ['leaves a file out', [file('b', 'passed', 'passed')], 3, 0, false],
  ])('which %s, stands in the place of the first', (_, testResults, passed, failed, success) => {
    expect(withSecondRun(FIRST, { testResults })).toMatchObject({
      numTotalTests: passed + failed + 1,
      numPassedTests: passed,
      numFailedTests: failed,
      numPendingTests: 1,
      success,
    });
  });
});
