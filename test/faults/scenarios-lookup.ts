import { askTables, putTable } from '../support/tables.js';
import type { Outcome } from './outcome.js';
import type { Scenario } from './scenario.js';
import { inWorld, type World } from './world.js';

const TABLE = 'territories';
const BEFORE_ROWS = 1_000;
const ROWS = 20_000;

/** kill -9 around the upload of a lookup table: one whole version is there afterwards, and actions do not notice. */
export const LOOKUP_SCENARIOS: readonly Scenario[] = (
  [
    ['in the middle of the upload of a lookup table', 'lookup.mid-upload=kill@2', BEFORE_ROWS],
    ['before the commit that shows a lookup table', 'lookup.before-switch=kill', BEFORE_ROWS],
    ['after the commit that shows a lookup table', 'lookup.after-switch=kill', ROWS],
  ] as const
).map(([when, failpoints, rows]) => ({
  group: 'kill' as const,
  fault: `kill -9 ${when} (${failpoints.split('=')[0] ?? ''})`,
  run: ({ rig }) => inWorld(rig, {}, (world) => killedUploading(world, failpoints, rows)),
}));

async function killedUploading(world: World, failpoints: string, rows: number): Promise<Outcome> {
  const first = await world.start({}, 0);
  await putTable(first.url, TABLE, file(BEFORE_ROWS));
  await first.stop();
  const doomed = await world.start({ failpoints }, 0);
  const stream = world.submitter.stream({ lanes: 3, pauseMs: 40 });
  await putTable(doomed.url, TABLE, file(ROWS)).catch(() => undefined);
  await world.untilKilled(doomed);
  const next = await world.start({}, 0);
  const since = performance.now();
  await stream.stop();
  const { body } = await askTables(next.url, 'GET', `/${TABLE}`);
  world.expect(body['rows'] === rows, `the table has ${String(body['rows'])} rows instead of ${rows}`);
  // As half a minute of silence would.
  await world.records.sql(
    `UPDATE lookup_versions SET touched_at = now() - interval '1 minute' WHERE state = 'loading'`,
  );
  const swept = await world.until(async () => {
    const left = await world.records.sql(
      `SELECT 1 FROM lookup_rows WHERE version_id NOT IN (SELECT id FROM lookup_versions WHERE state = 'ready') LIMIT 1`,
    );
    return left.length === 0;
  }, 30_000);
  world.expect(swept, 'rows of the broken upload are left');
  return world.verify({ since });
}

function file(rows: number): string {
  return `code,name\n${Array.from({ length: rows }, (_, row) => `k${row},name ${row}`).join('\n')}\n`;
}
