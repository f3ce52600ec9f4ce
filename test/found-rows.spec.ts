import { describe, expect, it } from 'vitest';
import {
  beginWith,
  type FoundPage,
  type FoundRows,
  goFurther,
  isFull,
  renewFirst,
} from '../console/src/lib/found-rows.js';

const keyOf = (row: string): string => row;

/** Rows are letters, newer ones later in the alphabet. A page's search ends at the letter before `until`, at that second. */
function page(rows: string, nextCursor: string | null = null, untilSecond = 0): FoundPage<string> {
  const searchedUntil = nextCursor === null ? null : new Date(untilSecond * 1_000).toISOString();
  return { items: Array.from(rows), nextCursor, searchedUntil };
}

function rowsOf({ first, further }: FoundRows<string>): string {
  return [...first.items, ...further].join('');
}

describe('rows of a search', () => {
  it('are those of the first page and of the pages after it, which say how far it looked', () => {
    let found = beginWith(page('', 'm', 100), 1_000_000);
    expect(found).toMatchObject({ nextCursor: 'm', wentFurther: false });
    found = goFurther(found, page('', 'f', 50));
    found = goFurther(found, page('ed', 'c', 20));
    expect(rowsOf(found)).toBe('ed');
    expect(found).toMatchObject({ nextCursor: 'c', searchedUntil: new Date(20_000).toISOString(), wentFurther: true });
    expect(goFurther(found, page('a'))).toMatchObject({ nextCursor: null, searchedUntil: null });
  });

  it('stay when the first page is answered anew, also those that it no longer reaches', () => {
    const found = goFurther(beginWith(page('zp', 'm', 100), 1_000_000), page('c', 'b', 10));
    const renewed = renewFirst(found, page('yz', 'q', 200), 1_005_000, keyOf);
    expect(rowsOf(renewed)).toBe('yzpc');
    expect(renewed).toMatchObject({ nextCursor: 'b', wentFurther: true, answeredAtMs: 1_005_000 });
    expect(rowsOf(renewFirst(renewed, page('', 'zz', 300), 1_010_000, keyOf))).toBe('yzpc');
  });

  it('stay where the search did not go further, too', () => {
    const renewed = renewFirst(beginWith(page('zp', 'm', 100), 1_000_000), page('z', 'q', 200), 1_005_000, keyOf);
    expect(rowsOf(renewed)).toBe('zp');
    expect(renewed).toMatchObject({ nextCursor: 'm', wentFurther: false });
  });

  it.each([
    ['leaves a gap to the one before', page('z', 'y', 999)],
    ['looked at everything', page('zp')],
    ['is full', page('z'.repeat(50), 'z', 200)],
  ])('begin anew when the first page %s', (_case, first) => {
    const found = goFurther(beginWith(page('p', 'm', 100), 1_000_000), page('c', 'b', 10));
    expect(renewFirst(found, first, 1_005_000, keyOf)).toEqual(beginWith(first, 1_005_000));
  });

  it('are on the next page when this one is full', () => {
    expect(isFull(page('a'.repeat(49), 'a'))).toBe(false);
    expect(isFull(page('a'.repeat(50), 'a'))).toBe(true);
  });
});
