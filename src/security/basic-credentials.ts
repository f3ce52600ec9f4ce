import type { BasicUser } from '../config/secrets.js';
import { credentialInAuthorization } from './caller-credentials.js';
import type { CallerRequest } from './caller-scheme.js';

/** The content of `Authorization: Basic`; with two headers it is not known which counts. */
export type PresentedBasic =
  | { readonly kind: 'missing' }
  | { readonly kind: 'ambiguous' }
  | { readonly kind: 'malformed' }
  | ({ readonly kind: 'present' } & BasicUser);

/** Padding may be missing, and is right where it is there. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/**
 * Reads the credentials of `Authorization: Basic` by RFC 7617, in UTF-8: the first colon parts name and password, and
 * neither has control characters. The name may be empty; no name that is known is.
 */
export function readBasic(request: CallerRequest): PresentedBasic {
  const presented = credentialInAuthorization(request, 'Basic');
  if (presented.kind !== 'present') return presented;
  const text = BASE64.test(presented.value) ? decodeUtf8(Buffer.from(presented.value, 'base64')) : null;
  const colon = text?.indexOf(':') ?? -1;
  if (text === null || colon === -1 || /\p{Cc}/u.test(text)) return { kind: 'malformed' };
  return { kind: 'present', username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** The header value of a user name and password, both in UTF-8. */
export function toBasic({ username, password }: BasicUser): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

function decodeUtf8(bytes: Buffer): string | null {
  try {
    // TextDecoder drops a byte order mark unless told otherwise: it would let two spellings of a name pass.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Not UTF-8. The decoder's own message is about bytes of a password: it goes no further.
    return null;
  }
}
