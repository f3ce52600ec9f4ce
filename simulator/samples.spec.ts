import { describe, expect, it } from 'vitest';
import { contractOf } from './fake-service.fixtures.js';
import { Samples } from './samples.js';

describe('the sample requests', () => {
  const samples = new Samples();

  it.each([
    ['sample-lead', 'lead', 0],
    ['sample-account', 'account', 0],
    ['sample-group', 'accountPerson', 2],
  ] as const)('include %s with three paths, the last a default', (token, entityType, people) => {
    const submission = samples.find(token, contractOf);
    expect(submission).toMatchObject({ token, entityType, splitPaths: true, timeoutMinutes: 60 });
    expect(submission?.people).toHaveLength(people);
    expect(submission?.paths).toHaveLength(3);
    expect(submission?.paths.at(-1)?.conditions).toEqual([]);
  });

  it('keep ids beyond 2^53', () => {
    expect(samples.find('sample-group', contractOf)?.people[0]?.personId).toBe('9007199254740993');
  });

  it('are found again under a token with a suffix, and under no other', () => {
    expect(samples.find('sample-lead-1795', contractOf)?.token).toBe('sample-lead-1795');
    expect(samples.find('sample-leader', contractOf)).toBeNull();
  });
});
