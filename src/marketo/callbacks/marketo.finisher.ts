import { Injectable, Logger } from '@nestjs/common';
import type { FinishedAction } from '../../actions/action.js';
import type { ActionFinisher, FinishReceipt } from '../../actions/action-finisher.js';
import type { BatchEntity, Fields } from '../../actions/action-input.js';
import type { ActionOutcome } from '../../actions/action-result.js';
import { ActionsRepository } from '../../actions/actions.repository.js';
import { moveToCallback, toTransition } from '../../actions/finished-moves.js';
import { Catalog } from '../../catalog/catalog.js';
import type { Tx } from '../../database/database.js';
import { newId } from '../../database/new-id.js';
import type { NewDelivery } from '../../delivery/delivery.js';
import { DeliveryOutbox } from '../../delivery/delivery-outbox.js';
import { destinationOf } from '../../delivery/destination.js';
import { MARKETO } from '../batches/stored-batch.js';
import { type MarketoService, speaksMarketo } from '../documents/service-definition.js';
import { CallbackShape, failedBatch, type MarketoCallback } from './callback-body.js';
import { marketoDropped, marketoLeads } from './marketo.metrics.js';

/** Numbers of failed leads in the history of an action: enough to look one up. */
const TOLD_MAX = 10;

/** Ends batches of Marketo: exactly one callback each, with a result for every lead. */
@Injectable()
export class MarketoFinisher implements ActionFinisher {
  readonly dialect = MARKETO;
  private readonly log = new Logger('Marketo');
  private readonly shapes = new WeakMap<MarketoService, CallbackShape>();

  constructor(
    private readonly actions: ActionsRepository,
    private readonly outbox: DeliveryOutbox,
    private readonly catalog: Catalog,
  ) {}

  async finish(tx: Tx, finished: readonly FinishedAction[]): Promise<FinishReceipt> {
    const moved = await moveToCallback(this.actions, tx, finished, (one) =>
      toTransition(one, one.note ?? noteOf(one.outcome)),
    );
    const ours = finished.filter(({ action }) => moved.has(action.id));
    const callbacks = ours.map((one) => this.build(one));
    const refs = await this.outbox.insert(
      tx,
      ours.map((one, index) => toDelivery(one, callbacks[index]?.body ?? '')),
    );
    return {
      finishedIds: moved,
      committed: () => {
        ours.forEach((one, index) => this.count(one, callbacks[index]?.dropped ?? []));
        this.outbox.dispatch(refs);
      },
      rolledBack: () => this.outbox.abandon(refs),
    };
  }

  private build({ action, outcome }: FinishedAction): MarketoCallback {
    const batch = batchOf(action.input.entity);
    const definition = this.catalog.definitionOf(action);
    const now = new Date();
    const munchkinId = spelledIn(action.input.subscription) ?? action.tenant;
    if (batch.subjects.length === 0) return failedBatch(munchkinId, 'BATCH_ERASED', 'the batch is erased', now);
    if (definition === null || !speaksMarketo(definition)) {
      return failedBatch(munchkinId, 'BATCH_FAILED', `the service ${action.service} is not configured any more`, now);
    }
    return this.shapeOf(definition).build(munchkinId, batch, outcome, now);
  }

  private shapeOf(definition: MarketoService): CallbackShape {
    let shape = this.shapes.get(definition);
    if (shape === undefined) {
      shape = new CallbackShape(definition);
      this.shapes.set(definition, shape);
    }
    return shape;
  }

  private count({ action, outcome }: FinishedAction, dropped: readonly string[]): void {
    const { service } = action;
    const leads = batchOf(action.input.entity).subjects.length;
    const failed = failedNumbers(outcome, leads).length;
    marketoLeads.inc({ service, outcome: 'success' }, leads - failed);
    marketoLeads.inc({ service, outcome: 'failure' }, failed);
    if (dropped.length === 0) return;
    marketoDropped.inc({ service }, dropped.length);
    const message = `left out of the callback, not of the declared type: ${dropped.join(', ')}`;
    this.log.warn({ message, requestId: action.id, service });
  }
}

function batchOf(entity: FinishedAction['action']['input']['entity']): BatchEntity {
  if (entity.kind !== 'batch') throw new Error('an action of this dialect is about a batch');
  return entity;
}

/** The munchkin id as the batch spelled it; null: the batch is erased. */
function spelledIn(subscription: Fields): string | null {
  const { munchkinId } = subscription;
  return typeof munchkinId === 'string' ? munchkinId : null;
}

/** Counted from 1, as the notes of crashes count them. */
function failedNumbers(outcome: ActionOutcome, leads: number): number[] {
  if (outcome.kind === 'failure') return Array.from({ length: leads }, (_, index) => index + 1);
  return (outcome.result.subjects ?? []).flatMap(({ kind }, index) => (kind === 'failure' ? [index + 1] : []));
}

/** A batch with failed leads is a success all the same; the person on call should see it. */
function noteOf(outcome: ActionOutcome): string | null {
  if (outcome.kind === 'failure') return null;
  const leads = outcome.result.subjects?.length ?? 0;
  const failed = failedNumbers(outcome, leads);
  if (failed.length === 0) return null;
  const told = failed.slice(0, TOLD_MAX).join(', ');
  return `${failed.length} of ${leads} leads failed: number ${told}${failed.length > TOLD_MAX ? ', …' : ''}`;
}

function toDelivery({ action }: FinishedAction, body: string): NewDelivery {
  const id = newId();
  return {
    id,
    channel: MARKETO,
    ownerId: action.id,
    destination: destinationOf(MARKETO, action.tenant, action.callbackUrl),
    eventId: id,
    method: 'POST',
    url: action.callbackUrl,
    contentType: 'application/json',
    body,
    expiresInMs: action.deadlineAtMs - performance.now(),
  };
}
