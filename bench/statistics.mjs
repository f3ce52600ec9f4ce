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
