import { Injectable } from '@nestjs/common';
import type { Statement, Tx } from '../../database/database.js';
import type { CallbackEvent } from './eqp-values.js';

/** An event as it is recorded; what it said is in its deliveries. */
export interface EqpEventRow {
  readonly id: string;
  readonly userId: string;
  readonly callbackEvent: CallbackEvent;
  readonly deliveries: number;
}

const INSERT: Statement = {
  name: 'eqp.insertEvent',
  text: `INSERT INTO eqp_events (id, user_id, callback_event, deliveries) VALUES ($1, $2, $3, $4)`,
};

/** Writes the events that deliveries belong to. */
@Injectable()
export class EqpEventsRepository {
  async insert(tx: Tx, { id, userId, callbackEvent, deliveries }: EqpEventRow): Promise<void> {
    await tx.query(INSERT, [id, userId, callbackEvent, deliveries]);
  }
}
