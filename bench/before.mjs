// This build beside another one: alternating rounds, and the median of their ratios with its interval.
import { pairsOf } from './rounds.mjs';
import { medianInterval } from './statistics.mjs';

export const BEFORE = 'ricochet before';
/** Fewer would make the interval the whole range. */
const ROUNDS_MIN = 10;

/** As many rounds as the part has anyway, and never fewer than the interval needs. */
export function beforeRounds(rounds) {
  return Math.max(rounds, ROUNDS_MIN);
}

/**
 * @param now rounds of this build, @param before those of the other one, in the same turns
 * @param ratio of a pair of rounds: above 1 where this build does better
 * @returns median, low, high, rounds, confidence: see {@link medianInterval}
 */
export function compareToBefore(now, before, ratio = rateRatio) {
  const ratios = pairsOf(now, before).map(([one, other]) => ratio(one, other));
  if (ratios.length === 0) throw new Error('no pair of rounds of the two builds counts');
  return medianInterval(ratios);
}

function rateRatio(now, before) {
  return now.perSecond / before.perSecond;
}

/** CPU of service and PostgreSQL: above 1 where this build costs less, so that it reads like a ratio of rates. */
export function cpuRatio(now, before) {
  return cpuOf(before) / cpuOf(now);
}

function cpuOf({ cpu }) {
  return cpu.serviceMs + cpu.postgresMs;
}
