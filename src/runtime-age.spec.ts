import { expect, it } from 'vitest';
import { describeOldRuntime } from './runtime-age.js';

const TODAY = new Date('2026-11-28T12:00:00Z');

it.each([
  ['v20.19.6', '2026-04-30'],
  ['v20.20.2', '2026-04-30'],
  ['v21.7.3', '2024-06-01'],
  ['v23.11.1', '2025-06-01'],
  ['v25.2.0', '2026-06-01'],
])('%s is past its end of life', (version, lastDay) => {
  expect(describeOldRuntime(version, TODAY)).toContain(`Node ${version} is past its end of life`);
  expect(describeOldRuntime(version, TODAY)).toContain(lastDay);
});

it.each(['v22.23.3', 'v24.21.0', 'v26.10.0', 'v27.0.0', 'v30.1.0'])('%s is not, or not known to be', (version) => {
  expect(describeOldRuntime(version, TODAY)).toBeNull();
});

it('counts the last day in, and knows the ends to come', () => {
  expect(describeOldRuntime('v20.19.6', new Date('2026-04-30T20:00:00Z'))).toBeNull();
  expect(describeOldRuntime('v20.19.6', new Date('2026-05-01T00:00:00Z'))).not.toBeNull();
  expect(describeOldRuntime('v24.21.0', new Date('2028-05-01T00:00:00Z'))).not.toBeNull();
});
