// Whether numbers reach what is asked of them, and what a half that no rule was written against lets one say.

/** Verdicts in the order of the tables. */
export const VERDICTS = ['right', 'near', 'wrong', 'silent'];

/**
 * Bounds a module may name: `right` (percent, at least), `wrong` and `silent` (percent, at most), `cases` (at least so
 * many), and `count` with numbers of cases instead of percents: `{ right, wrong, silent }`.
 */
export const REACH_KEYS = ['right', 'wrong', 'silent', 'cases', 'count'];

/** The held-out half is smaller: its interval may reach so many points past the bound. */
export const HELD_OUT_SLACK = 2;

const Z_95 = 1.959963984540054;

/**
 * Wilson's interval of 95 % for a share, which holds near 0 and 1 as well.
 * @returns bounds in percent; the whole range for no cases
 */
export function wilson(count, cases) {
  if (cases === 0) return { low: 0, high: 100 };
  const share = count / cases;
  const z2 = Z_95 * Z_95;
  const centre = share + z2 / (2 * cases);
  const spread = Z_95 * Math.sqrt((share * (1 - share)) / cases + z2 / (4 * cases * cases));
  const scale = 100 / (1 + z2 / cases);
  return {
    low: count === 0 ? 0 : Math.max(0, (centre - spread) * scale),
    high: count === cases ? 100 : Math.min(100, (centre + spread) * scale),
  };
}

/** In percent; 0 of nothing. */
export function percent(count, cases) {
  return cases === 0 ? 0 : (count / cases) * 100;
}

/**
 * @param all counts of every case, @param heldOut counts of the held-out half: `{ cases, right, near, wrong, silent }`
 * @returns one sentence per bound that is missed
 */
export function findMisses(reach, all, heldOut) {
  const misses = [];
  if (reach.cases !== undefined && all.cases < reach.cases) {
    misses.push(`${all.cases} cases, at least ${reach.cases} are asked for`);
  }
  for (const verdict of ['right', 'wrong', 'silent']) {
    const atLeast = verdict === 'right';
    const missed = (value, bound) => (atLeast ? value < bound : value > bound);
    const words = atLeast ? 'at least' : 'at most';
    const bound = reach[verdict];
    const share = percent(all[verdict], all.cases);
    if (bound !== undefined && missed(share, bound)) {
      misses.push(`${verdict} ${show(share)} %, asked for ${words} ${bound} %`);
    }
    if (bound !== undefined) {
      const { low, high } = wilson(heldOut[verdict], heldOut.cases);
      const [edge, limit] = atLeast ? [low, bound - HELD_OUT_SLACK] : [high, bound + HELD_OUT_SLACK];
      if (missed(edge, limit)) {
        misses.push(
          `held out: ${verdict} may be ${show(edge)} % (the ${atLeast ? 'lower' : 'upper'} bound of its interval), ` +
            `asked for ${words} ${Number(limit.toFixed(4))} %`,
        );
      }
    }
    const count = reach.count?.[verdict];
    if (count !== undefined && missed(all[verdict], count)) {
      misses.push(`${verdict} in ${all[verdict]} cases, asked for ${words} ${count}`);
    }
  }
  return misses;
}

/**
 * Whether other answers are better: more right ones without more wrong ones, or fewer wrong ones without fewer right ones.
 * More right ones that are paid for with wrong ones are no better, because a wrong value is worse than none.
 */
export function isBetter(other, ours) {
  const noWorse = other.right >= ours.right && other.wrong <= ours.wrong;
  return noWorse && (other.right > ours.right || other.wrong < ours.wrong);
}

/** So many decimals that a value never looks like the bound it missed. */
function show(value) {
  return value.toFixed(value > 99.9 || value < 0.1 ? 3 : 2);
}
