import { Injectable } from '@nestjs/common';
import type { ActionState } from '../actions/action-state.js';
import { Database, type Statement } from '../database/database.js';
import type { DeliveryStatus } from '../delivery/delivery.js';
import { needleOf, type Subject } from './subject-search.repository.js';

/** Most deliveries, attempts, results and calls that one page shows. */
export const ROWS_MAX = 2_000;

/** A stretch of the primary key, walked from the newest to the oldest. */
export interface Window {
  /** Excluded; null at the oldest action. */
  readonly after: string | null;
}

export interface SubjectActionRow {
  readonly id: string;
  readonly service: string;
  readonly objectType: string;
  readonly state: ActionState;
  readonly receivedAt: Date;
  readonly finishedAt: Date | null;
  readonly hasPayload: boolean;
}

export interface SubjectDeliveryRow {
  readonly id: string;
  readonly ownerId: string;
  readonly channel: string;
  readonly eventId: string;
  readonly status: DeliveryStatus;
  readonly hasBody: boolean;
}

export interface SubjectAttemptRow {
  readonly deliveryId: string;
  readonly number: number;
  readonly startedAt: Date;
  readonly status: number | null;
  readonly hasContent: boolean;
}

export interface SubjectResultRow {
  readonly requestId: string;
  readonly actionId: string;
  readonly createdAt: Date;
}

export interface AskedCallRow {
  readonly id: string;
  readonly request: string;
  readonly receivedAt: Date;
}

/** One row more than the window has: the first of the next. */
const FIND_WINDOW: Statement = {
  name: 'subjects.findWindow',
  text: `SELECT CASE WHEN count(*) > $2 THEN min(id::text) END AS after
           FROM (SELECT id FROM actions WHERE id <= $1 ORDER BY id DESC LIMIT $2 + 1) page`,
};

/** A scalar sub-select: EXISTS may be planned to read the keys of every payload. */
const FIND_ACTIONS: Statement = {
  name: 'subjects.findActions',
  text: `SELECT a.id, a.service, a.object_type AS "objectType", a.state, a.received_at AS "receivedAt", a.finished_at AS "finishedAt",
                (SELECT true FROM action_payloads p WHERE p.action_id = a.id) IS TRUE AS "hasPayload"
           FROM actions a WHERE a.id = ANY($1::uuid[]) ORDER BY a.id DESC`,
};

/** Index: deliveries_owner. Sorted afterwards, here as below: in the order of a key, the key is walked from its beginning. */
const FIND_DELIVERIES: Statement = {
  name: 'subjects.findDeliveries',
  text: `SELECT * FROM (
            SELECT id, owner_id AS "ownerId", channel, event_id AS "eventId", status, body IS NOT NULL AS "hasBody"
              FROM deliveries WHERE owner_id = ANY($1::uuid[]) LIMIT $2
          ) found ORDER BY id`,
};

/** Headers that an answer did not have are stored as a JSON null. */
const FIND_ATTEMPTS: Statement = {
  name: 'subjects.findAttempts',
  text: `SELECT delivery_id AS "deliveryId", number, started_at AS "startedAt", status,
                (excerpt IS NOT NULL OR nullif(headers, 'null') IS NOT NULL OR request_body IS NOT NULL) AS "hasContent"
           FROM delivery_attempts WHERE delivery_id = ANY($1::uuid[]) ORDER BY delivery_id, number LIMIT $2`,
};

/** Index: result_messages_action. */
const FIND_RESULTS: Statement = {
  name: 'subjects.findResults',
  text: `SELECT * FROM (
            SELECT request_id AS "requestId", action_id AS "actionId", created_at AS "createdAt"
              FROM result_messages WHERE action_id = ANY($1::uuid[]) LIMIT $2
          ) found ORDER BY "requestId"`,
};

/** Index: async_calls_asked. */
const FIND_ASKED: Statement = {
  name: 'subjects.findAsked',
  text: `SELECT * FROM (
            SELECT id, request, received_at AS "receivedAt" FROM async_calls
             WHERE client_id = $1 AND request IS NOT NULL AND strpos(request, $2) > 0 LIMIT $3
          ) found ORDER BY id`,
};

/** Reads what is held about a subject: ids, states and times, and whether content is there; never content itself. */
@Injectable()
export class SubjectsRepository {
  constructor(private readonly database: Database) {}

  /** @param last the newest id to look at. */
  async findWindow(last: string, size: number): Promise<Window> {
    const rows = await this.database.query<Window>(FIND_WINDOW, [last, size]);
    return rows[0] ?? { after: null };
  }

  findActions(ids: readonly string[]): Promise<SubjectActionRow[]> {
    return this.database.query<SubjectActionRow>(FIND_ACTIONS, [ids]);
  }

  /** One more than {@link ROWS_MAX} tells that there are more; the same of the others. */
  findDeliveries(ownerIds: readonly string[]): Promise<SubjectDeliveryRow[]> {
    return this.database.query<SubjectDeliveryRow>(FIND_DELIVERIES, [ownerIds, ROWS_MAX + 1]);
  }

  findAttempts(deliveryIds: readonly string[]): Promise<SubjectAttemptRow[]> {
    return this.database.query<SubjectAttemptRow>(FIND_ATTEMPTS, [deliveryIds, ROWS_MAX + 1]);
  }

  findResults(actionIds: readonly string[]): Promise<SubjectResultRow[]> {
    return this.database.query<SubjectResultRow>(FIND_RESULTS, [actionIds, ROWS_MAX + 1]);
  }

  /** Calls of a client that have not been started and may be about the person. */
  findAskedCalls({ tenant, entityId }: Subject): Promise<AskedCallRow[]> {
    return this.database.query<AskedCallRow>(FIND_ASKED, [tenant, needleOf(entityId), ROWS_MAX + 1]);
  }
}
