import { Injectable } from '@nestjs/common';
import type { Statement, Tx } from '../database/database.js';

/** Whom an order to erase names. */
export interface OrderedSubject {
  readonly tenant: string;
  readonly entityId: string;
}

/** Index: erase_jobs_running, which holds the jobs under way and no other. */
const FIND_RUNNING: Statement = {
  name: 'eraseOrders.findRunning',
  text: `SELECT j.tenant, j.entity_id AS "entityId" FROM unnest($1::text[], $2::text[]) AS i(tenant, entity_id)
           JOIN erase_jobs j ON j.tenant = i.tenant AND j.entity_id = i.entity_id AND j.state = 'running'`,
};

/** Says who is being erased at this moment, for stages that would make something new of a person. */
@Injectable()
export class EraseOrdersRepository {
  /** @returns those of the subjects that a running job is about. */
  async findRunning(tx: Tx, subjects: readonly OrderedSubject[]): Promise<readonly OrderedSubject[]> {
    if (subjects.length === 0) return [];
    return tx.query<OrderedSubject>(FIND_RUNNING, [
      subjects.map(({ tenant }) => tenant),
      subjects.map(({ entityId }) => entityId),
    ]);
  }
}
