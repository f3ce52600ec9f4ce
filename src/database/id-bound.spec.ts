import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { FIRST_ID, firstIdAt, firstIdOfDaysAgo } from './id-bound.js';

describe('the first id of a moment', () => {
  it('parts ids made before from those made then or after', () => {
    const moment = fc.integer({ min: 1, max: Date.parse('9999-12-31T23:59:59.999Z') });
    fc.assert(
      fc.property(moment, (msecs) => {
        const bound = firstIdAt(new Date(msecs));
        expect(uuidv7({ msecs: msecs - 1 }) < bound).toBe(true);
        expect(uuidv7({ msecs }) >= bound).toBe(true);
        expect(bound).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7000-8000-0{12}$/);
      }),
    );
  });

  it('takes 1970 for everything before', () => {
    expect(firstIdAt(new Date('1066-10-14'))).toBe('00000000-0000-7000-8000-000000000000');
  });

  it('is found for so many days ago, and never before the first of all', () => {
    const noon = Date.parse('2026-11-20T12:00:00Z');
    expect(firstIdOfDaysAgo(30, noon)).toBe(firstIdAt(new Date('2026-10-21T12:00:00Z')));
    expect(firstIdOfDaysAgo(1_000_000, noon)).toBe(firstIdAt(new Date(0)));
    expect(FIRST_ID < firstIdAt(new Date(0))).toBe(true);
  });
});
