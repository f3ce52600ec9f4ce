import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Marketing-Cloud-style asynchronous calls: who may call, what was asked for, how calls hang together, what came out.
 * Calls and results belong to an action by id alone, as everything does that is written with each action.
 */
export class CreateAsyncCalls1763900000000 implements MigrationInterface {
  readonly name = 'CreateAsyncCalls1763900000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE async_clients (
        id                    uuid PRIMARY KEY,
        name                  text NOT NULL,
        secret_hash           text NOT NULL,
        previous_secret_hash  text,
        previous_until        timestamptz,
        disabled_at           timestamptz,
        created_at            timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`
      CREATE TABLE async_tokens (
        token_hash  text PRIMARY KEY,
        client_id   uuid NOT NULL REFERENCES async_clients (id) ON DELETE CASCADE,
        expires_at  timestamptz NOT NULL
      )`);
    await runner.query(`CREATE INDEX async_tokens_expiry ON async_tokens (expires_at)`);
    await runner.query(`CREATE INDEX async_tokens_client ON async_tokens (client_id)`);

    await runner.query(`
      CREATE TABLE async_conversations (
        client_id              uuid NOT NULL,
        conversation_id        text NOT NULL,
        calls_in_conversation  integer NOT NULL,
        arrived                integer NOT NULL DEFAULT 0,
        ended                  integer NOT NULL DEFAULT 0,
        state                  text NOT NULL DEFAULT 'gathering'
          CONSTRAINT async_conversations_state_check CHECK (state IN ('gathering', 'running', 'completed', 'error')),
        announced              boolean NOT NULL DEFAULT false,
        wait_until             timestamptz NOT NULL,
        changed_at             timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (client_id, conversation_id)
      )`);
    await runner.query(`
      CREATE INDEX async_conversations_waiting ON async_conversations (wait_until) WHERE state = 'gathering'`);
    await runner.query(`
      CREATE INDEX async_conversations_over ON async_conversations (changed_at) WHERE state IN ('completed', 'error')`);

    // The request is emptied as soon as an action has it: what is personal is kept once.
    await runner.query(`
      CREATE TABLE async_calls (
        id                     uuid PRIMARY KEY,
        client_id              uuid NOT NULL,
        service                text NOT NULL,
        object_type            text NOT NULL,
        object_count           integer NOT NULL,
        request                text,
        responses              jsonb NOT NULL,
        priority               smallint NOT NULL,
        conversation_id        text,
        sequence_code          integer,
        calls_in_conversation  integer,
        state                  text NOT NULL
          CONSTRAINT async_calls_state_check CHECK (state IN ('waiting', 'due', 'started', 'ended')),
        due_at                 timestamptz NOT NULL,
        expires_at             timestamptz,
        look_at                timestamptz,
        starting_until         timestamptz,
        refusal                jsonb,
        action_id              uuid,
        received_at            timestamptz NOT NULL DEFAULT now(),
        ended_at               timestamptz
      ) WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05)`);
    // Serves the start (due) and the expiry of parts that still wait: as small as what has not been started.
    await runner.query(`
      CREATE INDEX async_calls_open ON async_calls (state, look_at) WHERE state IN ('waiting', 'due')`);
    await runner.query(`
      CREATE UNIQUE INDEX async_calls_part ON async_calls (client_id, conversation_id, sequence_code)
        WHERE conversation_id IS NOT NULL`);
    await runner.query(`CREATE INDEX async_calls_ended ON async_calls (ended_at) WHERE state = 'ended'`);
    await runner.query(`CREATE INDEX async_calls_asked ON async_calls (client_id) WHERE request IS NOT NULL`);

    await runner.query(`
      CREATE TABLE result_messages (
        request_id             uuid PRIMARY KEY,
        client_id              uuid NOT NULL,
        action_id              uuid NOT NULL,
        object_type            text NOT NULL,
        conversation_id        text,
        sequence_code          integer,
        calls_in_conversation  integer,
        overall_status         text NOT NULL
          CONSTRAINT result_messages_status_check CHECK (overall_status IN ('OK', 'Error', 'Has Errors')),
        status_message         text,
        error_code             integer,
        objects                text NOT NULL,
        created_at             timestamptz NOT NULL DEFAULT now()
      ) WITH (autovacuum_vacuum_insert_scale_factor = 0.1)`);
    await runner.query(`CREATE INDEX result_messages_client ON result_messages (client_id, request_id)`);
    await runner.query(`
      CREATE INDEX result_messages_conversation ON result_messages (client_id, conversation_id)
        WHERE conversation_id IS NOT NULL`);
    await runner.query(`CREATE INDEX result_messages_action ON result_messages (action_id)`);
    await runner.query(`CREATE INDEX result_messages_age ON result_messages (created_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE result_messages, async_calls, async_conversations, async_tokens, async_clients`);
  }
}
