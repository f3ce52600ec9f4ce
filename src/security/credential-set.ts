import { timingSafeEqual } from 'node:crypto';
import { hashOf } from './issued-secrets.js';

/**
 * A few live credentials, kept as SHA-256 digests. How long a look-up takes depends on how many there are, never on
 * what they are: digests have one length, and every one is compared even after a match.
 */
export class CredentialSet {
  private readonly digests: readonly Buffer[];

  constructor(credentials: readonly string[]) {
    this.digests = credentials.map(hashOf);
  }

  get isEmpty(): boolean {
    return this.digests.length === 0;
  }

  /** Position of the credential in the configured order, from 0; -1 when it is none of them. */
  indexOf(candidate: string): number {
    return this.indexOfDigest(hashOf(candidate));
  }

  /** Whether the digest is that of one of them. */
  hasDigest(digest: Buffer): boolean {
    return this.indexOfDigest(digest) >= 0;
  }

  private indexOfDigest(digest: Buffer): number {
    let found = -1;
    this.digests.forEach((known, index) => {
      const equal = known.length === digest.length && timingSafeEqual(known, digest);
      found = equal && found === -1 ? index : found;
    });
    return found;
  }
}
