import type { InboundAuthScheme } from '../config/config.js';

/** The part of an HTTP request that says who calls. Header names are lower-case, as Node gives them. */
export interface CallerRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The parsed query string. */
  readonly query?: unknown;
}

/** A caller with right credentials. */
export interface Caller {
  readonly scheme: InboundAuthScheme;
  /** Fit for a log: a user name, the id of a client, or which of the configured keys it was, counted from 1. */
  readonly name: string;
}

/**
 * One way for callers to prove who they are.
 *
 * Decides: which part of a request carries credentials, and whether they are right.
 * Configured: by `INBOUND_AUTH`, or by `auth` in a service's YAML.
 * Example: {@link ./caller-api-key-scheme.ts}.
 * Contract: throws RequestError 401 UNAUTHORIZED, or rejects with it; its message says what to do and never repeats the
 * credentials; compares in constant time.
 */
export interface CallerScheme {
  readonly scheme: InboundAuthScheme;
  /** Whether anybody could pass at all; otherwise the operator is warned at boot. */
  readonly hasCredentials: boolean;
  authenticate(request: CallerRequest): Caller | Promise<Caller>;
}
