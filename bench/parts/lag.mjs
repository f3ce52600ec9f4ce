// Latency where it counts: at half of what the process can do, at a fixed rate whatever the answers.
import { startService } from '../contenders.mjs';
import { measureEndToEnd, repeat } from '../rounds.mjs';
import { percentiles } from '../statistics.mjs';

/** Times are milliseconds: `ack` from when a request was due until its answer, `lag` from there until its callback. */
export async function measureLagPart(world, { count, warmUpCount, connections, lagSeconds }) {
  return world.with([() => startService(world)], async (service) => {
    const closed = (actions) => measureEndToEnd(world, service, { count: actions, connections });
    await closed(warmUpCount);
    const capacity = await repeat(world, 2, () => closed(count));
    const rate = capacity.median / 2;
    const open = { count: Math.round(rate * lagSeconds), connections, rate, keepTimes: true };
    const round = await measureEndToEnd(world, service, open);
    if (round.problems.length > 0) throw new Error(`lag: the round does not count: ${round.problems.join('; ')}`);
    const { ackedAt, calledBackAt, ack, perSecond, machineBusy, cores } = round;
    // A callback may overtake the acknowledgement on its way: then it lagged by nothing.
    const lag = percentiles(calledBackAt.map((at, number) => Math.max(at - ackedAt[number], 0)));
    return { capacityPerSecond: capacity.median, rate, perSecond, ack, lag, machineBusy, cores };
  });
}
