import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';
import { joinTexts, splitTexts } from '../database/parameters.js';
import { storableDelayMs, storableText, storableTextOrNull } from '../database/storable.js';
import { COMMIT_LOCALLY, FEW, filterOnly, HELD_LEASES, leaseArrays } from '../database/plans.js';
import { countFound, countInto, CRASHES_UNTIL_BLAMED, holderOf, isDecided, isProven } from '../queue/crash-verdict.js';
import type { AttemptTrigger, NewDelivery } from './delivery.js';
import type { Settlement } from './settlement.js';
import { OWN_REASONS } from './own-reasons.js';

/** A claimed row. */
export interface DeliveryRow {
  readonly id: string;
  readonly channel: string;
  readonly owner_id: string;
  readonly destination_id: string;
  readonly event_id: string;
  readonly method: string;
  readonly url: string;
  readonly content_type: string;
  readonly body: string | null;
  readonly attempt_number: number;
  readonly attempt_count: number;
  readonly next_trigger: AttemptTrigger;
  readonly last_status: number | null;
  readonly crash_count: number;
  readonly remaining_ms: number | null;
}

/** How many more deliveries a claim may take, per channel and per busy destination. */
export interface ClaimRoom {
  readonly limit: number;
  /** Most per destination and how many more of the channel altogether; rows of other channels are left alone. */
  readonly channels: readonly { readonly key: string; readonly perDestination: number; readonly free: number }[];
  /** Destinations with something under way in this process, and how much. */
  readonly busy: readonly (readonly [destinationId: string, underWay: number])[];
}

/** A delivery that a sweeper took back or ended. */
export interface SweptRow {
  readonly id: string;
  readonly channel: string;
  readonly owner_id: string;
  readonly status: 'pending' | 'dead' | 'expired';
  readonly last_status: number | null;
  readonly last_error: string | null;
}

const NONE: ReadonlySet<string> = new Set();

/** The columns of a row `d` that a claim returns. */
export const ROW_COLUMNS = `d.id, d.channel, d.owner_id, d.destination_id, d.event_id, d.method, d.url, d.content_type, d.body,
  d.attempt_number, d.attempt_count, d.next_trigger, d.last_status, d.crash_count,
  (extract(epoch FROM d.expires_at - clock_timestamp()) * 1000)::float8 AS remaining_ms`;

const INSERT: Statement = {
  name: 'deliveries.insert',
  text: `INSERT INTO deliveries (id, channel, owner_id, destination_id, event_id, method, url, content_type, body, expires_at,
                                 next_trigger, status, held_for, last_error, attempt_number, attempt_count, lease_token, lease_until)
    SELECT t.id, t.channel, t.owner_id, t.destination_id, t.event_id, t.method, t.url, t.content_type, t.body,
           now() + t.expires_in_ms * interval '1 millisecond', t.trigger,
           CASE WHEN t.held THEN 'held' WHEN t.lease_token IS NULL THEN 'pending' ELSE 'delivering' END,
           CASE WHEN t.held THEN 'destination' END, CASE WHEN t.held THEN 'its destination is switched off' END,
           CASE WHEN t.lease_token IS NULL THEN 0 ELSE 1 END, CASE WHEN t.lease_token IS NULL THEN 0 ELSE 1 END,
           t.lease_token, CASE WHEN t.lease_token IS NOT NULL THEN now() + $12 * interval '1 millisecond' END
      FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[],
                  ${splitTexts('$9')}, $10::float8[], $11::uuid[], $13::boolean[], $14::text[])
        AS t(id, channel, owner_id, destination_id, event_id, method, url, content_type, body, expires_in_ms, lease_token, held,
             trigger)`,
};

const INSERT_DESTINATIONS: Statement = {
  name: 'deliveries.insertDestinations',
  text: `INSERT INTO destinations (id, channel, scope, origin)
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) ON CONFLICT (id) DO NOTHING`,
};

