import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Secrets } from '../config/secrets.js';
import { RequestError } from '../http/request-error.js';
import { credentialInAuthorization } from './caller-credentials.js';
import type { CallerRequest } from './caller-scheme.js';
import { CredentialSet } from './credential-set.js';

/** Lets administrators through: `Authorization: Bearer <admin key>`, and nothing else. Callers' keys do not count here. */
@Injectable()
export class AdminGuard implements CanActivate {
  private readonly keys: CredentialSet;

  constructor(secrets: Secrets) {
    this.keys = new CredentialSet(secrets.adminApiKeys);
  }

  canActivate(context: ExecutionContext): boolean {
    const presented = credentialInAuthorization(context.switchToHttp().getRequest<CallerRequest>(), 'Bearer');
    if (presented.kind !== 'present') {
      throw new RequestError(401, 'UNAUTHORIZED', 'Send an admin key once, as Authorization: Bearer <key>');
    }
    if (this.keys.indexOf(presented.value) < 0) {
      throw new RequestError(401, 'UNAUTHORIZED', 'The admin key is not known: see ADMIN_API_KEYS');
    }
    return true;
  }
}
