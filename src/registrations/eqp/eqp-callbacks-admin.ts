import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Database, type Tx } from '../../database/database.js';
import { DestinationMoves } from '../../delivery/destination-moves.js';
import type { Precondition, Tagged } from '../../http/etag.js';
import { refuseProblems } from '../../http/read-dto.js';
import type { RequestProblem } from '../../http/request-error.js';
import { AddressPolicy } from '../../security/address-policy.js';
import type { AuditActor } from '../../security/admin-actor.js';
import { AuditRepository, changed } from '../../security/audit.repository.js';
import { PAUSE_REASON } from '../destination-pauses.repository.js';
import { unknownRegistration } from '../registered-destinations.js';
import type { Registration } from '../registration-directory.js';
import { AUDITED_TERMS, auditedTermsOf, tagOfRegistration, toTaggedRegistration } from '../registration-view.js';
import type { RegistrationView } from '../registrations.dto.js';
import { CallbackPasswords } from './callback-passwords.js';
import type { ChangeEqpCallback, CreateEqpCallback } from './eqp-callbacks-admin.dto.js';
import { type CallbackRow, type CallbackWrite, EqpCallbacksRepository } from './eqp-callbacks.repository.js';
import { EqpDirectory } from './eqp-directory.js';
import { CALLBACKS_MAX } from './eqp-profile.reader.js';
import { EqpUsersRepository } from './eqp-users.repository.js';
import { unknownUser } from './eqp-users.js';
import { addressOf } from './eqp.channel.js';
import { EQP_CHANNEL, EQP_URL_RULES } from './eqp.policy.js';

/** Registers and changes callbacks in a user's place. Passwords go in, and never out. */
@Injectable()
export class EqpCallbacksAdmin {
  constructor(
    private readonly database: Database,
    private readonly users: EqpUsersRepository,
    private readonly callbacks: EqpCallbacksRepository,
    private readonly directory: EqpDirectory,
    private readonly moves: DestinationMoves,
    private readonly passwords: CallbackPasswords,
    private readonly policy: AddressPolicy,
    private readonly audit: AuditRepository,
  ) {}

  /** @throws RequestError 404, 422. */
  create(mageId: string, wanted: CreateEqpCallback, actor: AuditActor): Promise<Tagged<RegistrationView>> {
    const { url, username, password } = wanted;
    refuseProblems(422, this.problemsOf(url));
    const id = uuidv7();
    const row = toWrite({ id, name: wanted.name ?? null, url, username }, this.passwords.seal(id, password));
    return this.database.transaction(async (tx) => {
      const user = await this.users.lockOf(tx, mageId);
      if (user === null) throw unknownUser();
      const stored = await this.callbacks.list(user.id, tx);
      if (stored.length >= CALLBACKS_MAX) {
        refuseProblems(422, [
          { field: 'url', message: `is one too many: a user has at most ${String(CALLBACKS_MAX)}` },
        ]);
      }
      await this.callbacks.replace(tx, user.id, [...stored.map((one) => toWrite(one, null)), row]);
      const created = await this.found(tx, id);
      const details = { owner: mageId, after: auditedTermsOf(created) };
      await this.audit.record(tx, { actor, verb: 'eqp.callback.create', target: targetOf(id), details });
      return toTaggedRegistration(created);
    });
  }

  /** Deliveries that wait follow to a new url. @throws RequestError 404, 412, 422. */
  async change(
    { mageId, id }: { readonly mageId: string; readonly id: string },
    change: ChangeEqpCallback,
    seen: Precondition,
    actor: AuditActor,
  ): Promise<Tagged<RegistrationView>> {
    const { shown, receipt } = await this.database.transaction(async (tx) => {
      const user = await this.users.lockOf(tx, mageId);
      if (user === null) throw unknownUser();
      const stored = await this.callbacks.list(user.id, tx);
      const before = stored.find((one) => one.id === id);
      if (before === undefined) throw unknownRegistration();
      const earlier = await this.found(tx, id);
      seen.check(tagOfRegistration(earlier));
      const after = this.changed(before, change);
      const addresses = change.url != null ? [addressOf(after)] : [];
      // Destinations before callbacks: settling locks them in that order too.
      const moved = await this.moves.apply(tx, { channel: EQP_CHANNEL, addresses, keepReason: PAUSE_REASON });
      if (addresses.length > 0) await this.callbacks.enable(tx, [id]);
      const rows = stored.map((one) => (one.id === id ? after : toWrite(one, null)));
      await this.callbacks.replace(tx, user.id, rows);
      const registration = await this.found(tx, id);
      const terms = changed(auditedTermsOf(earlier), auditedTermsOf(registration), AUDITED_TERMS);
      const details = { owner: mageId, fields: Object.keys(change), ...terms };
      await this.audit.record(tx, { actor, verb: 'eqp.callback.change', target: targetOf(id), details });
      return { shown: toTaggedRegistration(registration), receipt: moved };
    });
    receipt.committed();
    return shown;
  }

  /** @throws RequestError 422: a stored password may go to no other origin. */
  private changed(before: CallbackRow, { name, url, username, password }: ChangeEqpCallback): CallbackWrite {
    const problems = url == null ? [] : this.problemsOf(url);
    if (
      url != null &&
      problems.length === 0 &&
      password == null &&
      new URL(url).origin !== new URL(before.url).origin
    ) {
      problems.push({ field: 'password', message: 'is needed where the url is of another origin' });
    }
    refuseProblems(422, problems);
    const { id } = before;
    const after = {
      id,
      name: name === undefined ? before.name : name,
      url: url ?? before.url,
      username: username ?? before.username,
    };
    return toWrite(after, password == null ? null : this.passwords.seal(id, password));
  }

  private problemsOf(url: string): RequestProblem[] {
    const refusal = this.policy.checkUrl(url, EQP_URL_RULES);
    return refusal === null ? [] : [{ field: 'url', message: refusal }];
  }

  private async found(tx: Tx, id: string): Promise<Registration> {
    const registration = await this.directory.find(id, tx);
    if (registration === null) throw unknownRegistration();
    return registration;
  }
}

function toWrite(row: Pick<CallbackWrite, 'id' | 'name' | 'url' | 'username'>, password: string | null): CallbackWrite {
  const { id, name, url, username } = row;
  return { id, name, url, username, password, destinationId: addressOf({ id, url }).destination.id };
}

function targetOf(id: string): string {
  return `registration:eqp:${id}`;
}