/**
 * Round-robin over destinations: hops from destination to destination along deliveries_open (a loose index scan), takes
 * from each no more than it has room for, and orders by turn. One ORDER BY next_attempt_at over everything lost: a
 * destination with a long backlog then starves all others. Destinations that are open, half-open, throttled or disabled
 * are passed over: a wait costs no attempt.
 */
const CLAIM_DUE: Statement = {
  name: 'deliveries.claimDue',
  text: `WITH RECURSIVE hop AS (
      (SELECT destination_id FROM deliveries WHERE status = 'pending' ORDER BY destination_id LIMIT 1)
      UNION ALL
      SELECT (SELECT d.destination_id FROM deliveries d WHERE d.status = 'pending' AND d.destination_id > hop.destination_id
               ORDER BY d.destination_id LIMIT 1)
        FROM hop WHERE hop.destination_id IS NOT NULL
    ), room AS (
      SELECT h.destination_id, t.channel, cap.free AS channel_free, cap.most - coalesce(busy.under_way, 0) AS free
        FROM hop h CROSS JOIN LATERAL (
          SELECT t.channel FROM destinations t
           WHERE t.id = h.destination_id AND t.opened_until IS NULL AND t.disabled_reason IS NULL
             AND (t.throttled_until IS NULL OR t.throttled_until <= now()) LIMIT 1
        ) t
        JOIN unnest($4::text[], $5::int[], $6::int[]) AS cap(channel, most, free) ON cap.channel = t.channel AND cap.free > 0
        LEFT JOIN unnest($7::uuid[], $8::int[]) AS busy(destination_id, under_way) ON busy.destination_id = h.destination_id
    ), due AS (
      SELECT id FROM (
        SELECT taken.*, room.channel_free,
               row_number() OVER (PARTITION BY room.channel ORDER BY taken.turn, taken.next_attempt_at) AS in_channel
          FROM room CROSS JOIN LATERAL (
            SELECT locked.id, locked.next_attempt_at, row_number() OVER (ORDER BY locked.next_attempt_at) AS turn FROM (
              SELECT d.id, d.next_attempt_at FROM deliveries d
               WHERE d.status = 'pending' AND d.destination_id = room.destination_id AND d.next_attempt_at <= now() AND d.crash_count = 0
               ORDER BY d.next_attempt_at LIMIT least(greatest(room.free, 0), $1) FOR UPDATE SKIP LOCKED
            ) locked
          ) taken
      ) ranked
      WHERE in_channel <= channel_free ORDER BY turn, next_attempt_at LIMIT $1
    )
    UPDATE deliveries d SET status = 'delivering', lease_token = $2, lease_until = now() + $3 * interval '1 millisecond',
           attempt_number = d.attempt_number + 1, attempt_count = d.attempt_count + 1
      FROM due WHERE d.id = due.id RETURNING ${ROW_COLUMNS}`,
};

/**
 * Fenced: a row under another lease is left alone, and its attempt is recorded as fenced. Without content: the row
 * may have ended and been erased long ago, and nothing would come by to erase what is written now.
 */
