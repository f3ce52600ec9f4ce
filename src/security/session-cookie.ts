import { createHash, timingSafeEqual } from 'node:crypto';
import { parseCookie, stringifySetCookie } from 'cookie';
import { isIssuedForm } from './issued-secrets.js';

const NAME = 'ricochet_session';
/** The console's pages lie elsewhere, and no other route takes a session. */
const PATH = '/admin';

/**
 * The value of the session's cookie; null without one in the right form. @fastify/cookie lost: its hooks would run for
 * every execution request, too. It wraps the same package.
 */
export function sessionTokenIn(headers: Readonly<Record<string, string | string[] | undefined>>): string | null {
  const { cookie } = headers;
  if (typeof cookie !== 'string') return null;
  const token = parseCookie(cookie)[NAME];
  return token !== undefined && isIssuedForm(token) ? token : null;
}

/** @param seconds 0 takes the cookie away. @param secure whether browsers reach the service by https */
export function sessionCookie(token: string, seconds: number, secure: boolean): string {
  return stringifySetCookie({
    name: NAME,
    value: token,
    path: PATH,
    httpOnly: true,
    sameSite: 'strict',
    secure,
    maxAge: seconds,
  });
}

/** The token that a page repeats in a header: another origin can send the cookie at most, and read neither. */
export function csrfTokenOf(sessionToken: string): string {
  return createHash('sha256').update('csrf:').update(sessionToken).digest('base64url');
}

export function isCsrfToken(given: string | string[] | undefined, sessionToken: string): boolean {
  const expected = Buffer.from(csrfTokenOf(sessionToken));
  const presented = Buffer.from(typeof given === 'string' ? given : '');
  return presented.length === expected.length && timingSafeEqual(presented, expected);
}
