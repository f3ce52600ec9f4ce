/**
 * Statements are planned once per connection and kept, however their tables grow. Planned while a table was
 * small, one that finds rows by their keys read the whole table ever after: three fifths of PostgreSQL's time, until the
 * next ANALYZE. These texts leave the planner one choice, and test/statement-plans.spec.ts shows which. Nor may a sweep
 * order what it takes by id: the primary key is then read from its beginning, in the hope of finding enough on the way.
 * Nor may it join a table with the keys of the page it takes away: a merge join reads the whole index for each page. It
 * names them as `key = ANY(ARRAY(SELECT …))`, which leaves the primary key alone.
 */

/**
 * For the sessions. A table is read from end to end only where there is no other way; and indexes are walked entry by
 * entry, because a bitmap scan never notes which entries are dead: sweeps read those of ten thousand finished rows a second.
 * Up to PostgreSQL 17 a plan that must read a table from end to end is therefore believed to cost ten thousand million,
 * and a server with JIT, as Debian and managed ones have it, would compile each such statement for longer than it runs.
 */
export const SESSION_PLANNING = Object.freeze({ enable_seqscan: 'off', enable_bitmapscan: 'off', jit: 'off' });

/**
 * SQL of a text column that no index answers, for a condition that only filters what was found by its key. The index of
 * unfinished rows is small by estimate and full of dead entries under load: walking it took three times as long.
 */
export function filterOnly(column: string): string {
  return `(${column} || '')`;
}

/**
 * SQL that ends a SELECT from the array parameter `$1` and its like: it takes all of them, and the planner believes that
 * they are few, which looking each of them up by its key is best for at any size of the table.
 */
export const FEW = 'LIMIT cardinality($1::uuid[])';

/** SQL of held leases as a table `t(id, lease_token)`, from `$1` (ids) and `$2` (lease tokens). */
export const HELD_LEASES = `(SELECT * FROM unnest($1::uuid[], $2::uuid[]) AS u(id, lease_token) ${FEW}) t`;

/** The parameters `$1` and `$2` of {@link HELD_LEASES}. */
export function leaseArrays(
  held: readonly { readonly id: string; readonly leaseToken: string }[],
): [ids: string[], leaseTokens: string[]] {
  return [held.map((lease) => lease.id), held.map((lease) => lease.leaseToken)];
}

/**
 * SQL of a row `commit_locally(level)` that must be read by the statement it stands in: this statement's commit then waits
 * for no standby. For what may be lost with a server, and must be seen while commits wait: leases and signs of life.
 */
export const COMMIT_LOCALLY = `(SELECT set_config('synchronous_commit', 'local', true) AS level) commit_locally`;
