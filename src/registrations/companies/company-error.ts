import type { ErrorBody, RenderedError } from '../../http/error-renderer.js';
import { toJsonText } from '../../http/json-text.js';
import { REQUEST_ERROR_CODES, type RequestError, type RequestProblem } from '../../http/request-error.js';

/** Enough to mend a body by; a hostile one can be wrong in thousands of ways. */
const PROBLEMS_MAX = 100;

/** The body that {@link renderCompanyError} writes. */
export const COMPANY_ERROR: ErrorBody = Object.freeze({
  name: 'CompanyError',
  mediaTypes: ['application/json'],
  schema: {
    type: 'object',
    required: ['errors'],
    properties: {
      errors: {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          required: ['message'],
          properties: {
            message: { type: 'string', example: 'destination.url must not be empty' },
            code: { type: 'string', enum: [...REQUEST_ERROR_CODES], description: 'Left out of a 404' },
          },
        },
      },
    },
  },
});

/** Renders an error as this API does: `{errors: [{message, code?}]}`, one entry for everything that is wrong. */
export function renderCompanyError(error: RequestError): RenderedError {
  // A missing resource has a sentence and no code, as documented.
  const code = error.code === 'RESOURCE_NOT_FOUND' ? {} : { code: error.code };
  const sentences = error.details.length === 0 ? [error.message] : error.details.slice(0, PROBLEMS_MAX).map(sentenceOf);
  return {
    contentType: 'application/json; charset=utf-8',
    body: toJsonText({ errors: sentences.map((message) => ({ message, ...code })) }),
  };
}

function sentenceOf({ field, message }: RequestProblem): string {
  // The body as a whole, headers and what is missing are named by the sentence itself.
  const named = field === 'body' || field === 'Content-Type' || message.startsWith('Missing required field');
  return named && !field.includes('.') ? message : `${field} ${lowerFirst(message)}`;
}

function lowerFirst(text: string): string {
  return text.startsWith('Missing required field') ? 'is missing' : text;
}
