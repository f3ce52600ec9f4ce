import { Injectable } from '@nestjs/common';
import { ActionsRepository } from '../actions/actions.repository.js';
import { Database, type Tx } from '../database/database.js';
import { WorkQueue } from '../queue/work-queue.js';
import { AuditRepository } from './audit.repository.js';
import { type ResendCandidate, ResendRepository } from './resend.repository.js';

/** What came of the wish to send a delivery again. */
export type ResendOutcome =
  | { readonly kind: 'queued'; readonly requestId: string | null }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'underWay'; readonly status: 'pending' | 'delivering' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'needsForce'; readonly because: 'delivered' | 'cancelled' | 'overdue' };

/** Sends a delivery again: the same id, event id and bytes on a schedule that starts over, its action brought back. */
@Injectable()
export class Resender {
  constructor(
    private readonly database: Database,
    private readonly repository: ResendRepository,
    private readonly actions: ActionsRepository,
    private readonly audit: AuditRepository,
    private readonly queue: WorkQueue,
  ) {}

  async resend(id: string, options: { readonly force: boolean; readonly actor: string }): Promise<ResendOutcome> {
    const outcome = await this.database.transaction(async (tx): Promise<ResendOutcome> => {
      const delivery = await this.repository.lockDelivery(tx, id);
      if (delivery === null) return { kind: 'unknown' };
      return refusalOf(delivery, options.force) ?? (await this.requeue(tx, delivery, options));
    });
    if (outcome.kind === 'queued') this.queue.ring('delivery', [id]);
    return outcome;
  }

  private async requeue(
    tx: Tx,
    delivery: ResendCandidate,
    { force, actor }: { readonly force: boolean; readonly actor: string },
  ): Promise<ResendOutcome> {
    await this.repository.requeue(tx, delivery.id, delivery.overdue || delivery.status === 'expired');
    const owner = await this.repository.lockOwner(tx, delivery.ownerId);
    if (owner?.state === 'undeliverable' || owner?.state === 'expired') {
      const row = { id: owner.id, leaseToken: null, note: 'sent again by an administrator' };
      await this.actions.transition(tx, owner.state, 'calling_back', [row]);
    }
    const details = { force, from: delivery.status, requestId: owner?.id ?? null };
    await this.audit.record(tx, { actor, verb: 'resend', target: `delivery:${delivery.id}`, details });
    return { kind: 'queued', requestId: owner?.id ?? null };
  }
}

function refusalOf(delivery: ResendCandidate, force: boolean): ResendOutcome | null {
  const { status } = delivery;
  if (status === 'pending' || status === 'delivering') return { kind: 'underWay', status };
  if (!delivery.hasBody) return { kind: 'gone' };
  if (force) return null;
  if (status === 'delivered' || status === 'cancelled') return { kind: 'needsForce', because: status };
  return delivery.overdue || status === 'expired' ? { kind: 'needsForce', because: 'overdue' } : null;
}
