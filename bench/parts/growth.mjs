// The same with a past: databases that hold millions of finished actions beside an empty one.
import { startService } from '../contenders.mjs';
import { insertFinishedActions } from '../finished-actions.mjs';
import { alternate, measureEndToEnd } from '../rounds.mjs';

/** By number of finished actions, the ratio of the rate to that of an empty database. */
export async function measureGrowthPart(world, { count, warmUpCount, connections, rounds, growth }) {
  const results = {};
  for (const rows of growth) {
    const databaseUrl = await prepare(world, rows);
    const starting = [() => startService(world, { databaseUrl }), () => startService(world)];
    const label = `${rows / 1e6} M rows`;
    results[rows] = await world.with(starting, async (grown, empty) => {
      const measure = (contender, actions) => measureEndToEnd(world, contender, { count: actions, connections });
      for (const contender of [grown, empty]) await measure(contender, warmUpCount);
      const { sides, ratios } = await alternate(world, rounds, {
        [label]: () => measure(grown, count),
        empty: () => measure(empty, count),
      });
      return { sides, ratio: ratios.empty };
    });
    results[rows].databaseGb = (await databaseBytes(world, databaseUrl)) / 1e9;
    await world.dropDatabase(databaseUrl);
  }
  return results;
}

/** The service makes the tables, as anywhere; then the rows come, and Postgres gets to know them. */
async function prepare(world, rows) {
  const service = await startService(world);
  await service.stop();
  const { databaseUrl } = service;
  const startedAtMs = performance.now();
  await insertFinishedActions(world, databaseUrl, rows);
  for (const statement of ['VACUUM ANALYZE', 'CHECKPOINT']) await world.query(databaseUrl, statement);
  world.say(`  inserted ${rows} finished actions in ${((performance.now() - startedAtMs) / 1000).toFixed(0)} s`);
  return databaseUrl;
}

async function databaseBytes(world, databaseUrl) {
  const [{ bytes }] = await world.query(databaseUrl, 'SELECT pg_database_size(current_database())::float8 AS bytes');
  return bytes;
}
