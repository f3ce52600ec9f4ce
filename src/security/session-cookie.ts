import { createHash, timingSafeEqual } from 'node:crypto';
import { fastifyCookie } from '@fastify/cookie';
import { isIssuedForm } from './issued-secrets.js';

const NAME = 'ricochet_session';
/** The console's pages lie elsewhere, and no other route takes a session. */
const PATH = '/admin';

/**
 * The value of the session's cookie; null without one in the right form. Read here and not by the plugin's hook, which
 * would look for cookies in every execution request, too.
 */
export function sessionTokenIn(headers: Readonly<Record<string, string | string[] | undefined>>): string | null {
  const { cookie } = headers;
  if (typeof cookie !== 'string') return null;
  const token = fastifyCookie.parse(cookie)[NAME];
  return token !== undefined && isIssuedForm(token) ? token : null;
}

/** @param seconds 0 takes the cookie away. @param secure whether browsers reach the service by https */
export function sessionCookie(token: string, seconds: number, secure: boolean): string {
  return fastifyCookie.serialize(NAME, token, { path: PATH, httpOnly: true, sameSite: 'strict', secure, maxAge: seconds });
}

/** What a page must repeat in a header: another origin can send the cookie at most, and read neither. */
export function csrfTokenOf(sessionToken: string): string {
  return createHash('sha256').update('csrf:').update(sessionToken).digest('base64url');
}

export function isCsrfToken(given: string | string[] | undefined, sessionToken: string): boolean {
  const expected = Buffer.from(csrfTokenOf(sessionToken));
  const presented = Buffer.from(typeof given === 'string' ? given : '');
  return presented.length === expected.length && timingSafeEqual(presented, expected);
}
