import { Injectable } from '@nestjs/common';
import type { StepOutcome } from '../actions/action-result.js';
import { Database, type Statement } from '../database/database.js';
import type { DeliveryStatus } from '../delivery/delivery.js';
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
  readonly lastStatus: number | null;
  readonly lastError: string | null;
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
}

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
  text: `SELECT id AS "deliveryId", channel, status, event_id AS "eventId", method, regexp_replace(url, '[?#].*$', '') AS url,
                content_type AS "contentType", octet_length(body) AS "bodyBytes", attempt_number AS "attemptNumber",
                next_trigger AS "nextTrigger", CASE WHEN status = 'pending' THEN next_attempt_at END AS "nextAttemptAt",
                expires_at AS "expiresAt", crash_count AS "crashCount", last_status AS "lastStatus", last_error AS "lastError"
           FROM deliveries WHERE owner_id = $1 ORDER BY id LIMIT 100`,
};

const FIND_ATTEMPTS: Statement = {
  name: 'admin.findAttempts',
  text: `SELECT delivery_id AS "deliveryId", number, trigger, fenced, started_at AS "startedAt", total_ms AS "totalMs",
                dns_ms AS "dnsMs", connect_ms AS "connectMs", tls_ms AS "tlsMs", first_byte_ms AS "firstByteMs",
                resolved_ip AS "resolvedIp", status, error_class AS "errorClass", error, headers, excerpt,
                retry_after_ms::float8 AS "retryAfterMs", next_attempt_at AS "nextAttemptAt"
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
