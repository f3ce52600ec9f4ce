/** The middle of some numbers; of an even count the mean of the two in the middle. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

/** Median, least and most. */
export function summarize(values) {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values), values: [...values] };
}

/**
 * The median with its interval of at least 95 % confidence, from the order of the values alone: so many of the least and of
 * the most are left out that the true median lies outside with 5 % at most, whatever the distribution.
 * @returns low and high are null for fewer than 6 values, which cannot say it; `confidence` is what the interval really has
 */
export function medianInterval(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const count = sorted.length;
  // Each value is below the true median with probability 1/2, so their number is binomial.
  let probability = 0.5 ** count;
  let below = probability;
  let left = -1;
  for (let at = 0; 2 * below <= 0.05; at += 1) {
    left = at;
    probability *= (count - at) / (at + 1);
    below += probability;
  }
  if (left < 0) return { median: median(values), low: null, high: null, rounds: count, confidence: null };
  const outside = 2 * (below - probability);
  return {
    median: median(values),
    low: sorted[left],
    high: sorted[count - 1 - left],
    rounds: count,
    confidence: 1 - outside,
  };
}

/** 50 %, 90 %, 99 % and the worst, in what the values are in. */
export function percentiles(values) {
  const sorted = Float64Array.from(values).sort();
  const at = (share) => sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? null;
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}

/** To so many decimals, as a number. */
export function round(value, decimals = 0) {
  return value === null ? null : Number(value.toFixed(decimals));
}
