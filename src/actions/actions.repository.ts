import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';
import { joinTexts, splitTexts } from '../database/parameters.js';
import { COMMIT_LOCALLY, FEW, filterOnly, HELD_LEASES, leaseArrays } from '../database/plans.js';
import {
  awaitsVerdict,
  countFound,
  countInto,
  holderOf,
  isDecided,
  isProven,
  isQuietSince,
} from '../queue/crash-verdict.js';
import { countAccepted, countMoves } from './action-counts.js';
import type { StepOutcome } from './action-result.js';
import { type ActionState, canMove } from './action-state.js';

/** One row to insert; arrays of these become one statement. */
export interface ActionInsert {
  readonly id: string;
  readonly tokenKey: string;
  readonly service: string;
  readonly dialect: string;
  readonly tenant: string;
  readonly objectType: string;
  readonly entityId: string;
  readonly timeoutMs: number;
  readonly request: string;
  readonly secrets: string;
  readonly callbackUrl: string;
  /** Set for rows born leased; null rows are `received`. */
  readonly leaseToken: string | null;
}

/** One move of one action. Nulls leave columns as they are. */
export interface TransitionRow {
  readonly id: string;
  /** The completing lease; null moves the row under any lease. */
  readonly leaseToken: string | null;
  readonly outcome?: 'success' | 'failure' | null;
  readonly errorCode?: string | null;
  readonly reason?: string | null;
  readonly note?: string | null;
  /** Of an end without a callback: why, for the statistics; absent: the note. */
  readonly failure?: string;
  readonly steps?: readonly StepOutcome[] | null;
}

/** An action row with its payload, as a claim or a sweep returns it. */
export interface ActionRow {
  readonly id: string;
  readonly service: string;
  readonly dialect: string;
  readonly tenant: string;
  readonly object_type: string;
  readonly entity_id: string;
  readonly state: ActionState;
  readonly crash_count: number;
  /** Null but for a batch with subjects that ended their process. */
  readonly blamed_subjects: readonly number[] | null;
  readonly timeout_ms: number;
  readonly remaining_ms: number;
  /** Null once retention or erasure emptied it. */
  readonly request: string | null;
  readonly secrets: string | null;
  readonly callback_url: string | null;
}

/** A lease held by this process. */
export interface HeldLease {
  readonly id: string;
  readonly leaseToken: string;
}

const ROW_COLUMNS = `a.id, a.service, a.dialect, a.tenant, a.object_type, a.entity_id, a.state, a.crash_count, a.blamed_subjects,
  (extract(epoch FROM a.deadline_at - a.received_at) * 1000)::float8 AS timeout_ms,
  (extract(epoch FROM a.deadline_at - clock_timestamp()) * 1000)::float8 AS remaining_ms,
  p.request, p.secrets, p.callback_url`;

/** margin = clamp(10 % of the timeout, 6 s, 60 s): what is left of it to get a TIMEOUT callback through. */
const DEADLINE_MARGIN = `least(greatest((a.deadline_at - a.received_at) * 0.1, interval '6 seconds'), interval '60 seconds')`;

// Arrays, not VALUES: one prepared text for any number of rows. Multi-row insert 4.1 times prepared single inserts.
const INSERT_ONCE: Statement = {
  name: 'actions.insertOnce',
  text: `WITH input AS (
      SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                           $8::float8[], ${splitTexts('$9')}, $10::text[], $11::text[], $12::uuid[])
        AS t(id, token_key, service, dialect, tenant, object_type, entity_id, timeout_ms, request, secrets, callback_url, lease_token)
    ), token AS (
      INSERT INTO action_tokens (token_key, action_id) SELECT token_key, id FROM input
      ON CONFLICT (token_key) DO NOTHING RETURNING action_id
    ), action AS (
      INSERT INTO actions (id, service, dialect, tenant, object_type, entity_id, state, lease_token, lease_until, deadline_at)
      SELECT i.id, i.service, i.dialect, i.tenant, i.object_type, i.entity_id,
             CASE WHEN i.lease_token IS NULL THEN 'received' ELSE 'enriching' END, i.lease_token,
             CASE WHEN i.lease_token IS NOT NULL THEN now() + $13 * interval '1 millisecond' END,
             now() + i.timeout_ms * interval '1 millisecond'
        FROM input i JOIN token t ON t.action_id = i.id
    ), payload AS (
      INSERT INTO action_payloads (action_id, token_key, request, secrets, callback_url)
      SELECT i.id, i.token_key, i.request, i.secrets, i.callback_url FROM input i JOIN token t ON t.action_id = i.id
    )
    SELECT action_id FROM token`,
};

