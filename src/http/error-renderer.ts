import type { RequestError } from './request-error.js';

/** An error in the words of one dialect. */
export interface RenderedError {
  readonly contentType: string;
  readonly body: string;
  /** Only for dialects with a status that is not the error's own (a SOAP fault). */
  readonly status?: number;
}

/** The body of a dialect's errors, as the API document describes it. */
export interface ErrorBody {
  /** Under `components/schemas`. */
  readonly name: string;
  readonly mediaTypes: readonly string[];
  /** An OpenAPI 3.0 schema. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** Only for dialects with a status that is not the error's own. */
  readonly statusOf?: (status: number) => number;
}

/** Renders an error for the callers of one dialect; `requestId` correlates the answer with the log. */
export type ErrorRenderer = (error: RequestError, requestId: string) => RenderedError;
