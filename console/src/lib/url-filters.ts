import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

/** Filters in the page's address: a link shows the same, and back and forward keep them. */
export interface UrlFilters<Name extends string> {
  readonly values: Readonly<Record<Name, string>>;
  /** Sets some of them; the page begins anew, because a cursor belongs to its filters. */
  readonly set: (changes: Partial<Record<Name, string>>) => void;
  readonly cursor: string | null;
  readonly next: (cursor: string) => void;
  readonly areSet: boolean;
  readonly clear: () => void;
}

const CURSOR = 'cursor';

export function useUrlFilters<Name extends string>(names: readonly Name[]): UrlFilters<Name> {
  const [params, setParams] = useSearchParams();
  const values = useMemo(
    () => Object.fromEntries(names.map((name) => [name, params.get(name) ?? ''])) as Record<Name, string>,
    [names, params],
  );
  const set = useCallback(
    (changes: Partial<Record<Name, string>>) =>
      setParams((before) => {
        const after = new URLSearchParams(before);
        after.delete(CURSOR);
        for (const [name, value] of Object.entries<string | undefined>(changes)) {
          if (value === undefined || value === '') after.delete(name);
          else after.set(name, value);
        }
        return after;
      }),
    [setParams],
  );
  const next = useCallback(
    (cursor: string) =>
      setParams((before) => {
        const after = new URLSearchParams(before);
        after.set(CURSOR, cursor);
        return after;
      }),
    [setParams],
  );
  return {
    values,
    set,
    next,
    cursor: params.get(CURSOR),
    areSet: names.some((name) => values[name] !== ''),
    clear: () => setParams({}),
  };
}
