import { Injectable } from '@nestjs/common';
import type { Refusal } from '../actions/action-input.js';
import { Database, type Statement, type Tx } from '../database/database.js';
import type { ConversationPart, ResponseEntry } from './async-call.js';

/** A call as it is inserted. */
export interface CallInsert {
  readonly id: string;
  readonly clientId: string;
  readonly service: string;
  readonly objectType: string;
  readonly objectCount: number;
  readonly request: string;
  readonly responses: readonly ResponseEntry[];
  /** The lower, the sooner. */
  readonly priority: number;
  readonly scheduledAtMs: number | null;
  readonly expiresAtMs: number | null;
  readonly correlationId: string | null;
}

/** A call that this process is starting. */
export interface StartableCall {
  readonly id: string;
  readonly clientId: string;
  readonly service: string;
  readonly request: string;
  readonly refusal: Refusal | null;
  /** Its RequestExpirationTime has passed. */
  readonly expired: boolean;
}

/** The facts about a call that a finisher needs. */
export interface CallRow {
  readonly id: string;
  readonly clientId: string;
  readonly objectType: string;
  readonly objectCount: number;
  readonly responses: readonly ResponseEntry[];
  readonly conversationId: string | null;
  readonly sequenceCode: number | null;
  readonly callsInConversation: number | null;
  readonly correlationId: string | null;
}

/** One move of one call: `due` wakes a part that waits, `ended` has a result. */
export type CallMove =
  | { readonly id: string; readonly to: 'due'; readonly refusal: Refusal | null }
  | { readonly id: string; readonly to: 'ended'; readonly actionId: string };

/** A part that waits for its turn. */
export interface WaitingPart {
  readonly id: string;
  readonly sequenceCode: number;
  readonly overdue: boolean;
}

const COLUMNS = `id, client_id, service, object_type, object_count, request, responses, priority, correlation_id, due_at, expires_at`;

/** Due now: born with its start reserved for this process. look_at: the first moment at which something is to be done. */
const INSERT: Statement = {
  name: 'asyncCalls.insert',
  text: `INSERT INTO async_calls (${COLUMNS}, state, look_at, starting_until)
    SELECT ${COLUMNS}, 'due', least(due_at, expires_at), CASE WHEN least(due_at, expires_at) <= now() THEN now() + $12 * interval '1 millisecond' END
      FROM (
        SELECT id, client_id, service, object_type, object_count, request, responses, priority, correlation_id,
               coalesce(to_timestamp(scheduled_ms / 1000), now()) AS due_at, to_timestamp(expires_ms / 1000) AS expires_at
          FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::int[], $6::text[], $7::jsonb[], $8::int[], $9::text[], $10::float8[], $11::float8[])
            AS t(id, client_id, service, object_type, object_count, request, responses, priority, correlation_id, scheduled_ms, expires_ms)
      ) input
    RETURNING id, look_at <= now() AS due, coalesce(expires_at <= now(), false) AS expired`,
};

const INSERT_PART: Statement = {
  name: 'asyncCalls.insertPart',
  text: `INSERT INTO async_calls (${COLUMNS}, state, look_at, conversation_id, sequence_code, calls_in_conversation)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, coalesce(to_timestamp($10::float8 / 1000), now()), to_timestamp($11::float8 / 1000),
            'waiting', to_timestamp($11::float8 / 1000), $12, $13, $14)`,
};

/** By async_calls_part. */
const HAS_PART: Statement = {
  name: 'asyncCalls.hasPart',
  text: `SELECT EXISTS (SELECT 1 FROM async_calls WHERE client_id = $1 AND conversation_id = $2 AND sequence_code = $3) AS found`,
};

const FIND_WAITING: Statement = {
  name: 'asyncCalls.findWaiting',
  text: `SELECT id, sequence_code AS "sequenceCode", coalesce(look_at <= now(), false) AS overdue FROM async_calls
          WHERE client_id = $1 AND conversation_id = $2 AND state = 'waiting' ORDER BY sequence_code`,
};

/** Objects in requests that are read at once: calls differ a thousandfold in size. The first call is always taken. */
const OBJECTS_PER_CLAIM = 5_000;

const claim = (name: string, which: string): Statement => ({
  name,
  text: `WITH open AS (
      SELECT id, priority, look_at, object_count FROM async_calls
       WHERE state = 'due' AND look_at <= now() AND (starting_until IS NULL OR starting_until < now()) AND ${which}
       ORDER BY priority, look_at LIMIT $1 FOR UPDATE SKIP LOCKED
    ), due AS (
      SELECT id FROM (SELECT id, sum(object_count) OVER (ORDER BY priority, look_at, id) - object_count AS before FROM open) counted
       WHERE before < ${OBJECTS_PER_CLAIM}
    )
    UPDATE async_calls c SET starting_until = now() + $2 * interval '1 millisecond' FROM due WHERE c.id = due.id
    RETURNING c.id, c.client_id AS "clientId", c.service, c.request, c.refusal, coalesce(c.expires_at <= now(), false) AS expired`,
});

/** Index: async_calls_open. A call under start comes back when the starter's time is up: the starter is gone. */
const CLAIM_DUE = claim('asyncCalls.claimDue', 'true');
const CLAIM_THESE = claim('asyncCalls.claimThese', 'id = ANY($3::uuid[])');

