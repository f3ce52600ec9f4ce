/** How far back statistics reach. */
export const STATISTICS_WINDOWS = Object.freeze(['1h', '24h', '7d'] as const);
export type StatisticsWindow = (typeof STATISTICS_WINDOWS)[number];

export const WINDOW_HOURS: Readonly<Record<StatisticsWindow, number>> = Object.freeze({
  '1h': 1,
  '24h': 24,
  '7d': 168,
});

/** The steps of a chart: 60 to 96 of them in each window, so that each is read as fast. */
export const STEP_MINUTES: Readonly<Record<StatisticsWindow, number>> = Object.freeze({
  '1h': 1,
  '24h': 15,
  '7d': 120,
});
