import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 bits in letters that survive every header and shell. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Names an application; not a secret, only not to be guessed by counting. */
export function newAppId(): string {
  return randomBytes(10).toString('hex');
}

/** As the marketplace's look: `MAG` and nine digits. */
export function newMageId(): string {
  return `MAG${String(randomBytes(6).readUIntBE(0, 6) % 1_000_000_000).padStart(9, '0')}`;
}

/** How a secret rests. A plain hash is enough for 256 random bits: there is no dictionary of them. */
export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret, 'utf8').digest();
}

/** Whether a secret fits the stored hash, in constant time. */
export function matchesHash(secret: string, stored: Buffer): boolean {
  const hash = hashOf(secret);
  return hash.length === stored.length && timingSafeEqual(hash, stored);
}
