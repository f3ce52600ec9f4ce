import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALL_SCENARIOS } from './all-scenarios.js';
import { isClean, renderTable, type Report, type ReportRow } from './report.js';
import { Rig } from './rig.js';
import { runScenario } from './run-scenario.js';
import type { RunContext } from './scenario.js';

/** What scripts/test-faults.mjs asks for. */
const asked = JSON.parse(process.env['FAULTS'] ?? '{}') as {
  seed?: number;
  short?: boolean;
  only?: string;
  resultFile?: string;
};
const TWO_MINUTES = 120_000;
const seed = asked.seed ?? 1;
const short = asked.short === true;
const only = new RegExp(asked.only ?? '', 'i');
const chosen = ALL_SCENARIOS.filter(
  (scenario) =>
    (short ? scenario.short === true : scenario.short !== true || asked.only !== undefined) &&
    only.test(`${scenario.group}: ${scenario.fault}`),
);
const rows: ReportRow[] = [];
const startedAt = new Date().toISOString();
let context: RunContext;

beforeAll(async () => {
  context = { rig: await Rig.start({ fast: short }), seed, short };
});
afterAll(() => context.rig.stop());

/** After every row: a run that is broken off still says what it saw. */
function writeReport(): void {
  const report: Report = { seed, short, startedAt, rows };
  if (asked.resultFile !== undefined)
    writeFileSync(asked.resultFile, JSON.stringify({ table: renderTable(report), report }));
}

describe('under faults, one after the other, nothing acknowledged is lost', () => {
  it.each(chosen.map((scenario) => [`${scenario.group}: ${scenario.fault}`, scenario] as const))(
    '%s',
    async (_name, scenario) => {
      const row = await runScenario(scenario, context);
      rows.push(row);
      writeReport();
      expect(row.outcome.violations.slice(0, 20)).toEqual([]);
      expect(isClean(row)).toBe(true);
    },
    Math.max(...chosen.map((scenario) => scenario.timeoutMs ?? TWO_MINUTES), TWO_MINUTES),
  );
});
