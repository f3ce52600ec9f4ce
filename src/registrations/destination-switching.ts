import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { DestinationSwitch, type EnableReceipt } from '../delivery/destination-switch.js';
import { RequestError } from '../http/request-error.js';
import type { Actor } from '../security/admin-actor.js';
import { AuditRepository } from '../security/audit.repository.js';
import { DestinationPauses, type KnownDestination } from './destination-pauses.repository.js';

/** Switches one destination off and on for an administrator, with its audit row in the same transaction. */
@Injectable()
export class DestinationSwitching {
  constructor(
    private readonly database: Database,
    private readonly pauses: DestinationPauses,
    private readonly switches: DestinationSwitch,
    private readonly audit: AuditRepository,
  ) {}

  /** Its deliveries are held from now on, within a second in every process. @throws RequestError 404, 409. */
  async pause(id: string, actor: Actor): Promise<void> {
    await this.database.transaction(async (tx) => {
      const known = existing(await this.pauses.lock(tx, id));
      if (known.isLeft) throw conflict('Its registration left this destination: pause the registration');
      await this.pauses.pause(tx, [known]);
      await this.audit.record(tx, { actor, verb: 'destination.pause', ...subjectOf(known) });
    });
  }

  /**
   * Sends what was held. Only a pause is ended here: a destination that is off for another reason belongs to a
   * registration, which is told of its end. @throws RequestError 404, 409.
   */
  async resume(id: string, actor: Actor): Promise<void> {
    const receipt = await this.database.transaction(async (tx): Promise<EnableReceipt> => {
      const known = existing(await this.pauses.lock(tx, id));
      if (known.offReason !== null && !this.pauses.isPause(known.offReason)) {
        throw conflict('It is off for another reason: mend that, then resume its registration');
      }
      const enabled = await this.switches.enable(tx, id);
      await this.audit.record(tx, { actor, verb: 'destination.resume', ...subjectOf(known) });
      return enabled;
    });
    receipt.committed();
  }
}

function existing(found: KnownDestination | null): KnownDestination {
  if (found === null) throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'No destination has this id');
  return found;
}

function conflict(message: string): RequestError {
  return new RequestError(409, 'CONFLICT', message);
}

/** The parts of the audit's entry that tell of it. */
function subjectOf({ id, channel, scope, origin }: KnownDestination): {
  target: string;
  details: Record<string, string>;
} {
  return { target: `destination:${id}`, details: { channel, scope, origin } };
}
