import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

const SHA256_BYTES = 32;
/** Compared with where nothing is stored: no text that anything here issues has this hash. */
const NOTHING = Buffer.alloc(SHA256_BYTES);

/** 256 bits in letters that survive every header, element and shell. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Whether a text could be one that {@link newSecret} made. */
export function isIssuedForm(text: string): boolean {
  return /^[\w-]{43}$/.test(text);
}

/** How a secret or a token rests. A plain hash is enough for 256 random bits: there is no dictionary of them. */
export function hashOf(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

/**
 * Whether a secret is the one with the stored hash, in constant time.
 * @param stored null where a name is unknown or has no secret: never right, and as slow, so that a guess costs the same
 */
export function matchesHash(secret: string, stored: Buffer | null): boolean {
  const isStored = stored?.length === SHA256_BYTES;
  const isEqual = timingSafeEqual(hashOf(secret), isStored ? stored : NOTHING);
  return isEqual && isStored;
}
