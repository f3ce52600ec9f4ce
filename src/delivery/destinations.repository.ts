import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';
import type { DestinationChange } from './destination-change.js';
import { type DeliveryRow, ROW_COLUMNS } from './deliveries.repository.js';

/** A destination that is not simply there: open, throttled or disabled. Milliseconds from now, by the database's clock. */
export interface GuardedDestination {
  readonly id: string;
  readonly channel: string;
  readonly origin: string;
  /** Until its breaker lets a probe through; zero or less: half-open. Null: closed. */
  readonly open_ms: number | null;
  readonly open_count: number;
  /** Until the probe under way counts as lost; null or less than zero: no probe. */
  readonly probing_ms: number | null;
  readonly throttled_ms: number | null;
  readonly disabled_reason: string | null;
}

/** The outcome of a set of changes. */
export interface AppliedChanges {
  /** How the destinations stand now. */
  readonly destinations: readonly GuardedDestination[];
  /** Opened, or opened again by a probe that failed. */
  readonly opened: readonly string[];
  readonly closed: readonly string[];
  readonly disabled: readonly string[];
}

/** A probe must find its delivery still worth an attempt. */
const LAST_CALL = `interval '3 seconds'`;

const COLUMNS = `t.id, t.channel, t.origin, t.open_count, t.disabled_reason,
  (extract(epoch FROM t.opened_until - clock_timestamp()) * 1000)::float8 AS open_ms,
  (extract(epoch FROM t.probing_until - clock_timestamp()) * 1000)::float8 AS probing_ms,
  (extract(epoch FROM t.throttled_until - clock_timestamp()) * 1000)::float8 AS throttled_ms`;

/** Reads destinations_guarded only: as many rows as there are destinations in trouble. */
const READ_GUARDED: Statement = {
  name: 'destinations.readGuarded',
  text: `SELECT ${COLUMNS} FROM destinations t
          WHERE opened_until IS NOT NULL OR throttled_until IS NOT NULL OR disabled_reason IS NOT NULL`,
};

const READ: Statement = {
  name: 'destinations.read',
  text: `SELECT ${COLUMNS} FROM destinations t WHERE t.id = ANY($1::uuid[])`,
};

/** In id order, before any of the updates: two processes with several destinations each never wait in a circle. */
const LOCK: Statement = {
  name: 'destinations.lock',
  text: `SELECT id FROM destinations WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE`,
};

/**
 * The deadline nearest among the thousand waiting rows that are due next, along deliveries_open. All waiting rows lost:
 * a backlog of 100,000 rows would be read at every opening.
 */
const NEAREST_DEADLINE = `(SELECT min(p.expires_at)
      FILTER (WHERE p.expires_at > now() + interval '1 second' AND p.next_attempt_at < p.expires_at - interval '1 second')
    FROM (SELECT d.expires_at, d.next_attempt_at FROM deliveries d WHERE d.status = 'pending' AND d.destination_id = t.id
           ORDER BY d.next_attempt_at LIMIT 1000) p)`;

const OPENED_UNTIL = `greatest(now(), least(
    now() + least(i.first_ms * power(2, least(t.open_count, 30)), i.max_ms) * interval '1 millisecond',
    ${NEAREST_DEADLINE} - ${LAST_CALL}))`;

/** Only a closed one is opened by counting: the process that comes second with the same news changes nothing. */
const OPEN: Statement = {
  name: 'destinations.open',
  text: `UPDATE destinations t SET opened_until = ${OPENED_UNTIL}, open_count = t.open_count + 1, probing_until = NULL, probe_token = NULL
           FROM unnest($1::uuid[], $2::float8[], $3::float8[]) AS i(id, first_ms, max_ms)
          WHERE t.id = i.id AND t.opened_until IS NULL AND t.left_at IS NULL RETURNING t.id`,
};

/** Fenced by the probe's token: a probe that took too long decides nothing any more. */
const FAIL_PROBE: Statement = {
  name: 'destinations.failProbe',
  text: `UPDATE destinations t SET opened_until = ${OPENED_UNTIL}, open_count = t.open_count + 1, probing_until = NULL, probe_token = NULL
           FROM unnest($1::uuid[], $2::float8[], $3::float8[], $4::uuid[]) AS i(id, first_ms, max_ms, probe_token)
          WHERE t.id = i.id AND t.probe_token = i.probe_token AND t.left_at IS NULL RETURNING t.id`,
};

