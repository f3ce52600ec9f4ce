import { useEffect, useRef, useState } from 'react';
import { call, type Query } from '../api/client.js';
import { useView } from '../api/queries.js';
import { beginWith, type FoundPage, type FoundRows, goFurther, isFull, renewFirst } from './found-rows.js';
import { useSteadyRows } from './use-steady-rows.js';

/** Pages that a search looks through by itself before it asks whether to go on: a million ids. */
const PAGES_AT_ONCE = 20;

/** A list that is searched, and the way to go on. */
export interface Search<Row> {
  readonly rows: readonly Row[] | undefined;
  /** Newer rows that wait, see {@link useSteadyRows}. */
  readonly held: number;
  readonly showNew: () => void;
  readonly error: unknown;
  readonly reach: SearchReach;
}

/** How far a search looked, and how it goes on. */
export interface SearchReach {
  readonly nextCursor: string | null;
  readonly searchedUntil: string | null;
  /** The next rows are on the next page, because this one is full. */
  readonly isPageFull: boolean;
  readonly wentFurther: boolean;
  readonly isSearching: boolean;
  readonly goOn: () => void;
  readonly stop: () => void;
}

interface Kept<Row> {
  readonly list: string;
  readonly page: FoundPage<Row>;
  readonly found: FoundRows<Row>;
}

/**
 * A list of which a page ends after so many ids, and not only where it is full. A first page that found nothing goes on by
 * itself, until a page finds something or it has looked through twenty.
 * @param query the filters; live without a cursor
 */
export function useSearch<Row, Page extends FoundPage<Row> = FoundPage<Row>>(
  path: string,
  query: Query & { readonly cursor: string | null },
  keyOf: (row: Row) => string,
): Search<Row> & { readonly page: Page | undefined } {
  const view = useView<Page>(path, query, { live: query.cursor === null });
  const page = view.data as Page | undefined;
  const list = JSON.stringify([view.isPlaceholderData, query]);
  const kept = useRef<Kept<Row> | null>(null);
  const [, setTurn] = useState(0);
  if (page !== undefined && (kept.current?.page !== page || kept.current.list !== list)) {
    const before = kept.current?.list === list ? kept.current.found : null;
    const found =
      before === null ? beginWith(page, view.dataUpdatedAt) : renewFirst(before, page, view.dataUpdatedAt, keyOf);
    kept.current = { list, page, found };
  }
  const take = (next: FoundPage<Row>): void => {
    if (kept.current?.list !== list) return;
    kept.current = { ...kept.current, found: goFurther(kept.current.found, next) };
    setTurn((turn) => turn + 1);
  };
  const found = kept.current?.found;
  const run = useRun(list, !view.isPlaceholderData && found !== undefined && isLost(found), async (signal) => {
    for (let left = PAGES_AT_ONCE; left > 0; left -= 1) {
      const cursor = kept.current?.found.nextCursor ?? null;
      if (cursor === null) return;
      const next = await call<FoundPage<Row>>('GET', path, { query: { ...query, cursor }, signal, isPoll: true });
      if (signal.aborted) return;
      take(next);
      if (next.items.length > 0) return;
    }
  });
  const { rows, held, showNew } = useSteadyRows(list, page?.items, keyOf);
  return {
    page,
    rows: rows === undefined ? undefined : withFurther(rows, found?.further ?? [], keyOf),
    held,
    showNew,
    error: view.error ?? run.error,
    reach: {
      nextCursor: found?.nextCursor ?? null,
      searchedUntil: found?.searchedUntil ?? null,
      isPageFull: found !== undefined && !found.wentFurther && isFull(found.first),
      wentFurther: found?.wentFurther ?? false,
      isSearching: run.isRunning,
      goOn: run.start,
      stop: run.stop,
    },
  };
}

/** Whether a first page came back empty and there is more to look at. */
function isLost<Row>({ first, further, nextCursor, wentFurther }: FoundRows<Row>): boolean {
  return first.items.length === 0 && further.length === 0 && nextCursor !== null && !wentFurther;
}

function withFurther<Row>(rows: readonly Row[], further: readonly Row[], keyOf: (row: Row) => string): readonly Row[] {
  if (further.length === 0) return rows;
  // Rows that the first page lost may still be shown, because nothing moves under a reader.
  const shown = new Set(rows.map(keyOf));
  return [...rows, ...further.filter((row) => !shown.has(keyOf(row)))];
}

interface Run {
  readonly isRunning: boolean;
  readonly error: unknown;
  readonly start: () => void;
  readonly stop: () => void;
}

/** Work that ends with its list. It begins by itself once for a list, when `isWanted`. */
function useRun(list: string, isWanted: boolean, work: (signal: AbortSignal) => Promise<void>): Run {
  const [running, setRunning] = useState<string | null>(null);
  const [failed, setFailed] = useState<{ readonly list: string; readonly error: unknown } | null>(null);
  const begun = useRef<string | null>(null);
  const latest = useRef(work);
  useEffect(() => {
    latest.current = work;
  });
  useEffect(() => {
    if (!isWanted || begun.current === list) return;
    begun.current = list;
    setRunning(list);
  }, [list, isWanted]);
  const isRunning = running === list;
  useEffect(() => {
    if (!isRunning) return undefined;
    const abort = new AbortController();
    setFailed(null);
    latest
      .current(abort.signal)
      .catch((error: unknown) => {
        if (!abort.signal.aborted) setFailed({ list, error });
      })
      .finally(() => {
        if (!abort.signal.aborted) setRunning(null);
      });
    return () => abort.abort();
  }, [isRunning, list]);
  return {
    isRunning,
    error: failed?.list === list ? failed.error : null,
    start: () => setRunning(list),
    stop: () => setRunning(null),
  };
}
