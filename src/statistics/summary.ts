import type { CountRow } from './statistics.repository.js';
import { boundsOfBucket } from './tallies.js';

const ERRORS_SHOWN = 5;

/** How often something failed in one way. */
export interface ErrorCount {
  readonly error: string;
  readonly count: number;
}

/** The counts of one subject in one span of time, read. */
export interface Summary {
  readonly accepted: number;
  readonly attempts: number;
  readonly delivered: number;
  readonly failed: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  /** The most frequent first. */
  readonly errors: readonly ErrorCount[];
}

/** Adds up rows of any steps. */
export function summarise(rows: readonly Pick<CountRow, 'name' | 'count'>[]): Summary {
  const plain = new Map<string, number>();
  const times = new Map<number, number>();
  const errors = new Map<string, number>();
  for (const { name, count } of rows) {
    const cut = name.indexOf(':');
    const [kind, rest] = cut < 0 ? [name, ''] : [name.slice(0, cut), name.slice(cut + 1)];
    if (kind === 'ms') add(times, Number(rest), count);
    else if (kind === 'error') add(errors, rest, count);
    else add(plain, kind, count);
  }
  return {
    accepted: plain.get('accepted') ?? 0,
    attempts: plain.get('attempts') ?? 0,
    delivered: plain.get('delivered') ?? 0,
    failed: plain.get('failed') ?? 0,
    p50Ms: percentile(times, 0.5),
    p95Ms: percentile(times, 0.95),
    errors: [...errors]
      .map(([error, count]) => ({ error, count }))
      .sort((a, b) => b.count - a.count || (a.error < b.error ? -1 : 1))
      .slice(0, ERRORS_SHOWN),
  };
}

/** By a key of each row, in the order in which the keys come. */
export function groupBy<Key>(rows: readonly CountRow[], keyOf: (row: CountRow) => Key): Map<Key, CountRow[]> {
  const groups = new Map<Key, CountRow[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

/** Share of successes among what ended; null where nothing did. */
export function shareOf(good: number, all: number): number | null {
  return all === 0 ? null : Math.min(good / all, 1);
}

/**
 * Interpolated within its bucket, as Prometheus does. The middle of the bucket lost: services whose times differ by a third
 * had the same number, and it was above every time that there was.
 */
function percentile(times: ReadonlyMap<number, number>, share: number): number | null {
  const buckets = [...times].filter(([, count]) => count > 0).sort(([a], [b]) => a - b);
  const rank = share * buckets.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  for (const [bucket, count] of buckets) {
    if (seen + count >= rank) {
      const [above, atMost] = boundsOfBucket(bucket);
      return Math.round(above + ((atMost - above) * (rank - seen)) / count);
    }
    seen += count;
  }
  return null;
}

function add<Key>(counts: Map<Key, number>, key: Key, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}
