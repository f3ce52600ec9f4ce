import { Injectable } from '@nestjs/common';
import type { StepOutcome } from '../actions/action-result.js';
import { Database, type Statement } from '../database/database.js';
import type { DeliveryStatus } from '../delivery/delivery.js';
import { WAIT_KIND, type WaitKind } from '../delivery/destination-wait.js';
import type { ActionListItem } from './list-actions.dto.js';

/** The head of an action, and whether its request is still stored. */
export interface ActionHeadRow extends ActionListItem {
  readonly hasPayload: boolean;
  readonly crashCount: number;
}

export interface HistoryRow {
  readonly at: Date;
  readonly from: string;
  readonly to: string;
  readonly note: string | null;
  readonly steps: StepOutcome[] | null;
}

/** A delivery without its body. `url` has lost its query: it may hold a key. */
export interface DeliveryDetailRow {
  readonly deliveryId: string;
  readonly channel: string;
  readonly status: DeliveryStatus;
  readonly eventId: string;
  readonly method: string;
  readonly url: string;
  readonly contentType: string;
  readonly bodyBytes: number | null;
  readonly attemptNumber: number;
  readonly nextTrigger: string;
  readonly nextAttemptAt: Date | null;
  readonly expiresAt: Date | null;
  readonly crashCount: number;
  /** Answers of 2xx that came while it ran alone, whether or not they could be recorded as attempts. */
  readonly answered2xx: number;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  /** Of a pending one: what about its destination keeps it waiting at this moment. */
  readonly waitsFor: WaitKind | null;
}

export interface AttemptRow {
  readonly deliveryId: string;
  readonly number: number;
  readonly trigger: string;
  readonly fenced: boolean;
  readonly startedAt: Date;
  readonly totalMs: number;
  readonly dnsMs: number | null;
  readonly connectMs: number | null;
  readonly tlsMs: number | null;
  readonly firstByteMs: number | null;
  readonly resolvedIp: string | null;
  readonly status: number | null;
  readonly errorClass: string | null;
  readonly error: string | null;
  readonly headers: Record<string, string> | null;
  readonly excerpt: Buffer | null;
  readonly retryAfterMs: number | null;
  readonly nextAttemptAt: Date | null;
  /** Without its query; null: the delivery's own. */
  readonly url: string | null;
}

/** The SELECT of a {@link DeliveryDetailRow}, to be followed by a condition on `d`. */
export const DELIVERY_DETAIL = `d.id AS "deliveryId", d.channel, d.status, d.event_id AS "eventId", d.method, regexp_replace(d.url, '[?#].*$', '') AS url,
  d.content_type AS "contentType", octet_length(d.body) AS "bodyBytes", d.attempt_number AS "attemptNumber",
  d.next_trigger AS "nextTrigger", CASE WHEN d.status = 'pending' THEN d.next_attempt_at END AS "nextAttemptAt",
  d.expires_at AS "expiresAt", d.crash_count AS "crashCount", d.answered_2xx AS "answered2xx", d.last_status AS "lastStatus", d.last_error AS "lastError",
  CASE WHEN d.status = 'pending' THEN ${WAIT_KIND} END AS "waitsFor"
  FROM deliveries d LEFT JOIN destinations t ON t.id = d.destination_id`;

const FIND_HEAD: Statement = {
  name: 'admin.findAction',
  text: `SELECT a.id AS "requestId", a.service, a.object_type AS "objectType", a.entity_id AS "entityId", a.tenant AS "imsOrgId",
                a.state, a.outcome, a.error_code AS "errorCode", a.reason, a.received_at AS "receivedAt",
                a.deadline_at AS "deadlineAt", a.finished_at AS "finishedAt", a.crash_count AS "crashCount",
                EXISTS (SELECT 1 FROM action_payloads p WHERE p.action_id = a.id) AS "hasPayload"
           FROM actions a WHERE a.id = $1`,
};

/** Rows of one transaction share their time; ctid keeps the order in which they were written. */
const FIND_HISTORY: Statement = {
  name: 'admin.findHistory',
  text: `SELECT at, from_state AS "from", to_state AS "to", note, steps FROM action_history
          WHERE action_id = $1 ORDER BY at, ctid LIMIT 500`,
};

const FIND_DELIVERIES: Statement = {
  name: 'admin.findDeliveries',
  text: `SELECT ${DELIVERY_DETAIL} WHERE d.owner_id = $1 ORDER BY d.id LIMIT 100`,
};

const FIND_ATTEMPTS: Statement = {
  name: 'admin.findAttempts',
  text: `SELECT delivery_id AS "deliveryId", number, trigger, fenced, started_at AS "startedAt", total_ms AS "totalMs",
                dns_ms AS "dnsMs", connect_ms AS "connectMs", tls_ms AS "tlsMs", first_byte_ms AS "firstByteMs",
                resolved_ip AS "resolvedIp", status, error_class AS "errorClass", error, headers, excerpt,
                retry_after_ms::float8 AS "retryAfterMs", next_attempt_at AS "nextAttemptAt",
                regexp_replace(url, '[?#].*$', '') AS url
           FROM (SELECT * FROM delivery_attempts WHERE delivery_id = ANY($1::uuid[]) ORDER BY started_at DESC LIMIT 500) newest
          ORDER BY delivery_id, number`,
};

/** Reads everything there is to show of one action: never its request, its secrets or a body. */
@Injectable()
export class ActionDetailRepository {
  constructor(private readonly database: Database) {}

  async findHead(id: string): Promise<ActionHeadRow | null> {
    const rows = await this.database.query<ActionHeadRow>(FIND_HEAD, [id]);
    return rows[0] ?? null;
  }

  findHistory(id: string): Promise<HistoryRow[]> {
    return this.database.query<HistoryRow>(FIND_HISTORY, [id]);
  }

  findDeliveries(ownerId: string): Promise<DeliveryDetailRow[]> {
    return this.database.query<DeliveryDetailRow>(FIND_DELIVERIES, [ownerId]);
  }

  /** The newest 500 attempts, by delivery and number. */
  findAttempts(deliveryIds: readonly string[]): Promise<AttemptRow[]> {
    return this.database.query<AttemptRow>(FIND_ATTEMPTS, [deliveryIds]);
  }
}
