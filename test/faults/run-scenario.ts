import type { Outcome } from './outcome.js';
import type { ReportRow } from './report.js';
import type { RunContext, Scenario } from './scenario.js';

/** What a scenario that could not be carried out shows: nothing, which is not clean. */
const NOTHING: Outcome = {
  acknowledged: 0,
  lost: 0,
  lostWithPrimary: 0,
  duplicated: 0,
  failed: 0,
  recoveredMs: 0,
  attemptsOk: false,
  kills: 0,
  atMostOnce: null,
  violations: [],
};

/** Runs one scenario to a row of the table; an error is a violation, not the end of the run. */
export async function runScenario(scenario: Scenario, context: RunContext): Promise<ReportRow> {
  const startedAt = performance.now();
  const outcome = await scenario.run(context).catch((error: unknown): Outcome => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { ...NOTHING, violations: [text] };
  });
  return { group: scenario.group, fault: scenario.fault, outcome, tookMs: Math.round(performance.now() - startedAt) };
}
