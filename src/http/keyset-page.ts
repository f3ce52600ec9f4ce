/** The rows of one page of a list, and where the next one goes on. */
export interface KeysetPage<Row> {
  readonly rows: readonly Row[];
  /** The last row's key; null where there is no other page. */
  readonly nextCursor: string | null;
}

/**
 * Cuts one page from rows of which one more was asked for than is shown: it tells whether there is another page.
 * @param keyOf the cursor at which the next page goes on
 */
export function cutPage<Row>(rows: readonly Row[], limit: number, keyOf: (row: Row) => string): KeysetPage<Row> {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return { rows: shown, nextCursor: last === undefined ? null : keyOf(last) };
}
