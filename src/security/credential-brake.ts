import { RequestError } from '../http/request-error.js';
import { TokenBuckets, toRetryAfterSeconds } from '../http/token-buckets.js';
import { auditAddressOf } from './audit-address.js';

/** Wrong secrets of one client from one address: ten at once, then ten a minute. */
const PAIR_AT_ONCE = 10;
const PAIR_PER_SECOND = 1 / 6;
/** Of one client from all addresses, and from one address for all clients. */
const MANY_AT_ONCE = 100;
const MANY_PER_SECOND = 1;
const KNOWN_MAX = 10_000;
/** Enough to tell ids apart; an id of any length is no reason to keep much. */
const ID_MAX = 64;

/** Credentials that were presented at a door for tokens: the id in them, and the address they came from. */
export interface Attempt {
  readonly clientId: string;
  readonly from: string;
}

/**
 * Slows down guesses at secrets, per client and per address. Guessing keeps neither the client itself out nor its
 * neighbours behind one proxy: a client that had the right secret from an address is slowed there by its own mistakes
 * only. Kept in the memory of one process: behind several API replicas a guesser gets as many times as much.
 */
export class CredentialBrake {
  private readonly pairs = new TokenBuckets(PAIR_AT_ONCE, PAIR_PER_SECOND);
  private readonly clients = new TokenBuckets(MANY_AT_ONCE, MANY_PER_SECOND);
  private readonly addresses = new TokenBuckets(MANY_AT_ONCE, MANY_PER_SECOND);
  /** Pairs that had a right secret, the least recent first. */
  private readonly known = new Set<string>();

  /** To be called before the secret is looked at. @throws RequestError 429 RATE_LIMITED. */
  check(attempt: Attempt): void {
    const { client, address, pair } = keysOf(attempt);
    const own = this.pairs.waitMs(pair);
    const shared = this.known.has(pair) ? 0 : Math.max(this.clients.waitMs(client), this.addresses.waitMs(address));
    const waitMs = Math.max(own, shared);
    if (waitMs === 0) return;
    throw new RequestError(429, 'RATE_LIMITED', 'Too many wrong credentials: try again later.', {
      retryAfterSeconds: toRetryAfterSeconds(waitMs),
    });
  }

  noteWrong(attempt: Attempt): void {
    const { client, address, pair } = keysOf(attempt);
    this.pairs.take(pair);
    // A known client that errs takes nothing from those who guess at it: its mistakes are its own.
    if (this.known.has(pair)) return;
    this.clients.take(client);
    this.addresses.take(address);
  }

  noteRight(attempt: Attempt): void {
    const { pair } = keysOf(attempt);
    this.known.delete(pair);
    this.known.add(pair);
    if (this.known.size <= KNOWN_MAX) return;
    const [oldest] = this.known;
    if (oldest !== undefined) this.known.delete(oldest);
  }
}

function keysOf({ clientId, from }: Attempt): { client: string; address: string; pair: string } {
  const client = clientId.slice(0, ID_MAX);
  const whole = auditAddressOf(from, 'full') ?? from;
  // A customer has an IPv6 network, not an address: single ones could be changed with each guess.
  const address = whole.includes(':') ? (auditAddressOf(from, 'network') ?? whole) : whole;
  return { client, address, pair: `${address} ${client}` };
}
