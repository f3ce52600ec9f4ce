import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OtherBuild, PROJECT_ROOT } from '../support/service-process.js';
import { ALL_SCENARIOS } from './all-scenarios.js';
import { renderPage } from './reliability-page.js';
import { isClean, type Report, renderTable, type ReportRow } from './report.js';
import { Rig } from './rig.js';
import { runScenario } from './run-scenario.js';
import { ofForm, type RunContext, type Scenario } from './scenario.js';
import { upgradeScenarios } from './scenarios-upgrade.js';

/** What scripts/test-faults.mjs asks for. */
const asked = JSON.parse(process.env['FAULTS'] ?? '{}') as {
  seed?: number;
  short?: boolean;
  only?: string;
  write?: boolean;
  queue?: 'postgres';
  before?: readonly OtherBuild[];
  resultFile?: string;
};
const TWO_MINUTES = 120_000;
const seed = asked.seed ?? 1;
const short = asked.short === true;
const only = new RegExp(asked.only ?? '', 'i');
const all = [...ALL_SCENARIOS, ...upgradeScenarios(asked.before ?? [])];
const chosen = ofForm(all, short).filter((scenario) => only.test(`${scenario.group}: ${scenario.fault}`));
/** They wait for time-outs most of the time and touch nothing that others share. */
const SIDE_BY_SIDE: readonly Scenario['group'][] = ['endpoint', 'ims'];

const rows: ReportRow[] = [];
const startedAt = new Date().toISOString();
let context: RunContext;

beforeAll(async () => {
  context = {
    rig: await Rig.start({ fast: short, ...(asked.queue === undefined ? {} : { queue: asked.queue }) }),
    seed,
    short,
  };
});
afterAll(async () => {
  // A part of the suite is no page.
  if (asked.write === true && asked.only === undefined && asked.queue === undefined && !short) {
    writeFileSync(join(PROJECT_ROOT, 'docs', 'reliability.md'), renderPage(report()));
  }
  await context.rig.stop();
});

function report(): Report {
  const order = chosen.map((scenario) => scenario.fault);
  return { seed, short, startedAt, rows: [...rows].sort((a, b) => order.indexOf(a.fault) - order.indexOf(b.fault)) };
}

async function carryOut(scenario: Scenario): Promise<void> {
  const row = await runScenario(scenario, context);
  rows.push(row);
  // After every row: a run that is broken off still says what it saw.
  if (asked.resultFile !== undefined) {
    writeFileSync(asked.resultFile, JSON.stringify({ table: renderTable(report()), report: report() }));
  }
  expect(row.outcome.violations.slice(0, 20)).toEqual([]);
  expect(isClean(row)).toBe(true);
}

function define(scenario: Scenario): void {
  it(`${scenario.group}: ${scenario.fault}`, () => carryOut(scenario), scenario.timeoutMs ?? TWO_MINUTES);
}

const sideBySide = chosen.filter((scenario) => SIDE_BY_SIDE.includes(scenario.group));
const inTurn = chosen.filter((scenario) => !SIDE_BY_SIDE.includes(scenario.group));

// A suite without a test is a failure, and --only may leave one of the two empty.
if (inTurn.length > 0) {
  describe('nothing acknowledged is lost, one fault after the other', () => {
    inTurn.forEach(define);
  });
}
if (sideBySide.length > 0) {
  describe.concurrent('nothing acknowledged is lost, a few receivers side by side', () => {
    sideBySide.forEach(define);
  });
}
