import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';
import { FEW, filterOnly } from '../database/plans.js';
import type { Destination } from './delivery.js';
import { REMOVED_SENTENCE, type RegisteredAddress } from './registered-address.js';

/** A destination of a registration, its row locked. */
export interface LockedDestination {
  readonly id: string;
  readonly scope: string;
  readonly disabledReason: string | null;
  /** Whether its registration is called elsewhere by now. */
  readonly isLeft: boolean;
}

/** From which destination deliveries go to which address. */
export interface Way {
  readonly from: string;
  readonly to: RegisteredAddress;
  /** Whether the address is switched off: what is held stays held. */
  readonly isOff: boolean;
}

/** A leased delivery and where it has to go. */
export interface LeasedMove {
  readonly id: string;
  readonly leaseToken: string;
  readonly to: RegisteredAddress;
}

const INSERT: Statement = {
  name: 'deliveryMoves.insertDestinations',
  text: `INSERT INTO destinations (id, channel, scope, origin)
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) ON CONFLICT (id) DO NOTHING`,
};

/** In id order, as everybody locks destinations. Index: destinations_of_scope. */
const LOCK: Statement = {
  name: 'deliveryMoves.lock',
  text: `SELECT id, scope, disabled_reason AS "disabledReason", left_at IS NOT NULL AS "isLeft" FROM destinations
          WHERE scope = ANY($2::text[]) AND channel = $1 ORDER BY id FOR UPDATE`,
};

const FORGET = `opened_until = NULL, open_count = 0, probing_until = NULL, probe_token = NULL, throttled_until = NULL`;

const LEAVE: Statement = {
  name: 'deliveryMoves.leave',
  text: `UPDATE destinations SET left_at = now(), disabled_reason = NULL, ${FORGET} WHERE id = ANY($1::uuid[])`,
};

const ARRIVE: Statement = {
  name: 'deliveryMoves.arrive',
  text: `UPDATE destinations t SET left_at = NULL, disabled_reason = i.reason, ${FORGET}
           FROM unnest($1::uuid[], $2::text[]) AS i(id, reason) WHERE t.id = i.id`,
};

/** Only a filter, spelled so that no index answers it: `filterOnly` of these statuses is what deliveries_expiring holds. */
const STILL_WAITS = `('' || d.status) IN ('pending', 'held')`;

/** Attempts without an address are older than that column: they went to the delivery's address until now. */
function tellAttempts(moving: string): string {
  return `UPDATE delivery_attempts a SET url = m.url FROM ${moving} m WHERE a.delivery_id = m.id AND a.url IS NULL`;
}

/**
 * A bounded stretch of what waits, picked along deliveries_open. Ordering the pick itself by id lost: the primary key is
 * then read from its beginning. A row that another process has locked is passed over: that
 * process is claiming it, and looks for its address before sending. Waiting for it lost: its settling waits for the
 * destination, which is locked here.
 * Deliveries that waited for the old address are due at once.
 */
const FOLLOW: Statement = {
  name: 'deliveryMoves.follow',
  text: `WITH way AS MATERIALIZED (
      SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::boolean[])
        AS w(from_id, to_id, url, method, content_type, is_off) ${FEW}
    ), picked AS MATERIALIZED (
      SELECT one.id FROM way w CROSS JOIN LATERAL (
        SELECT d.id FROM deliveries d WHERE d.status IN ('pending', 'held') AND d.destination_id = w.from_id
           AND (w.from_id <> w.to_id OR d.url <> w.url OR d.next_attempt_at > now() OR d.held_for = 'destination' AND NOT w.is_off)
         LIMIT $7
      ) one LIMIT $7
    ), moving AS MATERIALIZED (
      SELECT d.id, d.url, d.destination_id FROM deliveries d
       WHERE d.id = ANY(ARRAY(SELECT id FROM picked)) AND ${STILL_WAITS} ORDER BY d.id FOR UPDATE SKIP LOCKED
    ), told AS (${tellAttempts('moving')})
    UPDATE deliveries d SET destination_id = w.to_id, url = w.url, method = w.method, content_type = w.content_type,
           status = CASE WHEN d.held_for = 'destination' AND NOT w.is_off THEN 'pending' ELSE d.status END,
           held_for = CASE WHEN w.is_off THEN d.held_for END, next_attempt_at = least(d.next_attempt_at, now())
      FROM moving m JOIN way w ON w.from_id = m.destination_id WHERE d.id = m.id RETURNING d.id`,
};

