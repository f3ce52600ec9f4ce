// One worker process beside two, with an api process each.
import { startService } from '../contenders.mjs';
import { alternate, measureEndToEnd } from '../rounds.mjs';

/** The ratio is two workers' rate over one's. */
export async function measureWorkersPart(world, { count, warmUpCount, connections, sideRounds }) {
  const shapes = [
    ['api', 'worker', 'worker'],
    ['api', 'worker'],
  ];
  const starting = shapes.map((roles) => () => startService(world, { roles }));
  return world.with(starting, async (two, one) => {
    const measure = (contender, actions) => measureEndToEnd(world, contender, { count: actions, connections });
    for (const contender of [two, one]) await measure(contender, warmUpCount);
    const { sides, ratios } = await alternate(world, sideRounds, {
      'two workers': () => measure(two, count),
      'one worker': () => measure(one, count),
    });
    return { sides, ratio: ratios['one worker'] };
  });
}
