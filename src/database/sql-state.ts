/**
 * Whether an SQLSTATE says that the server cannot be asked just now: 08 connection, 28 its credentials are being
 * changed, 53 out of resources, 57 shut down or cancelled by the operator, 25006 a read-only standby, 3D000 and 55000
 * a database that is being replaced or takes no connections. The last two and 28 are how a connection is refused; no
 * statement of ours raises them.
 */
export function isServerAway(sqlState: string): boolean {
  return /^(?:08|28|53|57)[0-9A-Z]{3}$|^(?:25006|3D000|55000)$/.test(sqlState);
}

/** SQLSTATE of a statement that the role may not run. */
export const INSUFFICIENT_PRIVILEGE = '42501';

/** SQLSTATE of a row that a unique index has already. */
export const UNIQUE_VIOLATION = '23505';

/** Whether an error is the server's about a row that a unique index has already. */
export function isUniqueViolation(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === UNIQUE_VIOLATION;
}

/** The value of a change in which a unique index decides between two that come at once. @throws `taken()` for the second. */
export async function orTaken<Value>(change: Promise<Value>, taken: () => Error): Promise<Value> {
  try {
    return await change;
  } catch (error) {
    throw isUniqueViolation(error) ? taken() : error;
  }
}
