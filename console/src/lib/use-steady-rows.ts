import { useRef, useState } from 'react';
import { holdSteady, type SteadyRows } from './steady-rows.js';

interface Seen<Row> {
  readonly list: string;
  readonly given: readonly Row[];
  readonly shown: readonly Row[];
  readonly held: number;
}

export interface Steady<Row> {
  readonly rows: readonly Row[] | undefined;
  readonly held: number;
  readonly showNew: () => void;
}

/** A page that begins a little below the top is at the top for its reader. */
const TOP_PX = 80;

/** Whether new rows would move the page under the reader: it is scrolled, or a row has the focus. */
function isReading(): boolean {
  return globalThis.scrollY > TOP_PX || document.activeElement?.closest('tbody') != null;
}

/**
 * The rows of a live list, newest first, that do not move under their reader. New ones wait until they are asked for, or the
 * reader is at the top.
 * @param list names the list: another one begins anew
 */
export function useSteadyRows<Row>(
  list: string,
  given: readonly Row[] | undefined,
  keyOf: (row: Row) => string,
): Steady<Row> {
  const seen = useRef<Seen<Row> | null>(null);
  const [, setTurn] = useState(0);
  if (given !== undefined && seen.current?.given !== given) {
    const before = seen.current;
    const isSame = before !== null && before.list === list;
    const { rows, held }: SteadyRows<Row> =
      isSame && isReading() ? holdSteady(before.shown, given, keyOf) : { rows: given, held: 0 };
    seen.current = { list, given, shown: rows, held };
  }
  const showNew = (): void => {
    const { current } = seen;
    if (current !== null) seen.current = { ...current, shown: current.given, held: 0 };
    globalThis.scrollTo({ top: 0 });
    setTurn((turn) => turn + 1);
  };
  return { rows: seen.current?.shown, held: seen.current?.held ?? 0, showNew };
}
