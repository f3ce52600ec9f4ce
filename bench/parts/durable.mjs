// The service beside pipelines that keep what they acknowledge where it keeps it: Express on pg-boss, Express on Graphile
// Worker, each on the same PostgreSQL with a database of its own.
import { startDurablePipeline, startService } from '../contenders.mjs';
import { installDurablePackages, refuseOldNode } from '../durable-packages.mjs';
import { alternate, measureEndToEnd } from '../rounds.mjs';

const PG_BOSS = 'express + pg-boss';
const GRAPHILE = 'express + graphile';

/** Why the part cannot run here, null when it can. */
export const refuseDurable = () => refuseOldNode();

/** What it needs, fetched before anything is measured. @returns by package, the file of its module */
export const prepareDurable = installDurablePackages;

/** One process each, as in `end-to-end`. The ratio is the smaller one of the two. */
export async function measureDurablePart(world, { count, warmUpCount, connections, sideRounds }) {
  const modules = world.prepared.durable;
  const starting = [
    () => startService(world),
    () => startDurablePipeline(world, PG_BOSS, 'express-pg-boss.mjs', modules['pg-boss']),
    () => startDurablePipeline(world, GRAPHILE, 'express-graphile-worker.mjs', modules['graphile-worker']),
  ];
  return world.with(starting, async (service, pgBoss, graphile) => {
    const measure = (contender, actions) => measureEndToEnd(world, contender, { count: actions, connections });
    for (const contender of [service, pgBoss, graphile]) await measure(contender, warmUpCount);
    const { sides, ratios } = await alternate(world, sideRounds, {
      ricochet: () => measure(service, count),
      [PG_BOSS]: () => measure(pgBoss, count),
      [GRAPHILE]: () => measure(graphile, count),
    });
    const smaller = ratios[PG_BOSS].median <= ratios[GRAPHILE].median ? PG_BOSS : GRAPHILE;
    return { sides, ratio: ratios[smaller], ratios: { pgBoss: ratios[PG_BOSS], graphile: ratios[GRAPHILE] } };
  });
}
