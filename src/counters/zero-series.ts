import type { Counter, Gauge } from 'prom-client';

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

function combinations<Label extends string>(known: KnownLabels<Label>): Record<Label, string>[] {
  const names = Object.keys(known) as Label[];
  return names.reduce<Partial<Record<Label, string>>[]>(
    (so, name) => so.flatMap((labels) => known[name].map((value) => ({ ...labels, [name]: value }))),
    [{}],
  ) as Record<Label, string>[];
}
