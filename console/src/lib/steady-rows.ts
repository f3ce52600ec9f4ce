/** Rows as a reader sees them, and how many newer ones wait. */
export interface SteadyRows<Row> {
  readonly rows: readonly Row[];
  readonly held: number;
}

/**
 * Brings the rows that are shown up to date and moves none of them: no new row comes in above. Rows that new ones pushed off
 * the page stay as they were; rows that left the list from the middle of it are gone.
 * @param next the newest page, in the order of `shown`: the newest first
 */
export function holdSteady<Row>(
  shown: readonly Row[],
  next: readonly Row[],
  keyOf: (row: Row) => string,
): SteadyRows<Row> {
  const fresh = new Map(next.map((row) => [keyOf(row), row]));
  const known = new Set(shown.map(keyOf));
  const lastKept = shown.findLastIndex((row) => fresh.has(keyOf(row)));
  const held = next.findIndex((row) => known.has(keyOf(row)));
  // With none in common, all that is shown was pushed off, or the list is empty by now.
  if (lastKept === -1) return { rows: next.length === 0 ? [] : shown, held: next.length };
  const rows = shown.flatMap((row, index) => {
    const now = fresh.get(keyOf(row));
    if (now !== undefined) return [now];
    return index > lastKept ? [row] : [];
  });
  return { rows, held };
}
