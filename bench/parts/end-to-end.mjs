// Actions accepted until called back, beside the plain pipeline: one process each, then intake and work apart.
import { startPlainPipeline, startService } from '../contenders.mjs';
import { profileRound } from '../profiling.mjs';
import { alternate, measureEndToEnd } from '../rounds.mjs';

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
  return world.with(starting, async (service, plain) => {
    const measure = (contender, actions) => measureEndToEnd(world, contender, { count: actions, connections });
    for (const contender of [service, plain]) await measure(contender, warmUpCount);
    const { sides, ratios } = await alternate(world, rounds, {
      ricochet: () => measure(service, count),
      'express + bullmq': () => measure(plain, count),
    });
    await profileRound(world, service, `end-to-end-${roles.join('-')}`, () => measure(service, count));
    return { sides, ratio: ratios['express + bullmq'] };
  });
}
