import { parseRetryAfter } from '../delivery/retry-after.js';
import type { ImsResponse } from './ims-endpoint.js';

/** The meaning of an answer of the token endpoint. */
export type ImsAnswer =
  | { readonly kind: 'token'; readonly token: string; readonly lifeMs: number }
  /** `error` is a name, never a description: that may repeat what we sent. */
  | { readonly kind: 'refused'; readonly error: string }
  | { readonly kind: 'unavailable'; readonly reason: string; readonly retryAfterMs: number | null };

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
/** The life of a token when IMS does not say. */
const UNSTATED_LIFE_MS = 5 * MINUTE;
const ERROR_NAME = /^[a-z][a-z0-9_]{0,63}$/;
/** It becomes a header's value: visible ASCII only. */
const TOKEN = /^[\x21-\x7e]{1,16384}$/;

/** Reads an answer of `POST /ims/token/v3`; `now` (epoch milliseconds) is for a Retry-After that names a date. */
export function readImsResponse(response: ImsResponse, now: number = Date.now()): ImsAnswer {
  const { status } = response;
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    const retryAfterMs = parseRetryAfter(response.retryAfter, now);
    return { kind: 'unavailable', reason: `status ${status}`, retryAfterMs };
  }
  const body = parseObject(response.body);
  if (status >= 200 && status < 300) return readToken(status, body);
  const error = body?.['error'];
  return { kind: 'refused', error: typeof error === 'string' && ERROR_NAME.test(error) ? error : `http_${status}` };
}

function readToken(status: number, body: Record<string, unknown> | null): ImsAnswer {
  const unusable = (what: string): ImsAnswer => ({
    kind: 'unavailable',
    reason: `status ${status} with ${what}`,
    retryAfterMs: null,
  });
  if (body === null) return unusable('a body that is not a JSON object');
  const token = body['access_token'];
  if (typeof token !== 'string' || !TOKEN.test(token)) return unusable('no usable access_token');
  const lifeMs = readLife(body['expires_in']);
  return lifeMs > 0 ? { kind: 'token', token, lifeMs } : unusable('a token that has already expired');
}

/** Seconds by the book; some answers count in milliseconds, and no token is trusted for longer than a day. */
function readLife(expiresIn: unknown): number {
  const seconds = typeof expiresIn === 'string' && expiresIn.trim() !== '' ? Number(expiresIn) : expiresIn;
  if (typeof seconds !== 'number' || !Number.isFinite(seconds)) return UNSTATED_LIFE_MS;
  return Math.min(seconds * SECOND, DAY);
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    // Not JSON is an answer like any other here; the caller names it.
    return null;
  }
}