const TRANSITION: Statement = {
  name: 'actions.transition',
  text: `WITH input AS (
      SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], ${splitTexts('$7')})
        AS t(id, lease_token, outcome, error_code, reason, note, steps) ${FEW}
    ), moved AS (
      UPDATE actions a SET state = $9, outcome = coalesce(i.outcome, a.outcome),
             error_code = coalesce(i.error_code, a.error_code), reason = coalesce(i.reason, a.reason),
             lease_token = NULL, lease_until = NULL,
             finished_at = CASE WHEN $10 THEN now() END
        FROM input i
       WHERE a.id = i.id AND ${filterOnly('a.state')} = $8 AND (i.lease_token IS NULL OR a.lease_token = i.lease_token)
      RETURNING a.id, a.service, i.note, i.steps
    ), history AS (
      INSERT INTO action_history (action_id, from_state, to_state, note, steps)
      SELECT id, $8, $9, note, nullif(steps, '')::jsonb FROM moved
    )
    SELECT id, service FROM moved`,
};

/**
 * Walks actions_unfinished in deadline order. Suspects are left to {@link CLAIM_SUSPECTS}: they run by themselves. A row is
 * updated where it was locked: finding it by its id again was a sixth of the claim. One that somebody changed between the
 * snapshot and the lock lies elsewhere by then, and is left to the next claim.
 */
const CLAIM_DUE: Statement = {
  name: 'actions.claimDue',
  text: `WITH claimed AS (
      UPDATE actions a SET state = 'enriching', lease_token = $2, lease_until = now() + $3 * interval '1 millisecond'
       WHERE a.ctid = ANY(ARRAY(SELECT ctid FROM actions WHERE state = 'received' AND crash_count = 0
                                 ORDER BY deadline_at LIMIT $1 FOR UPDATE SKIP LOCKED)) RETURNING a.*
    ), history AS (
      INSERT INTO action_history (action_id, from_state, to_state) SELECT id, 'received', 'enriching' FROM claimed
    )
    SELECT ${ROW_COLUMNS} FROM claimed a LEFT JOIN action_payloads p ON p.action_id = a.id`,
};

/** The fewest crashes first: one that was alone in a crash waits until the others are through. */
const CLAIM_SUSPECTS: Statement = {
  name: 'actions.claimSuspects',
  text: `WITH due AS (
      SELECT id FROM actions a WHERE state = 'received' AND crash_count > 0 AND (crash_count > 1) = $4::boolean AND NOT ${awaitsVerdict('a')}
       ORDER BY crash_count, deadline_at LIMIT $1 FOR UPDATE SKIP LOCKED
    ), claimed AS (
      UPDATE actions a SET state = 'enriching', lease_token = $2, lease_until = now() + $3 * interval '1 millisecond',
             on_trial = false
        FROM due WHERE a.id = due.id RETURNING a.*
    ), history AS (
      INSERT INTO action_history (action_id, from_state, to_state, note)
      SELECT id, 'received', 'enriching', CASE WHEN $4 THEN 'alone, after ' || crash_count || ' crashes' ELSE 'among suspects, after a crash' END
        FROM claimed
    )
    SELECT ${ROW_COLUMNS} FROM claimed a LEFT JOIN action_payloads p ON p.action_id = a.id`,
};

/** Rows of an older version do not know since when they are suspects. */
const FIND_SUSPECT_AGE: Statement = {
  name: 'actions.findSuspectAge',
  text: `SELECT (extract(epoch FROM now() - min(coalesce(suspect_since, now()))) * 1000)::float8 AS ms
           FROM actions a WHERE state = 'received' AND crash_count > 0 AND NOT ${awaitsVerdict('a')}`,
};

// SKIP LOCKED: a row that is being finished right now needs no extension, and waiting for it could deadlock.
const EXTEND_LEASES: Statement = {
  name: 'actions.extendLeases',
  commitsLocally: true,
  text: `WITH mine AS (
      SELECT a.id FROM actions a JOIN ${HELD_LEASES} ON a.id = t.id AND a.lease_token = t.lease_token
       WHERE ${filterOnly('a.state')} = 'enriching' FOR UPDATE OF a SKIP LOCKED
    )
    UPDATE actions a SET lease_until = now() + $3 * interval '1 millisecond'
      FROM mine, ${COMMIT_LOCALLY} WHERE a.id = mine.id AND level = 'local' RETURNING a.id`,
};

/** A released lease never counts as a crash. */
const RELEASE_LEASES: Statement = {
  name: 'actions.releaseLeases',
  text: `WITH moved AS (
      UPDATE actions a SET state = 'received', lease_token = NULL, lease_until = NULL, on_trial = false
        FROM ${HELD_LEASES}
       WHERE a.id = t.id AND ${filterOnly('a.state')} = 'enriching' AND a.lease_token = t.lease_token RETURNING a.id
    ), history AS (
      INSERT INTO action_history (action_id, from_state, to_state, note) SELECT id, 'enriching', 'received', 'released' FROM moved
    )
    SELECT id FROM moved`,
};

