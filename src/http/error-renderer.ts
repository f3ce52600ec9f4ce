import type { RequestError } from './request-error.js';

/** An error in the words of one dialect. */
export interface RenderedError {
  readonly contentType: string;
  readonly body: string;
  /** Only for dialects whose status is not the error's own (a SOAP fault). */
  readonly status?: number;
}

/** Renders an error for the callers of one dialect; `requestId` correlates the answer with the log. */
export type ErrorRenderer = (error: RequestError, requestId: string) => RenderedError;
