import type { JsonValue } from '../http/json-value.js';
import { jsonTypeOf } from '../http/json-body.js';
import type { RequestProblem } from '../http/request-error.js';

const MINUTE = 60_000;
/** A year. Adobe's maximum is four hours; longer ones are taken as they come, as long as a date can hold them. */
const MAX_MINUTES = 525_600;

/**
 * The budget of an action in milliseconds; a wrong `timeout` is added to `problems`.
 * @param defaultMinutes of the service definition.
 */
export function readTimeoutMs(
  timeout: JsonValue | undefined,
  defaultMinutes: number,
  problems: RequestProblem[],
): number {
  if (timeout === undefined || timeout === null) return defaultMinutes * MINUTE;
  if ((typeof timeout === 'bigint' || Number.isInteger(timeout)) && Number(timeout) >= 1) {
    return Math.min(Number(timeout), MAX_MINUTES) * MINUTE;
  }
  problems.push({
    field: 'actionConfig.timeout',
    message: 'must be an integer of at least 1 (minutes)',
    expected: 'integer >= 1',
    received: jsonTypeOf(timeout),
  });
  return 0;
}
