import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Database, type Tx } from '../../database/database.js';
import { etagOf, type Precondition, type Tagged } from '../../http/etag.js';
import { cutPage } from '../../http/keyset-page.js';
import type { PageQuery } from '../../http/page-query.dto.js';
import { RequestError } from '../../http/request-error.js';
import type { AuditActor } from '../../security/admin-actor.js';
import { AuditRepository } from '../../security/audit.repository.js';
import { hashOf, newSecret } from '../../security/issued-secrets.js';
import type {
  ChangeAsyncClient,
  AsyncClientCredentials,
  AsyncClientItem,
  AsyncClientPage,
} from './async-clients.dto.js';
import { AsyncClientsRepository, type AsyncClientRow } from './async-clients.repository.js';

const OVERLAP_SECONDS = 24 * 60 * 60;

/** The commands of administrators on clients: every change with its audit row, in one transaction. */
@Injectable()
export class AsyncClients {
  constructor(
    private readonly database: Database,
    private readonly repository: AsyncClientsRepository,
    private readonly audit: AuditRepository,
  ) {}

  create(name: string, actor: AuditActor): Promise<AsyncClientCredentials> {
    const id = uuidv7();
    const secret = newSecret();
    return this.database.transaction(async (tx) => {
      await this.repository.insert(tx, { id, name, secretHash: hashOf(secret) });
      await this.audit.record(tx, { actor, verb: 'async.client.create', target: targetOf(id), details: {} });
      return { client_id: id, client_secret: secret };
    });
  }

  async page({ limit, cursor }: PageQuery): Promise<AsyncClientPage> {
    const rows = await this.repository.list(cursor ?? null, limit + 1);
    const { rows: shown, nextCursor } = cutPage(rows, limit, ({ id }) => id);
    return { items: shown.map(toItem), nextCursor };
  }

  /** @throws RequestError 404. */
  async get(id: string): Promise<Tagged<AsyncClientItem>> {
    return tagged(known(await this.repository.find(id)));
  }

  /** @throws RequestError 404, 412. */
  rename(
    id: string,
    { name }: ChangeAsyncClient,
    seen: Precondition,
    actor: AuditActor,
  ): Promise<Tagged<AsyncClientItem>> {
    return this.database.transaction(async (tx) => {
      const before = known(await this.repository.lock(tx, id));
      seen.check(tagged(before).etag);
      const after = name === undefined ? before : known(await this.repository.rename(tx, id, name));
      const details = { fields: name === undefined ? [] : ['name'] };
      await this.audit.record(tx, { actor, verb: 'async.client.change', target: targetOf(id), details });
      return tagged(after);
    });
  }

  /** Its tokens end; calls it has submitted are still finished, and nothing retrieves them. @throws RequestError 404, 412. */
  remove(id: string, seen: Precondition, actor: AuditActor): Promise<void> {
    return this.database.transaction(async (tx) => {
      seen.check(tagged(known(await this.repository.lock(tx, id))).etag);
      await this.repository.delete(tx, id);
      await this.audit.record(tx, { actor, verb: 'async.client.delete', target: targetOf(id), details: {} });
    });
  }

  /** The secret before stays good for a day, tokens for their life. @throws RequestError 404. */
  rotate(id: string, actor: AuditActor): Promise<AsyncClientCredentials> {
    const secret = newSecret();
    return this.database.transaction(async (tx) => {
      known(await this.repository.rotate(tx, id, hashOf(secret), OVERLAP_SECONDS));
      await this.audit.record(tx, { actor, verb: 'async.client.rotate', target: targetOf(id), details: {} });
      return { client_id: id, client_secret: secret };
    });
  }

  /** Its tokens end and it gets no new ones; calls it has submitted are still finished. @throws RequestError 404. */
  disable(id: string, actor: AuditActor): Promise<AsyncClientItem> {
    return this.setDisabled(id, true, async (tx) => {
      await this.repository.endTokens(tx, id);
      await this.audit.record(tx, { actor, verb: 'async.client.disable', target: targetOf(id), details: {} });
    });
  }

  /** @throws RequestError 404. */
  enable(id: string, actor: AuditActor): Promise<AsyncClientItem> {
    return this.setDisabled(id, false, (tx) =>
      this.audit.record(tx, { actor, verb: 'async.client.enable', target: targetOf(id), details: {} }),
    );
  }

  private setDisabled(id: string, disabled: boolean, also: (tx: Tx) => Promise<void>): Promise<AsyncClientItem> {
    return this.database.transaction(async (tx) => {
      const row = known(await this.repository.setDisabled(tx, id, disabled));
      await also(tx);
      return toItem(row);
    });
  }
}

/** The refusal of an unknown id, for an administrator. */
export function unknownClient(): RequestError {
  return new RequestError(404, 'RESOURCE_NOT_FOUND', 'No client has this id');
}

function known(row: AsyncClientRow | null): AsyncClientRow {
  if (row === null) throw unknownClient();
  return row;
}

/** A new secret is no edit, and the state has commands of its own. */
function tagged(row: AsyncClientRow): Tagged<AsyncClientItem> {
  return { view: toItem(row), etag: etagOf({ id: row.id, name: row.name }) };
}

function targetOf(id: string): string {
  return `async-client:${id}`;
}

function toItem({ id, name, previousUntil, disabledAt, createdAt }: AsyncClientRow): AsyncClientItem {
  return {
    client_id: id,
    name,
    state: disabledAt === null ? 'active' : 'disabled',
    previous_secret_until: previousUntil,
    created_at: createdAt,
  };
}
