/** Every process holds all of them in memory, and reads all of them after a change. */
export const ORGANISATION_LIMITS = Object.freeze({
  credentials: 1_000,
  /** Rules of one service. */
  tenants: 1_000,
});
