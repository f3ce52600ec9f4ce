import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AttemptOutcome, type BreakerTally, countAttempt, EMPTY_TALLY, isBlank } from './breaker.js';
import { type BreakerPolicy, REGISTRATION_BREAKER } from './breaker-policy.js';

const SECOND = 1_000;
const IN_A_ROW: BreakerPolicy = { consecutiveFailures: 10, openFirstMs: 2_000, openMaxMs: 15_000 };

interface Call {
  readonly outcome: AttemptOutcome;
  readonly atMs: number;
}

/** Index of the call that opens, or -1. */
function opensAt(policy: BreakerPolicy, calls: readonly Call[]): number {
  let tally: BreakerTally = EMPTY_TALLY;
  for (const [index, { outcome, atMs }] of calls.entries()) {
    const next = countAttempt(tally, policy, outcome, atMs);
    if (next === 'opens') return index;
    tally = next;
  }
  return -1;
}

const calls = (pattern: string, everyMs = SECOND): Call[] =>
  Array.from(pattern, (letter, index) => ({ outcome: letter === 'x' ? 'failed' : 'alive', atMs: index * everyMs }));

const anyPolicy: fc.Arbitrary<BreakerPolicy> = fc.record(
  {
    consecutiveFailures: fc.integer({ min: 1, max: 12 }),
    failureShare: fc.double({ min: 0.1, max: 1, noNaN: true }),
    windowMs: fc.integer({ min: 1, max: 600 }).map((seconds) => seconds * SECOND),
    minCalls: fc.integer({ min: 1, max: 20 }),
    openFirstMs: fc.constant(1_000),
    openMaxMs: fc.constant(8_000),
  },
  { requiredKeys: ['consecutiveFailures', 'openFirstMs', 'openMaxMs'] },
);

const anyCalls: fc.Arbitrary<Call[]> = fc
  .array(fc.tuple(fc.constantFrom<AttemptOutcome>('alive', 'failed'), fc.integer({ min: 0, max: 60 * SECOND })), {
    maxLength: 60,
  })
  .map((gaps) => {
    let atMs = 0;
    return gaps.map(([outcome, gapMs]) => ({ outcome, atMs: (atMs += gapMs) }));
  });

/** The rule in one sentence each, over the whole past and without a tally. */
function shouldOpen(policy: BreakerPolicy, past: readonly Call[]): boolean {
  const last = past.at(-1);
  if (last?.outcome !== 'failed') return false;
  const inARow = past.length - 1 - past.findLastIndex(({ outcome }) => outcome === 'alive');
  if (inARow >= policy.consecutiveFailures) return true;
  if (policy.failureShare === undefined) return false;
  const partMs = (policy.windowMs ?? 300 * SECOND) / 10;
  const part = (call: Call): number => Math.floor(call.atMs / partMs);
  const recent = past.filter((call) => part(call) > part(last) - 10);
  const failures = recent.filter(({ outcome }) => outcome === 'failed').length;
  return recent.length >= (policy.minCalls ?? 10) && failures >= recent.length * policy.failureShare;
}

describe('a closed breaker', () => {
  it('opens at the tenth failure in a row, and a success in between starts over', () => {
    expect(opensAt(IN_A_ROW, calls('xxxxxxxxxx'))).toBe(9);
    expect(opensAt(IN_A_ROW, calls('xxxxxxxxx.xxxxxxxxx'))).toBe(-1);
  });

  it('of a registration opens at the fifth in a row', () => {
    expect(opensAt(REGISTRATION_BREAKER, calls('xxxxx'))).toBe(4);
  });

  it('of a registration opens at seven of ten within five minutes, though never five came in a row', () => {
    expect(opensAt(REGISTRATION_BREAKER, calls('.xxxx.xx.x'))).toBe(9);
    expect(opensAt(REGISTRATION_BREAKER, calls('.xxx..xx.x'))).toBe(-1);
    expect(opensAt(REGISTRATION_BREAKER, calls('.xxxx.xx.x', 60 * SECOND))).toBe(-1);
  });

  it('is never opened by a success', () => {
    fc.assert(
      fc.property(anyPolicy, anyCalls, (policy, given) => {
        const index = opensAt(policy, given);
        expect(index === -1 || given[index]?.outcome === 'failed').toBe(true);
      }),
    );
  });

  it('opens exactly when the rule says so, whatever happened before', () => {
    fc.assert(
      fc.property(anyPolicy, anyCalls, (policy, given) => {
        const expected = given.findIndex((_, index) => shouldOpen(policy, given.slice(0, index + 1)));
        expect(opensAt(policy, given)).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  it('remembers no more than the parts of its window', () => {
    fc.assert(
      fc.property(anyPolicy, anyCalls, (policy, given) => {
        let tally: BreakerTally = EMPTY_TALLY;
        for (const { outcome, atMs } of given) {
          const next = countAttempt(tally, policy, outcome, atMs);
          tally = next === 'opens' ? EMPTY_TALLY : next;
          expect(tally.window.length).toBeLessThanOrEqual(policy.failureShare === undefined ? 0 : 10);
          expect(tally.inARow).toBeLessThan(policy.consecutiveFailures);
        }
      }),
    );
  });

  it('without a share keeps nothing of a destination that answers', () => {
    const after = countAttempt({ inARow: 3, window: [] }, IN_A_ROW, 'alive', 0);
    expect(after !== 'opens' && isBlank(after)).toBe(true);
  });
});
