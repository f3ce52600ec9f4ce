import type { ErrorBody, RenderedError } from '../../http/error-renderer.js';
import { toJsonText } from '../../http/json-text.js';
import type { RequestError, RequestProblem } from '../../http/request-error.js';

/** A list of a thousand callbacks can be wrong in thousands of ways; a message of that length does not help. */
const PROBLEMS_MAX = 200;

/** The body that {@link renderEqpError} writes. */
export const EQP_ERROR: ErrorBody = Object.freeze({
  name: 'EqpError',
  mediaTypes: ['application/json'],
  schema: {
    type: 'object',
    required: ['code', 'message'],
    properties: {
      code: { type: 'integer', description: 'The HTTP status', example: 400 },
      message: { type: 'string', example: 'api_callbacks[0].url: must be a string' },
    },
  },
  statusOf: eqpStatus,
});

/**
 * Renders an error as this API does: `{code, message}`, the code being the HTTP status, the message naming everything
 * that is wrong. This API knows no 422.
 */
export function renderEqpError(error: RequestError): RenderedError {
  const status = eqpStatus(error.status);
  return {
    contentType: 'application/json; charset=utf-8',
    body: toJsonText({ code: status, message: messageOf(error) }),
    status,
  };
}

function eqpStatus(status: number): number {
  return status === 422 ? 400 : status;
}

function messageOf({ message, details }: RequestError): string {
  const isWholeRequest = details.length === 1 && details[0]?.field === 'Content-Type';
  if (details.length === 0 || isWholeRequest) return message;
  const shown = details.slice(0, PROBLEMS_MAX).map(sentenceOf);
  const left = details.length - shown.length;
  return [...shown, ...(left > 0 ? [`and ${left} more`] : [])].join('; ');
}

function sentenceOf({ field, message }: RequestProblem): string {
  // The body as a whole is named by the sentence itself.
  return field === 'body' ? message : `${field}: ${message}`;
}
