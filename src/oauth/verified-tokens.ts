import { hash } from 'node:crypto';
import type { Caller } from '../security/caller-scheme.js';

/** A token that was verified: its caller, and the secret that it depends on where it is one of ours. */
export interface VerifiedToken {
  readonly caller: Caller;
  readonly secretId: string | null;
  /** Unix time in milliseconds from which on it is to be verified again. */
  readonly untilMs: number;
}

const KEPT_MAX = 10_000;

/** Tokens that were verified, by their digest, so that a token is verified once and not with each request. */
export class VerifiedTokens {
  /** In the order in which they were verified. */
  private readonly tokens = new Map<string, VerifiedToken>();

  find(token: string, nowMs = Date.now()): VerifiedToken | null {
    const digest = digestOf(token);
    const found = this.tokens.get(digest);
    if (found === undefined) return null;
    if (found.untilMs > nowMs) return found;
    this.tokens.delete(digest);
    return null;
  }

  keep(token: string, verified: VerifiedToken): void {
    this.tokens.set(digestOf(token), verified);
    if (this.tokens.size <= KEPT_MAX) return;
    const [oldest] = this.tokens.keys();
    if (oldest !== undefined) this.tokens.delete(oldest);
  }
}

/** A dump of the memory shows no token that way. */
function digestOf(token: string): string {
  return hash('sha256', token, 'base64');
}
