import type { Counter, Gauge, Histogram } from 'prom-client';

/** Every value a label is known to take. */
export type KnownLabels<Label extends string> = Readonly<Record<Label, readonly string[]>>;

/**
 * Lets a counter have a series at 0 for each combination of its known labels. A series that appears at 1 has no increase:
 * `increase() > 0` would miss the first event of every process. Counts that exist stay as they are.
 */
export function startAtZero<Label extends string>(
  metric: Pick<Counter<Label> | Gauge<Label>, 'inc'>,
  known: KnownLabels<Label>,
): void {
  for (const labels of combinations(known)) metric.inc(labels, 0);
}

/** By histogram, the series that {@link startTimesAtZero} has begun. */
const begun = new WeakMap<object, Set<string>>();

/** The same for a histogram. Its own `zero` takes back what was observed, so a series is begun once in a process. */
export function startTimesAtZero<Label extends string>(
  metric: Pick<Histogram<Label>, 'zero'>,
  known: KnownLabels<Label>,
): void {
  const series = begun.get(metric) ?? new Set();
  begun.set(metric, series);
  for (const labels of combinations(known)) {
    const name = JSON.stringify(labels);
    if (!series.has(name)) metric.zero(labels);
    series.add(name);
  }
}

function combinations<Label extends string>(known: KnownLabels<Label>): Record<Label, string>[] {
  const names = Object.keys(known) as Label[];
  return names.reduce<Partial<Record<Label, string>>[]>(
    (so, name) => so.flatMap((labels) => known[name].map((value) => ({ ...labels, [name]: value }))),
    [{}],
  ) as Record<Label, string>[];
}
