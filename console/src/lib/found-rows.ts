/** A page of a search that looks at a bounded number of ids; it may be short although there is more. */
export interface FoundPage<Row> {
  readonly items: readonly Row[];
  readonly nextCursor: string | null;
  readonly searchedUntil: string | null;
}

/** The rows of a first page, which may be asked for again, and of the pages that were searched after it. */
export interface FoundRows<Row> {
  readonly first: FoundPage<Row>;
  /** When the first page was answered. */
  readonly answeredAtMs: number;
  readonly further: readonly Row[];
  /** Where the search goes on; null: everything was looked at. */
  readonly nextCursor: string | null;
  readonly searchedUntil: string | null;
  readonly wentFurther: boolean;
}

/** Rows of a page when no other number is asked for. */
const PAGE_ROWS = 50;
/** For clocks that differ, and for the time that a search takes. */
const MARGIN_MS = 5_000;

export function beginWith<Row>(first: FoundPage<Row>, answeredAtMs: number): FoundRows<Row> {
  const { nextCursor, searchedUntil } = first;
  return { first, answeredAtMs, further: [], nextCursor, searchedUntil, wentFurther: false };
}

export function goFurther<Row>(found: FoundRows<Row>, page: FoundPage<Row>): FoundRows<Row> {
  const { nextCursor, searchedUntil } = page;
  return { ...found, further: [...found.further, ...page.items], nextCursor, searchedUntil, wentFurther: true };
}

/**
 * Takes a newer answer of the first page. Meanwhile the search's window has moved: rows that fell out of it stay. An answer
 * that leaves a gap to the one before begins anew, or the page would claim to have looked at what it did not.
 * @param keyOf ids, which are in the order of time
 */
export function renewFirst<Row>(
  found: FoundRows<Row>,
  first: FoundPage<Row>,
  answeredAtMs: number,
  keyOf: (row: Row) => string,
): FoundRows<Row> {
  const { nextCursor, searchedUntil } = first;
  const leavesGap = searchedUntil === null || Date.parse(searchedUntil) > found.answeredAtMs - MARGIN_MS;
  if (nextCursor === null || isFull(first) || leavesGap) return beginWith(first, answeredAtMs);
  const fallen = found.first.items.filter((row) => keyOf(row) < nextCursor);
  if (!found.wentFurther && fallen.length === 0 && found.further.length === 0) return beginWith(first, answeredAtMs);
  return { ...found, first, answeredAtMs, further: [...fallen, ...found.further] };
}

/** Whether the page has as many rows as it may: older ones are on the next page. */
export function isFull({ items }: FoundPage<unknown>): boolean {
  return items.length >= PAGE_ROWS;
}
