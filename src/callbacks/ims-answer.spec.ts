import { describe, expect, it } from 'vitest';
import { readImsResponse } from './ims-answer.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const NOW = Date.parse('2026-05-01T00:00:00Z');

function read(status: number, body: unknown, retryAfter: string | null = null) {
  return readImsResponse({ status, body: typeof body === 'string' ? body : JSON.stringify(body), retryAfter }, NOW);
}

describe('readImsResponse', () => {
  it.each([
    ['seconds', 86399, 86_399_000],
    ['seconds written as text', '3600', 3_600_000],
    ['milliseconds, as older answers count', 86_399_000, DAY],
    ['an endless life', 1e300, DAY],
    ['nothing', undefined, 5 * MINUTE],
    ['null', null, 5 * MINUTE],
    ['text', 'soon', 5 * MINUTE],
  ])('trusts a token whose expires_in is %s accordingly', (_name, expiresIn, lifeMs) => {
    const answer = read(200, { access_token: 'abc', token_type: 'bearer', expires_in: expiresIn });
    expect(answer).toStrictEqual({ kind: 'token', token: 'abc', lifeMs });
  });

  it.each([
    ['no JSON', '<html>'],
    ['no object', '"token"'],
    ['no access_token', { expires_in: 60 }],
    ['an empty access_token', { access_token: '', expires_in: 60 }],
    ['an access_token that would break out of its header', { access_token: 'a\r\nX-Evil: 1', expires_in: 60 }],
    ['a token that has expired', { access_token: 'abc', expires_in: 0 }],
    ['a token from the past', { access_token: 'abc', expires_in: -5 }],
  ])('does not trust a 200 with %s', (_name, body) => {
    expect(read(200, body)).toMatchObject({ kind: 'unavailable', retryAfterMs: null });
  });

  it.each(['invalid_client', 'invalid_scope', 'unauthorized_client', 'invalid_request'])('names %s', (error) => {
    expect(read(400, { error, error_description: 'the secret s3cr3t is wrong' })).toStrictEqual({
      kind: 'refused',
      error,
    });
  });

  it.each([
    [404, 'not found', 'http_404'],
    [302, '', 'http_302'],
    [400, { error: 'Client secret s3cr3t is wrong' }, 'http_400'],
    [400, { error: 7 }, 'http_400'],
  ])('names a refusal with status %i and the body %o by its status', (status, body, error) => {
    expect(read(status, body)).toStrictEqual({ kind: 'refused', error });
  });

  it.each([
    [429, '30', 30_000],
    [503, 'Fri, 01 May 2026 00:00:10 GMT', 10_000],
    [503, 'Thu, 30 Apr 2026 00:00:00 GMT', 0],
    [500, 'later', null],
    [502, null, null],
    [408, null, null],
  ])('takes %i with Retry-After %s for an outage', (status, retryAfter, retryAfterMs) => {
    const answer = read(status, { error: 'invalid_client' }, retryAfter);
    expect(answer).toStrictEqual({ kind: 'unavailable', reason: `status ${status}`, retryAfterMs });
  });
});
