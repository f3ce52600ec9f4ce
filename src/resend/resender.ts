import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { WorkQueue } from '../queue/work-queue.js';
import type { AuditActor } from '../security/admin-actor.js';
import { AuditRepository } from '../security/audit.repository.js';
import { Requeuer, type RequeueOutcome } from './requeuer.js';

/** The outcome of a request to send a delivery again. */
export type ResendOutcome = Exclude<RequeueOutcome, { kind: 'changed' | 'moved' }>;

/** Sends one delivery again for an administrator, audited in the same transaction. */
@Injectable()
export class Resender {
  constructor(
    private readonly database: Database,
    private readonly requeuer: Requeuer,
    private readonly audit: AuditRepository,
    private readonly queue: WorkQueue,
  ) {}

  async resend(
    id: string,
    { force, actor }: { readonly force: boolean; readonly actor: AuditActor },
  ): Promise<ResendOutcome> {
    const outcome = await this.database.transaction(async (tx): Promise<ResendOutcome> => {
      // A person looks at one delivery: where its registration is called now is where it is wanted.
      const order = { force, toCurrentUrl: true, trigger: 'manual', note: 'sent again by an administrator' } as const;
      const found = (await this.requeuer.requeue(tx, [id], order)).get(id) ?? { kind: 'unknown' };
      // Only a list of statuses makes a row count as changed, and only without toCurrentUrl does a move matter.
      if (found.kind === 'changed' || found.kind === 'moved') return { kind: 'unknown' };
      if (found.kind === 'queued') {
        const details = { force, from: found.from, requestId: found.requestId };
        await this.audit.record(tx, { actor, verb: 'resend', target: `delivery:${id}`, details });
      }
      return found;
    });
    if (outcome.kind === 'queued') this.queue.ring('delivery');
    return outcome;
  }
}
