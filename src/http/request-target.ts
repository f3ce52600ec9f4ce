/** Scheme and authority of a request target in absolute form, which proxies send (RFC 9112 3.2.2). */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

/** A request target as a path and a query, whichever form it came in. */
export function toOriginForm(target: string): string {
  return target.startsWith('/') ? target : target.replace(ORIGIN, '') || '/';
}
