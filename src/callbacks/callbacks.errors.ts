/** How the `lastError` of a delivery begins that waits because IMS refuses a token; what follows is the error's name. */
export const IMS_REFUSES = 'IMS refuses to issue an access token: ';
/** How it begins while IMS does not answer; what follows is why. */
export const IMS_UNAVAILABLE = 'IMS is unavailable: ';

/** IMS refuses our credentials or our configuration is wrong: asking again does not help, a person has to mend it. */
export class ImsPermanentError extends Error {
  readonly code = 'IMS_PERMANENT';

  /**
   * @param error the OAuth error's name, e.g. `invalid_client`, or a name of ours like `http_404`; never a description,
   * which may repeat what we sent.
   */
  constructor(
    readonly error: string,
    readonly retryAfterMs: number,
  ) {
    super(`${IMS_REFUSES}${error}`);
    this.name = 'ImsPermanentError';
  }
}

/** IMS cannot answer just now; worth asking again after `retryAfterMs`. */
export class ImsTransientError extends Error {
  readonly code = 'IMS_TRANSIENT';

  constructor(
    readonly reason: string,
    readonly retryAfterMs: number,
  ) {
    super(`${IMS_UNAVAILABLE}${reason}`);
    this.name = 'ImsTransientError';
  }
}

/** No usable answer came from IMS: network, time-out, or a body too large. `message` is free of secrets. */
export class ImsUnreachableError extends Error {
  readonly code = 'IMS_UNREACHABLE';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ImsUnreachableError';
  }
}