const CANCEL: Statement = {
  name: 'deliveryMoves.cancel',
  text: `WITH picked AS MATERIALIZED (
      SELECT d.id FROM deliveries d WHERE d.status IN ('pending', 'held') AND d.destination_id = ANY($1::uuid[]) LIMIT $2
    ), waiting AS MATERIALIZED (
      SELECT d.id FROM deliveries d
       WHERE d.id = ANY(ARRAY(SELECT id FROM picked)) AND ${STILL_WAITS} ORDER BY d.id FOR UPDATE SKIP LOCKED
    )
    UPDATE deliveries d SET status = 'cancelled', held_for = NULL, last_error = $3 FROM waiting w WHERE d.id = w.id RETURNING d.id`,
};

/** Of deliveries this process has the lease of, beside their settling. */
const READDRESS: Statement = {
  name: 'deliveryMoves.readdress',
  text: `WITH input AS MATERIALIZED (
      SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[])
        AS t(id, lease_token, destination_id, url, method, content_type) ${FEW}
    ), moving AS MATERIALIZED (
      SELECT d.id, d.url FROM input i JOIN deliveries d ON d.id = i.id AND d.lease_token = i.lease_token
       WHERE ${filterOnly('d.status')} = 'delivering' ORDER BY d.id FOR UPDATE OF d
    ), told AS (${tellAttempts('moving')})
    UPDATE deliveries d SET destination_id = i.destination_id, url = i.url, method = i.method, content_type = i.content_type
      FROM moving m JOIN input i ON i.id = m.id WHERE d.id = m.id`,
};

/**
 * Destinations left in the last day where something still waits, looked up one by one: joined as sets, every delivery
 * that waits anywhere would be read. Indexes: destinations_left, deliveries_open.
 */
const FIND_LEFT: Statement = {
  name: 'deliveryMoves.findLeft',
  text: `WITH gone AS MATERIALIZED (
      SELECT id, channel, scope, origin FROM destinations WHERE left_at > now() - interval '1 day'
    )
    SELECT gone.* FROM gone CROSS JOIN LATERAL (
      SELECT 1 FROM deliveries d WHERE d.status IN ('pending', 'held') AND d.destination_id = gone.id LIMIT 1
    ) waiting LIMIT $1`,
};

/** Moves what waits at destinations that their registrations have left. Destinations are locked first: see StoredDestinationMoves. */
@Injectable()
export class DeliveryMovesRepository {
  constructor(private readonly database: Database) {}

  /** Makes destinations known; ids are derived, so writing one twice is nothing. */
  async insertDestinations(tx: Tx, destinations: readonly Destination[]): Promise<void> {
    const sorted = [...destinations].sort((a, b) => (a.id < b.id ? -1 : 1));
    await tx.query(INSERT, [
      sorted.map(({ id }) => id),
      sorted.map(({ channel }) => channel),
      sorted.map(({ scope }) => scope),
      sorted.map(({ origin }) => origin),
    ]);
  }

  /** Every destination that these registrations have or had. */
  lock(tx: Tx, channel: string, scopes: readonly string[]): Promise<LockedDestination[]> {
    return tx.query<LockedDestination>(LOCK, [channel, scopes]);
  }

  /** From now on nothing keeps deliveries waiting there. */
  async leave(tx: Tx, ids: readonly string[]): Promise<void> {
    await tx.query(LEAVE, [ids]);
  }

  /** A registration is called there from now on; `reason` keeps it switched off. */
  async arrive(tx: Tx, arrivals: readonly { readonly id: string; readonly reason: string | null }[]): Promise<void> {
    await tx.query(ARRIVE, [arrivals.map(({ id }) => id), arrivals.map(({ reason }) => reason)]);
  }

  /** @returns ids that moved, at most `limit`; as many: there may be more. */
  async follow(tx: Tx, ways: readonly Way[], limit: number): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(FOLLOW, [
      ways.map(({ from }) => from),
      ways.map(({ to }) => to.destination.id),
      ways.map(({ to }) => to.url),
      ways.map(({ to }) => to.method),
      ways.map(({ to }) => to.contentType),
      ways.map(({ isOff }) => isOff),
      limit,
    ]);
    return rows.map((row) => row.id);
  }

  /** Ends what waits, for good. @returns how many, at most `limit`; as many: there may be more. */
  async cancel(tx: Tx, destinationIds: readonly string[], limit: number): Promise<number> {
    return (await tx.query(CANCEL, [destinationIds, limit, REMOVED_SENTENCE])).length;
  }

  async readdress(tx: Tx, moves: readonly LeasedMove[]): Promise<void> {
    await tx.query(READDRESS, [
      moves.map(({ id }) => id),
      moves.map(({ leaseToken }) => leaseToken),
      moves.map(({ to }) => to.destination.id),
      moves.map(({ to }) => to.url),
      moves.map(({ to }) => to.method),
      moves.map(({ to }) => to.contentType),
    ]);
  }

  findLeft(limit: number): Promise<Destination[]> {
    return this.database.query<Destination>(FIND_LEFT, [limit]);
  }
}