const SETTLE: Statement = {
  name: 'deliveries.settle',
  text: `WITH input AS (
      SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::float8[], $5::text[], $6::boolean[], $7::int[], $8::text[],
                           $9::float8[], $10::int[], $11::int[], $12::text[], $13::int[], $14::text[], $15::text[], $16::jsonb[])
        AS t(id, lease_token, status, delay_ms, last_error, attempted, number, trigger,
             age_ms, total_ms, first_byte_ms, resolved_ip, answer, error_class, error, extra) ${FEW}
    ), settled AS (
      UPDATE deliveries d SET status = i.status, lease_token = NULL, lease_until = NULL, sending_at = NULL, held_for = NULL,
             next_trigger = CASE WHEN i.attempted THEN 'auto' ELSE d.next_trigger END,
             next_attempt_at = least(now() + coalesce(i.delay_ms, 0) * interval '1 millisecond', d.expires_at),
             attempt_number = d.attempt_number - CASE WHEN i.attempted THEN 0 ELSE 1 END,
             attempt_count = d.attempt_count - CASE WHEN i.attempted
               AND NOT (i.status = 'pending' AND i.error_class IS NOT DISTINCT FROM 'interrupted') THEN 0 ELSE 1 END,
             crash_count = CASE WHEN i.status = 'pending' THEN 0 ELSE d.crash_count END,
             last_status = CASE WHEN i.attempted THEN i.answer ELSE d.last_status END,
             -- A row that expires while it waits keeps the reason it had to wait for: that is what whoever looks at it needs.
             last_error = CASE WHEN i.status = 'delivered' THEN NULL
                               WHEN i.status = 'expired' AND NOT i.attempted THEN concat_ws('; ', d.last_error, i.last_error)
                               ELSE coalesce(i.last_error, d.last_error) END
        FROM input i WHERE d.id = i.id AND ${filterOnly('d.status')} = 'delivering' AND d.lease_token = i.lease_token
      RETURNING d.next_attempt_at, i.*
    ), attempt AS (
      INSERT INTO delivery_attempts (delivery_id, number, trigger, fenced, started_at, total_ms, first_byte_ms, resolved_ip, status,
             error_class, error, dns_ms, connect_ms, tls_ms, headers, excerpt, retry_after_ms, next_attempt_at, request_body, url)
      SELECT id, number, trigger, fenced, now() - age_ms * interval '1 millisecond', total_ms, first_byte_ms,
             resolved_ip, answer, error_class, error,
             (extra->>'dns')::int, (extra->>'connect')::int, (extra->>'tls')::int, CASE WHEN NOT fenced THEN extra->'headers' END,
             CASE WHEN NOT fenced THEN decode(extra->>'excerpt', 'base64') END, (extra->>'retryAfter')::bigint,
             CASE WHEN status = 'pending' THEN next_attempt_at END, CASE WHEN NOT fenced THEN extra->>'body' END,
             extra->>'url'
        FROM (SELECT false AS fenced, s.* FROM settled s
              UNION ALL SELECT true, NULL, i.* FROM input i WHERE i.id NOT IN (SELECT id FROM settled)) made
       WHERE attempted
      ON CONFLICT (delivery_id, number) DO NOTHING
    )
    SELECT id FROM settled`,
};

const EXTEND_LEASES: Statement = {
  name: 'deliveries.extendLeases',
  commitsLocally: true,
  text: `WITH mine AS (
      SELECT d.id FROM deliveries d JOIN ${HELD_LEASES} ON d.id = t.id AND d.lease_token = t.lease_token
       WHERE ${filterOnly('d.status')} = 'delivering' FOR UPDATE OF d SKIP LOCKED
    )
    UPDATE deliveries d SET lease_until = now() + $3 * interval '1 millisecond'
      FROM mine, ${COMMIT_LOCALLY} WHERE d.id = mine.id AND level = 'local' RETURNING d.id`,
};

/**
 * A released lease never counts as a crash and costs no attempt of the schedule. The attempt's number stays used if a
 * request may have been seen. A row marked as being sent is left to its lease: it is never sent again.
 */
const RELEASE_LEASES: Statement = {
  name: 'deliveries.releaseLeases',
  text: `UPDATE deliveries d SET status = 'pending', lease_token = NULL, lease_until = NULL, next_attempt_at = now(),
                on_trial = false, attempt_count = greatest(d.attempt_count - 1, 0),
                attempt_number = d.attempt_number - CASE WHEN $3::boolean THEN 0 ELSE 1 END
           FROM ${HELD_LEASES}
          WHERE d.id = t.id AND ${filterOnly('d.status')} = 'delivering' AND d.lease_token = t.lease_token AND d.sending_at IS NULL
         RETURNING d.id`,
};

/**
 * Where the process of the lease lives, nothing crashed: no request was made, or its answer came too late to be settled.
 * That costs no attempt of the schedule; the number stays used, because a request may have been seen.
 */
