/** The database cannot be served from. The message says what to do and carries no part of a URL. */
export class DatabaseUnusableError extends Error {
  readonly code = 'DATABASE_UNUSABLE';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DatabaseUnusableError';
  }
}
