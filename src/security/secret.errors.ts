/** First word of what a delivery says that is held because its secret cannot be read. */
export const SECRET_UNREADABLE = 'SECRET_UNREADABLE';

/** A stored secret that no configured key opens, or that was moved, changed or cut. Carries nothing of it. */
export class SecretUnreadableError extends Error {
  readonly code = SECRET_UNREADABLE;

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'SecretUnreadableError';
  }
}