const CLOSE: Statement = {
  name: 'destinations.close',
  text: `UPDATE destinations t SET opened_until = NULL, open_count = 0, probing_until = NULL, probe_token = NULL
           FROM unnest($1::uuid[], $2::uuid[]) AS i(id, probe_token)
          WHERE t.id = i.id AND t.probe_token = i.probe_token RETURNING t.id`,
};

const RELEASE_PROBE: Statement = {
  name: 'destinations.releaseProbe',
  text: `UPDATE destinations t SET probing_until = NULL, probe_token = NULL
           FROM unnest($1::uuid[], $2::uuid[]) AS i(id, probe_token)
          WHERE t.id = i.id AND t.probe_token = i.probe_token`,
};

/** On a graceful stop; the index is destinations_guarded. */
const RELEASE_PROBES: Statement = {
  name: 'destinations.releaseProbes',
  text: `UPDATE destinations SET probing_until = NULL, probe_token = NULL
          WHERE opened_until IS NOT NULL AND probe_token = ANY($1::uuid[])`,
};

/** Never earlier than what another answer asked for. */
const THROTTLE: Statement = {
  name: 'destinations.throttle',
  text: `UPDATE destinations t SET throttled_until = greatest(t.throttled_until, now() + i.throttle_ms * interval '1 millisecond')
           FROM unnest($1::uuid[], $2::float8[]) AS i(id, throttle_ms) WHERE t.id = i.id AND t.left_at IS NULL`,
};

const DISABLE: Statement = {
  name: 'destinations.disable',
  text: `UPDATE destinations t SET disabled_reason = i.reason
           FROM unnest($1::uuid[], $2::text[]) AS i(id, reason) WHERE t.id = i.id AND t.disabled_reason IS NULL AND t.left_at IS NULL RETURNING t.id`,
};

/**
 * Lets one delivery through to each half-open destination, once over all processes: the row of the destination is the
 * fence (SKIP LOCKED re-reads it after a rival committed). Of the rows due next, the one that expires first goes.
 */
const CLAIM_PROBES: Statement = {
  name: 'destinations.claimProbes',
  text: `WITH half_open AS (
      SELECT t.id FROM destinations t
       WHERE t.opened_until <= now() AND (t.probing_until IS NULL OR t.probing_until <= now())
         AND (t.throttled_until IS NULL OR t.throttled_until <= now()) AND t.disabled_reason IS NULL AND t.channel = ANY($4::text[])
       ORDER BY t.opened_until LIMIT $1 FOR UPDATE SKIP LOCKED
    ), due AS (
      SELECT taken.id, half_open.id AS destination_id FROM half_open CROSS JOIN LATERAL (
        SELECT d.id FROM deliveries d WHERE d.status = 'pending' AND d.id IN (
          SELECT n.id FROM deliveries n
           WHERE n.status = 'pending' AND n.destination_id = half_open.id AND n.next_attempt_at <= now() AND n.crash_count = 0
           ORDER BY n.next_attempt_at LIMIT 1000)
         ORDER BY d.expires_at, d.next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED
      ) taken
    ), probing AS (
      UPDATE destinations t SET probing_until = now() + $3 * interval '1 millisecond', probe_token = $2
        FROM due WHERE t.id = due.destination_id
    )
    UPDATE deliveries d SET status = 'delivering', lease_token = $2, lease_until = now() + $3 * interval '1 millisecond',
           attempt_number = d.attempt_number + 1, attempt_count = d.attempt_count + 1
      FROM due WHERE d.id = due.id RETURNING ${ROW_COLUMNS}`,
};

/** Rows that came to wait after it opened may not have as long as it would stay open. */
const HURRY: Statement = {
  name: 'destinations.hurry',
  text: `UPDATE destinations t SET opened_until = greatest(now(), ${NEAREST_DEADLINE} - ${LAST_CALL})
          WHERE t.id = ANY($1::uuid[]) AND t.opened_until > now() AND ${NEAREST_DEADLINE} - ${LAST_CALL} < t.opened_until
         RETURNING ${COLUMNS}`,
};

/** Throttles that passed leave the index; a minute late, so as not to wait for a row being throttled again. */
const FORGET_THROTTLES: Statement = {
  name: 'destinations.forgetThrottles',
  text: `UPDATE destinations SET throttled_until = NULL WHERE id IN (
      SELECT id FROM destinations WHERE throttled_until < now() - interval '1 minute' ORDER BY id FOR UPDATE SKIP LOCKED)`,
};

/**
 * The changes that answers make to destinations: breaker, throttle, switch, in sets and in the settling transaction. Owners change
 * them through `destination-holds.repository.ts` and `delivery-moves.repository.ts`.
 */
