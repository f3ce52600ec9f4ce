import { describe, expect, it } from 'vitest';
import { PendingWrites } from './pending-writes.js';

describe('PendingWrites', () => {
  it('counts what every writer has not stored at the moment it is asked', () => {
    const pending = new PendingWrites();
    expect(pending.count).toBe(0);
    const waiting = { results: 2, outcomes: 5 };
    pending.include(() => waiting.results);
    pending.include(() => waiting.outcomes);
    expect(pending.count).toBe(7);
    waiting.outcomes = 0;
    expect(pending.count).toBe(2);
  });
});
