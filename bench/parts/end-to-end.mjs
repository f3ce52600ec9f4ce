// Actions accepted until called back, beside the plain pipeline: one process each, then intake and work apart.
import { BEFORE, beforeRounds, compareToBefore, cpuRatio } from '../before.mjs';
import { startPlainPipeline, startService, startServiceBefore } from '../contenders.mjs';
import { profileRound } from '../profiling.mjs';
import { alternate, measureEndToEnd } from '../rounds.mjs';

const PEER = 'express + bullmq';

/** One process does everything on both sides; on ours Bull rings on the same Redis. */
export function measureEndToEndPart(world, sizes) {
  return compare(world, sizes, ['all'], sizes.rounds);
}

/** A process for requests and one for work on both sides. */
export function measureApartPart(world, sizes) {
  return compare(world, sizes, ['api', 'worker'], sizes.sideRounds);
}

async function compare(world, { count, warmUpCount, connections }, roles, rounds) {
  const starting = [() => startService(world, { roles }), () => startPlainPipeline(world, { roles })];
  if (world.before !== null) starting.push(() => startServiceBefore(world, { roles }));
  return world.with(starting, async (service, plain, before) => {
    const measure = (contender, actions) => measureEndToEnd(world, contender, { count: actions, connections });
    for (const contender of [service, plain, before]) {
      if (contender !== undefined) await measure(contender, warmUpCount);
    }
    const ofBuilds = before === undefined ? rounds : beforeRounds(rounds);
    const { sides, ratios, results } = await alternate(
      world,
      { ricochet: ofBuilds, [BEFORE]: ofBuilds, [PEER]: rounds },
      {
        ricochet: () => measure(service, count),
        // Next to each other in every turn: what drifts drifts least between neighbours.
        ...(before !== undefined && { [BEFORE]: () => measure(before, count) }),
        [PEER]: () => measure(plain, count),
      },
    );
    await profileRound(world, service, `end-to-end-${roles.join('-')}`, () => measure(service, count));
    return {
      sides,
      ratio: ratios[PEER],
      ...(before !== undefined && {
        beforeRatio: compareToBefore(results.ricochet, results[BEFORE]),
        beforeCpuRatio: compareToBefore(results.ricochet, results[BEFORE], cpuRatio),
      }),
    };
  });
}