const RECLAIM_EXPIRED: Statement = {
  name: 'deliveries.reclaimExpired',
  text: `WITH lost AS (
      SELECT d.id, ${countFound('d')}, ${isProven('d')} AS blamed
        FROM deliveries d ${holderOf('d')}
       WHERE d.status = 'delivering' AND d.lease_until < now() AND ${isDecided('d')}
       ORDER BY d.lease_until LIMIT $1 FOR UPDATE OF d SKIP LOCKED
    )
    UPDATE deliveries d SET lease_token = NULL, lease_until = NULL, next_attempt_at = now(), ${countInto('d', 'lost')},
           attempt_count = greatest(d.attempt_count - CASE WHEN lost.lives THEN 1 ELSE 0 END, 0),
           status = CASE WHEN d.sending_at IS NOT NULL OR lost.blamed THEN 'dead' ELSE 'pending' END,
           last_error = CASE WHEN d.sending_at IS NOT NULL AND lost.lives THEN 'OUTCOME_UNKNOWN: its lease ran out while the request was under way'
                             WHEN d.sending_at IS NOT NULL THEN 'OUTCOME_UNKNOWN: the process ended while the request was under way'
                             WHEN lost.blamed THEN 'quarantined after ${CRASHES_UNTIL_BLAMED} crashes' ELSE d.last_error END
      FROM lost WHERE d.id = lost.id
    RETURNING d.id, d.channel, d.owner_id, d.status, d.last_status, d.last_error`,
};

/**
 * Rows that no claim takes expire here: held ones, and those of an open or throttled destination. Claims mostly end
 * the others. Index: deliveries_expiring. Going by destination lost: it reads the backlog of each.
 */
const EXPIRE_WAITING: Statement = {
  name: 'deliveries.expireWaiting',
  text: `WITH over AS (
      SELECT id FROM deliveries WHERE ${filterOnly('status')} IN ('pending', 'held') AND expires_at <= now()
       ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED
    )
    UPDATE deliveries d SET status = 'expired',
           last_error = CASE d.status WHEN 'held' THEN d.last_error
                          ELSE concat_ws('; ', d.last_error, '${OWN_REASONS.timeWasUp}') END
      FROM over WHERE d.id = over.id
    RETURNING d.id, d.channel, d.owner_id, d.status, d.last_status, d.last_error`,
};

/**
 * A delivery's way from its insert to its end: claims, leases, settling, attempts. Repositories beside it move what is held,
 * resent, moved or forgotten; `delivery-transitions.ts` lists all of them. Sets everywhere; settling is fenced by the lease.
 */
@Injectable()
export class DeliveriesRepository {
  constructor(private readonly database: Database) {}

  /**
   * @param leaseTokens one per delivery; null inserts it `pending`
   * @param held ids of deliveries to a disabled destination, inserted `held`
   */
  async insert(
    tx: Tx,
    rows: readonly NewDelivery[],
    leaseTokens: readonly (string | null)[],
    leaseMs: number,
    held: ReadonlySet<string> = NONE,
  ): Promise<void> {
    await tx.query(INSERT, [
      rows.map((row) => row.id),
      rows.map((row) => row.channel),
      rows.map((row) => row.ownerId),
      rows.map((row) => row.destination.id),
      rows.map((row) => row.eventId),
      rows.map((row) => row.method),
      rows.map((row) => row.url),
      rows.map((row) => row.contentType),
      joinTexts(rows.map((row) => row.body)),
      rows.map((row) => row.expiresInMs),
      leaseTokens,
      leaseMs,
      rows.map((row) => held.has(row.id)),
      rows.map((row) => row.trigger ?? 'auto'),
    ]);
  }

  /** Makes destinations known; ids are derived, so writing one twice is nothing. */
  async insertDestinations(tx: Tx, destinations: readonly NewDelivery['destination'][]): Promise<void> {
    const sorted = [...destinations].sort((a, b) => (a.id < b.id ? -1 : 1));
    await tx.query(INSERT_DESTINATIONS, [
      sorted.map((destination) => destination.id),
      sorted.map((destination) => destination.channel),
      sorted.map((destination) => destination.scope),
      sorted.map((destination) => destination.origin),
    ]);
  }

