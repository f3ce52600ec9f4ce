import type { BasicUser } from '../config/secrets.js';
import { RequestError } from '../http/request-error.js';
import { credentialInAuthorization } from './caller-credentials.js';
import type { Caller, CallerRequest, CallerScheme } from './caller-scheme.js';
import { CredentialSet } from './credential-set.js';

const CHALLENGE = 'Basic realm="ricochet"';
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** User name and password by RFC 7617, in UTF-8. Names hold no colon, so `name:password` is one credential. */
export class BasicScheme implements CallerScheme {
  readonly scheme = 'basic';
  private readonly users: readonly BasicUser[];
  private readonly credentials: CredentialSet;

  constructor(users: readonly BasicUser[]) {
    this.users = users;
    this.credentials = new CredentialSet(users.map((user) => normalized(`${user.username}:${user.password}`)));
  }

  get hasCredentials(): boolean {
    return !this.credentials.isEmpty;
  }

  authenticate(request: CallerRequest): Caller {
    const presented = credentialInAuthorization(request, 'Basic');
    switch (presented.kind) {
      case 'missing':
        throw unauthorized('No credentials were sent: send a user name and password by HTTP Basic authentication');
      case 'ambiguous':
        throw unauthorized('More than one Authorization header was sent: send it once');
      case 'present':
        return this.findCaller(decode(presented.value));
      default:
        return presented satisfies never;
    }
  }

  private findCaller(userPass: string): Caller {
    const user = this.users[this.credentials.indexOf(normalized(userPass))];
    if (user === undefined) {
      throw unauthorized('The user name or the password is wrong');
    }
    return { scheme: this.scheme, name: user.username };
  }
}

function decode(base64: string): string {
  const malformed = 'The credentials are malformed: send base64 of name:password in UTF-8';
  if (!BASE64.test(base64)) {
    throw unauthorized(malformed);
  }
  try {
    // TextDecoder drops a byte order mark unless told otherwise: it would let two spellings of a name pass.
    const userPass = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(base64, 'base64'));
    if (userPass.includes(':')) {
      return userPass;
    }
  } catch {
    // Not UTF-8. The decoder's own message is about bytes of a password: it goes no further.
  }
  throw unauthorized(malformed);
}

/** RFC 7617 § 2.1: both sides agree on NFC, so a typed é matches however the keyboard composed it. */
function normalized(userPass: string): string {
  return userPass.normalize('NFC');
}

function unauthorized(message: string): RequestError {
  return new RequestError(401, 'UNAUTHORIZED', message, { challenge: CHALLENGE });
}
