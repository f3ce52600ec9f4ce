import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashOf, matchesHash, newSecret } from './issued-secrets.js';

describe('a secret that is issued', () => {
  it('has 256 bits in letters that need no escape, and is another each time', () => {
    const secrets = Array.from({ length: 50 }, newSecret);
    expect(new Set(secrets).size).toBe(50);
    for (const secret of secrets) expect(secret).toMatch(/^[\w-]{43}$/);
  });

  it('rests as the SHA-256 of its UTF-8', () => {
    expect(hashOf('sécret €')).toEqual(createHash('sha256').update('sécret €', 'utf8').digest());
  });

  const stored = hashOf('the secret');
  it.each<[string, string, Buffer | null, boolean]>([
    ['the secret itself', 'the secret', stored, true],
    ['another case', 'The secret', stored, false],
    ['its beginning', 'the secre', stored, false],
    ['more than it', 'the secret ', stored, false],
    ['its hash', stored.toString('hex'), stored, false],
    ['nothing', '', stored, false],
    ['nothing, where nothing is stored', '', null, false],
    ['anything, where nothing is stored', 'the secret', null, false],
    ['the secret, where half a hash is stored', 'the secret', stored.subarray(0, 16), false],
    ['the secret, where an empty hash is stored', 'the secret', Buffer.alloc(0), false],
    ['the secret, where the hash is stored as text', 'the secret', Buffer.from(stored.toString('hex')), false],
  ])('is compared with %s', (_title, presented, known, isRight) => {
    expect(matchesHash(presented, known)).toBe(isRight);
  });
});
