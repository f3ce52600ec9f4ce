import { BadRequestException, HttpException, NotFoundException } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { OutcomeUnknownError } from '../database/batcher.js';
import { RequestError } from './request-error.js';
import { toRequestError } from './to-request-error.js';
import { renderProblemDetails } from './problem-details.js';
import { renderUnionError } from './union-error.js';

describe('toRequestError', () => {
  it('keeps a RequestError and its message', () => {
    const error = new RequestError(409, 'CONFLICT', 'Taken.');
    expect(toRequestError(error)).toBe(error);
  });

  it('does not repeat a URL the router quotes, but what our own exceptions say', () => {
    expect(toRequestError(new NotFoundException('Cannot GET /x?api_key=secret')).message).toBe('No such resource.');
    expect(toRequestError(new BadRequestException('since must be a date')).message).toBe('since must be a date');
  });

  it.each([
    [400, 'INVALID_REQUEST'],
    [401, 'UNAUTHORIZED'],
    [403, 'FORBIDDEN'],
    [409, 'CONFLICT'],
    [410, 'GONE'],
    [418, 'INVALID_REQUEST'],
    [422, 'VALIDATION_ERROR'],
    [429, 'RATE_LIMITED'],
    [500, 'INTERNAL_ERROR'],
    [503, 'SERVICE_UNAVAILABLE'],
  ])('maps an exception of status %i to %s', (status, code) => {
    expect(toRequestError(new HttpException('x', status))).toMatchObject({ status, code });
  });

  it('tells a database that is away from a mistake of ours', () => {
    const away = [new OutcomeUnknownError(null), Object.assign(new Error('x'), { code: '57P03' })];
    for (const error of away) {
      expect(toRequestError(error)).toMatchObject({ status: 503, retryAfterSeconds: expect.any(Number) as number });
    }
    for (const error of [
      new TypeError('x'),
      Object.assign(new Error('x'), { code: '23505' }),
      'text',
      null,
      undefined,
    ]) {
      expect(toRequestError(error)).toMatchObject({ status: 500, message: 'An unexpected error occurred.' });
    }
  });

  it('reads a body that broke off as the caller’s, not as the database’s', () => {
    const aborted = Object.assign(new Error('aborted'), { code: 'ECONNRESET', statusCode: 400 });
    expect(toRequestError(aborted)).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
  });
});

describe('error bodies', () => {
  const error = new RequestError(429, 'RATE_LIMITED', 'Slow down.', { retryAfterSeconds: 7 });

  it('carry both names of a rate limit in the union body', () => {
    expect(JSON.parse(renderUnionError(error, 'r-1').body)).toEqual({
      status: 'error',
      code: 'RATE_LIMITED',
      message: 'Slow down.',
      details: [],
      timestamp: expect.any(String) as string,
      requestId: 'r-1',
      error: { code: 'RATE_LIMIT_EXCEEDED', message: 'Slow down.', details: {}, retryAfter: 7 },
    });
  });

  it('name fields in problem details', () => {
    const details = [{ field: 'a', message: 'is wrong' }];
    const { body, contentType } = renderProblemDetails(
      new RequestError(422, 'VALIDATION_ERROR', 'No.', { details }),
      'r-2',
    );
    expect(contentType).toBe('application/problem+json');
    expect(JSON.parse(body)).toEqual({
      type: 'about:blank',
      title: 'No.',
      status: 422,
      code: 'VALIDATION_ERROR',
      requestId: 'r-2',
      errors: details,
    });
  });
});
