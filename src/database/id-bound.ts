const DAY_MS = 24 * 60 * 60 * 1_000;

/** Before every id: where a walk along a primary key begins. */
export const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/**
 * The smallest uuidv7 of a moment: ids carry their time, so a range of times is a range of the primary key.
 * Moments before 1970 count as 1970.
 */
export function firstIdAt(moment: Date): string {
  const hex = Math.max(moment.getTime(), 0).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

/** The smallest uuidv7 of the moment so many days ago. */
export function firstIdOfDaysAgo(days: number, nowMs = Date.now()): string {
  return firstIdAt(new Date(nowMs - days * DAY_MS));
}
