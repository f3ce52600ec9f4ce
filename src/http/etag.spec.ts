import { describe, expect, it } from 'vitest';
import { etagOf, readIfMatch } from './etag.js';

const CURRENT = etagOf({ name: 'a', end: null });

describe('the tag of a state', () => {
  it('is the same for the same state, another for another, and in quotes', () => {
    expect(etagOf({ name: 'a', end: null })).toBe(CURRENT);
    expect(etagOf({ name: 'b', end: null })).not.toBe(CURRENT);
    expect(etagOf({ name: 'a', end: new Date(0) })).not.toBe(CURRENT);
    expect(CURRENT).toMatch(/^"[\w-]{22}"$/);
  });
});

describe('If-Match', () => {
  it.each([undefined, '*', ' * ', CURRENT, `"other", ${CURRENT}`, `"other",${CURRENT}`, ['"other"', CURRENT]])(
    '%j lets an edit through',
    (header) => {
      readIfMatch(header).check(CURRENT);
    },
  );

  it('lets a resource be made where it is left out, and only there', () => {
    readIfMatch(undefined).check(null);
    for (const header of ['*', CURRENT]) {
      expect(() => {
        readIfMatch(header).check(null);
      }).toThrow(expect.objectContaining({ status: 412, etag: null }));
    }
  });

  it.each(['"other"', `W/${CURRENT}`, '""', '"a", "b"'])('%j stops it, and tells the current tag', (header) => {
    expect(() => {
      readIfMatch(header).check(CURRENT);
    }).toThrow(expect.objectContaining({ status: 412, code: 'PRECONDITION_FAILED', etag: CURRENT }));
  });

  it.each([
    '',
    'abc',
    CURRENT.slice(1, -1),
    '"a" "b"',
    '"a",',
    '"a"b"',
    '*, "a"',
    'w/"a"',
    '"é"',
    '"a",'.repeat(20) + '"a"',
  ])('%j is malformed', (header) => {
    expect(() => readIfMatch(header)).toThrow(expect.objectContaining({ status: 400 }));
  });
});
