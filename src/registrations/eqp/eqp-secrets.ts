import { randomBytes } from 'node:crypto';

/** Names an application; not a secret, only not to be guessed by counting. */
export function newAppId(): string {
  return randomBytes(10).toString('hex');
}

/** As the marketplace's look: `MAG` and nine digits. */
export function newMageId(): string {
  return `MAG${String(randomBytes(6).readUIntBE(0, 6) % 1_000_000_000).padStart(9, '0')}`;
}
