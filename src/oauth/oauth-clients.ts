import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Database, type Tx } from '../database/database.js';
import { orTaken } from '../database/sql-state.js';
import { etagOf, type Precondition, type Tagged } from '../http/etag.js';
import { cutPage } from '../http/keyset-page.js';
import type { PageQuery } from '../http/page-query.dto.js';
import { RequestError } from '../http/request-error.js';
import type { Actor, AuditActor } from '../security/admin-actor.js';
import { AuditRepository, changed } from '../security/audit.repository.js';
import { hashOf, newSecret } from '../security/issued-secrets.js';
import { LiveSecrets } from './live-secrets.js';
import type {
  ChangeOAuthClient,
  IssuedOAuthClient,
  IssuedOAuthSecret,
  OAuthClientPage,
  OAuthClientView,
  OAuthSecretView,
} from './oauth-clients.dto.js';
import { type OAuthClientRow, OAuthClientsRepository } from './oauth-clients.repository.js';
import { type OAuthSecretRow, OAuthSecretsRepository } from './oauth-secrets.repository.js';
import { SECRETS_MAX } from './token-issuer.js';

/**
 * The commands of administrators on clients of the scheme oauth2: every change with its audit row, in one transaction. The
 * answer to an end of something comes when no process believes in it any more.
 */
@Injectable()
export class OAuthClients {
  constructor(
    private readonly database: Database,
    private readonly clients: OAuthClientsRepository,
    private readonly secrets: OAuthSecretsRepository,
    private readonly live: LiveSecrets,
    private readonly audit: AuditRepository,
  ) {}

  /** @throws RequestError 409 when the name is taken. */
  create(name: string, actor: Actor): Promise<IssuedOAuthClient> {
    const id = uuidv7();
    return this.database.transaction(async (tx) => {
      const row = await this.clients.insert(tx, { id, name, createdBy: actor.name });
      if (row === null) throw taken();
      const { secret, clientSecret } = await this.makeSecret(tx, id);
      await this.audit.record(tx, {
        actor,
        verb: 'oauth.client.create',
        target: targetOf(id),
        details: { after: { name } },
      });
      return Object.assign(toView(row, [secret]), { clientSecret });
    });
  }

  async page({ limit, cursor }: PageQuery): Promise<OAuthClientPage> {
    const rows = await this.clients.list(cursor ?? null, limit + 1);
    const { rows: shown, nextCursor } = cutPage(rows, limit, ({ id }) => id);
    const secrets = await this.secrets.listOf(shown.map(({ id }) => id));
    return {
      items: shown.map((row) =>
        toView(
          row,
          secrets.filter(({ clientId }) => clientId === row.id),
        ),
      ),
      nextCursor,
    };
  }

  /** @throws RequestError 404. */
  async get(id: string): Promise<Tagged<OAuthClientView>> {
    const row = known(await this.clients.find(id));
    return { view: toView(row, await this.secrets.listOf([id])), etag: tagOf(row) };
  }

  /** @throws RequestError 404, 409 when the name is taken, 412. */
  async change(
    id: string,
    change: ChangeOAuthClient,
    seen: Precondition,
    actor: AuditActor,
  ): Promise<Tagged<OAuthClientView>> {
    const tagged = await orTaken(
      this.database.transaction(async (tx) => {
        const found = known(await this.clients.lock(tx, id));
        seen.check(tagOf(found));
        const before = fieldsOf(found);
        const after = { name: change.name ?? before.name, isDisabled: change.disabled ?? before.isDisabled };
        const row = known(await this.clients.update(tx, id, after));
        const details = changed(before, after, ['name', 'isDisabled']);
        await this.audit.record(tx, { actor, verb: 'oauth.client.change', target: targetOf(id), details });
        return { view: toView(row, await this.secrets.listOf([id], tx)), etag: tagOf(row) };
      }),
      taken,
    );
    // Enabled again it is let in by all from the answer on, too.
    if (change.disabled !== undefined) await this.live.untilAllKnow();
    return tagged;
  }

  /** Its tokens end with it. @throws RequestError 404, 412. */
  async remove(id: string, seen: Precondition, actor: AuditActor): Promise<void> {
    await this.database.transaction(async (tx) => {
      const found = known(await this.clients.lock(tx, id));
      seen.check(tagOf(found));
      await this.clients.delete(tx, id);
      const details = { before: { name: found.name } };
      await this.audit.record(tx, { actor, verb: 'oauth.client.delete', target: targetOf(id), details });
    });
    await this.live.untilAllKnow();
  }

  /** A second one, so that a caller can change over without a gap. @throws RequestError 404, 409 when there are two. */
  addSecret(id: string, actor: AuditActor): Promise<IssuedOAuthSecret> {
    return this.database.transaction(async (tx) => {
      known(await this.clients.lock(tx, id));
      if ((await this.secrets.listOf([id], tx)).length >= SECRETS_MAX) throw tooManySecrets();
      const { secret, clientSecret } = await this.makeSecret(tx, id);
      const details = { after: { secretId: secret.id } };
      await this.audit.record(tx, { actor, verb: 'oauth.secret.create', target: targetOf(id), details });
      return Object.assign(toSecretView(secret), { clientId: id, clientSecret });
    });
  }

  /** Tokens that were issued for it end too. @param seen of the client @throws RequestError 404, 412. */
  async endSecret(id: string, secretId: string, seen: Precondition, actor: AuditActor): Promise<void> {
    await this.database.transaction(async (tx) => {
      seen.check(tagOf(known(await this.clients.lock(tx, id))));
      if (!(await this.secrets.delete(tx, id, secretId))) throw unknown('No secret of the client has this id');
      const details = { before: { secretId } };
      await this.audit.record(tx, { actor, verb: 'oauth.secret.end', target: targetOf(id), details });
    });
    await this.live.untilAllKnow();
  }

  private async makeSecret(tx: Tx, clientId: string): Promise<{ secret: OAuthSecretRow; clientSecret: string }> {
    const clientSecret = newSecret();
    const secret = await this.secrets.insert(tx, { id: uuidv7(), clientId, hash: hashOf(clientSecret) });
    return { secret, clientSecret };
  }
}

function toView(row: OAuthClientRow, secrets: readonly OAuthSecretRow[]): OAuthClientView {
  return { ...row, state: row.disabledAt === null ? 'active' : 'disabled', secrets: secrets.map(toSecretView) };
}

function toSecretView({ id, createdAt, lastUsedAt }: OAuthSecretRow): OAuthSecretView {
  return { id, createdAt, lastUsedAt };
}

function fieldsOf({ name, disabledAt }: OAuthClientRow): { name: string; isDisabled: boolean } {
  return { name, isDisabled: disabledAt !== null };
}

/** Secrets and their uses change without an edit. */
function tagOf(row: OAuthClientRow): string {
  return etagOf({ id: row.id, ...fieldsOf(row) });
}

function known(row: OAuthClientRow | null): OAuthClientRow {
  if (row === null) throw unknown('No OAuth client has this id');
  return row;
}

function unknown(message: string): RequestError {
  return new RequestError(404, 'RESOURCE_NOT_FOUND', message);
}

/** The index oauth_clients_name decides between two that take one name at once. */
function taken(): RequestError {
  return new RequestError(409, 'CONFLICT', 'An OAuth client has this name already', {
    details: [{ field: 'name', message: 'is taken' }],
  });
}

function tooManySecrets(): RequestError {
  return new RequestError(409, 'CONFLICT', 'The client has two secrets already: end the one that is not used any more');
}

function targetOf(id: string): string {
  return `oauth-client:${id}`;
}
