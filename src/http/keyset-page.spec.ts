import { expect, it } from 'vitest';
import { cutPage } from './keyset-page.js';

const rows = ['c', 'b', 'a'].map((id) => ({ id }));
const keyOf = ({ id }: { id: string }): string => id;

it.each([
  [2, ['c', 'b'], 'b'],
  [3, ['c', 'b', 'a'], null],
  [4, ['c', 'b', 'a'], null],
])('shows %i rows, and goes on where there are more', (limit, ids, nextCursor) => {
  const page = cutPage(rows, limit, keyOf);
  expect([page.rows.map(keyOf), page.nextCursor]).toEqual([ids, nextCursor]);
});

it('ends where there is nothing', () => {
  expect(cutPage([], 1, keyOf)).toEqual({ rows: [], nextCursor: null });
});
