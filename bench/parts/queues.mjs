// The doorbells beside each other: what Bull with Redis costs, and what LISTEN and NOTIFY do.
import { startService } from '../contenders.mjs';
import { alternate, measureEndToEnd } from '../rounds.mjs';

/** The ratio is Bull's rate over the embedded queue's; `postgres` is the rate of LISTEN and NOTIFY over Bull's. */
export async function measureQueuesPart(world, options) {
  const { sides, ratios } = await measureQueues(world, options, { bull: {}, embedded: {}, postgres: {} });
  return { sides, ratio: ratios.embedded, postgres: 1 / ratios.postgres.median };
}

/** The ratio is the rate on LISTEN and NOTIFY over Bull's, with an api and a worker that must wake each other. */
export async function measureQueuesApartPart(world, options) {
  const shape = { roles: ['api', 'worker'] };
  const { sides, ratios } = await measureQueues(world, options, { postgres: shape, bull: shape });
  return { sides, ratio: ratios.bull };
}

async function measureQueues(world, { count, warmUpCount, connections, sideRounds }, shapes) {
  const queues = Object.keys(shapes);
  const starting = queues.map((queue) => () => startService(world, { queue, ...shapes[queue] }));
  return world.with(starting, async (...contenders) => {
    const measure = (contender, actions) => measureEndToEnd(world, contender, { count: actions, connections });
    for (const contender of contenders) await measure(contender, warmUpCount);
    const sides = queues.map((queue, index) => [queue, () => measure(contenders[index], count)]);
    return alternate(world, sideRounds, Object.fromEntries(sides));
  });
}
