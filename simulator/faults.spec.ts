import { describe, expect, it } from 'vitest';
import { faultFor, parseFaults } from './faults.js';

const subjects = Array.from({ length: 1000 }, (_, index) => `lead-${index}`);

describe('faults', () => {
  it('meet about the given share of first attempts, the same ones for the same seed', () => {
    const rates = parseFaults(['5xx=0.2', 'drop=0.1']);
    const drawn = subjects.map((subject) => faultFor(rates, 'seed', subject, 1));
    expect(drawn).toEqual(subjects.map((subject) => faultFor(rates, 'seed', subject, 1)));
    expect(drawn.filter((fault) => fault === '5xx').length / 1000).toBeCloseTo(0.2, 1);
    expect(drawn.filter((fault) => fault === 'drop').length / 1000).toBeCloseTo(0.1, 1);
  });

  it('never meet a third attempt, and never a second one with 401', () => {
    const rates = parseFaults(['401=1']);
    expect(faultFor(rates, 'seed', 'lead-1', 1)).toBe('401');
    expect(faultFor(rates, 'seed', 'lead-1', 2)).toBeNull();
    expect(faultFor(parseFaults(['drop=1']), 'seed', 'lead-1', 3)).toBeNull();
  });

  it.each(['6xx=0.1', '5xx', '5xx=', '5xx=2', '5xx=-1', '5xx=x'])('refuse %s', (option) => {
    expect(() => parseFaults([option])).toThrow(/--fail/);
  });
});
