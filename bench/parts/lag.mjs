// Latency where it counts: at half of what the process can do, at a fixed rate whatever the answers.
import { startService } from '../contenders.mjs';
import { measureEndToEnd, repeat, untilQuiet } from '../rounds.mjs';
import { median, percentiles, summarize } from '../statistics.mjs';

/**
 * Times are milliseconds: `ack` from when a request was due until its answer, `lag` from there until its callback; of each
 * percentile the median of the rounds, its least and its most.
 */
export async function measureLagPart(world, { count, warmUpCount, connections, lagSeconds, lagRounds }) {
  return world.with([() => startService(world)], async (service) => {
    const closed = (actions) => measureEndToEnd(world, service, { count: actions, connections });
    await closed(warmUpCount);
    const capacity = await repeat(world, 2, () => closed(count));
    const rate = capacity.median / 2;
    const open = { count: Math.round(rate * lagSeconds), connections, rate, keepTimes: true };
    const rounds = [];
    for (let turn = 0; turn < lagRounds; turn += 1) {
      await untilQuiet(world);
      const round = await measureEndToEnd(world, service, open);
      if (round.problems.length > 0) throw new Error(`lag: a round does not count: ${round.problems.join('; ')}`);
      rounds.push({ ...round, lag: lagOf(round) });
    }
    const middle = (name) => median(rounds.map((round) => round[name]));
    return {
      capacityPerSecond: capacity.median,
      rate,
      perSecond: middle('perSecond'),
      ack: summarizePercentiles(rounds.map(({ ack }) => ack)),
      lag: summarizePercentiles(rounds.map(({ lag }) => lag)),
      machineBusy: middle('machineBusy'),
      cores: middle('cores'),
      msPerAction: middle('msPerAction'),
    };
  });
}

/** A callback may overtake the acknowledgement on its way: then it lagged by nothing. */
function lagOf({ ackedAt, calledBackAt }) {
  return percentiles(calledBackAt.map((at, number) => Math.max(at - ackedAt[number], 0)));
}

function summarizePercentiles(rounds) {
  return Object.fromEntries(Object.keys(rounds[0]).map((name) => [name, summarize(rounds.map((one) => one[name]))]));
}
