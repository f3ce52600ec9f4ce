import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../config/config.js';
import { Database, type Tx } from '../../database/database.js';
import { newId } from '../../database/new-id.js';
import type { DeliveryRef, NewDelivery } from '../../delivery/delivery.js';
import { DeliveryOutbox } from '../../delivery/delivery-outbox.js';
import { destinationOf } from '../../delivery/destination.js';
import { RequestError } from '../../http/request-error.js';
import type { AuditActor } from '../../security/admin-actor.js';
import { AuditRepository } from '../../security/audit.repository.js';
import { type CallbackTarget, EqpCallbacksRepository } from './eqp-callbacks.repository.js';
import { type EqpEvent, renderEqpEvent } from './eqp-event.js';
import type { EqpEventReceipt } from './eqp-event.dto.js';
import { EqpEventsRepository } from './eqp-events.repository.js';
import { EqpStatesRepository } from './eqp-states.repository.js';
import { targetOf, unknownUser } from './eqp-users.js';
import { EqpUsersRepository } from './eqp-users.repository.js';
import { EQP_CHANNEL } from './eqp.policy.js';

/**
 * Publishes events: the state a subscriber may read, one delivery per callback and the audit row are written in one
 * transaction, so that no callback is about a state that cannot be read, and no fan-out is lost or halved.
 */
@Injectable()
export class EqpPublisher {
  constructor(
    private readonly database: Database,
    private readonly users: EqpUsersRepository,
    private readonly callbacks: EqpCallbacksRepository,
    private readonly states: EqpStatesRepository,
    private readonly events: EqpEventsRepository,
    private readonly outbox: DeliveryOutbox,
    private readonly audit: AuditRepository,
    private readonly config: AppConfig,
  ) {}

  /** @throws RequestError 404 for an unknown user, 409 for one who is disabled. */
  async publish(event: EqpEvent, actor: AuditActor): Promise<EqpEventReceipt> {
    const eventId = newId();
    const refs: DeliveryRef[] = [];
    try {
      await this.database.transaction((tx) => this.write(tx, { eventId, event, actor, refs }));
    } catch (error) {
      this.outbox.abandon(refs);
      throw error;
    }
    this.outbox.dispatch(refs);
    return { event_id: eventId, deliveries: refs.length };
  }

  /** `refs` is filled as it goes: a rollback has to give up the places reserved by then. */
  private async write(
    tx: Tx,
    { eventId, event, actor, refs }: { eventId: string; event: EqpEvent; actor: AuditActor; refs: DeliveryRef[] },
  ): Promise<void> {
    const user = await this.users.lockForEvent(tx, event.mageId);
    if (user === null) throw unknownUser();
    if (user.state === 'disabled') throw new RequestError(409, 'CONFLICT', 'The user is disabled: enable it first');
    const modifiedAt = event.modifiedAt ?? (await this.states.now(tx));
    await this.keepState(tx, user.id, event, modifiedAt);
    const targets = await this.callbacks.findTargets(tx, user.id);
    const { callbackEvent } = event;
    await this.events.insert(tx, { id: eventId, userId: user.id, callbackEvent, deliveries: targets.length });
    const body = renderEqpEvent(event, modifiedAt);
    for (let start = 0; start < targets.length; start += this.config.batchMax) {
      const chunk = targets.slice(start, start + this.config.batchMax);
      refs.push(
        ...(await this.outbox.insert(
          tx,
          chunk.map((target) => toDelivery(eventId, target, body)),
        )),
      );
    }
    const details = { eventId, callbackEvent, deliveries: targets.length };
    await this.audit.record(tx, { actor, verb: 'eqp.event.publish', target: targetOf(event.mageId), details });
  }

  private keepState(tx: Tx, userId: string, event: EqpEvent, modifiedAt: string): Promise<void> {
    switch (event.callbackEvent) {
      case 'malware_scan_complete':
        return this.states.keepUpload(tx, userId, event, modifiedAt);
      case 'eqp_status_update':
        return this.states.keepPackage(tx, userId, event, modifiedAt);
      default:
        return event satisfies never;
    }
  }
}

function toDelivery(eventId: string, { id, url }: CallbackTarget, body: string): NewDelivery {
  return {
    id: newId(),
    channel: EQP_CHANNEL,
    ownerId: eventId,
    destination: destinationOf(EQP_CHANNEL, id, url),
    eventId,
    method: 'POST',
    url,
    contentType: 'application/json',
    body,
    expiresInMs: null,
  };
}
