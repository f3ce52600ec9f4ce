import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../database/database.js';
import { newId } from '../../database/new-id.js';
import { etagOf, type Precondition, type Tagged } from '../../http/etag.js';
import { cutPage } from '../../http/keyset-page.js';
import type { PageQuery } from '../../http/page-query.dto.js';
import { refuseProblems } from '../../http/read-dto.js';
import { RequestError } from '../../http/request-error.js';
import { AdobeCredentials } from '../../organisations/adobe-credentials.js';
import { ORGANISATION_LIMITS } from '../../organisations/organisation-limits.js';
import { OrganisationWatch } from '../../organisations/organisation-watch.js';
import { OrganisationsRepository } from '../../organisations/organisations.repository.js';
import type { AuditActor } from '../../security/admin-actor.js';
import { AuditRepository, changed } from '../../security/audit.repository.js';
import { imsRemedy } from '../ims-remedy.js';
import type {
  AdobeCredentialPage,
  AdobeCredentialView,
  ChangeAdobeCredential,
  PutAdobeCredential,
  RemovedAdobeCredential,
} from './adobe-credentials.dto.js';
import {
  type AdobeCredentialRow,
  AdobeCredentialsRepository,
  type CredentialToWrite,
  type LockedCredential,
} from './adobe-credentials.repository.js';
import { CredentialSecrets } from './credential-secrets.js';
import { tellRemoval } from './credential-words.js';

const SHOWN = ['clientId', 'scopes', 'apiKey', 'secretCount'] as const;

/**
 * The commands of administrators on credentials of organisations: each with its audit row, in one transaction. Secrets go
 * in, are sealed, and come out for IMS alone.
 */
@Injectable()
export class AdobeCredentialsAdmin {
  constructor(
    private readonly database: Database,
    private readonly repository: AdobeCredentialsRepository,
    private readonly organisations: OrganisationsRepository,
    private readonly watch: OrganisationWatch,
    private readonly credentials: AdobeCredentials,
    private readonly secrets: CredentialSecrets,
    private readonly audit: AuditRepository,
  ) {}

  async page({ limit, cursor }: PageQuery): Promise<AdobeCredentialPage> {
    const rows = await this.repository.list(cursor ?? null, limit + 1);
    const { rows: shown, nextCursor } = cutPage(rows, limit, ({ id }) => id);
    return { items: shown.map(toView), nextCursor };
  }

  /** @throws RequestError 404. */
  async get(org: string): Promise<Tagged<AdobeCredentialView>> {
    return toTagged(known(await this.repository.find(org)));
  }

  /** @throws RequestError 409 where there are too many, 412, 422 for a new one without secrets. */
  put(
    org: string,
    body: PutAdobeCredential,
    seen: Precondition,
    actor: AuditActor,
  ): Promise<Tagged<AdobeCredentialView>> {
    return this.write(actor, 'credential.put', async (tx) => {
      const before = await this.repository.lock(tx, org);
      seen.check(before === null ? null : tagOf(before));
      if (before === null && (await this.repository.count(tx)) >= ORGANISATION_LIMITS.credentials) throw tooMany();
      const { clientId, clientSecrets, scopes, apiKey = null } = body;
      const id = before?.id ?? newId();
      const isKept = clientSecrets === undefined && before?.sealed != null && before.clientId === clientId;
      if (clientSecrets === undefined && !isKept) throw noSecrets();
      const secrets = clientSecrets === undefined ? null : this.secrets.seal(id, clientSecrets);
      return { before, after: { id, imsOrgId: org, clientId, secrets, scopes, apiKey } };
    });
  }

  /** @throws RequestError 404, 409 where a secret cannot be added, 412, 422. */
  change(
    org: string,
    change: ChangeAdobeCredential,
    seen: Precondition,
    actor: AuditActor,
  ): Promise<Tagged<AdobeCredentialView>> {
    const { clientId, clientSecrets, addClientSecret, scopes, apiKey } = change;
    if (clientSecrets !== undefined && addClientSecret !== undefined) {
      refuseProblems(422, [{ field: 'addClientSecret', message: 'cannot stand beside clientSecrets' }]);
    }
    return this.write(actor, 'credential.change', async (tx) => {
      const before = live(await this.repository.lock(tx, org));
      seen.check(tagOf(before));
      if (clientId !== undefined && clientId !== before.clientId && clientSecrets === undefined) throw noSecrets();
      const secrets =
        addClientSecret !== undefined
          ? this.secrets.add(before, addClientSecret)
          : clientSecrets === undefined
            ? null
            : this.secrets.seal(before.id, clientSecrets);
      const after = {
        id: before.id,
        imsOrgId: org,
        clientId: clientId ?? before.clientId,
        secrets,
        scopes: scopes ?? before.scopes,
        apiKey: apiKey === undefined ? before.apiKey : apiKey,
      };
      return { before, after };
    });
  }

