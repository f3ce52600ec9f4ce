import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningApp, startApp } from './support/app.js';
import { PROJECT_ROOT } from './support/service-process.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

interface Route {
  readonly group: string;
  readonly paths: (n: number) => readonly string[];
}
type Ask = (path: string) => Promise<Record<string, unknown>>;
/** The bench is plain JavaScript. */
const load = async <Module>(file: string): Promise<Module> =>
  (await import(join(PROJECT_ROOT, 'bench', file))) as Module;

const { insertConsolePast } = await load<{
  insertConsolePast: (around: object, url: string, count: number) => Promise<void>;
}>('console-past.mjs');
const { routesOf } = await load<{
  routesOf: (around: object, url: string, ask: Ask) => Promise<Record<string, Route>>;
}>('parts/console.mjs');

const COUNT = 600;
let database: TestDatabase;
let service: RunningApp;

/** As much of a bench's world as the filling of a database asks for. */
const world = {
  signal: new AbortController().signal,
  say: () => undefined,
  async withClient(url: string, use: (client: pg.Client) => Promise<unknown>): Promise<unknown> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return await use(client);
    } finally {
      await client.end();
    }
  },
  query: (_url: string, text: string, values: unknown[] = []): Promise<object[]> =>
    // A sample of a hundredth of so few rows may be empty.
    database.dataSource.query(text.replace('TABLESAMPLE SYSTEM (1)', ''), values),
};

beforeAll(async () => {
  database = await createTestDatabase();
  await insertConsolePast(world, database.url, COUNT);
  service = await startApp({ databaseUrl: database.url });
});
afterAll(async () => {
  await service.close();
  await database.drop();
});

describe('the past that the console is measured on', () => {
  it('has two deliveries of each action, at many destinations, and the counts of the charts', async () => {
    const [counts] = await database.dataSource.query<Record<string, number>[]>(
      `SELECT (SELECT count(*)::int FROM actions) AS actions, (SELECT count(*)::int FROM deliveries) AS deliveries,
              (SELECT count(DISTINCT destination_id)::int FROM deliveries) AS destinations,
              (SELECT count(*)::int FROM deliveries d WHERE NOT EXISTS
                (SELECT 1 FROM destinations t WHERE t.id = d.destination_id)) AS strays,
              (SELECT count(DISTINCT subject)::int FROM statistics) AS subjects`,
    );
    expect(counts).toMatchObject({ actions: COUNT, deliveries: 2 * COUNT, strays: 0, subjects: 53 });
    expect(counts?.['destinations']).toBeGreaterThan(40);
  });

  it('is answered by every view of the console', async () => {
    const ask: Ask = async (path) => {
      const { status, body } = await service.admin(path);
      expect(status, path).toBe(200);
      return body;
    };
    const routes = await routesOf(world, database.url, ask);
    for (const { paths } of Object.values(routes)) for (const path of paths(3)) await ask(path);
    expect((await ask('/admin/deliveries?status=dead'))['items']).not.toEqual([]);
    expect(new Set(Object.values(routes).map(({ group }) => group))).toEqual(
      new Set(['list', 'overview', 'statistics']),
    );
  });
});
