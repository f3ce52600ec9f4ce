/**
 * Whether an SQLSTATE says that the server cannot be asked just now: 08 connection, 28 its credentials are being
 * changed, 53 out of resources, 57 shut down or cancelled by the operator, 25006 a read-only standby, 3D000 and 55000
 * a database that is being replaced or takes no connections. The last two and 28 are how a connection is refused; no
 * statement of ours raises them.
 */
export function isServerAway(sqlState: string): boolean {
  return /^(?:08|28|53|57)[0-9A-Z]{3}$|^(?:25006|3D000|55000)$/.test(sqlState);
}