  /** @throws RequestError 404, 412. */
  async remove(
    org: string,
    then: 'hold' | 'default',
    seen: Precondition,
    actor: AuditActor,
  ): Promise<RemovedAdobeCredential> {
    const waiting = await this.database.transaction(async (tx) => {
      await this.organisations.countUp(tx);
      const found = await this.repository.lock(tx, org);
      // A removed one can still give its organisation back to ADOBE_*.
      const before = then === 'hold' ? live(found) : known(found);
      seen.check(tagOf(before));
      if (then === 'hold') await this.repository.remove(tx, before.id);
      else await this.repository.delete(tx, before.id);
      const { clientId } = before;
      const details = { before: { clientId }, callbacks: then };
      await this.audit.record(tx, { actor, verb: 'credential.remove', target: targetOf(org), details });
      return this.repository.countWaiting(tx, org);
    });
    await this.watch.lookNow();
    const callbacks = then === 'default' && this.credentials.hasFallback(org) ? 'default' : 'held';
    return { imsOrgId: org, callbacks, waiting, message: tellRemoval(callbacks, waiting) };
  }

  private async write(
    actor: AuditActor,
    verb: 'credential.put' | 'credential.change',
    decide: (tx: Tx) => Promise<{ readonly before: AdobeCredentialRow | null; readonly after: CredentialToWrite }>,
  ): Promise<Tagged<AdobeCredentialView>> {
    const row = await this.database.transaction(async (tx) => {
      await this.organisations.countUp(tx);
      const { before, after } = await decide(tx);
      const written = await this.repository.put(tx, after);
      const fields = before === null ? { after: shownOf(written) } : changed(before, written, SHOWN);
      const details = { ...fields, secrets: after.secrets === null ? 'kept' : 'replaced' };
      await this.audit.record(tx, { actor, verb, target: targetOf(after.imsOrgId), details });
      return written;
    });
    await this.watch.lookNow();
    return toTagged(row);
  }
}

function toTagged(row: AdobeCredentialRow): Tagged<AdobeCredentialView> {
  return { view: toView(row), etag: tagOf(row) };
}

/** A refusal of IMS changes a credential without an edit. */
function tagOf({ id, clientId, secretsAt, scopes, apiKey, removedAt }: AdobeCredentialRow): string {
  return etagOf({ id, clientId, secretsAt, scopes, apiKey, removedAt });
}

function toView(row: AdobeCredentialRow): AdobeCredentialView {
  const { imsOrgId, clientId, secretCount, scopes, apiKey, createdAt, updatedAt, refusedError, refusedAt } = row;
  const refused =
    refusedError === null || refusedAt === null
      ? null
      : { error: refusedError, since: refusedAt, remedy: imsRemedy(refusedError, true) };
  const state = row.removedAt === null ? 'active' : 'removed';
  const secretsUpdatedAt = row.secretsAt;
  return { imsOrgId, state, clientId, secretCount, secretsUpdatedAt, scopes, apiKey, refused, createdAt, updatedAt };
}

function shownOf({ clientId, scopes, apiKey, secretCount }: AdobeCredentialRow): Record<string, unknown> {
  return { clientId, scopes, apiKey, secretCount };
}

function known<Row extends AdobeCredentialRow>(row: Row | null): Row {
  if (row === null) throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'No credential is stored for this organisation');
  return row;
}

function live(row: LockedCredential | null): LockedCredential {
  const found = known(row);
  if (found.removedAt === null) return found;
  throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'The credential of this organisation was removed');
}

function noSecrets(): RequestError {
  const message = 'is needed: no secret is stored for this clientId';
  return new RequestError(422, 'VALIDATION_ERROR', `clientSecrets ${message}`, {
    details: [{ field: 'clientSecrets', message }],
  });
}

function tooMany(): RequestError {
  const message = `At most ${ORGANISATION_LIMITS.credentials} credentials are stored: remove one with callbacks=default`;
  return new RequestError(409, 'CONFLICT', message);
}

export function targetOf(org: string): string {
  return `credential:${org}`;
}
