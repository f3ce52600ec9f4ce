import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Records } from './support/records.js';
import { ServiceProcess } from './support/service-process.js';
import { askTables, putTable } from './support/tables.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const ROWS = 40_000;

/** When, at which failpoint, and which version is there afterwards. */
const DEATHS: readonly (readonly [string, string, number])[] = [
  ['in the middle of an upload', 'lookup.mid-upload=kill@3', 1],
  ['before the commit that shows the version', 'lookup.before-switch=kill', 1],
  ['after that commit', 'lookup.after-switch=kill', 2],
];
const tableOf = (failpoint: string): string => failpoint.replaceAll(/\W/g, '-');

let database: TestDatabase;
let records: Records;
let failed = false;

beforeAll(async () => {
  database = await createTestDatabase();
  records = new Records(database);
  const service = await start();
  for (const [, failpoint] of DEATHS) {
    expect((await putTable(service.url, tableOf(failpoint), file('before', 5_000))).status).toBe(200);
  }
  await service.stop();
}, 120_000);
afterEach(({ task }) => {
  failed ||= task.result?.state === 'fail';
});
afterAll(() => database.drop(failed));

const start = (failpoints = ''): Promise<ServiceProcess> =>
  ServiceProcess.start({ databaseUrl: database.url, env: { FAILPOINTS: failpoints } });

function file(name: string, rows = ROWS): Readable {
  const lines = function* (): Generator<string> {
    yield 'code,name\n';
    for (let row = 0; row < rows; row += 1) yield `k${row},${name}\n`;
  };
  return Readable.from(lines(), { objectMode: false });
}

interface Left {
  readonly table_name: string;
  readonly state: string;
  readonly number: number | null;
  readonly rows: number;
}

function versions(table: string): Promise<Left[]> {
  return records.sql<Left>(
    `SELECT table_name, state, number, (SELECT count(*)::int FROM lookup_rows r WHERE r.version_id = v.id) AS rows
       FROM lookup_versions v WHERE table_name = $1 ORDER BY id`,
    [table],
  );
}

/** As half a minute of silence would. */
async function letTimePass(): Promise<void> {
  await records.sql(`UPDATE lookup_versions SET touched_at = touched_at - interval '1 minute' WHERE state = 'loading'`);
}

describe('a process that is killed', () => {
  it.each(DEATHS)(
    '%s leaves one whole version, and no rows of another',
    async (_what, failpoint, current) => {
      const table = tableOf(failpoint);
      const doomed = await start(failpoint);
      await expect(putTable(doomed.url, table, file('after'))).rejects.toThrow();
      await doomed.exited;

      const next = await start();
      try {
        const { body } = await askTables(next.url, 'GET', `/${table}`);
        expect(body).toMatchObject({ version: current, rows: current === 1 ? 5_000 : ROWS });
        if (current === 1) {
          expect((await versions(table)).map(({ state }) => state)).toEqual(['ready', 'loading']);
          await letTimePass();
        }
        for (const giveUpAt = Date.now() + 90_000; (await versions(table)).some(({ state }) => state !== 'ready');) {
          expect(Date.now()).toBeLessThan(giveUpAt);
          await sleep(200);
        }
        const left = await versions(table);
        expect(left.map(({ rows }) => rows)).toEqual(current === 1 ? [5_000] : [5_000, ROWS]);
        const [{ n } = { n: -1 }] = await records.sql<{ n: number }>(
          `SELECT count(*)::int AS n FROM lookup_rows WHERE version_id NOT IN (SELECT id FROM lookup_versions)`,
        );
        expect(n).toBe(0);
        expect((await putTable(next.url, table, file('again', 10))).body['version']).toBe(current + 1);
      } finally {
        await next.stop();
      }
    },
    180_000,
  );
});
