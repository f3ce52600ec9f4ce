import { Injectable } from '@nestjs/common';
import type { Statement, Tx } from '../database/database.js';

/** An event that a bridge made, and the action it made it from. */
export interface BridgedEvent {
  readonly id: string;
  readonly actionId: string;
}

/** Index: company_events_action. */
const FIND_LINKED: Statement = {
  name: 'bridgedEvents.findLinked',
  text: `SELECT e.id, e.action_id AS "actionId" FROM unnest($1::uuid[]) AS i(id) JOIN company_events e ON e.action_id = i.id`,
};

/**
 * Events written before they had a link share their time with the history row of their transaction. Others finished in the
 * same one, so the body has to name the person. Actions that an earlier job erased count as well: it left these behind.
 * Indexes: actions' key, action_history_action, company_events_unlinked, deliveries_owner. The limits keep the planner from
 * joining whole tables.
 */
const FIND_UNLINKED: Statement = {
  name: 'bridgedEvents.findUnlinked',
  text: `SELECT e.id, a.id AS "actionId" FROM actions a
          CROSS JOIN LATERAL (
            SELECT at FROM action_history WHERE action_id = a.id AND to_state = 'calling_back' LIMIT 500
          ) h CROSS JOIN LATERAL (
            SELECT id FROM company_events
             WHERE published_at = h.at AND origin = 'bridge' AND action_id IS NULL LIMIT 10000
          ) e
          WHERE a.id > $3 AND a.id <= $4 AND a.tenant = $1 AND a.object_type = 'lead' AND a.entity_id IN ($2, 'erased')
            AND EXISTS (SELECT 1 FROM company_events WHERE origin = 'bridge' AND action_id IS NULL)
            AND (SELECT bool_or(strpos(d.body, $5) > 0) FROM deliveries d WHERE d.owner_id = e.id)`,
};

/** Finds what bridges made from actions. */
@Injectable()
export class BridgedEventsRepository {
  async findLinked(tx: Tx, actionIds: readonly string[]): Promise<BridgedEvent[]> {
    return actionIds.length === 0 ? [] : tx.query<BridgedEvent>(FIND_LINKED, [actionIds]);
  }

  /** Those without a link that are about the person, of actions with `after` < id <= `last`. */
  findUnlinked(
    tx: Tx,
    subject: { readonly tenant: string; readonly entityId: string },
    after: string,
    last: string,
  ): Promise<BridgedEvent[]> {
    const named = `"person_id":${JSON.stringify(subject.entityId)}`;
    return tx.query<BridgedEvent>(FIND_UNLINKED, [subject.tenant, subject.entityId, after, last, named]);
  }
}
