import { HttpException } from '@nestjs/common';
import { isDatabaseAway } from './database-away.js';
import { RequestError, type RequestErrorCode } from './request-error.js';

const RETRY_AFTER_SECONDS = 5;

/** Our words for what the framework refuses: its own quote the URL, which may hold a key. */
const FRAMEWORK_MESSAGES: Readonly<Record<number, string>> = Object.freeze({
  400: 'The request is malformed.',
  404: 'No such resource.',
  405: 'The method is not allowed here.',
  408: 'The request took too long to arrive.',
  413: 'The request body is too large.',
  414: 'The URL is too long.',
  415: 'The content type is not supported.',
  431: 'The request headers are too large.',
  503: 'The service is shutting down or overloaded.',
});

/** Reads any thrown value as a RequestError; an unforeseen one is a 500 that says nothing of its cause. */
export function toRequestError(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  if (error instanceof HttpException) return fromHttpException(error);
  const status = (error as { statusCode?: unknown } | null | undefined)?.statusCode;
  if (typeof status === 'number' && isMapped(status)) return fromStatus(status, null, error);
  if (isDatabaseAway(error)) {
    return new RequestError(503, 'SERVICE_UNAVAILABLE', 'The service cannot take requests at the moment.', {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
      cause: error,
    });
  }
  return new RequestError(500, 'INTERNAL_ERROR', 'An unexpected error occurred.', { cause: error });
}

function fromHttpException(exception: HttpException): RequestError {
  const byFramework = exception.cause !== undefined || exception.message.startsWith('Cannot ');
  return fromStatus(exception.getStatus(), byFramework ? null : exception.message, exception);
}

function fromStatus(status: number, message: string | null, cause: unknown): RequestError {
  return new RequestError(
    status,
    codeOf(status),
    message ?? FRAMEWORK_MESSAGES[status] ?? 'The request cannot be served.',
    { cause, ...((status === 429 || status === 503) && { retryAfterSeconds: RETRY_AFTER_SECONDS }) },
  );
}

function isMapped(status: number): boolean {
  return (status >= 400 && status < 500) || status === 503;
}

function codeOf(status: number): RequestErrorCode {
  switch (status) {
    case 401:
      return 'UNAUTHORIZED';
    case 403:
      return 'FORBIDDEN';
    case 404:
      return 'RESOURCE_NOT_FOUND';
    case 409:
      return 'CONFLICT';
    case 410:
      return 'GONE';
    case 412:
      return 'PRECONDITION_FAILED';
    case 422:
      return 'VALIDATION_ERROR';
    case 429:
      return 'RATE_LIMITED';
    case 503:
      return 'SERVICE_UNAVAILABLE';
    default:
      return status >= 500 ? 'INTERNAL_ERROR' : 'INVALID_REQUEST';
  }
}
