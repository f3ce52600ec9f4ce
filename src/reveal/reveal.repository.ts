import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';
import type { RevealedDelivery } from './reveal.dto.js';

const EXISTS: Statement = { name: 'reveal.exists', text: `SELECT 1 FROM actions WHERE id = $1` };

const FIND_REQUEST: Statement = {
  name: 'reveal.findRequest',
  text: `SELECT request FROM action_payloads WHERE action_id = $1`,
};

/** Index: deliveries_owner. */
const FIND_DELIVERIES: Statement = {
  name: 'reveal.findDeliveries',
  text: `SELECT * FROM (
            SELECT id AS "deliveryId", channel, status, content_type AS "contentType", body
              FROM deliveries WHERE owner_id = $1 LIMIT 100
          ) found ORDER BY "deliveryId"`,
};

/** Index: result_messages_action. */
const FIND_RESULTS: Statement = {
  name: 'reveal.findResults',
  text: `SELECT objects FROM (SELECT request_id, objects FROM result_messages WHERE action_id = $1 LIMIT 100) found
          ORDER BY request_id`,
};

/** Reads the content of an action: the only place from which it goes to an administrator. */
@Injectable()
export class RevealRepository {
  constructor(private readonly database: Database) {}

  async exists(id: string): Promise<boolean> {
    return (await this.database.query(EXISTS, [id])).length > 0;
  }

  async findRequest(id: string): Promise<string | null> {
    return (await this.database.query<{ request: string }>(FIND_REQUEST, [id]))[0]?.request ?? null;
  }

  findDeliveries(id: string): Promise<RevealedDelivery[]> {
    return this.database.query<RevealedDelivery>(FIND_DELIVERIES, [id]);
  }

  async findResults(id: string): Promise<string[]> {
    return (await this.database.query<{ objects: string }>(FIND_RESULTS, [id])).map(({ objects }) => objects);
  }
}
