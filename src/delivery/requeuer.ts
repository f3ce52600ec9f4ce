import { Injectable } from '@nestjs/common';
import { ActionsRepository } from '../actions/actions.repository.js';
import type { Tx } from '../database/database.js';
import type { DeliveryStatus } from './delivery.js';
import { type LockedDelivery, type LockedOwner, ResendRepository } from './resend.repository.js';
import { refusalOf, type ResendConsent, type ResendRefusal } from './resend-rules.js';

/** How deliveries are to be sent again. */
export interface RequeueOrder extends ResendConsent {
  readonly trigger: 'manual' | 'bulk';
  /** For the history of the actions that are brought back. */
  readonly note: string;
  /** Only rows that still have one of these; absent: any. */
  readonly statuses?: readonly DeliveryStatus[];
}

/** What came of the wish to send one delivery again. */
export type RequeueOutcome =
  | { readonly kind: 'queued'; readonly requestId: string | null; readonly from: DeliveryStatus }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'changed' }
  | ResendRefusal;

/** Makes ended deliveries due again, the same id, event id and bytes, and brings their actions back with them. */
@Injectable()
export class Requeuer {
  constructor(
    private readonly repository: ResendRepository,
    private readonly actions: ActionsRepository,
  ) {}

  /** The caller rings for what is queued, after the commit. @returns an outcome for every id. */
  async requeue(tx: Tx, ids: readonly string[], order: RequeueOrder): Promise<ReadonlyMap<string, RequeueOutcome>> {
    const outcomes = new Map<string, RequeueOutcome>(ids.map((id) => [id, { kind: 'unknown' }]));
    const allowed: LockedDelivery[] = [];
    for (const delivery of await this.repository.lockDeliveries(tx, ids)) {
      const refusal = findRefusal(delivery, order);
      if (refusal === null) allowed.push(delivery);
      else outcomes.set(delivery.id, refusal);
    }
    if (allowed.length === 0) return outcomes;
    const rows = allowed.map(({ id, overdue, status }) => ({ id, extend: overdue || status === 'expired' }));
    await this.repository.requeue(tx, rows, order.trigger);
    const owners = await this.bringBack(tx, allowed, order.note);
    for (const { id, ownerId, status } of allowed) {
      outcomes.set(id, { kind: 'queued', requestId: owners.has(ownerId) ? ownerId : null, from: status });
    }
    return outcomes;
  }

  /** @returns ids of the actions behind the deliveries. */
  private async bringBack(tx: Tx, deliveries: readonly LockedDelivery[], note: string): Promise<ReadonlySet<string>> {
    const owners = await this.repository.lockOwners(tx, [...new Set(deliveries.map(({ ownerId }) => ownerId))]);
    const inState = (state: LockedOwner['state']): { id: string; leaseToken: null; note: string }[] =>
      owners.filter((owner) => owner.state === state).map(({ id }) => ({ id, leaseToken: null, note }));
    await this.actions.transition(tx, 'undeliverable', 'calling_back', inState('undeliverable'));
    await this.actions.transition(tx, 'expired', 'calling_back', inState('expired'));
    return new Set(owners.map(({ id }) => id));
  }
}

function findRefusal(delivery: LockedDelivery, order: RequeueOrder): RequeueOutcome | null {
  if (order.statuses !== undefined && !order.statuses.includes(delivery.status)) return { kind: 'changed' };
  return refusalOf(delivery, order);
}
