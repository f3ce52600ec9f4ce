/**
 * A day of the calendar as the number of days since 1 January 1970. Of a lead's CPU time most went to objects for dates, when
 * the calendar had them: 3.5 ms beside 0.1.
 */
export type CivilDay = number;

const DAY_MS = 86_400_000;

/** @param month from 1 */
export function civilDay(year: number, month: number, day: number): CivilDay {
  return Date.UTC(year, month - 1, day) / DAY_MS;
}

/** 1 is Monday. */
export function weekdayOf(day: CivilDay): number {
  // The first day of 1970 was a Thursday.
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** "2026-12-25". */
export function civilText(day: CivilDay): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** The year of a day. */
export function yearOf(day: CivilDay): number {
  return new Date(day * DAY_MS).getUTCFullYear();
}
