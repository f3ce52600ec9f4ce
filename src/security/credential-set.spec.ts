import { describe, expect, it } from 'vitest';
import { CredentialSet } from './credential-set.js';

describe('a set of credentials', () => {
  const credentials = new CredentialSet(['one', 'two', 'one']);

  it.each([
    ['one', 0],
    ['two', 1],
    ['', -1],
    ['On', -1],
    ['one ', -1],
    ['x'.repeat(100_000), -1],
  ])('knows the position of %j', (candidate, position) => {
    expect(credentials.indexOf(candidate)).toBe(position);
  });

  it('lets nobody in when it is empty', () => {
    const none = new CredentialSet([]);
    expect(none.isEmpty).toBe(true);
    expect(none.indexOf('')).toBe(-1);
  });

  it('keeps no credential as it was given', () => {
    expect(JSON.stringify(credentials)).not.toContain('one');
  });
});
