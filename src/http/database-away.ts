const NETWORK_CODES = new Set([
  'OUTCOME_UNKNOWN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** What the pg driver says without a code when it gives a connection up. */
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
    // 08 connection, 53 out of resources, 57 shut down or cancelled by the operator, 25006 a read-only standby
    return NETWORK_CODES.has(code) || /^(?:08|53|57)[0-9A-Z]{3}$|^25006$/.test(code);
  }
  return DRIVER_MESSAGES.some((message) => error.message.startsWith(message));
}
