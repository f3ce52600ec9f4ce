import { Injectable } from '@nestjs/common';
import type { Statement, Tx } from '../database/database.js';

/** `gathering`: parts are missing; `running`: all are there; `error`: nothing more of it is run. */
export type ConversationState = 'gathering' | 'running' | 'completed' | 'error';

export interface ConversationKey {
  readonly clientId: string;
  readonly conversationId: string;
}

/** A conversation with a locked row. */
export interface ConversationRow extends ConversationKey {
  readonly callsInConversation: number;
  readonly arrived: number;
  readonly ended: number;
  readonly state: ConversationState;
  /** The entries that asked to hear of its error have been told. */
  readonly announced: boolean;
}

const COLUMNS = `c.client_id AS "clientId", c.conversation_id AS "conversationId", c.calls_in_conversation AS "callsInConversation",
  c.arrived, c.ended, c.state, c.announced`;

/** How long parts may be apart: after that the missing ones are not waited for any more. */
const PATIENCE = `interval '24 hours'`;

const ENSURE: Statement = {
  name: 'asyncConversations.ensure',
  text: `INSERT INTO async_conversations (client_id, conversation_id, calls_in_conversation, wait_until)
    VALUES ($1, $2, $3, now() + ${PATIENCE}) ON CONFLICT DO NOTHING`,
};

/** In the order of the key, as all code locks them; no holder of one waits for an action or a delivery. */
const LOCK: Statement = {
  name: 'asyncConversations.lock',
  text: `SELECT ${COLUMNS} FROM async_conversations c JOIN unnest($1::uuid[], $2::text[]) AS k(client_id, conversation_id)
      ON c.client_id = k.client_id AND c.conversation_id = k.conversation_id
   ORDER BY c.client_id, c.conversation_id FOR UPDATE OF c`,
};

/** Index: async_conversations_waiting. */
const LOCK_INCOMPLETE: Statement = {
  name: 'asyncConversations.lockIncomplete',
  text: `SELECT ${COLUMNS} FROM async_conversations c WHERE c.state = 'gathering' AND c.wait_until <= now()
          ORDER BY c.client_id, c.conversation_id LIMIT $1 FOR UPDATE SKIP LOCKED`,
};

/** Index: async_calls_open. */
const LOCK_WITH_EXPIRED: Statement = {
  name: 'asyncConversations.lockWithExpired',
  text: `SELECT ${COLUMNS} FROM async_conversations c
          WHERE (c.client_id, c.conversation_id) IN (
            SELECT client_id, conversation_id FROM async_calls WHERE state = 'waiting' AND look_at <= now() LIMIT $1)
          ORDER BY c.client_id, c.conversation_id FOR UPDATE OF c SKIP LOCKED`,
};

const UPDATE: Statement = {
  name: 'asyncConversations.update',
  text: `UPDATE async_conversations c SET arrived = i.arrived, ended = i.ended, state = i.state, announced = i.announced,
                changed_at = now(), wait_until = CASE WHEN i.arrived > c.arrived THEN now() + ${PATIENCE} ELSE c.wait_until END
           FROM unnest($1::uuid[], $2::text[], $3::int[], $4::int[], $5::text[], $6::boolean[])
             AS i(client_id, conversation_id, arrived, ended, state, announced)
          WHERE c.client_id = i.client_id AND c.conversation_id = i.conversation_id`,
};

/** Reads and writes conversations, always under their lock: it is what puts their parts in order. */
@Injectable()
export class ConversationsRepository {
  /** Makes it known with its first part. */
  async ensure(tx: Tx, { clientId, conversationId }: ConversationKey, calls: number): Promise<void> {
    await tx.query(ENSURE, [clientId, conversationId, calls]);
  }

  lock(tx: Tx, keys: readonly ConversationKey[]): Promise<ConversationRow[]> {
    const [clients, ids] = [keys.map(({ clientId }) => clientId), keys.map(({ conversationId }) => conversationId)];
    return tx.query<ConversationRow>(LOCK, [clients, ids]);
  }

  /** Conversations with parts that did not arrive in time. */
  lockIncomplete(tx: Tx, limit: number): Promise<ConversationRow[]> {
    return tx.query<ConversationRow>(LOCK_INCOMPLETE, [limit]);
  }

  /** Those with a part that expired before its turn came. */
  lockWithExpired(tx: Tx, limit: number): Promise<ConversationRow[]> {
    return tx.query<ConversationRow>(LOCK_WITH_EXPIRED, [limit]);
  }

  async update(tx: Tx, rows: readonly ConversationRow[]): Promise<void> {
    if (rows.length === 0) return;
    await tx.query(UPDATE, [
      rows.map((row) => row.clientId),
      rows.map((row) => row.conversationId),
      rows.map((row) => row.arrived),
      rows.map((row) => row.ended),
      rows.map((row) => row.state),
      rows.map((row) => row.announced),
    ]);
  }
}
