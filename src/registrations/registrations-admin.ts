import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/database.js';
import { DestinationSwitch, type EnableReceipt } from '../delivery/destination-switch.js';
import type { Precondition, Tagged } from '../http/etag.js';
import { cutPage } from '../http/keyset-page.js';
import { RequestError } from '../http/request-error.js';
import type { AuditActor } from '../security/admin-actor.js';
import { type AuditEntry, AuditRepository, changed } from '../security/audit.repository.js';
import { DestinationPauses } from './destination-pauses.repository.js';
import { RegisteredDestinations, unknownRegistration } from './registered-destinations.js';
import { RegistrationDirectories, type RegistrationDirectory } from './registration-directory.js';
import type {
  ChangeRegistration,
  ListRegistrationsQuery,
  RegistrationPage,
  RegistrationView,
} from './registrations.dto.js';
import {
  AUDITED_TERMS,
  auditedTermsOf,
  tagOfRegistration,
  toRegistrationView,
  toTaggedRegistration,
} from './registration-view.js';
import { sending } from './sending.js';

/** The commands of administrators on registrations of any family; every change is audited in its transaction. */
@Injectable()
export class RegistrationsAdmin {
  constructor(
    private readonly database: Database,
    private readonly directories: RegistrationDirectories,
    private readonly destinations: RegisteredDestinations,
    private readonly pauses: DestinationPauses,
    private readonly switches: DestinationSwitch,
    private readonly audit: AuditRepository,
  ) {}

  /** Ids of all families carry their time: the newest of each, merged, are the newest of all. */
  async list({ kind, owner, state, cursor, limit }: ListRegistrationsQuery): Promise<RegistrationPage> {
    const asked = this.directories.all().filter((directory) => kind === undefined || directory.kind === kind);
    const filter = { owner: owner ?? null, state: state ?? null, before: cursor ?? null, limit: limit + 1 };
    const pages = await Promise.all(asked.map((directory) => directory.list(filter)));
    const rows = pages.flat().sort((a, b) => (a.id < b.id ? 1 : -1));
    const { rows: shown, nextCursor } = cutPage(rows, limit, ({ id }) => id);
    return { items: shown.map(toRegistrationView), nextCursor };
  }

  /** @throws RequestError 404. */
  async get(id: string): Promise<RegistrationView> {
    return toRegistrationView((await this.destinations.find(id)).registration);
  }

  /** @throws RequestError 404. */
  async getTagged(id: string): Promise<Tagged<RegistrationView>> {
    const { registration } = await this.destinations.find(id);
    return toTaggedRegistration(registration);
  }

  /** @throws RequestError 404, 409, 412, 422. */
  async change(
    id: string,
    change: ChangeRegistration,
    seen: Precondition,
    actor: AuditActor,
  ): Promise<Tagged<RegistrationView>> {
    const { directory } = await this.destinations.find(id);
    const { endDate, url, method, contentType } = change;
    const end = typeof endDate === 'string' ? { endDate: new Date(endDate) } : { endDate };
    const target = targetOf(directory, id);
    const receipt = await this.database.transaction(async (tx) => {
      const before = known(await directory.lock(tx, id));
      seen.check(tagOfRegistration(before));
      const released = known(await directory.change(tx, id, { url, method, contentType, ...end }));
      const after = known(await directory.lock(tx, id));
      const details = {
        fields: Object.keys(change),
        ...changed(auditedTermsOf(before), auditedTermsOf(after), AUDITED_TERMS),
      };
      await this.audit.record(tx, { actor, verb: 'registration.change', target, details });
      return released;
    });
    receipt.committed();
    return this.getTagged(id);
  }

  /** @throws RequestError 404, 412. */
  async remove(id: string, seen: Precondition, actor: AuditActor): Promise<void> {
    const { directory } = await this.destinations.find(id);
    const target = targetOf(directory, id);
    const receipt = await this.database.transaction(async (tx) => {
      const before = known(await directory.lock(tx, id));
      seen.check(tagOfRegistration(before));
      const released = known(await directory.remove(tx, id));
      const details = { before: { owner: before.owner, ...auditedTermsOf(before) } };
      await this.audit.record(tx, { actor, verb: 'registration.remove', target, details });
      return released;
    });
    receipt.committed();
  }

  /** Its deliveries are held from now on, within a second in every process. @throws RequestError 404. */
  async pause(id: string, actor: AuditActor): Promise<RegistrationView> {
    const found = await this.destinations.find(id);
    await this.audited(found.directory, id, 'registration.pause', actor, {}, async (tx) => {
      await this.pauses.pause(tx, await this.destinations.allOf(found, tx));
      return true;
    });
    return this.get(id);
  }

  /** Sends the held deliveries, also after a receiver said that it is gone. @throws RequestError 404. */
  async resume(id: string, actor: AuditActor): Promise<RegistrationView> {
    const found = await this.destinations.find(id);
    const enabled: EnableReceipt[] = [];
    await this.audited(found.directory, id, 'registration.resume', actor, {}, async (tx) => {
      for (const destination of await this.destinations.allOf(found, tx)) {
        enabled.push(await this.switches.enable(tx, destination.id));
      }
      await found.directory.enabled?.(tx, id);
      return true;
    });
    for (const receipt of enabled) receipt.committed();
    return this.get(id);
  }

  /** @returns the id of the event. @throws RequestError 404. */
  async sendTest(id: string, actor: AuditActor): Promise<string> {
    const { directory } = await this.destinations.find(id);
    const receipt = await sending(this.database, async (tx) => {
      await this.audit.record(tx, { actor, verb: 'registration.test', target: targetOf(directory, id), details: {} });
      return directory.sendTest(tx, id);
    });
    return known(receipt).eventId;
  }

  /** @throws RequestError 404; 409 for a family without signed callbacks. */
  async rotateSigningSecret(id: string, actor: AuditActor): Promise<string> {
    const { directory } = await this.destinations.find(id);
    if (directory.rotateSigningSecret === undefined) {
      throw new RequestError(409, 'CONFLICT', 'Callbacks of this kind are not signed');
    }
    let secret: string | null = null;
    await this.audited(directory, id, 'registration.sign', actor, {}, async (tx) => {
      secret = (await directory.rotateSigningSecret?.(tx, id)) ?? null;
      return secret !== null;
    });
    return known<string>(secret);
  }

  /** @param work false: the registration is gone by now. */
  private async audited(
    directory: RegistrationDirectory,
    id: string,
    verb: AuditEntry['verb'],
    actor: AuditActor,
    details: AuditEntry['details'],
    work: (tx: Tx) => Promise<boolean>,
  ): Promise<void> {
    await this.database.transaction(async (tx) => {
      if (!(await work(tx))) throw unknownRegistration();
      await this.audit.record(tx, { actor, verb, target: targetOf(directory, id), details });
    });
  }
}

function targetOf(directory: RegistrationDirectory, id: string): string {
  return `registration:${directory.kind}:${id}`;
}

function known<Value>(value: Value | null): Value {
  if (value === null) throw unknownRegistration();
  return value;
}
