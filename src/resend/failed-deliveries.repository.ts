import { Injectable } from '@nestjs/common';
import type { Statement, Tx } from '../database/database.js';
import type { DeliveryStatus } from '../delivery/delivery.js';
import { LEFT, OVERDUE, type ResendCandidate } from '../delivery/delivery-resend.repository.js';
import type { FailedDeliveriesFilter, IdRange, RecoverableStatus } from './failed-deliveries.js';

/** Matching deliveries that the rules of sending again treat alike. */
export interface FailedGroup extends ResendCandidate {
  readonly status: RecoverableStatus;
  readonly count: number;
}

/** A matching delivery, for people to look at. */
export interface FailedDelivery {
  readonly deliveryId: string;
  /** Null when no action owns it. */
  readonly requestId: string | null;
  readonly channel: string;
  readonly service: string | null;
  readonly status: RecoverableStatus;
  /** Without query and fragment. */
  readonly url: string;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
}

/** One stretch of the deliveries that failed. */
export interface FailedPage {
  /** Matching ids, in order. */
  readonly ids: string[];
  /** The last id looked at, matching or not; null at the end. */
  readonly last: string | null;
  readonly scanned: number;
}

/** The filters besides the status. */
const FILTERS = `($2::uuid IS NULL OR d.destination_id = $2)
    AND ($3::text IS NULL OR (SELECT t.origin FROM destinations t WHERE t.id = d.destination_id) = $3)
    AND ($4::text IS NULL OR starts_with(regexp_replace(d.url, '^[^:]+://[^/?#]*', ''), $4))
    AND ($5::text IS NULL OR d.channel = $5)
    AND (($6::text IS NULL AND $7::text IS NULL) OR coalesce(
      (SELECT a.service = coalesce($6, a.service) AND a.tenant = coalesce($7, a.tenant) FROM actions a WHERE a.id = d.owner_id), false))`;

/**
 * Statuses are spelled out besides the parameter, or the partial index deliveries_failed could not be used. Scalar
 * sub-selects: EXISTS below OR may be planned as a hash of all actions.
 */
const MATCHES = `d.status IN ('dead', 'expired', 'held') AND d.status = ANY($1::text[]) AND ${FILTERS}`;

const COUNT_GROUPS: Statement = {
  name: 'failedDeliveries.countGroups',
  text: `SELECT d.status, d.body IS NOT NULL AS "hasBody", ${OVERDUE} AS overdue, ${LEFT} AS "isLeft", count(*)::int AS count
           FROM deliveries d WHERE ${MATCHES} AND d.id > $8 AND d.id < $9 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`,
};

const SAMPLE: Statement = {
  name: 'failedDeliveries.sample',
  text: `SELECT d.id AS "deliveryId", a.id AS "requestId", d.channel, a.service, d.status, regexp_replace(d.url, '[?#].*$', '') AS url,
                d.last_status AS "lastStatus", d.last_error AS "lastError"
           FROM deliveries d LEFT JOIN actions a ON a.id = d.owner_id
          WHERE ${MATCHES} AND d.id > $8 AND d.id < $9 ORDER BY d.id LIMIT $10`,
};

/** Along the primary key, and bounded: it counts what a person sees on the first pages of the list, not all there is. */
const COUNT_OTHERS: Statement = {
  name: 'failedDeliveries.countOthers',
  text: `WITH newest AS MATERIALIZED (
      SELECT id, status, destination_id, url, channel, owner_id FROM deliveries WHERE id > $8 AND id < $9 ORDER BY id DESC LIMIT $10
    )
    SELECT d.status, count(*)::int AS count FROM newest d WHERE d.status <> ALL($1::text[]) AND ${FILTERS} GROUP BY 1 ORDER BY 1`,
};

/** Walks deliveries_failed, a bounded stretch per statement, however few of its rows match. */
const FIND_PAGE: Statement = {
  name: 'failedDeliveries.findPage',
  text: `WITH page AS (
      SELECT id FROM deliveries WHERE status IN ('dead', 'expired', 'held') AND id > $8 AND id < $9 ORDER BY id LIMIT $10
    ), matching AS (
      SELECT d.id FROM page JOIN deliveries d ON d.id = page.id WHERE ${MATCHES} ORDER BY d.id LIMIT $11
    )
    SELECT coalesce((SELECT array_agg(id::text ORDER BY id) FROM matching), '{}') AS ids,
           (SELECT max(id::text) FROM page) AS last, (SELECT count(*) FROM page)::int AS scanned`,
};

/** Reads deliveries that failed, by filter, in the order of their ids. */
@Injectable()
export class FailedDeliveriesRepository {
  countGroups(tx: Tx, filter: FailedDeliveriesFilter, range: IdRange): Promise<FailedGroup[]> {
    return tx.query<FailedGroup>(COUNT_GROUPS, parametersOf(filter, range));
  }

  /** Those among the newest `limit` that match but for their status. */
  countOthers(
    tx: Tx,
    filter: FailedDeliveriesFilter,
    range: IdRange,
    limit: number,
  ): Promise<{ readonly status: DeliveryStatus; readonly count: number }[]> {
    return tx.query(COUNT_OTHERS, [...parametersOf(filter, range), limit]);
  }

  /** The oldest ones. */
  sample(tx: Tx, filter: FailedDeliveriesFilter, range: IdRange, limit: number): Promise<FailedDelivery[]> {
    return tx.query<FailedDelivery>(SAMPLE, [...parametersOf(filter, range), limit]);
  }

  /** @param scan failed rows to look at; @param limit matching rows to return. */
  async findPage(
    tx: Tx,
    filter: FailedDeliveriesFilter,
    range: IdRange,
    { scan, limit }: { readonly scan: number; readonly limit: number },
  ): Promise<FailedPage> {
    const rows = await tx.query<FailedPage>(FIND_PAGE, [...parametersOf(filter, range), scan, limit]);
    return rows[0] ?? { ids: [], last: null, scanned: 0 };
  }
}

function parametersOf(filter: FailedDeliveriesFilter, range: IdRange): unknown[] {
  return [
    filter.statuses,
    filter.destinationId,
    filter.origin,
    filter.pathPrefix,
    filter.channel,
    filter.service,
    filter.tenant,
    range.after,
    range.before,
  ];
}
