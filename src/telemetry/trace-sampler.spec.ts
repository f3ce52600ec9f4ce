import { ROOT_CONTEXT } from '@opentelemetry/api';
import { RandomIdGenerator, SamplingDecision, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base';
import { expect, it } from 'vitest';
import { newId } from '../database/new-id.js';
import { traceIdOf } from './trace-ids.js';
import { samplerOf } from './trace-sampler.js';

it.each([0, 0.000_001, 0.01, 0.25, 0.5, 0.999, 1])('says of %d what the sampler of the SDK says', (ratio) => {
  const random = new RandomIdGenerator();
  const sdk = new TraceIdRatioBasedSampler(ratio);
  const samples = samplerOf(ratio);
  let sampled = 0;
  for (let count = 0; count < 4_000; count += 1) {
    const id = newId();
    const traceIds = [traceIdOf(id) ?? '', random.generateTraceId()];
    const expected = traceIds.map(
      (traceId) => sdk.shouldSample(ROOT_CONTEXT, traceId).decision !== SamplingDecision.NOT_RECORD,
    );
    expect(traceIds.map(samples)).toEqual(expected);
    expect(samples(id)).toBe(expected[0]);
    sampled += expected.filter(Boolean).length;
  }
  expect(sampled / 8_000).toBeCloseTo(ratio, 1);
});
