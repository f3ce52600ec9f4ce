import { HOLDER_LENGTH } from './lease-tokens.js';

/** Crashes after which a row is to blame: among others, among suspects, alone. The last of them needs proof. */
export const CRASHES_UNTIL_BLAMED = 3;
/** The same where processes end for other reasons, too: then it takes three crashes alone. */
const CRASHES_AMID_OTHERS = CRASHES_UNTIL_BLAMED + 2;
/** Crashes alone that no coincidence explains: the row is to blame, also if something else ends processes. */
const CRASHES_CERTAIN = CRASHES_AMID_OTHERS + 3;
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
 * SQL condition on an expired row and its process `h`: it is known whether that process ended. A sign of life
 * from after the end of the lease proves that it lives; until one comes, or none has come for long, nothing is said.
 */
export function isDecided(row: string): string {
  return `(NOT ${LIVES} OR h.beat_at > ${row}.lease_until)`;
}

/** SQL of what a row counts from now on: a crash among others makes a suspect, further ones count if it was worked on. */
function countOf(row: string): string {
  return `CASE WHEN ${LIVES} THEN ${row}.crash_count WHEN ${row}.crash_count = 0 THEN 1
               WHEN ${row}.on_trial THEN ${row}.crash_count + 1 ELSE ${row}.crash_count END`;
}

/**
 * SQL condition on a row with an ended lease and its process `h`: the row is to blame, and no further proof is needed.
 * It crashed alone and on trial six times, or its lease is one of an older version, which raised the count when it
 * claimed the row, or one that its process gave up for a reason of the row's own.
 */
export function isProven(row: string): string {
  const ownReason = `substr(${row}.lease_token::text, 15, 1) <> '8' AND ${countOf(row)} >= ${CRASHES_UNTIL_BLAMED}`;
  const certain = `${row}.on_trial AND ${countOf(row)} >= ${CRASHES_CERTAIN}`;
  return `(NOT ${LIVES} AND ${row}.crash_count >= ${CRASHES_UNTIL_BLAMED - 1} AND (${ownReason} OR ${certain}))`;
}

/**
 * SQL condition on a row that waits: it crashed alone in the last of three crashes, or in each of three where processes
 * end for other reasons, too. It is not tried again until another process ends, and is to blame if none does for long
 * enough: where processes are killed at random, the next of them ends before that, and the row gets another chance.
 */
export function awaitsVerdict(row: string): string {
  const clean = `NOT EXISTS (SELECT 1 FROM processes e WHERE NOT e.explained AND e.ended_at > ${row}.suspect_since)
             AND (SELECT count(*) FROM processes e WHERE NOT e.explained AND e.ended_at > now() - ${UNREST}) < ${UNEXPLAINED_MAX}`;
  return `(${row}.crash_count >= ${CRASHES_UNTIL_BLAMED} AND ${row}.tried_at IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM processes e WHERE e.ended_at > ${row}.tried_at)
           AND (${row}.crash_count >= ${CRASHES_AMID_OTHERS} OR ${clean}))`;
}

/** SQL condition on a row that {@link awaitsVerdict}: it has been quiet for half as long as between its crashes. */
export function isQuietSince(row: string): string {
  const between = `(${row}.tried_at - ${row}.suspect_since) / (2 * (${row}.crash_count - 1))`;
  return `${row}.tried_at < now() - least(greatest(${between}, interval '1 second'), interval '30 seconds')`;
}

/** SQL assignments of what a row `row` counts from now on, `found` being what {@link countFound} selected. */
export function countInto(row: string, found: string): string {
  return `crash_count = ${found}.counted, on_trial = false,
           suspect_since = CASE WHEN ${row}.crash_count = 0 AND ${found}.counted > 0 THEN now() ELSE ${row}.suspect_since END,
           tried_at = CASE WHEN ${row}.on_trial AND NOT ${found}.lives THEN now() ELSE ${row}.tried_at END`;
}

/** SQL of the columns `lives` and `counted` of a row with an ended lease. */
export function countFound(row: string): string {
  return `${LIVES} AS lives, ${countOf(row)} AS counted`;
}
