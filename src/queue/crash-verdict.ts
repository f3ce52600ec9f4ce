import { HOLDER_LENGTH } from './lease-tokens.js';

/** Crashes after which a row is to blame: among others, among suspects, alone. The last of them needs proof. */
export const CRASHES_UNTIL_BLAMED = 3;
/** The same where processes end for other reasons, too: then each of three crashes alone needs proof. */
const CRASHES_AMID_OTHERS = CRASHES_UNTIL_BLAMED + 2;
/** Ends of processes within {@link UNREST} that no suspect explains: from so many on, a crash alone may be a coincidence. */
const UNEXPLAINED_MAX = 5;
const UNREST = `interval '10 minutes'`;

/** SQL that finds the process `h` behind the lease of row `row`; without one the lease is an older version's, or forfeit. */
export function holderOf(row: string): string {
  return `LEFT JOIN processes h ON h.id = left(${row}.lease_token::text, ${HOLDER_LENGTH})`;
}

/** Its process lives: the lease ran out, and nothing crashed. */
const LIVES = `(h.id IS NOT NULL AND h.ended_at IS NULL AND h.lives_until >= now())`;

/**
 * SQL condition on a row whose lease ran out and its process `h`: it is known whether that process ended. A sign of life
 * from after the end of the lease proves that it lives; until one comes, or none has come for long, nothing is said.
 */
export function isDecided(row: string): string {
  return `(NOT ${LIVES} OR h.beat_at > ${row}.lease_until)`;
}

/** SQL of what a row counts from now on: a crash among others makes a suspect, further ones count if it was worked on. */
export function countOf(row: string): string {
  return `CASE WHEN ${LIVES} THEN ${row}.crash_count WHEN ${row}.crash_count = 0 THEN 1
               WHEN ${row}.on_trial THEN ${row}.crash_count + 1 ELSE ${row}.crash_count END`;
}

/** SQL of whether the process of the row's lease lives. */
export const HOLDER_LIVES = LIVES;

/** Other processes ended that this row cannot have ended: since its first crash, or so many that anything may be chance. */
function unrest(row: string): string {
  return `(EXISTS (SELECT 1 FROM processes e WHERE NOT e.explained AND e.ended_at > ${row}.suspect_since)
           OR (SELECT count(*) FROM processes e WHERE NOT e.explained AND e.ended_at > now() - ${UNREST}) >= ${UNEXPLAINED_MAX})`;
}

/**
 * SQL condition: the row ends processes. It was being worked on while it ran alone, and it has crashed often enough.
 * Leases of older versions raised their count when they were claimed; those are believed.
 */
export function isToBlame(row: string): string {
  return `(NOT ${LIVES} AND ${row}.crash_count >= ${CRASHES_UNTIL_BLAMED - 1}
           AND (${row}.on_trial OR substr(${row}.lease_token::text, 15, 1) <> '8')
           AND ${countOf(row)} >= CASE WHEN ${unrest(row)} THEN ${CRASHES_AMID_OTHERS} ELSE ${CRASHES_UNTIL_BLAMED} END)`;
}

/** SQL of the time at which the row became a suspect, once it counts `counted`. */
export function suspectSince(row: string): string {
  return `CASE WHEN ${row}.crash_count = 0 AND NOT ${LIVES} THEN now() ELSE ${row}.suspect_since END`;
}
