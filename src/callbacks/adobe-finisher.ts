import { Injectable, Logger } from '@nestjs/common';
import type { FinishedAction } from '../actions/action.js';
import type { ActionFinisher, FinishReceipt } from '../actions/action-finisher.js';
import { ActionsRepository } from '../actions/actions.repository.js';
import { moveToCallback } from '../actions/finished-moves.js';
import { Catalog } from '../catalog/catalog.js';
import type { Tx } from '../database/database.js';
import { newId } from '../database/new-id.js';
import { destinationOf } from '../delivery/destination.js';
import type { NewDelivery } from '../delivery/delivery.js';
import { DeliveryOutbox } from '../delivery/delivery-outbox.js';
import { CallbackContexts } from './callback-contexts.js';
import { buildCallbackBody, type DeclaredPayloads } from './callback-payload.js';
import { droppedValues } from './callbacks.metrics.js';

/** A service that is not configured any more declares nothing: its actions end with their ids alone. */
const NOTHING_DECLARED: DeclaredPayloads = {
  callback: { fields: [], accountFields: [], attributes: [] },
  invocation: {
    globalAttributes: [],
    flowAttributes: [],
    fields: [],
    accountFields: [],
    headers: [],
    journeyContext: false,
    subscriptionContext: false,
    accessors: [],
  },
};

/** Ends actions of Adobe Journey Optimizer B2B: exactly one callback each, also for failures. */
@Injectable()
export class AdobeFinisher implements ActionFinisher {
  readonly dialect = 'adobe';
  private readonly log = new Logger('Callbacks');

  constructor(
    private readonly actions: ActionsRepository,
    private readonly outbox: DeliveryOutbox,
    private readonly catalog: Catalog,
    private readonly contexts: CallbackContexts,
  ) {}

  async finish(tx: Tx, finished: readonly FinishedAction[]): Promise<FinishReceipt> {
    const moved = await moveToCallback(this.actions, tx, finished);
    const ours = finished.filter((one) => moved.has(one.action.id));
    const refs = await this.outbox.insert(
      tx,
      ours.map((one) => this.toDelivery(one)),
    );
    return {
      finishedIds: moved,
      committed: () => {
        this.contexts.remember(ours.filter((_, index) => refs[index]?.leased != null).map((one) => one.action));
        this.outbox.dispatch(refs);
      },
      rolledBack: () => this.outbox.abandon(refs),
    };
  }

  private toDelivery(finished: FinishedAction): NewDelivery {
    const { action } = finished;
    const definition = this.catalog.definitionOf(action) ?? NOTHING_DECLARED;
    const { entity, splitPaths } = action.input;
    if (entity.kind === 'batch') throw new Error('an action of this dialect is about one entity');
    const { body, dropped } = buildCallbackBody(definition, { entity, splitPaths }, finished.outcome);
    if (dropped.length > 0) this.noteDropped(finished, dropped);
    const id = newId();
    return {
      id,
      channel: 'adobe',
      ownerId: action.id,
      destination: destinationOf('adobe', action.tenant, action.callbackUrl),
      eventId: id,
      method: 'POST',
      url: action.callbackUrl,
      contentType: 'application/json',
      body,
      expiresInMs: action.deadlineAtMs - performance.now(),
    };
  }

  private noteDropped(finished: FinishedAction, names: readonly string[]): void {
    droppedValues.inc({ service: finished.action.service }, names.length);
    this.log.warn({
      message: `left out of the callback, not of the declared type: ${names.join(', ')}`,
      requestId: finished.action.id,
      service: finished.action.service,
    });
  }
}
