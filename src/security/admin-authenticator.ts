import { Injectable } from '@nestjs/common';
import { Secrets } from '../config/secrets.js';
import { RequestError } from '../http/request-error.js';
import { BOOTSTRAP_NAME } from './admin-actor.js';
import { AdminKeysRepository } from './admin-keys.repository.js';
import { AdminKeyUses } from './admin-key-uses.js';
import type { AdminRole } from './admin-roles.js';
import { credentialInAuthorization } from './caller-credentials.js';
import type { CallerRequest } from './caller-scheme.js';
import { CredentialSet } from './credential-set.js';
import { hashOf, isIssuedForm } from './issued-secrets.js';

/** The key of a request, which is live. */
export interface AdminKey {
  readonly fingerprint: string;
  /** Null for a key of `ADMIN_API_KEYS`. */
  readonly keyId: string | null;
  readonly name: string;
  readonly role: AdminRole;
}

/** Finds the admin key of a request: one of `ADMIN_API_KEYS`, which is good without Postgres, or a stored one. */
@Injectable()
export class AdminAuthenticator {
  private readonly bootstrap: CredentialSet;

  constructor(
    secrets: Secrets,
    private readonly keys: AdminKeysRepository,
    private readonly uses: AdminKeyUses,
  ) {
    this.bootstrap = new CredentialSet(secrets.adminApiKeys);
  }

  /** @throws RequestError 401. A right key that is over is told so: a guess never gets that far. */
  async authenticate(request: CallerRequest): Promise<AdminKey> {
    const presented = credentialInAuthorization(request, 'Bearer');
    if (presented.kind !== 'present') throw unauthorized('Send an admin key once, as Authorization: Bearer <key>');
    const hash = hashOf(presented.value);
    const fingerprint = hash.toString('hex').slice(0, 8);
    if (this.bootstrap.indexOf(presented.value) >= 0) {
      return { fingerprint, keyId: null, name: BOOTSTRAP_NAME, role: 'admin' };
    }
    // No stored key has another form, so Postgres need not be asked.
    const found = isIssuedForm(presented.value) ? await this.keys.findPresented(hash) : null;
    if (found === null) throw unauthorized('The admin key is not known: see ADMIN_API_KEYS and /admin/keys');
    if (found.isDisabled) throw unauthorized('The admin key is disabled');
    if (found.isExpired) throw unauthorized('The admin key has expired');
    this.uses.note(found.id);
    return { fingerprint, keyId: found.id, name: found.name, role: found.role };
  }
}

function unauthorized(message: string): RequestError {
  return new RequestError(401, 'UNAUTHORIZED', message);
}
