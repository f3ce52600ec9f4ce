/** The external issuer of tokens does not give what is needed of it; the message is fit for a log. */
export class IssuerUnavailableError extends Error {
  readonly code = 'ISSUER_UNAVAILABLE';

  constructor(reason: string, options: ErrorOptions = {}) {
    super(reason, options);
    this.name = 'IssuerUnavailableError';
  }
}