@Injectable()
export class DestinationsRepository {
  constructor(private readonly database: Database) {}

  /** Every destination in trouble. */
  readGuarded(): Promise<GuardedDestination[]> {
    return this.database.query<GuardedDestination>(READ_GUARDED, []);
  }

  /** Deliveries and owners are locked by now; destinations come last. */
  async lock(tx: Tx, ids: readonly string[]): Promise<void> {
    await tx.query(LOCK, [ids]);
  }

  /** Writes what attempts said of their destinations, which are locked; those left by their registrations stay well. */
  async apply(tx: Tx, changes: readonly DestinationChange[]): Promise<AppliedChanges> {
    const ids = [...new Set(changes.map((change) => change.destinationId))];
    const of = (verb: DestinationChange['verb']): DestinationChange[] => changes.filter((one) => one.verb === verb);
    const opened = [...(await this.open(tx, of('open'))), ...(await this.failProbes(tx, of('failProbe')))];
    const closed = await this.endProbes(tx, CLOSE, of('close'));
    await this.endProbes(tx, RELEASE_PROBE, of('releaseProbe'));
    await this.throttle(tx, changes);
    const disabled = await this.disable(tx, changes);
    const destinations = await tx.query<GuardedDestination>(READ, [ids]);
    return { destinations, opened, closed, disabled };
  }

  /** @param channels keys of the channels this process knows. */
  claimProbes(limit: number, channels: readonly string[], leaseToken: string, leaseMs: number): Promise<DeliveryRow[]> {
    return this.database.query<DeliveryRow>(CLAIM_PROBES, [limit, leaseToken, leaseMs, channels]);
  }

  /** Lets others probe at once. */
  async releaseProbes(probeTokens: readonly string[]): Promise<void> {
    await this.database.query(RELEASE_PROBES, [probeTokens]);
  }

  /** Ends the open time of destinations earlier where a waiting delivery needs it. @returns those that changed. */
  hurry(ids: readonly string[]): Promise<GuardedDestination[]> {
    return this.database.query<GuardedDestination>(HURRY, [ids]);
  }

  async forgetThrottles(): Promise<void> {
    await this.database.query(FORGET_THROTTLES, []);
  }

  private async open(tx: Tx, changes: readonly DestinationChange[]): Promise<string[]> {
    const unique = [...new Map(changes.map((change) => [change.destinationId, change])).values()];
    if (unique.length === 0) return [];
    const rows = await tx.query<{ id: string }>(OPEN, [
      unique.map((change) => change.destinationId),
      unique.map((change) => change.breaker?.openFirstMs ?? 0),
      unique.map((change) => change.breaker?.openMaxMs ?? 0),
    ]);
    return rows.map((row) => row.id);
  }

  private async failProbes(tx: Tx, changes: readonly DestinationChange[]): Promise<string[]> {
    if (changes.length === 0) return [];
    const rows = await tx.query<{ id: string }>(FAIL_PROBE, [
      changes.map((change) => change.destinationId),
      changes.map((change) => change.breaker?.openFirstMs ?? 0),
      changes.map((change) => change.breaker?.openMaxMs ?? 0),
      changes.map((change) => change.probeToken),
    ]);
    return rows.map((row) => row.id);
  }

  private async endProbes(tx: Tx, statement: Statement, changes: readonly DestinationChange[]): Promise<string[]> {
    if (changes.length === 0) return [];
    const rows = await tx.query<{ id: string }>(statement, [
      changes.map((change) => change.destinationId),
      changes.map((change) => change.probeToken),
    ]);
    return rows.map((row) => row.id);
  }

  private async throttle(tx: Tx, changes: readonly DestinationChange[]): Promise<void> {
    const longest = new Map<string, number>();
    for (const { destinationId, throttleMs } of changes) {
      if (throttleMs !== null) longest.set(destinationId, Math.max(throttleMs, longest.get(destinationId) ?? 0));
    }
    if (longest.size > 0) await tx.query(THROTTLE, [[...longest.keys()], [...longest.values()]]);
  }

  private async disable(tx: Tx, changes: readonly DestinationChange[]): Promise<string[]> {
    const reasons = new Map<string, string>();
    for (const { destinationId, disable } of changes) if (disable !== null) reasons.set(destinationId, disable);
    if (reasons.size === 0) return [];
    const rows = await tx.query<{ id: string }>(DISABLE, [[...reasons.keys()], [...reasons.values()]]);
    return rows.map((row) => row.id);
  }
}
