import { describe, expect, it } from 'vitest';
import {
  liveSecrets,
  newSigningSecret,
  readSigningKey,
  rotateSecrets,
  SECRET_OVERLAP_MS,
  type SigningSecret,
} from './signing-secrets.js';

describe('a signing secret', () => {
  it('is made of 32 random bytes behind the prefix that secret scanners know', () => {
    const secrets = Array.from({ length: 20 }, newSigningSecret);
    expect(new Set(secrets).size).toBe(20);
    for (const secret of secrets) {
      expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
      expect(readSigningKey(secret)).toHaveLength(32);
    }
  });

  it.each([
    ['', 'nothing'],
    ['whsec_', 'no key'],
    [Buffer.alloc(32).toString('base64'), 'no prefix'],
    [`whsec_${Buffer.alloc(23).toString('base64')}`, 'a key too short'],
    [`whsec_${Buffer.alloc(65).toString('base64')}`, 'a key too long'],
    [`whsec_${Buffer.alloc(32).toString('base64').replace('=', '')}`, 'no padding'],
    [`whsec_${'ä'.repeat(40)}`, 'no base64'],
  ])('%j is none: %s', (secret) => {
    expect(readSigningKey(secret)).toBeNull();
  });
});

describe('rotation', () => {
  const start = Date.UTC(2026, 10, 21);

  it('signs with the new and the old secret for 24 hours, the new one first', () => {
    const first = rotateSecrets([], start, 'whsec_one');
    const second = rotateSecrets(first, start + 1_000, 'whsec_two');
    const end = start + 1_000 + SECRET_OVERLAP_MS;
    expect(SECRET_OVERLAP_MS).toBe(86_400_000);
    expect(liveSecrets(first, start)).toEqual(['whsec_one']);
    expect(liveSecrets(second, end - 1)).toEqual(['whsec_two', 'whsec_one']);
    expect(liveSecrets(second, end)).toEqual(['whsec_two']);
  });

  it('keeps every secret of the last 24 hours, and forgets those that are over', () => {
    let secrets: SigningSecret[] = [];
    const hours = [0, 10, 20, 40];
    for (const hour of hours) secrets = rotateSecrets(secrets, start + hour * 3_600_000, `whsec_${hour}`);
    // The first was replaced at hour 10, the second at hour 20, the third at hour 40.
    expect(secrets.map(({ secret }) => secret)).toEqual(['whsec_40', 'whsec_20', 'whsec_10']);
    expect(liveSecrets(secrets, start + 50 * 3_600_000)).toEqual(['whsec_40', 'whsec_20']);
  });

  it('makes a secret when it is given none', () => {
    const [secret] = rotateSecrets([], start);
    expect(readSigningKey(secret?.secret ?? '')).toHaveLength(32);
  });
});
