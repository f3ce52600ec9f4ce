import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALL_SCENARIOS } from './faults/all-scenarios.js';
import { renderTable, type ReportRow } from './faults/report.js';
import { Rig } from './faults/rig.js';
import { runScenario } from './faults/run-scenario.js';
import { ofForm } from './faults/scenario.js';
import { hasRedis } from './support/test-redis.js';

/** Fixed, so that a failure can be repeated: `npm run test:faults -- --short --seed 20`. */
const SEED = 20;
const SHORT = ofForm(ALL_SCENARIOS, true);
const redis = hasRedis();

let rig: Rig;
const rows: ReportRow[] = [];

beforeAll(async () => {
  rig = await Rig.start({ fast: true });
});
afterAll(async () => {
  await rig.stop();
  if (rows.some((row) => row.outcome.violations.length > 0)) {
    console.error(renderTable({ seed: SEED, short: true, startedAt: '', rows }));
  }
});

// Side by side: most of their time is waiting for leases to run out, and each has a database of its own.
describe.concurrent('a handful of the faults of `npm run test:faults`: nothing acknowledged is lost under', () => {
  for (const scenario of SHORT) {
    it.skipIf(scenario.group === 'redis' && !redis)(
      scenario.fault,
      async () => {
        const row = await runScenario(scenario, { rig, seed: SEED, short: true });
        rows.push(row);
        expect(row.outcome.violations).toEqual([]);
        expect({ lost: row.outcome.lost, attemptsOk: row.outcome.attemptsOk }).toEqual({ lost: 0, attemptsOk: true });
        expect(row.outcome.acknowledged).toBeGreaterThan(0);
      },
      240_000,
    );
  }
});
