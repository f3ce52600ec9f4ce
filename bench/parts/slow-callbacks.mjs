// Callbacks that are answered after 200 ms beside those answered at once: waiting must cost a process nothing.
import { startService } from '../contenders.mjs';
import { alternate, measureEndToEnd } from '../rounds.mjs';

const DELAY_MS = 200;

/** The ratio is the rate with slow callbacks over the rate with instant ones. */
export async function measureSlowCallbacksPart(world, { count, warmUpCount, connections, sideRounds }) {
  return world.with([() => startService(world)], async (service) => {
    const measure = (actions, delayMs) => measureEndToEnd(world, service, { count: actions, connections, delayMs });
    // Both: the first slow ones make the hundreds of connections, and the heap that carries what waits on them.
    await measure(warmUpCount, 0);
    await measure(warmUpCount, DELAY_MS);
    const { sides, ratios } = await alternate(world, sideRounds, {
      'after 200 ms': () => measure(count, DELAY_MS),
      'at once': () => measure(count, 0),
    });
    return { sides, ratio: ratios['at once'] };
  });
}
