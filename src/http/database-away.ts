import { isServerAway } from '../database/sql-state.js';

const NETWORK_CODES = new Set([
  'OUTCOME_UNKNOWN',
  'WRITES_WAIT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** The words of the pg driver, without a code, when it gives a connection up. */
const DRIVER_MESSAGES = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'Query read timeout',
  'Client has encountered a connection error',
  'Cannot use a pool after calling end',
];

/** Whether an error means that Postgres cannot be asked just now, so that trying again later is the right advice. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') {
    return NETWORK_CODES.has(code) || isServerAway(code);
  }
  return DRIVER_MESSAGES.some((message) => error.message.startsWith(message));
}
