/** How the `lastError` of a delivery begins that waits because IMS refuses a token; what follows is the error's name. */
export const IMS_REFUSES = 'IMS refuses to issue an access token: ';
/** The same where the credential is one that administrators stored for the organisation: its remedy is another. */
export const IMS_REFUSES_STORED = 'IMS refuses the credential that is stored for the organisation: ';
/** How it begins while IMS does not answer; what follows is why. */
export const IMS_UNAVAILABLE = 'IMS is unavailable: ';

/** The `lastError` of a callback that is held because no credential speaks for its organisation. */
export const CREDENTIAL_HOLDS = Object.freeze({
  missing: 'No credential speaks for the organisation.',
  removed: 'The credential of the organisation was removed.',
  unreadable: 'The credential of the organisation cannot be decrypted.',
});

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
    /** Whether an administrator stored the credential, or it is the one of `ADOBE_*`. */
    readonly isStored = false,
  ) {
    super(`${isStored ? IMS_REFUSES_STORED : IMS_REFUSES}${error}`);
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
