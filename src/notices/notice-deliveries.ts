import { Injectable } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { Database, type Tx } from '../database/database.js';
import { newId } from '../database/new-id.js';
import type { DeliveryRef } from '../delivery/delivery.js';
import { DeliveryOutbox } from '../delivery/delivery-outbox.js';
import { destinationOf } from '../delivery/destination.js';
import { NOTICE_CHANNEL, type NoticeFormat } from './notice.js';
import { type NoticeMessage, writeMessage } from './notice-message.js';

const HOUR_MS = 60 * 60 * 1_000;

/** A message to make in a transaction. */
export interface MessageToSend extends Pick<NoticeMessage, 'noticeId' | 'cause' | 'count' | 'names'> {
  readonly format: NoticeFormat;
  readonly origin: string;
}

/** Turns messages into deliveries of the engine, in the transaction that decides to send them. */
@Injectable()
export class NoticeDeliveries {
  private readonly consoleUrl: string | null;

  constructor(
    private readonly database: Database,
    private readonly outbox: DeliveryOutbox,
    { http }: AppConfig,
  ) {
    // With a port for operators the console is there, and where that is the service does not know.
    this.consoleUrl = http.managementPort === null ? `${http.publicUrl.replace(/\/$/, '')}/console` : null;
  }

  /** @param decide its writes come first; null: nothing is sent. @returns the id of the delivery. */
  async sendWhen(decide: (tx: Tx) => Promise<MessageToSend | null>): Promise<string | null> {
    let refs: readonly DeliveryRef[] = [];
    try {
      await this.database.transaction(async (tx) => {
        const message = await decide(tx);
        if (message !== null) refs = await this.insert(tx, message);
      });
    } catch (error) {
      this.outbox.abandon(refs);
      throw error;
    }
    this.outbox.dispatch(refs);
    return refs[0]?.id ?? null;
  }

  private insert(tx: Tx, { format, origin, ...message }: MessageToSend): Promise<DeliveryRef[]> {
    const [id, eventId] = [newId(), newId()];
    // The row is read by everyone who may see deliveries; the channel has the address itself.
    const url = `${origin}/`;
    return this.outbox.insert(tx, [
      {
        id,
        channel: NOTICE_CHANNEL,
        ownerId: eventId,
        destination: destinationOf(NOTICE_CHANNEL, message.noticeId, url),
        eventId,
        method: 'POST',
        url,
        contentType: 'application/json',
        body: writeMessage(format, { ...message, at: new Date(), consoleUrl: this.consoleUrl }),
        expiresInMs: 6 * HOUR_MS,
        trigger: message.cause === 'test' ? 'test' : 'auto',
      },
    ]);
  }
}
