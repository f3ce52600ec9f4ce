import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database.js';
import { newId } from '../../database/new-id.js';
import { destinationOf } from '../../delivery/destination.js';
import type { NewDelivery } from '../../delivery/delivery.js';
import { DeliveryOutbox } from '../../delivery/delivery-outbox.js';
import { toJsonText } from '../../http/json-text.js';
import type { SendReceipt } from '../registration-directory.js';
import { COMPANY_CHANNEL } from './company-callbacks.js';
import type { CompanyCallback } from './company-callback.js';
import { CompanyCallbacksRepository } from './company-callbacks.repository.js';
import { type EventEntity, isWanted, mergeEntities, namesQualifier, withQualifier } from './company-entity.js';
import type { CompanyEventType } from './company-event-types.js';
import { withPhoneForm } from './company-phone-form.js';
import { CompanyEventsRepository, type EventOrigin } from './company-events.repository.js';
import { sampleOf } from './company-samples.js';
import { writeMoment } from '../../http/iso-moment.js';

/** Something that happened to a company's data. */
export interface CompanyEvent {
  /** The company's row. */
  readonly company: string;
  readonly type: CompanyEventType;
  readonly entity: EventEntity;
  readonly origin: EventOrigin;
  /** The action the bridge made it from: what is erased there is erased here. */
  readonly actionId?: string;
}

/** Turns events into deliveries: the event and one delivery per registration that wants it, in the caller's transaction. */
@Injectable()
export class CompanyEvents {
  constructor(
    private readonly callbacks: CompanyCallbacksRepository,
    private readonly events: CompanyEventsRepository,
    private readonly outbox: DeliveryOutbox,
  ) {}

  /** Sends an event to every registration that wants it; there may be none. */
  async publish(tx: Tx, event: CompanyEvent): Promise<SendReceipt> {
    const active = await this.callbacks.listActive(tx, event.company, event.type.name);
    return this.send(
      tx,
      event,
      active.filter(({ qualifier }) => isWanted(qualifier, event.entity)),
    );
  }

  /**
   * Sends a sample event, the company's own values above it, to one registration: the one with the qualifier in
   * the values, else one without. @returns null when none is active.
   */
  async publishTest(tx: Tx, { company, type, entity: own }: Omit<CompanyEvent, 'origin'>): Promise<SendReceipt | null> {
    const active = await this.callbacks.listActive(tx, company, type.name);
    const chosen = chooseForTest(type, active, own);
    return chosen === null ? null : this.sendSample(tx, chosen, type, own);
  }

  /** Sends a sample event to this registration, active or not. */
  sendSample(tx: Tx, callback: CompanyCallback, type: CompanyEventType, own: EventEntity = {}): Promise<SendReceipt> {
    const entity = mergeEntities(withQualifier(sampleOf(type), callback.qualifier), own);
    return this.send(tx, { company: callback.company, type, entity, origin: 'test' }, [callback]);
  }

  /** The outbox comes last: what it reserved is given back by the receipt alone. */
  private async send(tx: Tx, event: CompanyEvent, callbacks: readonly CompanyCallback[]): Promise<SendReceipt> {
    const id = newId();
    const { company, origin, type, actionId = null } = event;
    const row = { id, company, eventType: type.name, origin, deliveries: callbacks.length, actionId };
    await this.events.insert(tx, [row]);
    const date = writeMoment(new Date());
    const inForms = new Map(callbacks.map(({ apiVersion }) => [apiVersion, withPhoneForm(event.entity, apiVersion)]));
    const refs = await this.outbox.insert(
      tx,
      callbacks.map((callback) => {
        const entity = inForms.get(callback.apiVersion) ?? event.entity;
        return toDelivery(id, date, { ...event, entity }, callback);
      }),
    );
    return {
      eventId: id,
      count: callbacks.length,
      committed: () => this.outbox.dispatch(refs),
      rolledBack: () => this.outbox.abandon(refs),
    };
  }
}

/** The most precise qualifier first. */
function chooseForTest(
  type: CompanyEventType,
  active: readonly CompanyCallback[],
  own: EventEntity,
): CompanyCallback | null {
  const unqualified = active.find(({ qualifier }) => qualifier === null) ?? null;
  if (!namesQualifier(type, own)) return unqualified ?? active[0] ?? null;
  const size = ({ qualifier }: CompanyCallback): number => Object.keys(qualifier ?? {}).length;
  const matching = active.filter(({ qualifier }) => qualifier !== null && isWanted(qualifier, own));
  return matching.sort((a, b) => size(b) - size(a))[0] ?? unqualified;
}

/** Our members come first: {@link ./company.channel.ts} finds the attempt there in every event. */
function toDelivery(
  id: string,
  date: string,
  { type, entity, origin }: CompanyEvent,
  callback: CompanyCallback,
): NewDelivery {
  const head = {
    event_id: id,
    callback_id: callback.callbackId,
    event_type: type.name,
    callback_type: type.name,
    event_date: date,
    delivery_attempt: '1',
  };
  return {
    id: newId(),
    channel: COMPANY_CHANNEL,
    ownerId: id,
    destination: destinationOf(COMPANY_CHANNEL, callback.id, callback.url),
    eventId: id,
    method: callback.method,
    url: callback.url,
    contentType: callback.contentType,
    body: toJsonText({ ...head, ...entity }),
    expiresInMs: null,
    trigger: origin === 'test' ? 'test' : 'auto',
  };
}
