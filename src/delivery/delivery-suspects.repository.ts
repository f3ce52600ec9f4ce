import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';
import { FEW, filterOnly, HELD_LEASES } from '../database/plans.js';
import { awaitsVerdict, CRASHES_UNTIL_BLAMED, isQuietSince } from '../queue/crash-verdict.js';
import type { KeptLease } from '../queue/lease-keeper.js';
import type { EndedTrial } from '../queue/trials.js';
import { type DeliveryRow, ROW_COLUMNS, type SweptRow } from './deliveries.repository.js';

/** Deliveries that a crash left behind, claimed again. */
export interface SuspectRow extends DeliveryRow {
  /** It is the probe of its half-open destination, under its lease token. */
  readonly probing: boolean;
}

/** Which suspects to claim: what crashed once, or (`alone`) what crashed among suspects. */
export interface SuspectClaim {
  readonly limit: number;
  readonly alone: boolean;
  /** Most per destination; of other channels one at a time. */
  readonly channels: readonly { readonly key: string; readonly perDestination: number }[];
}

/** Whether a suspect may be sent: its destination is there, or half-open without a probe. Without a row it is there. */
const TAKEABLE = `t.disabled_reason IS NULL AND (t.throttled_until IS NULL OR t.throttled_until <= now())
  AND (t.opened_until IS NULL OR t.opened_until <= now() AND (t.probing_until IS NULL OR t.probing_until <= now()))`;

const HAS_SUSPECTS: Statement = {
  name: 'deliveries.hasSuspects',
  text: `SELECT EXISTS (SELECT 1 FROM deliveries d LEFT JOIN destinations t ON t.id = d.destination_id
                         WHERE d.status = 'pending' AND d.crash_count > 0 AND d.next_attempt_at <= now() AND NOT ${awaitsVerdict('d')} AND ${TAKEABLE}) AS found`,
};

/** At a half-open destination one suspect is its probe, if it is the first to say so. Index: deliveries_suspects. */
const CLAIM_SUSPECTS: Statement = {
  name: 'deliveries.claimSuspects',
  text: `WITH due AS (
      SELECT d.id, d.destination_id, d.channel, d.next_attempt_at, t.opened_until IS NOT NULL AS half_open
        FROM deliveries d LEFT JOIN destinations t ON t.id = d.destination_id
       WHERE d.status = 'pending' AND d.crash_count > 0 AND (d.crash_count > 1) = $4::boolean AND d.next_attempt_at <= now()
         AND NOT ${awaitsVerdict('d')} AND ${TAKEABLE}
       ORDER BY d.crash_count, d.next_attempt_at LIMIT $3 FOR UPDATE OF d SKIP LOCKED
    ), ranked AS (
      SELECT due.*, row_number() OVER (PARTITION BY destination_id ORDER BY next_attempt_at) AS turn FROM due
    ), probing AS (
      UPDATE destinations t SET probing_until = now() + $2 * interval '1 millisecond', probe_token = $1 FROM ranked r
       WHERE t.id = r.destination_id AND r.half_open AND t.opened_until <= now() AND (t.probing_until IS NULL OR t.probing_until <= now())
      RETURNING t.id
    )
    UPDATE deliveries d SET status = 'delivering', lease_token = $1, lease_until = now() + $2 * interval '1 millisecond',
           attempt_number = d.attempt_number + 1, attempt_count = d.attempt_count + 1, on_trial = false
      FROM ranked r LEFT JOIN unnest($5::text[], $6::int[]) AS cap(channel, most) ON cap.channel = r.channel
     WHERE d.id = r.id AND r.turn <= coalesce(cap.most, 1)
       AND (NOT r.half_open OR r.turn = 1 AND r.destination_id IN (SELECT id FROM probing))
    RETURNING ${ROW_COLUMNS}, r.half_open AS probing`,
};

