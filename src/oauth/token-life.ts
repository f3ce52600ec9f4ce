/** Tokens of ours live so long. */
export const TOKEN_LIFE_SECONDS = 15 * 60;
/** How far the clocks of an issuer and of this machine may differ. */
export const CLOCK_SKEW_SECONDS = 60;