/** Where the process of the lease lives, nothing crashed: a commit went unheard, or the lease could not be kept. */
const RECLAIM_EXPIRED: Statement = {
  name: 'actions.reclaimExpired',
  text: `WITH lost AS (
      SELECT a.id, ${countFound('a')} FROM actions a ${holderOf('a')}
       WHERE a.state = 'enriching' AND a.lease_until < now() AND ${isDecided('a')} AND NOT ${isProven('a')}
       LIMIT $1 FOR UPDATE OF a SKIP LOCKED
    ), moved AS (
      UPDATE actions a SET state = 'received', lease_token = NULL, lease_until = NULL, ${countInto('a', 'lost')}
        FROM lost WHERE a.id = lost.id RETURNING a.id, lost.lives
    ), history AS (
      INSERT INTO action_history (action_id, from_state, to_state, note)
      SELECT id, 'enriching', 'received', CASE WHEN lives THEN 'lease ran out, its process lives' ELSE 'lease lost' END FROM moved
    )
    SELECT id FROM moved`,
};

const LOCK_QUARANTINED: Statement = {
  name: 'actions.lockQuarantined',
  text: `WITH blamed AS (
      SELECT a.id, ${countFound('a')} FROM actions a ${holderOf('a')}
       WHERE a.state = 'enriching' AND a.lease_until < now() AND ${isProven('a')}
       ORDER BY a.deadline_at LIMIT $1 FOR UPDATE OF a SKIP LOCKED
    ), counted AS (
      UPDATE actions a SET ${countInto('a', 'blamed')} FROM blamed WHERE a.id = blamed.id RETURNING a.*
    )
    SELECT ${ROW_COLUMNS} FROM counted a LEFT JOIN action_payloads p ON p.action_id = a.id ORDER BY a.deadline_at`,
};

const LOCK_CONVICTED: Statement = {
  name: 'actions.lockConvicted',
  text: `SELECT ${ROW_COLUMNS} FROM actions a LEFT JOIN action_payloads p ON p.action_id = a.id
          WHERE a.state = 'received' AND a.crash_count > 0 AND a.tried_subject IS NULL
            AND ${awaitsVerdict('a')} AND ${isQuietSince('a')}
          ORDER BY a.deadline_at LIMIT $1 FOR UPDATE OF a SKIP LOCKED`,
};

const LOCK_PAST_MARGIN: Statement = {
  name: 'actions.lockPastMargin',
  text: `SELECT ${ROW_COLUMNS} FROM actions a LEFT JOIN action_payloads p ON p.action_id = a.id
          WHERE a.state IN ('received', 'enriching') AND a.deadline_at <= now() + interval '60 seconds'
            AND a.deadline_at - ${DEADLINE_MARGIN} <= now()
          ORDER BY a.deadline_at LIMIT $1 FOR UPDATE OF a SKIP LOCKED`,
};

const FIND_SECRETS: Statement = {
  name: 'actions.findSecrets',
  text: `SELECT a.id, a.tenant, p.secrets
           FROM actions a CROSS JOIN LATERAL (SELECT secrets FROM action_payloads WHERE action_id = a.id LIMIT 1) p
          WHERE a.id = ANY($1::uuid[])`,
};

/** Deliveries expire by themselves; this finds actions without their deliveries, a minute later. */
const FIND_STRANDED: Statement = {
  name: 'actions.findStranded',
  text: `SELECT a.id FROM actions a LEFT JOIN LATERAL (
            SELECT true AS waited_for FROM deliveries d
             WHERE d.owner_id = a.id AND ${filterOnly('d.status')} IN ('pending', 'delivering', 'held') LIMIT 1
          ) open ON true
          WHERE a.state = 'calling_back' AND a.deadline_at < now() - interval '60 seconds' AND open.waited_for IS NULL
          ORDER BY a.deadline_at LIMIT $1 FOR UPDATE OF a SKIP LOCKED`,
};

