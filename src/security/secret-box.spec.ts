import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EncryptionKey, Secrets } from '../config/secrets.js';
import { SecretBox } from './secret-box.js';

const AAD = { table: 'action_payloads', column: 'secrets', rowId: '0197-1' };

const newKey = (id: string): EncryptionKey => ({ id, key: randomBytes(32) });

function boxOf(...encryptionKeys: EncryptionKey[]): SecretBox {
  return new SecretBox({ encryptionKeys } as unknown as Secrets);
}

describe('SecretBox', () => {
  const key = newKey('2026-a');
  const box = boxOf(key);

  it('opens whatever it sealed, in the place it was sealed for', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 5000 });
    fc.assert(
      fc.property(text, fc.string(), fc.string(), fc.string(), (plaintext, table, column, rowId) => {
        const aad = { table, column, rowId };
        expect(box.open(box.seal(plaintext, aad), aad)).toBe(plaintext);
      }),
    );
  });

  it('writes key id, nonce, ciphertext and tag, and never the same value twice', () => {
    const [first, second] = [box.seal('token', AAD), box.seal('token', AAD)];
    expect(first).toMatch(/^2026-a\.[\w-]{16}\.[\w-]{7}\.[\w-]{22}$/);
    expect(first).not.toBe(second);
  });

  it.each([
    { ...AAD, rowId: '0197-2' },
    { ...AAD, column: 'token' },
    { ...AAD, table: 'registrations' },
    { table: 'action_payload', column: 'ssecrets', rowId: '0197-1' },
    { table: 'action_payloadssecrets', column: '', rowId: '0197-1' },
  ])('does not open in another place: %j', (elsewhere) => {
    const sealed = box.seal('top secret', AAD);
    expect(() => box.open(sealed, elsewhere)).toThrow(expect.objectContaining({ code: 'SECRET_UNREADABLE' }));
  });

  it('notices every changed character, and says nothing of the secret', () => {
    const sealed = box.seal('top-secret-token', AAD);
    const bodyStart = sealed.indexOf('.') + 1;
    for (let at = bodyStart; at < sealed.length; at += 1) {
      // The last character of a part carries unused bits: a change there may spell the same bytes.
      if (sealed[at] === '.' || sealed[at + 1] === '.' || at === sealed.length - 1) continue;
      const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
      let failure: Error | null = null;
      try {
        box.open(changed, AAD);
      } catch (error) {
        failure = error as Error;
      }
      expect(failure).toMatchObject({ code: 'SECRET_UNREADABLE' });
      expect(failure?.message).not.toContain('top-secret');
      expect(failure?.message).not.toContain(key.key.toString('base64url'));
    }
  });

  it('refuses any text it did not write, with its own error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^2026-a\.[\w-]{16}\.[\w-]{0,9}\.[\w-]{22}$/)), (text) => {
        expect(() => box.open(text, AAD)).toThrow(expect.objectContaining({ code: 'SECRET_UNREADABLE' }));
      }),
    );
  });

  it('encrypts with the first key, opens with all, and tells what has to be sealed again', () => {
    const next = newKey('2027.b');
    const sealedOld = box.seal('x', AAD);
    const rotating = boxOf(next, key);
    expect(rotating.open(sealedOld, AAD)).toBe('x');
    expect(rotating.needsRotation(sealedOld)).toBe(true);
    const sealedNew = rotating.seal('x', AAD);
    expect(sealedNew.startsWith('2027.b.')).toBe(true);
    expect(rotating.needsRotation(sealedNew)).toBe(false);
    expect(rotating.open(sealedNew, AAD)).toBe('x');
    expect(() => boxOf(next).open(sealedOld, AAD)).toThrow(/not configured/);
  });

  it('does not start without a key of the right length', () => {
    expect(() => boxOf()).toThrow(/ENCRYPTION_KEYS/);
    expect(() => boxOf({ id: 'short', key: randomBytes(16) })).toThrow(/"short" must have 32 bytes/);
  });

  it('seals and opens thousands of secrets a second', () => {
    const secret = 's'.repeat(1000);
    const from = performance.now();
    for (let i = 0; i < 2000; i += 1) box.open(box.seal(secret, AAD), AAD);
    expect(performance.now() - from).toBeLessThan(1000);
  });
});