  claimDue(room: ClaimRoom, leaseToken: string, leaseMs: number): Promise<DeliveryRow[]> {
    return this.database.query<DeliveryRow>(CLAIM_DUE, [
      room.limit,
      leaseToken,
      leaseMs,
      room.channels.map(({ key }) => key),
      room.channels.map(({ perDestination }) => perDestination),
      room.channels.map(({ free }) => free),
      room.busy.map(([destinationId]) => destinationId),
      room.busy.map(([, underWay]) => underWay),
    ]);
  }

  /** Writes attempts and outcomes. @returns ids that were still ours. */
  async settle(tx: Tx, settlements: readonly Settlement[]): Promise<Set<string>> {
    const now = performance.now();
    const attempts = settlements.map((settlement) => settlement.attempt);
    const rows = await tx.query<{ id: string }>(SETTLE, [
      settlements.map((settlement) => settlement.delivery.id),
      settlements.map((settlement) => settlement.delivery.leaseToken),
      settlements.map((settlement) => settlement.status),
      settlements.map(({ delayMs }) => (delayMs === null ? null : storableDelayMs(delayMs))),
      settlements.map((settlement) => storableTextOrNull(settlement.lastError)),
      attempts.map((attempt) => attempt !== null),
      settlements.map((settlement) => settlement.delivery.attemptNumber),
      settlements.map((settlement) => settlement.delivery.trigger),
      attempts.map((attempt) => (attempt === null ? null : now - attempt.startedAtMs)),
      attempts.map((attempt) => (attempt === null ? null : Math.round(attempt.answer.timing.totalMs))),
      attempts.map((attempt) => roundOrNull(attempt?.answer.timing.firstByteMs)),
      attempts.map((attempt) => attempt?.answer.resolvedIp ?? null),
      attempts.map((attempt) => attempt?.answer.status ?? null),
      attempts.map((attempt) => attempt?.errorClass ?? null),
      attempts.map((attempt) => storableTextOrNull(attempt?.answer.error)),
      attempts.map(extraOf),
    ]);
    return new Set(rows.map((row) => row.id));
  }

  async extendLeases(held: readonly { id: string; leaseToken: string }[], leaseMs: number): Promise<Set<string>> {
    const rows = await this.database.query<{ id: string }>(EXTEND_LEASES, [...leaseArrays(held), leaseMs]);
    return new Set(rows.map((row) => row.id));
  }

  /**
   * Gives leases back on a graceful stop.
   * @param started whether a request may have been seen. @returns ids that are due again.
   */
  async releaseLeases(held: readonly { id: string; leaseToken: string }[], started = true): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(RELEASE_LEASES, [...leaseArrays(held), started]);
    return rows.map((row) => row.id);
  }

  /** Takes rows with an ended lease back: due again, as suspects if their process ended, or dead. */
  reclaimExpired(tx: Tx, limit: number): Promise<SweptRow[]> {
    return tx.query<SweptRow>(RECLAIM_EXPIRED, [limit]);
  }

  /** Ends held and waiting rows after their time. */
  expireWaiting(tx: Tx, limit: number): Promise<SweptRow[]> {
    return tx.query<SweptRow>(EXPIRE_WAITING, [limit]);
  }
}

function roundOrNull(value: number | null | undefined): number | null {
  return value == null ? null : Math.round(value);
}

/** The rare parts of an attempt travel as one json: they are null for almost every row. */
function extraOf(attempt: Settlement['attempt']): string | null {
  if (attempt === null) return null;
  const { answer } = attempt;
  const { timing } = answer;
  const { requestBody, url = null } = attempt;
  if (
    timing.connectMs === null &&
    answer.headers === null &&
    answer.excerpt === null &&
    requestBody === null &&
    url === null
  )
    return null;
  return JSON.stringify({
    dns: roundOrNull(timing.dnsMs),
    connect: roundOrNull(timing.connectMs),
    tls: roundOrNull(timing.tlsMs),
    headers: answer.headers === null ? null : storableHeaders(answer.headers),
    excerpt: answer.excerpt?.toString('base64') ?? null,
    retryAfter: answer.retryAfterMs,
    body: storableTextOrNull(requestBody),
    url,
  });
}

function storableHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, storableText(value)]));
}
