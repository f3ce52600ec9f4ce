import { objectSchema, type Schema } from './openapi-field-schemas.js';

const TEXT: Schema = { type: 'string' };
const TEXTS: Schema = { type: 'array', items: TEXT };
const TIMESTAMP: Schema = { type: 'string', format: 'date-time' };

interface ErrorKind {
  readonly description: string;
  readonly code: string;
  /** Where the nested code says it in another word. */
  readonly nestedCode?: string;
  readonly message: string;
  readonly retryAfter?: number;
}

/** The answers to a caller, by status. */
const ERRORS = {
  400: {
    description: 'The body is no JSON, or not an execution request',
    code: 'INVALID_REQUEST',
    message: 'Missing required field: objectData',
  },
  401: { description: 'No credentials, or wrong ones', code: 'UNAUTHORIZED', message: 'The API key is not known' },
  403: { description: 'The service or the organisation is switched off', code: 'FORBIDDEN', message: 'Not enabled' },
  404: {
    description: 'The service does not exist',
    code: 'RESOURCE_NOT_FOUND',
    message: 'No service of this name is configured',
  },
  409: {
    description: 'The token was used for another entity',
    code: 'DUPLICATE_REQUEST',
    message: 'The token belongs to another entity',
  },
  413: { description: 'The body is too large', code: 'INVALID_REQUEST', message: 'The body is larger than allowed' },
  415: { description: 'The body is not application/json', code: 'INVALID_REQUEST', message: 'Send application/json' },
  422: {
    description: 'Well-formed, but the service cannot take it',
    code: 'VALIDATION_ERROR',
    nestedCode: 'INVALID_REQUEST',
    message: 'Missing required field: email',
  },
  429: {
    description: 'Too much work is waiting; try again after Retry-After',
    code: 'RATE_LIMITED',
    nestedCode: 'RATE_LIMIT_EXCEEDED',
    message: 'Too many requests are waiting',
    retryAfter: 60,
  },
  500: { description: 'Our fault', code: 'INTERNAL_ERROR', message: 'Something went wrong' },
  503: {
    description: 'Nothing was stored, or that is unknown; the token makes a retry safe',
    code: 'SERVICE_UNAVAILABLE',
    message: 'The request could not be stored',
    retryAfter: 5,
  },
} as const satisfies Record<number, ErrorKind>;

type ErrorStatus = keyof typeof ERRORS;

const SUBMIT_ERRORS: readonly ErrorStatus[] = [400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503];
const READ_ERRORS: readonly ErrorStatus[] = [401, 403, 404, 500];

/** Responses of `submitAsyncAction`. */
export function submitResponses(ackStatus: 200 | 201, basic: boolean): Schema {
  return { [ackStatus]: reply('Stored; the result follows', 'acknowledgement'), ...errors(SUBMIT_ERRORS, basic) };
}

/** Responses of the two GET operations. */
export function readResponses(description: string, schema: string, basic: boolean): Schema {
  return { 200: reply(description, schema), ...errors(READ_ERRORS, basic) };
}

/** The body of every error: it satisfies each published reading at once. */
export function errorSchema(): Schema {
  const nested = objectSchema(
    {
      code: TEXT,
      message: TEXT,
      details: objectSchema({ field: TEXT, expected: TEXT, received: TEXT }),
      retryAfter: { type: 'integer', description: 'Seconds.' },
    },
    { required: ['code', 'message'] },
  );
  const detail = objectSchema({ field: TEXT, message: TEXT }, { required: ['field', 'message'] });
  return objectSchema(
    {
      status: { type: 'string', enum: ['error'] },
      code: TEXT,
      message: TEXT,
      details: { type: 'array', items: detail },
      timestamp: TIMESTAMP,
      requestId: TEXT,
      error: nested,
    },
    { required: ['status', 'code', 'message', 'timestamp', 'error'] },
  );
}

/** The body of a stored request's answer. */
export function acknowledgementSchema(): Schema {
  return {
    ...objectSchema(
      {
        requestId: TEXT,
        status: { type: 'string', enum: ['accepted'] },
        message: TEXT,
        estimatedProcessingTime: { type: 'integer', description: 'Seconds.' },
      },
      { required: ['requestId', 'status', 'message'] },
    ),
    example: {
      requestId: '0198c7d2-7b5e-7c3a-9a55-3f1b7d1f0a11',
      status: 'accepted',
      message: 'Request accepted for processing',
    },
  };
}

/** The body of `/status`. */
export function serviceStatusSchema(): Schema {
  return {
    ...objectSchema(
      { status: TEXT, timestamp: TIMESTAMP, info: TEXTS, warnings: TEXTS, errors: TEXTS },
      { required: ['status', 'timestamp'] },
    ),
    example: { status: 'healthy', timestamp: '2026-01-31T12:00:00.000Z', info: [], warnings: [], errors: [] },
  };
}

function reply(description: string, schema: string): Schema {
  return { description, content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } } };
}

function errors(statuses: readonly ErrorStatus[], basic: boolean): Schema {
  return Object.fromEntries(statuses.map((status) => [status, errorResponse(ERRORS[status], status === 401 && basic)]));
}

function errorResponse(kind: ErrorKind, challenged: boolean): Schema {
  const headers = {
    ...(kind.retryAfter !== undefined && { 'Retry-After': { description: 'Seconds', schema: { type: 'integer' } } }),
    ...(challenged && { 'WWW-Authenticate': { schema: TEXT } }),
  };
  const { code, nestedCode = code, message, retryAfter } = kind;
  const example = {
    status: 'error',
    code,
    message,
    details: [],
    timestamp: '2026-01-31T12:00:00.000Z',
    error: { code: nestedCode, message, ...(retryAfter !== undefined && { retryAfter }) },
  };
  return {
    description: kind.description,
    ...(Object.keys(headers).length > 0 && { headers }),
    content: { 'application/json': { schema: { $ref: '#/components/schemas/error' }, example } },
  };
}
