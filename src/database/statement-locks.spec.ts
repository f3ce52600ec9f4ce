import { expect, it } from 'vitest';
import { locksOf, strongerLock } from './statement-locks.js';

it.each([
  ['ALTER TABLE actions ADD COLUMN x int', [['table', 'actions', 'AccessExclusiveLock']]],
  ['alter table if exists only Actions drop column x', [['table', 'actions', 'AccessExclusiveLock']]],
  ['CREATE INDEX a_b ON actions (b)', [['table', 'actions', 'ShareLock']]],
  ['CREATE UNIQUE INDEX IF NOT EXISTS a_b\n  ON actions (b)', [['table', 'actions', 'ShareLock']]],
  ['CREATE INDEX CONCURRENTLY a_b ON actions (b)', [['table', 'actions', 'ShareUpdateExclusiveLock']]],
  ['DROP INDEX a_b', [['index', 'a_b', 'AccessExclusiveLock']]],
  ['DROP INDEX CONCURRENTLY a_b', [['index', 'a_b', 'ShareUpdateExclusiveLock']]],
  ['DROP TABLE IF EXISTS old', [['table', 'old', 'AccessExclusiveLock']]],
  ['CREATE TABLE fresh (id uuid)', []],
  ['CREATE TABLE fresh (id uuid REFERENCES users (id))', [['table', 'users', 'ShareRowExclusiveLock']]],
  ['CREATE EXTENSION IF NOT EXISTS btree_gist', []],
  ["UPDATE jobs SET state = 'done'", [['table', 'jobs', 'RowExclusiveLock']]],
  [
    'INSERT INTO a SELECT 1 FROM b JOIN c ON true',
    [
      ['table', 'a', 'RowExclusiveLock'],
      ['table', 'b', 'AccessShareLock'],
      ['table', 'c', 'AccessShareLock'],
    ],
  ],
  ['DELETE FROM a', expect.arrayContaining([['table', 'a', 'RowExclusiveLock']])],
  ['-- ALTER TABLE a\nSELECT 1', []],
])('%s', (statement, locks) => {
  expect(locksOf(statement).map(({ on, name, mode }) => [on, name, mode])).toEqual(locks);
});

it('the stronger of two locks counts', () => {
  expect(strongerLock('ShareLock', 'AccessExclusiveLock')).toBe('AccessExclusiveLock');
  expect(strongerLock('ShareLock', 'RowExclusiveLock')).toBe('ShareLock');
});
