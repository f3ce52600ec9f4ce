import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';

/** Index: result_messages_age. */
const DELETE_RESULTS: Statement = {
  name: 'resultRetention.deleteResults',
  text: `DELETE FROM result_messages WHERE request_id = ANY(ARRAY(
      SELECT request_id FROM result_messages WHERE created_at < now() - $1 * interval '1 day'
       ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED
    )) RETURNING request_id AS id`,
};

/** Index: async_calls_ended. */
const DELETE_CALLS: Statement = {
  name: 'resultRetention.deleteCalls',
  text: `DELETE FROM async_calls WHERE id = ANY(ARRAY(
      SELECT id FROM async_calls WHERE state = 'ended' AND ended_at < now() - $1 * interval '1 day'
       ORDER BY ended_at LIMIT $2 FOR UPDATE SKIP LOCKED
    )) RETURNING id`,
};

/** Its parts go first. Index: async_conversations_over. */
const DELETE_CONVERSATIONS: Statement = {
  name: 'resultRetention.deleteConversations',
  text: `WITH old AS (
      SELECT v.client_id, v.conversation_id FROM async_conversations v
       WHERE v.state IN ('completed', 'error') AND v.changed_at < now() - $1 * interval '1 day'
         AND NOT EXISTS (SELECT 1 FROM async_calls c WHERE c.client_id = v.client_id AND c.conversation_id = v.conversation_id)
       ORDER BY v.changed_at LIMIT $2 FOR UPDATE OF v SKIP LOCKED
    )
    DELETE FROM async_conversations v USING old
     WHERE v.client_id = old.client_id AND v.conversation_id = old.conversation_id RETURNING v.conversation_id AS id`,
};

/** Forgets calls that ended long ago, and their results. Every method is safe beside any number of replicas. */
@Injectable()
export class ResultRetentionRepository {
  constructor(private readonly database: Database) {}

  /** @returns how many rows of each kind are gone. */
  async deleteOld(days: number, limit: number): Promise<Readonly<Record<'result' | 'call' | 'conversation', number>>> {
    const results = await this.database.query(DELETE_RESULTS, [days, limit]);
    const calls = await this.database.query(DELETE_CALLS, [days, limit]);
    const conversations = await this.database.query(DELETE_CONVERSATIONS, [days, limit]);
    return { result: results.length, call: calls.length, conversation: conversations.length };
  }
}
