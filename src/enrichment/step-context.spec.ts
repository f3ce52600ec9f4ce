import { describe, expect, it } from 'vitest';
import type { LeasedAction } from '../actions/action.js';
import type { EnrichmentContext } from './enrichment-provider.js';
import { isStopped, StepContext } from './step-context.js';

function newContext(): StepContext {
  const input = { flowStep: {}, globalAttributes: {}, journey: {}, subscription: {}, paths: [] };
  return new StepContext({ input, secrets: null } as unknown as LeasedAction, 'step', performance.now() + 1_000);
}

describe('a step that is told to stop', () => {
  it('knows it, whether or not anybody looked at its signal before', () => {
    const [asked, unasked] = [newContext(), newContext()];
    const { signal } = asked;
    expect([isStopped(asked), isStopped(unasked), signal.aborted]).toEqual([false, false, false]);
    for (const context of [asked, unasked]) context.abort(new Error('out of time'));
    expect([isStopped(asked), isStopped(unasked), signal.aborted, unasked.signal.aborted]).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  it('knows it from the signal of a context that somebody else made', () => {
    const made = (signal: AbortSignal): EnrichmentContext => ({ signal }) as EnrichmentContext;
    expect(isStopped(made(AbortSignal.abort()))).toBe(true);
    expect(isStopped(made(new AbortController().signal))).toBe(false);
  });
});