/** A call that has ended already stays ended: its action may be faster than its starter. */
const MARK_STARTED: Statement = {
  name: 'asyncCalls.markStarted',
  text: `WITH input AS (
      SELECT c.id, i.action_id FROM async_calls c JOIN unnest($1::uuid[], $2::uuid[]) AS i(id, action_id) ON c.id = i.id
       ORDER BY c.id FOR UPDATE OF c
    )
    UPDATE async_calls c SET state = CASE c.state WHEN 'due' THEN 'started' ELSE c.state END, action_id = i.action_id,
           request = NULL, starting_until = NULL
      FROM input i WHERE c.id = i.id`,
};

const FIND: Statement = {
  name: 'asyncCalls.find',
  text: `SELECT id, client_id AS "clientId", object_type AS "objectType", object_count AS "objectCount", responses,
                conversation_id AS "conversationId", sequence_code AS "sequenceCode", calls_in_conversation AS "callsInConversation",
                correlation_id AS "correlationId"
           FROM async_calls WHERE id = ANY($1::uuid[])`,
};

/** All moves of a transaction at once, in id order: statements that mark or move calls never wait crosswise. */
const MOVE: Statement = {
  name: 'asyncCalls.move',
  text: `WITH input AS (
      SELECT c.id, i.to_state, i.refusal, i.action_id
        FROM async_calls c JOIN unnest($1::uuid[], $2::text[], $3::jsonb[], $4::uuid[]) AS i(id, to_state, refusal, action_id) ON c.id = i.id
       WHERE i.to_state = 'ended' OR c.state = 'waiting'
       ORDER BY c.id FOR UPDATE OF c
    )
    UPDATE async_calls c SET state = i.to_state, refusal = coalesce(i.refusal, c.refusal), action_id = coalesce(i.action_id, c.action_id),
           look_at = CASE WHEN i.to_state = 'ended' THEN NULL WHEN i.refusal IS NOT NULL THEN now()
                          ELSE least(greatest(c.due_at, now()), c.expires_at) END,
           request = CASE WHEN i.to_state = 'ended' THEN NULL ELSE c.request END,
           ended_at = CASE WHEN i.to_state = 'ended' THEN now() END, starting_until = NULL
      FROM input i WHERE c.id = i.id`,
};

/** The one writer of calls. Every method takes or returns sets, or belongs to one conversation with a locked row. */
@Injectable()
export class CallsRepository {
  constructor(private readonly database: Database) {}

  /** Inserts calls that stand alone. @returns in the rows' order whether each is due now, its start then being this process's. */
  async insert(
    rows: readonly CallInsert[],
    leaseMs: number,
  ): Promise<{ readonly due: boolean; readonly expired: boolean }[]> {
    const inserted = await this.database.query<{ id: string; due: boolean; expired: boolean }>(INSERT, [
      ...columnsOf(rows),
      leaseMs,
    ]);
    const byId = new Map(inserted.map((row) => [row.id, row]));
    return rows.map(({ id }) => byId.get(id) ?? { due: false, expired: false });
  }

  /** The conversation's row is locked. */
  async insertPart(tx: Tx, row: CallInsert, part: ConversationPart): Promise<void> {
    const values = columnsOf([row]).map(([value]) => value);
    await tx.query(INSERT_PART, [...values, part.conversationId, part.sequenceCode, part.callsInConversation]);
  }

  async hasPart(tx: Tx, clientId: string, part: ConversationPart): Promise<boolean> {
    const rows = await tx.query<{ found: boolean }>(HAS_PART, [clientId, part.conversationId, part.sequenceCode]);
    return rows[0]?.found ?? false;
  }

  /** Parts that wait, in their sequence. */
  findWaiting(tx: Tx, clientId: string, conversationId: string): Promise<WaitingPart[]> {
    return tx.query<WaitingPart>(FIND_WAITING, [clientId, conversationId]);
  }

  /** Reserves the start of due calls; committed before any is started. */
  claimDue(limit: number, leaseMs: number): Promise<StartableCall[]> {
    return this.database.query<StartableCall>(CLAIM_DUE, [limit, leaseMs]);
  }

  /** The same for calls that have just become due here. */
  claimThese(ids: readonly string[], leaseMs: number): Promise<StartableCall[]> {
    return this.database.query<StartableCall>(CLAIM_THESE, [ids.length, leaseMs, ids]);
  }

  /** Their actions are in Postgres: the requests are kept there from now on. */
  async markStarted(started: readonly { readonly id: string; readonly actionId: string }[]): Promise<void> {
    await this.database.query(MARK_STARTED, [started.map(({ id }) => id), started.map(({ actionId }) => actionId)]);
  }

  find(tx: Tx, ids: readonly string[]): Promise<CallRow[]> {
    return tx.query<CallRow>(FIND, [ids]);
  }

  async move(tx: Tx, moves: readonly CallMove[]): Promise<void> {
    if (moves.length === 0) return;
    await tx.query(MOVE, [
      moves.map(({ id }) => id),
      moves.map(({ to }) => to),
      moves.map((move) => (move.to === 'due' && move.refusal !== null ? JSON.stringify(move.refusal) : null)),
      moves.map((move) => (move.to === 'ended' ? move.actionId : null)),
    ]);
  }
}

function columnsOf(rows: readonly CallInsert[]): unknown[][] {
  return [
    rows.map((row) => row.id),
    rows.map((row) => row.clientId),
    rows.map((row) => row.service),
    rows.map((row) => row.objectType),
    rows.map((row) => row.objectCount),
    rows.map((row) => row.request),
    rows.map((row) => JSON.stringify(row.responses)),
    rows.map((row) => row.priority),
    rows.map((row) => row.correlationId),
    rows.map((row) => row.scheduledAtMs),
    rows.map((row) => row.expiresAtMs),
  ];
}