const BEGIN_TRIALS: Statement = {
  name: 'deliveries.beginTrials',
  text: `UPDATE deliveries d SET on_trial = true FROM ${HELD_LEASES}
          WHERE d.id = t.id AND ${filterOnly('d.status')} = 'delivering' AND d.lease_token = t.lease_token`,
};

/** A 2xx is noted at once: a person may ask for it if the process ends before the attempt is settled. */
const END_TRIALS: Statement = {
  name: 'deliveries.endTrials',
  text: `UPDATE deliveries d SET on_trial = false, answered_2xx = d.answered_2xx + CASE WHEN t.status BETWEEN 200 AND 299 THEN 1 ELSE 0 END
           FROM (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[]) AS u(id, lease_token, status) ${FEW}) t
          WHERE d.id = t.id AND ${filterOnly('d.status')} = 'delivering' AND d.lease_token = t.lease_token`,
};

/** A lease that names no process, and a row on trial: when it runs out, it counts as a crash although the process lives. */
const FORFEIT_LEASES: Statement = {
  name: 'deliveries.forfeitLeases',
  text: `UPDATE deliveries d SET lease_token = gen_random_uuid(), on_trial = true FROM ${HELD_LEASES}
          WHERE d.id = t.id AND ${filterOnly('d.status')} = 'delivering' AND d.lease_token = t.lease_token`,
};

/** Index: deliveries_suspects. */
const CONVICT: Statement = {
  name: 'deliveries.convict',
  text: `WITH convicted AS (
      SELECT d.id FROM deliveries d
       WHERE d.status = 'pending' AND d.crash_count > 0 AND ${awaitsVerdict('d')} AND ${isQuietSince('d')}
       LIMIT $1 FOR UPDATE OF d SKIP LOCKED
    )
    UPDATE deliveries d SET status = 'dead', last_error = 'quarantined after ${CRASHES_UNTIL_BLAMED} crashes'
      FROM convicted WHERE d.id = convicted.id
    RETURNING d.id, d.channel, d.owner_id, d.status, d.last_status, d.last_error`,
};

/** Deliveries that a crash left behind: they are claimed apart from the others, see ADR 0007. */
@Injectable()
export class DeliverySuspectsRepository {
  constructor(private readonly database: Database) {}

  async hasSuspects(): Promise<boolean> {
    const rows = await this.database.query<{ found: boolean }>(HAS_SUSPECTS, []);
    return rows[0]?.found ?? false;
  }

  /** Claims deliveries that a crash left behind; their process runs no other delivery beside them. */
  claimSuspects({ limit, alone, channels }: SuspectClaim, leaseToken: string, leaseMs: number): Promise<SuspectRow[]> {
    return this.database.query<SuspectRow>(CLAIM_SUSPECTS, [
      leaseToken,
      leaseMs,
      limit,
      alone,
      channels.map(({ key }) => key),
      channels.map(({ perDestination }) => perDestination),
    ]);
  }

  /** Ends what crashed its process alone and was followed by quiet. */
  convict(tx: Tx, limit: number): Promise<SweptRow[]> {
    return tx.query<SweptRow>(CONVICT, [limit]);
  }

  /** From now on a crash counts against them. */
  async beginTrials(leases: readonly KeptLease[]): Promise<void> {
    await this.database.query(BEGIN_TRIALS, leaseArrays(leases));
  }

  /** Their answer came, or others are beside them: a crash is not theirs any more. */
  async endTrials(trials: readonly EndedTrial[]): Promise<void> {
    const statuses = trials.map(({ status }) => status ?? null);
    await this.database.query(END_TRIALS, [...leaseArrays(trials), statuses]);
  }

  /** Leaves rows to their lease that this process cannot settle for a reason of their own: as if they had ended it. */
  async forfeitLeases(leases: readonly KeptLease[]): Promise<void> {
    await this.database.query(FORFEIT_LEASES, leaseArrays(leases));
  }
}

function leaseArrays(leases: readonly KeptLease[]): [string[], string[]] {
  return [leases.map((lease) => lease.id), leases.map((lease) => lease.leaseToken)];
}
