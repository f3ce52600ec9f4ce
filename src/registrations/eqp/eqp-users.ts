import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Database, type Tx } from '../../database/database.js';
import { DestinationMoves } from '../../delivery/destination-moves.js';
import { etagOf, type Precondition, type Tagged } from '../../http/etag.js';
import { cutPage } from '../../http/keyset-page.js';
import { RequestError } from '../../http/request-error.js';
import type { AuditActor } from '../../security/admin-actor.js';
import { AuditRepository } from '../../security/audit.repository.js';
import { hashOf, newSecret } from '../../security/issued-secrets.js';
import { newAppId, newMageId } from './eqp-secrets.js';
import type {
  ChangeEqpUser,
  CreateEqpUser,
  EqpUserItem,
  EqpCredentials,
  EqpUserPage,
  EqpUserStatus,
  ListEqpUsersQuery,
} from './eqp-users.dto.js';
import { PAUSE_REASON } from '../destination-pauses.repository.js';
import { EqpCallbacksRepository } from './eqp-callbacks.repository.js';
import { EQP_CHANNEL } from './eqp.policy.js';
import { type EqpUserRow, EqpUsersRepository, type EqpUserState } from './eqp-users.repository.js';

/** A made-up mage_id that is taken is made up again; nine digits are not many. */
const MAGE_ID_TRIES = 5;

/** The commands of administrators on users: every change with its audit row, in one transaction. */
@Injectable()
export class EqpUsers {
  constructor(
    private readonly database: Database,
    private readonly repository: EqpUsersRepository,
    private readonly callbacks: EqpCallbacksRepository,
    private readonly moves: DestinationMoves,
    private readonly audit: AuditRepository,
  ) {}

  /** @throws RequestError 409 when the mage_id is taken. */
  create({ mage_id: wanted, profile = {}, name = null }: CreateEqpUser, actor: AuditActor): Promise<EqpCredentials> {
    const appId = newAppId();
    const appSecret = newSecret();
    return this.database.transaction(async (tx) => {
      const user = {
        id: uuidv7(),
        appId,
        secretHash: hashOf(appSecret),
        profile: Object.fromEntries(Object.entries(profile)),
        name,
      };
      for (let tries = 0; tries < (wanted === undefined ? MAGE_ID_TRIES : 1); tries += 1) {
        const mageId = wanted ?? newMageId();
        if (!(await this.repository.insert(tx, { ...user, mageId }))) continue;
        await this.audit.record(tx, { actor, verb: 'eqp.user.create', target: targetOf(mageId), details: { appId } });
        return { mage_id: mageId, app_id: appId, app_secret: appSecret };
      }
      throw new RequestError(409, 'CONFLICT', 'A user with this mage_id exists already', {
        details: [{ field: 'mage_id', message: 'is taken' }],
      });
    });
  }

  async page({ state, limit, cursor }: ListEqpUsersQuery): Promise<EqpUserPage> {
    const rows = await this.repository.list({ state: state ?? null, before: cursor ?? null, limit: limit + 1 });
    const { rows: shown, nextCursor } = cutPage(rows, limit, ({ id }) => id);
    return { items: shown.map(({ id: _id, ...item }) => item), nextCursor };
  }

  /** @throws RequestError 404. */
  async get(mageId: string): Promise<Tagged<EqpUserItem>> {
    return tagged(known(await this.repository.find(mageId)));
  }

  /** @throws RequestError 404, 412. */
  rename(mageId: string, { name }: ChangeEqpUser, seen: Precondition, actor: AuditActor): Promise<Tagged<EqpUserItem>> {
    return this.database.transaction(async (tx) => {
      const before = known(await this.repository.lockOf(tx, mageId));
      seen.check(tagged(before).etag);
      if (name !== undefined) await this.repository.rename(tx, before.id, name);
      const details = { fields: name === undefined ? [] : ['name'] };
      await this.audit.record(tx, { actor, verb: 'eqp.user.change', target: targetOf(mageId), details });
      return tagged({ ...before, name: name === undefined ? before.name : name });
    });
  }

  /** With sessions, callbacks, uploads and events; deliveries that wait are cancelled. @throws RequestError 404, 412. */
  async remove(mageId: string, seen: Precondition, actor: AuditActor): Promise<void> {
    const receipt = await this.database.transaction(async (tx) => {
      const user = known(await this.repository.lockOf(tx, mageId));
      seen.check(tagged(user).etag);
      await this.repository.lockWhole(tx, user.id);
      const removed = (await this.callbacks.list(user.id, tx)).map(({ id }) => id);
      // Destinations before callbacks: settling locks them in that order too.
      const changes = { channel: EQP_CHANNEL, addresses: [], removed, keepReason: PAUSE_REASON };
      const cancelled = await this.moves.apply(tx, changes);
      await this.repository.delete(tx, user.id);
      const details = { appId: user.app_id, callbacks: removed.length };
      await this.audit.record(tx, { actor, verb: 'eqp.user.delete', target: targetOf(mageId), details });
      return cancelled;
    });
    receipt.committed();
  }

  /** The old secret and every session opened with it end at once. @throws RequestError 404. */
  rotateSecret(mageId: string, actor: AuditActor): Promise<EqpCredentials> {
    const appSecret = newSecret();
    return this.database.transaction(async (tx) => {
      const user = await this.repository.rotateSecret(tx, mageId, hashOf(appSecret));
      if (user === null) throw unknownUser();
      await this.repository.endSessions(tx, user.id);
      const details = { appId: user.app_id };
      await this.audit.record(tx, { actor, verb: 'eqp.user.rotate', target: targetOf(mageId), details });
      return { mage_id: mageId, app_id: user.app_id, app_secret: appSecret };
    });
  }

  /** Sessions end, no new ones begin, and deliveries wait. @throws RequestError 404. */
  disable(mageId: string, actor: AuditActor): Promise<EqpUserStatus> {
    return this.setState(mageId, 'disabled', async (tx, id) => {
      await this.repository.endSessions(tx, id);
      await this.audit.record(tx, { actor, verb: 'eqp.user.disable', target: targetOf(mageId), details: {} });
    });
  }

  /** @throws RequestError 404. */
  enable(mageId: string, actor: AuditActor): Promise<EqpUserStatus> {
    return this.setState(mageId, 'active', (tx) =>
      this.audit.record(tx, { actor, verb: 'eqp.user.enable', target: targetOf(mageId), details: {} }),
    );
  }

  private setState(
    mageId: string,
    state: EqpUserState,
    also: (tx: Tx, id: string) => Promise<void>,
  ): Promise<EqpUserStatus> {
    return this.database.transaction(async (tx) => {
      const id = await this.repository.setState(tx, mageId, state);
      if (id === null) throw unknownUser();
      await also(tx, id);
      return { mage_id: mageId, state };
    });
  }
}

function known(row: EqpUserRow | null): EqpUserRow {
  if (row === null) throw unknownUser();
  return row;
}

/** A new secret is no edit, and the state has commands of its own. */
function tagged({ id, ...view }: EqpUserRow): Tagged<EqpUserItem> {
  return { view, etag: etagOf({ id, mageId: view.mage_id, name: view.name }) };
}

/** How the audit names a user. */
export function targetOf(mageId: string): string {
  return `eqp-user:${mageId}`;
}

/** The refusal of an unknown mage_id, for an administrator. */
export function unknownUser(): RequestError {
  return new RequestError(404, 'RESOURCE_NOT_FOUND', 'No EQP user has this mage_id');
}
