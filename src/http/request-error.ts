/** Stable codes of everything a caller can be told is wrong. Each dialect's filter maps them to its own body. */
export const REQUEST_ERROR_CODES = [
  'INVALID_REQUEST',
  'VALIDATION_ERROR',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'RESOURCE_NOT_FOUND',
  'DUPLICATE_REQUEST',
  'CONFLICT',
  'GONE',
  'PRECONDITION_FAILED',
  'RATE_LIMITED',
  'INTERNAL_ERROR',
  'SERVICE_UNAVAILABLE',
] as const;
export type RequestErrorCode = (typeof REQUEST_ERROR_CODES)[number];

/** One thing that is wrong. `received` is a type or a length, never a value: values may be personal or secret. */
export interface RequestProblem {
  readonly field: string;
  readonly message: string;
  readonly expected?: string;
  readonly received?: string;
}

/** A request that cannot be served, with everything its caller needs to mend it. Turned into a body by a filter. */
export class RequestError extends Error {
  readonly details: readonly RequestProblem[];
  readonly retryAfterSeconds: number | null;
  /** `WWW-Authenticate`, where the dialect asks for it. */
  readonly challenge: string | null;
  /** `ETag` of the resource as it is, where an edit meant another. */
  readonly etag: string | null;

  constructor(
    readonly status: number,
    readonly code: RequestErrorCode,
    message: string,
    options: {
      readonly details?: readonly RequestProblem[];
      readonly retryAfterSeconds?: number;
      readonly challenge?: string;
      readonly etag?: string;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'RequestError';
    this.details = options.details ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
    this.challenge = options.challenge ?? null;
    this.etag = options.etag ?? null;
  }
}
