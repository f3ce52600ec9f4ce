import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Commerce EQP: users with their sessions and callbacks, what was published to them, and the last state of it.
 * Few rows and rarely written, so foreign keys keep them together; deliveries belong to an event by id alone.
 */
export class CreateEqp1763700300000 implements MigrationInterface {
  readonly name = 'CreateEqp1763700300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE eqp_users (
        id           uuid PRIMARY KEY,
        mage_id      text NOT NULL CONSTRAINT eqp_users_mage_id_key UNIQUE,
        app_id       text NOT NULL CONSTRAINT eqp_users_app_id_key UNIQUE,
        secret_hash  bytea NOT NULL,
        state        text NOT NULL DEFAULT 'active'
          CONSTRAINT eqp_users_state_check CHECK (state IN ('active', 'disabled')),
        profile      jsonb NOT NULL DEFAULT '{}',
        created_at   timestamptz NOT NULL DEFAULT now(),
        updated_at   timestamptz NOT NULL DEFAULT now()
      )`);

    await runner.query(`
      CREATE TABLE eqp_sessions (
        token_hash  bytea PRIMARY KEY,
        user_id     uuid NOT NULL REFERENCES eqp_users (id) ON DELETE CASCADE,
        expires_at  timestamptz NOT NULL
      )`);
    // Serves whoever signs in, who removes a few sessions that are over.
    await runner.query(`CREATE INDEX eqp_sessions_expiry ON eqp_sessions (expires_at)`);
    await runner.query(`CREATE INDEX eqp_sessions_user ON eqp_sessions (user_id)`);

    // destination_id is derived from id and url: kept, so that a batch of deliveries finds its passwords in one select.
    await runner.query(`
      CREATE TABLE eqp_callbacks (
        id              uuid PRIMARY KEY,
        user_id         uuid NOT NULL REFERENCES eqp_users (id) ON DELETE CASCADE,
        position        smallint NOT NULL,
        name            text,
        url             text NOT NULL,
        username        text NOT NULL,
        password        text NOT NULL,
        destination_id  uuid NOT NULL CONSTRAINT eqp_callbacks_destination_key UNIQUE,
        disabled_reason text,
        created_at      timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`CREATE INDEX eqp_callbacks_user ON eqp_callbacks (user_id, position)`);

    await runner.query(`
      CREATE TABLE eqp_events (
        id              uuid PRIMARY KEY,
        user_id         uuid NOT NULL REFERENCES eqp_users (id) ON DELETE CASCADE,
        callback_event  text NOT NULL
          CONSTRAINT eqp_events_event_check CHECK (callback_event IN ('malware_scan_complete', 'eqp_status_update')),
        deliveries      integer NOT NULL,
        published_at    timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`CREATE INDEX eqp_events_user ON eqp_events (user_id, id)`);

    // modified_at of both is the wall clock of UTC, to the second, as it is on the wire.
    await runner.query(`
      CREATE TABLE eqp_uploads (
        user_id         uuid NOT NULL REFERENCES eqp_users (id) ON DELETE CASCADE,
        file_upload_id  text NOT NULL,
        malware_status  text NOT NULL
          CONSTRAINT eqp_uploads_status_check CHECK (malware_status IN ('pass', 'fail', 'in-progress')),
        submission_ids  text[] NOT NULL DEFAULT '{}',
        modified_at     timestamp(0) NOT NULL,
        PRIMARY KEY (user_id, file_upload_id)
      )`);

    await runner.query(`
      CREATE TABLE eqp_packages (
        user_id        uuid NOT NULL REFERENCES eqp_users (id) ON DELETE CASCADE,
        submission_id  text NOT NULL,
        item_id        text,
        overall        text NOT NULL,
        technical      text NOT NULL,
        marketing      text NOT NULL,
        modified_at    timestamp(0) NOT NULL,
        PRIMARY KEY (user_id, submission_id)
      )`);
    await runner.query(`
      CREATE INDEX eqp_packages_item ON eqp_packages (user_id, item_id, modified_at) WHERE item_id IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE eqp_packages, eqp_uploads, eqp_events, eqp_callbacks, eqp_sessions, eqp_users`);
  }
}
