import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { DeliveryStatus } from '../delivery/delivery.js';
import { DeliveryResendRepository, type LockedWait } from '../delivery/delivery-resend.repository.js';
import { WorkQueue } from '../queue/work-queue.js';
import type { AuditActor } from '../security/admin-actor.js';
import { AuditRepository } from '../security/audit.repository.js';

/** The outcome of a request to try a delivery now. */
export type HurryOutcome =
  | { readonly kind: 'due'; readonly wait: LockedWait }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'notWaiting'; readonly status: Exclude<DeliveryStatus, 'pending'> };

/**
 * Brings the next attempt of a pending delivery forward to now, audited in the same transaction. Its schedule goes on
 * where it is, unlike that of a delivery that is sent again. A second request changes nothing.
 */
@Injectable()
export class Hurrier {
  constructor(
    private readonly database: Database,
    private readonly repository: DeliveryResendRepository,
    private readonly audit: AuditRepository,
    private readonly queue: WorkQueue,
  ) {}

  async hurry(id: string, actor: AuditActor): Promise<HurryOutcome> {
    const outcome = await this.database.transaction(async (tx): Promise<HurryOutcome> => {
      const wait = await this.repository.lockWait(tx, id);
      if (wait === null) return { kind: 'unknown' };
      if (wait.status !== 'pending') return { kind: 'notWaiting', status: wait.status };
      if (wait.isEarly) {
        await this.repository.hurry(tx, id);
        const details = { waitsFor: wait.waitsFor };
        await this.audit.record(tx, { actor, verb: 'delivery.try-now', target: `delivery:${id}`, details });
      }
      return { kind: 'due', wait };
    });
    if (outcome.kind === 'due') this.queue.ring('delivery');
    return outcome;
  }
}
