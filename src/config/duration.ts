import { accept, listOf, type Parsed, refuse, type VariableType } from './variable-type.js';

const UNIT_MS = Object.freeze({ ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 });
const LONGEST_MS = 30 * UNIT_MS.d;

/** Reads `100ms`, `2s`, `5m`, `14h` or `1d` as milliseconds, at most thirty days. */
export function parseDuration(text: string): Parsed<number> {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  const remedy = 'write a number and a unit, e.g. 100ms, 2s, 5m, 14h';
  if (match === null) {
    return refuse(`"${text}" is not a duration`, remedy);
  }
  const ms = Math.round(Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS]);
  return ms > LONGEST_MS ? refuse(`"${text}" is longer than 30 days`, 'write a shorter duration') : accept(ms);
}

/** Waits before attempt 1, 2, 3, … in milliseconds. */
export const retrySchedule: VariableType<readonly number[]> = listOf('durations separated by commas', parseDuration);
