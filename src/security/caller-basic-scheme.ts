import type { BasicUser } from '../config/secrets.js';
import { RequestError } from '../http/request-error.js';
import { readBasic } from './basic-credentials.js';
import type { Caller, CallerRequest, CallerScheme } from './caller-scheme.js';
import { CredentialSet } from './credential-set.js';

const CHALLENGE = 'Basic realm="ricochet"';

/** User name and password by RFC 7617, in UTF-8. Names hold no colon, so `name:password` is one credential. */
export class BasicScheme implements CallerScheme {
  readonly scheme = 'basic';
  private readonly users: readonly BasicUser[];
  private readonly credentials: CredentialSet;

  constructor(users: readonly BasicUser[]) {
    this.users = users;
    this.credentials = new CredentialSet(users.map(toCredential));
  }

  get hasCredentials(): boolean {
    return !this.credentials.isEmpty;
  }

  authenticate(request: CallerRequest): Caller {
    const presented = readBasic(request);
    switch (presented.kind) {
      case 'missing':
        throw unauthorized('No credentials were sent: send a user name and password by HTTP Basic authentication');
      case 'ambiguous':
        throw unauthorized('More than one Authorization header was sent: send it once');
      case 'malformed':
        throw unauthorized('The credentials are malformed: send base64 of name:password in UTF-8');
      case 'present':
        return this.findCaller(presented);
      default:
        return presented satisfies never;
    }
  }

  private findCaller(presented: BasicUser): Caller {
    const user = this.users[this.credentials.indexOf(toCredential(presented))];
    if (user === undefined) {
      throw unauthorized('The user name or the password is wrong');
    }
    return { scheme: this.scheme, name: user.username };
  }
}

/** RFC 7617 § 2.1: both sides agree on NFC, so a typed é matches however the keyboard composed it. */
function toCredential({ username, password }: BasicUser): string {
  return `${username}:${password}`.normalize('NFC');
}

function unauthorized(message: string): RequestError {
  return new RequestError(401, 'UNAUTHORIZED', message, { challenge: CHALLENGE });
}
