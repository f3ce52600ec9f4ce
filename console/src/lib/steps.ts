import { type StatisticsWindow, WINDOW_HOURS } from '../../../src/statistics/windows.js';

/** A step of a chart; without a point nothing happened in it. */
export interface Step<Point> {
  /** Seconds since 1970. */
  readonly time: number;
  readonly point: Point | null;
}

interface Points<Point> {
  readonly window: StatisticsWindow;
  readonly stepSeconds: number;
  readonly points: readonly Point[];
}

/** The steps of the charts of events, see {@link stepsOf}. */
export function eventStepsOf<Point extends { readonly at: string }>(
  view: (Omit<Points<Point>, 'points'> & { readonly eventPoints: readonly Point[] }) | undefined,
): Step<Point>[] {
  return stepsOf(view === undefined ? undefined : { ...view, points: view.eventPoints });
}

/** Every step of a window up to now. The service leaves out those in which nothing happened. */
export function stepsOf<Point extends { readonly at: string }>(view: Points<Point> | undefined): Step<Point>[] {
  if (view === undefined) return [];
  const { window, stepSeconds, points } = view;
  const byTime = new Map(points.map((point) => [Date.parse(point.at) / 1_000, point]));
  const now = Math.floor(Date.now() / 1_000 / stepSeconds) * stepSeconds;
  // The reader's clock may be late.
  const last = Math.max(now, ...byTime.keys());
  const count = (WINDOW_HOURS[window] * 3_600) / stepSeconds;
  return Array.from({ length: count }, (_, index) => {
    const time = last - (count - 1 - index) * stepSeconds;
    return { time, point: byTime.get(time) ?? null };
  });
}
