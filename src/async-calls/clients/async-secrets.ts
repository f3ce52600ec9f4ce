import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 bits in letters that survive every header, element and shell. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** How a secret or a token rests. A plain hash is enough for 256 random bits: there is no dictionary of them. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('hex');
}

/** Whether a secret fits the stored hash, in constant time. */
export function matchesHash(secret: string, stored: string): boolean {
  const hash = Buffer.from(hashOf(secret));
  const other = Buffer.from(stored);
  return hash.length === other.length && timingSafeEqual(hash, other);
}
