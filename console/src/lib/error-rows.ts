import type { StatisticsView } from '../../../src/statistics/statistics.dto.js';
import type { Json } from '../api/json.js';

/** How often one error kept something from going well. */
export interface ErrorRow {
  readonly error: string;
  /** Attempts at callbacks of any kind; they are tried again unless the callback was given up. */
  readonly attempts: number;
  /** Callbacks of events that were given up. */
  readonly givenUp: number;
  /** Actions that ended without their callback, or whose pipeline failed. */
  readonly actions: number;
}

/** All errors of a window, those with the most outcomes first. */
export function errorRowsOf({ total, events }: Pick<Json<StatisticsView>, 'total' | 'events'>): ErrorRow[] {
  const rows = new Map<string, ErrorRow>();
  const add = (counts: typeof total.errors, kind: Exclude<keyof ErrorRow, 'error'>): void => {
    for (const { error, count } of counts) {
      const row = rows.get(error) ?? { error, attempts: 0, givenUp: 0, actions: 0 };
      rows.set(error, { ...row, [kind]: row[kind] + count });
    }
  };
  add(total.errors, 'actions');
  add(events.errors, 'givenUp');
  add(total.attempts.errors, 'attempts');
  add(events.attempts.errors, 'attempts');
  const ended = ({ actions, givenUp }: ErrorRow): number => actions + givenUp;
  return [...rows.values()].sort((a, b) => ended(b) - ended(a) || b.attempts - a.attempts);
}
