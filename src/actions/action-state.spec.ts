import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACTION_STATES, ACTION_TRANSITIONS, type ActionState, canMove, UNFINISHED_STATES } from './action-state.js';

describe('the transition table', () => {
  it('is frozen', () => {
    expect(Object.isFrozen(ACTION_TRANSITIONS)).toBe(true);
  });

  it('names only states that exist', () => {
    for (const targets of Object.values(ACTION_TRANSITIONS)) {
      for (const target of targets) expect(ACTION_STATES).toContain(target);
    }
  });

  it('lets nothing leave completed', () => {
    for (const state of ACTION_STATES) expect(canMove('completed', state)).toBe(false);
  });

  it('ends every walk that never resends', () => {
    const resends = (from: ActionState, to: ActionState): boolean =>
      to === 'calling_back' && (from === 'undeliverable' || from === 'expired');
    const gives = (from: ActionState, to: ActionState): boolean => from === 'enriching' && to === 'received';
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (choices) => {
        let state: ActionState = 'received';
        for (let step = 0; step < 10; step += 1) {
          const next = ACTION_TRANSITIONS[state].filter((to) => !resends(state, to) && !gives(state, to));
          if (next.length === 0) return !(UNFINISHED_STATES as readonly ActionState[]).includes(state);
          state = next[(choices.next().value as number) % next.length] as ActionState;
        }
        return false;
      }),
    );
  });

  it.each(UNFINISHED_STATES)('leads from %s to an end', (state) => {
    const seen = new Set<ActionState>([state]);
    for (const each of seen) for (const to of ACTION_TRANSITIONS[each]) seen.add(to);
    expect([...seen]).toEqual(expect.arrayContaining(['completed', 'undeliverable', 'expired']));
  });
});
