// The shared queue beside the one within the process: what Bull and Redis cost.
import { startService } from '../contenders.mjs';
import { alternate, measureEndToEnd } from '../rounds.mjs';

/** The ratio is Bull's rate over the embedded queue's. */
export async function measureQueuesPart(world, { count, warmUpCount, connections, sideRounds }) {
  const starting = ['bull', 'embedded'].map((queue) => () => startService(world, { queue }));
  return world.with(starting, async (bull, embedded) => {
    const measure = (contender, actions) => measureEndToEnd(world, contender, { count: actions, connections });
    for (const contender of [bull, embedded]) await measure(contender, warmUpCount);
    const { sides, ratios } = await alternate(world, sideRounds, {
      bull: () => measure(bull, count),
      embedded: () => measure(embedded, count),
    });
    return { sides, ratio: ratios.embedded };
  });
}
