/** Why a request got no usable answer; phases of a connection, for the person on call. */
export const ERROR_CLASSES = Object.freeze([
  'address', // refused by the address policy
  'dns',
  'connect',
  'tls',
  'timeout',
  'reset',
  'interrupted', // this process stopped first
  'protocol', // not HTTP
  'internal', // an error of this process's own
  'redirect',
  'client_error',
  'server_error',
  'throttled',
  'auth',
] as const);
export type ErrorClass = (typeof ERROR_CLASSES)[number];

/** Milliseconds; the split is known only for a new connection. */
export interface AttemptTiming {
  readonly totalMs: number;
  readonly dnsMs: number | null;
  readonly connectMs: number | null;
  readonly tlsMs: number | null;
  readonly firstByteMs: number | null;
}

/** The outcome of one attempt. The status line is the answer, even if the body stalls. */
export interface DeliveryAnswer {
  /** Null when no status line arrived. */
  readonly status: number | null;
  /** Set when there is no status, and after an error of this process's own. */
  readonly errorClass: ErrorClass | null;
  /** One sentence, without secrets. */
  readonly error: string | null;
  /** False only if it is certain that no request left this process. */
  readonly requestStarted: boolean;
  readonly resolvedIp: string | null;
  readonly timing: AttemptTiming;
  /** Milliseconds the receiver asked us to wait, read from Retry-After; null when absent or garbage. */
  readonly retryAfterMs: number | null;
  /** Allow-listed headers and at most 16 KiB of the body, only when the answer was not 2xx. */
  readonly headers: Readonly<Record<string, string>> | null;
  readonly excerpt: Buffer | null;
}

/** The consequence of an answer for the delivery. */
export type Verdict =
  | { readonly kind: 'delivered' }
  /** `delayMs` overrides the schedule; Retry-After stays the floor. */
  | { readonly kind: 'retry'; readonly errorClass: ErrorClass; readonly delayMs?: number; readonly throttle?: boolean }
  | { readonly kind: 'dead'; readonly errorClass: ErrorClass; readonly reason: string; readonly disable?: boolean };
