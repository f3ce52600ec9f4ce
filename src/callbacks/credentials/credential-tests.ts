import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { RequestError } from '../../http/request-error.js';
import { AdobeCredentials } from '../../organisations/adobe-credentials.js';
import { OrganisationWatch } from '../../organisations/organisation-watch.js';
import type { AuditActor } from '../../security/admin-actor.js';
import { AuditRepository } from '../../security/audit.repository.js';
import { ImsTokenClient } from '../ims-token.client.js';
import { targetOf } from './adobe-credentials-admin.js';
import type { CredentialTest } from './adobe-credentials.dto.js';
import { tellTest } from './credential-words.js';

/** Asks IMS for a token in the name of an organisation, and says in words what it answered. */
@Injectable()
export class CredentialTests {
  constructor(
    private readonly credentials: AdobeCredentials,
    private readonly watch: OrganisationWatch,
    private readonly tokens: ImsTokenClient,
    private readonly database: Database,
    private readonly audit: AuditRepository,
  ) {}

  /** @throws RequestError 404 where no credential speaks for it, 409 where its secrets cannot be opened. */
  async run(org: string, actor: AuditActor): Promise<CredentialTest> {
    // It may have been stored through another process a moment ago.
    await this.watch.lookNow();
    const choice = this.credentials.choose(org);
    switch (choice.kind) {
      case 'found':
        break;
      case 'unreadable':
        throw new RequestError(
          409,
          'CONFLICT',
          'No key of ENCRYPTION_KEYS opens the secrets: send clientSecrets again',
        );
      case 'unread':
        throw new RequestError(503, 'SERVICE_UNAVAILABLE', 'PostgreSQL cannot be asked. Try again.', {
          retryAfterSeconds: 1,
        });
      case 'missing':
      case 'removed':
        throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'No credential speaks for this organisation');
      default:
        throw new TypeError(choice satisfies never);
    }
    const { credential } = choice;
    const isStored = credential.storedFor !== null;
    const answers = await this.tokens.test(credential);
    const told = tellTest(answers, credential.clientSecrets.length, isStored);
    const details = { outcome: told.outcome, errors: told.secrets.map(({ error }) => error) };
    await this.database.transaction((tx) =>
      this.audit.record(tx, { actor, verb: 'credential.test', target: targetOf(org), details }),
    );
    return { imsOrgId: org, credential: isStored ? 'stored' : 'default', ...told };
  }
}