/** The one writer of `actions.state`. Every method takes or returns sets; completing writes are fenced by the lease. */
@Injectable()
export class ActionsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Inserts what is new, in one statement.
   * @param rows sorted by tokenKey, no token twice.
   * @returns ids of the rows that were inserted; the others' tokens existed before.
   */
  async insertOnce(rows: readonly ActionInsert[], leaseMs: number): Promise<Set<string>> {
    const inserted = await this.database.query<{ action_id: string }>(INSERT_ONCE, [
      rows.map((row) => row.id),
      rows.map((row) => row.tokenKey),
      rows.map((row) => row.service),
      rows.map((row) => row.dialect),
      rows.map((row) => row.tenant),
      rows.map((row) => row.objectType),
      rows.map((row) => row.entityId),
      rows.map((row) => row.timeoutMs),
      joinTexts(rows.map((row) => row.request)),
      rows.map((row) => row.secrets),
      rows.map((row) => row.callbackUrl),
      rows.map((row) => row.leaseToken),
      leaseMs,
    ]);
    const ids = new Set(inserted.map((row) => row.action_id));
    countAccepted(rows, ids);
    return ids;
  }

  /**
   * Moves rows and writes their history, in one statement.
   * @returns ids that moved; the others lost the race (another state, or another's lease): stop working on them.
   */
  async transition(tx: Tx, from: ActionState, to: ActionState, rows: readonly TransitionRow[]): Promise<Set<string>> {
    if (!canMove(from, to)) throw new Error(`no action moves from ${from} to ${to}`);
    if (rows.length === 0) return new Set();
    const sorted = [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));
    const moved = await tx.query<{ id: string; service: string }>(TRANSITION, [
      sorted.map((row) => row.id),
      sorted.map((row) => row.leaseToken),
      sorted.map((row) => row.outcome ?? null),
      sorted.map((row) => row.errorCode ?? null),
      sorted.map((row) => row.reason ?? null),
      sorted.map((row) => row.note ?? null),
      joinTexts(sorted.map(({ steps }) => (steps == null || steps.length === 0 ? '' : JSON.stringify(steps)))),
      from,
      to,
      to === 'completed' || to === 'undeliverable' || to === 'expired',
    ]);
    countMoves(tx, moved, to, sorted);
    return new Set(moved.map((row) => row.id));
  }

  /** Sealed secrets of actions that still have their payload. */
  findSecrets(
    ids: readonly string[],
  ): Promise<{ readonly id: string; readonly tenant: string; readonly secrets: string }[]> {
    return this.database.query(FIND_SECRETS, [ids]);
  }

  /** Claims at most `limit` due actions, the nearest deadlines first; committed before any work begins. */
  claimDue(limit: number, leaseToken: string, leaseMs: number): Promise<ActionRow[]> {
    return this.database.query<ActionRow>(CLAIM_DUE, [limit, leaseToken, leaseMs]);
  }

  /** How long ago the crash was found that made the oldest suspect, in milliseconds; null: none is due. Index: actions_suspects. */
  async findSuspectAge(): Promise<number | null> {
    const rows = await this.database.query<{ ms: number | null }>(FIND_SUSPECT_AGE, []);
    return rows[0]?.ms ?? null;
  }

  /**
   * Claims actions that a crash left behind: those that crashed once, or (`alone`) those that crashed among suspects.
   * The process that claims them runs no other row beside them.
   */
  claimSuspects(limit: number, alone: boolean, leaseToken: string, leaseMs: number): Promise<ActionRow[]> {
    return this.database.query<ActionRow>(CLAIM_SUSPECTS, [limit, leaseToken, leaseMs, alone]);
  }

  /** @returns ids still ours; work on the others is for nothing. */
  async extendLeases(held: readonly HeldLease[], leaseMs: number): Promise<Set<string>> {
    const rows = await this.database.query<{ id: string }>(EXTEND_LEASES, [...leaseArrays(held), leaseMs]);
    return new Set(rows.map((row) => row.id));
  }

  /** Gives leases back on a graceful stop. @returns ids that wait again. */
  async releaseLeases(held: readonly HeldLease[]): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(RELEASE_LEASES, leaseArrays(held));
    return rows.map((row) => row.id);
  }

  /** Takes rows with an ended lease back: as suspects if their process ended. @returns their ids, to be rung. */
  async reclaimExpired(limit: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(RECLAIM_EXPIRED, [limit]);
    return rows.map((row) => row.id);
  }

  /** Locks rows that crashed their process too often, to be finished as failures in the same transaction. */
  lockQuarantined(tx: Tx, limit: number): Promise<ActionRow[]> {
    return tx.query<ActionRow>(LOCK_QUARANTINED, [limit]);
  }

  /** Locks rows that crashed their process alone and were followed by quiet, to be finished like those. */
  lockConvicted(tx: Tx, limit: number): Promise<ActionRow[]> {
    return tx.query<ActionRow>(LOCK_CONVICTED, [limit]);
  }

  /** Locks unfinished rows past deadline − margin, under any lease. */
  lockPastMargin(tx: Tx, limit: number): Promise<ActionRow[]> {
    return tx.query<ActionRow>(LOCK_PAST_MARGIN, [limit]);
  }

  /** Locks actions past their deadline that wait for deliveries which no longer exist. */
  async lockStranded(tx: Tx, limit: number): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(FIND_STRANDED, [limit]);
    return rows.map((row) => row.id);
  }
}
