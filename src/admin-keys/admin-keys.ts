import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Database } from '../database/database.js';
import { orTaken } from '../database/sql-state.js';
import { etagOf, type Precondition, type Tagged } from '../http/etag.js';
import { cutPage } from '../http/keyset-page.js';
import type { PageQuery } from '../http/page-query.dto.js';
import { refuseProblems } from '../http/read-dto.js';
import { RequestError } from '../http/request-error.js';
import { type Actor, type AuditActor, BOOTSTRAP_NAME } from '../security/admin-actor.js';
import { type AdminKeyFields, type AdminKeyRow, AdminKeysRepository } from '../security/admin-keys.repository.js';
import { AuditRepository, changed } from '../security/audit.repository.js';
import { hashOf, newSecret } from '../security/issued-secrets.js';
import type { AdminKeyPage, AdminKeyView, ChangeAdminKey, CreateAdminKey, IssuedAdminKey } from './admin-keys.dto.js';

const DEFAULT_LIFE_MS = 90 * 24 * 60 * 60 * 1_000;
const EDITABLE = ['name', 'role', 'expiresAt', 'isDisabled'] as const;

/** The commands of administrators on their keys: every change with its audit row, in one transaction. */
@Injectable()
export class AdminKeys {
  constructor(
    private readonly database: Database,
    private readonly repository: AdminKeysRepository,
    private readonly audit: AuditRepository,
  ) {}

  /** @throws RequestError 409 when the name is taken, 422. */
  create({ name, role, expiresAt }: CreateAdminKey, actor: Actor): Promise<IssuedAdminKey> {
    const expiry = expiresAt === undefined ? new Date(Date.now() + DEFAULT_LIFE_MS) : toDate(expiresAt);
    if (expiresAt !== undefined) refusePast(expiry);
    const secret = newSecret();
    const key = { id: uuidv7(), name, role, createdBy: actor.name, expiresAt: expiry, secretHash: hashOf(secret) };
    return this.database.transaction(async (tx) => {
      const row = name.toLowerCase() === BOOTSTRAP_NAME ? null : await this.repository.insert(tx, key);
      if (row === null) throw taken();
      const details = { after: { name, role, expiresAt: expiry } };
      await this.audit.record(tx, { actor, verb: 'key.create', target: targetOf(row.id), details });
      return { ...toView(row), key: secret };
    });
  }

  async page({ limit, cursor }: PageQuery): Promise<AdminKeyPage> {
    const rows = await this.repository.list(cursor ?? null, limit + 1);
    const { rows: shown, nextCursor } = cutPage(rows, limit, ({ id }) => id);
    return { items: shown.map(toView), nextCursor };
  }

  /** @throws RequestError 404. */
  async get(id: string): Promise<Tagged<AdminKeyView>> {
    return toTagged(known(await this.repository.find(id)));
  }

  /** @throws RequestError 404, 409 when the name is taken, 412, 422. */
  async change(
    id: string,
    change: ChangeAdminKey,
    seen: Precondition,
    actor: AuditActor,
  ): Promise<Tagged<AdminKeyView>> {
    if (change.expiresAt !== undefined) refusePast(toDate(change.expiresAt));
    if (change.name?.toLowerCase() === BOOTSTRAP_NAME) throw taken();
    return orTaken(
      this.database.transaction(async (tx) => {
        const found = known(await this.repository.lock(tx, id));
        seen.check(tagOf(found));
        const before = fieldsOf(found);
        const after: AdminKeyFields = {
          name: change.name ?? before.name,
          role: change.role ?? before.role,
          expiresAt: change.expiresAt === undefined ? before.expiresAt : toDate(change.expiresAt),
          isDisabled: change.disabled ?? before.isDisabled,
        };
        const row = known(await this.repository.update(tx, id, after));
        const details = changed(before, after, EDITABLE);
        await this.audit.record(tx, { actor, verb: 'key.change', target: targetOf(id), details });
        return toTagged(row);
      }),
      taken,
    );
  }

  /** @throws RequestError 404, 412. */
  remove(id: string, seen: Precondition, actor: AuditActor): Promise<void> {
    return this.database.transaction(async (tx) => {
      const found = known(await this.repository.lock(tx, id));
      seen.check(tagOf(found));
      const { name, role } = found;
      await this.repository.delete(tx, id);
      const details = { before: { name, role } };
      await this.audit.record(tx, { actor, verb: 'key.delete', target: targetOf(id), details });
    });
  }
}

function toTagged(row: AdminKeyRow): Tagged<AdminKeyView> {
  return { view: toView(row), etag: tagOf(row) };
}

/** Uses and the end of its time change a key without an edit. */
function tagOf(row: AdminKeyRow): string {
  return etagOf({ id: row.id, ...fieldsOf(row) });
}

function toView({ isExpired, ...row }: AdminKeyRow): Pick<AdminKeyView, keyof AdminKeyView> {
  return { ...row, state: row.disabledAt !== null ? 'disabled' : isExpired ? 'expired' : 'active' };
}

function fieldsOf({ name, role, expiresAt, disabledAt }: AdminKeyRow): AdminKeyFields {
  return { name, role, expiresAt, isDisabled: disabledAt !== null };
}

function toDate(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

/** A key that is over when it is made is a slip of the pen; to end one at once there is `disabled`. */
function refusePast(expiry: Date | null): void {
  if (expiry === null || expiry.getTime() > Date.now()) return;
  refuseProblems(422, [{ field: 'expiresAt', message: 'must be in the future' }]);
}

function known(row: AdminKeyRow | null): AdminKeyRow {
  if (row === null) throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'No admin key has this id');
  return row;
}

/** The index admin_keys_name decides between two that take one name at once. */
function taken(): RequestError {
  return new RequestError(409, 'CONFLICT', 'An admin key has this name already', {
    details: [{ field: 'name', message: 'is taken' }],
  });
}

function targetOf(id: string): string {
  return `key:${id}`;
}
