import { expect, it } from 'vitest';
import { newId } from '../database/new-id.js';
import { rootSpanIdOf, traceIdOf } from './trace-ids.js';
import { Tracing, type TracingSdk } from './tracing.js';

/** Samples what ends in an even digit, and counts the questions. */
function sampling(): { tracing: Tracing; questions: () => number; samples: TracingSdk['samples'] } {
  let questions = 0;
  const samples = (traceId: string): boolean => Number.parseInt(traceId.slice(-1), 16) % 2 === 0;
  const sdk = {
    samples: (traceId: string) => {
      questions += 1;
      return samples(traceId);
    },
  } as TracingSdk;
  return { tracing: new Tracing(sdk), questions: () => questions, samples };
}

it('asks the sampler once about a request, whatever it answers', () => {
  const { tracing, questions, samples } = sampling();
  const ids = Array.from({ length: 200 }, () => newId());
  for (let time = 0; time < 3; time += 1) {
    for (const id of ids) {
      const traceId = traceIdOf(id) ?? '';
      const fields = samples(traceId) ? { trace_id: traceId, span_id: rootSpanIdOf(traceId) } : null;
      expect(tracing.rootFieldsOf(id)).toEqual(fields);
    }
  }
  expect(questions()).toBe(ids.length);
});

it('asks again once thousands of others have come, and does not grow with them', () => {
  const { tracing, questions } = sampling();
  const first = newId();
  const before = tracing.rootFieldsOf(first);
  for (let count = 0; count < 5_000; count += 1) tracing.rootFieldsOf(newId());
  expect(tracing.rootFieldsOf(first)).toEqual(before);
  expect(questions()).toBe(5_002);
});

it('asks nothing about what can have no trace', () => {
  const { tracing, questions } = sampling();
  expect(tracing.rootFieldsOf('no id of a request')).toBeNull();
  expect(questions()).toBe(0);
});
