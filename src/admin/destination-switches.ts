import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { type EnableReceipt, DestinationSwitch } from '../delivery/destination-switch.js';
import { RequestError } from '../http/request-error.js';
import { PAUSE_REASON } from '../registrations/destination-pauses.repository.js';
import type { Actor } from '../security/admin-actor.js';
import { AuditRepository } from '../security/audit.repository.js';
import { DestinationListRepository, type DestinationRow } from './destination-list.repository.js';

/** Switches one destination off and on for an administrator, with its audit row in the same transaction. */
@Injectable()
export class DestinationSwitches {
  constructor(
    private readonly database: Database,
    private readonly repository: DestinationListRepository,
    private readonly switches: DestinationSwitch,
    private readonly audit: AuditRepository,
  ) {}

  /** Its deliveries are held from now on, within a second in every process. @throws RequestError 404, 409. */
  async pause(id: string, actor: Actor): Promise<void> {
    await this.database.transaction(async (tx) => {
      const row = known(await this.repository.lock(tx, id));
      if (row.leftAt !== null) throw conflict('Its registration left this destination: pause the registration');
      await this.repository.pause(tx, id);
      await this.audit.record(tx, { actor, verb: 'destination.pause', target: targetOf(row), details: detailsOf(row) });
    });
  }

  /**
   * Sends what was held. Only a pause is ended here: a destination that is off for another reason belongs to a
   * registration, which is told of its end. @throws RequestError 404, 409.
   */
  async resume(id: string, actor: Actor): Promise<void> {
    const receipt = await this.database.transaction(async (tx): Promise<EnableReceipt> => {
      const row = known(await this.repository.find(id));
      if (row.reason !== null && row.reason !== PAUSE_REASON) {
        throw conflict('It is off for another reason: mend that, then resume its registration');
      }
      const enabled = await this.switches.enable(tx, id);
      await this.audit.record(tx, {
        actor,
        verb: 'destination.resume',
        target: targetOf(row),
        details: detailsOf(row),
      });
      return enabled;
    });
    receipt.committed();
  }
}

function known(row: DestinationRow | null): DestinationRow {
  if (row === null) throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'No destination has this id');
  return row;
}

function conflict(message: string): RequestError {
  return new RequestError(409, 'CONFLICT', message);
}

function targetOf({ id }: DestinationRow): string {
  return `destination:${id}`;
}

function detailsOf({ channel, scope, origin }: DestinationRow): Record<string, string> {
  return { channel, scope, origin };
}
