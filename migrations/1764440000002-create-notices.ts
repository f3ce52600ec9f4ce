import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Messages about the service to people: where to, about which causes, and of each cause what was told and when. The
 * address is sealed like the signing secret: that of a chat lets everyone write there who knows it.
 */
export class CreateNotices1764440000002 implements MigrationInterface {
  readonly name = 'CreateNotices1764440000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE notices (
        id              uuid PRIMARY KEY,
        name            text NOT NULL,
        format          text NOT NULL CONSTRAINT notices_format_check CHECK (format IN ('json', 'slack', 'teams')),
        causes          text[] NOT NULL,
        backlog_rows    integer,
        lag_seconds     integer,
        url             text NOT NULL,
        origin          text NOT NULL,
        url_version     integer NOT NULL DEFAULT 1,
        signing_secrets text NOT NULL,
        destination_id  uuid NOT NULL,
        paused_at       timestamptz,
        created_at      timestamptz NOT NULL DEFAULT now(),
        updated_at      timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`CREATE UNIQUE INDEX notices_name ON notices (lower(name))`);
    await runner.query(`
      CREATE TABLE notice_causes (
        notice_id uuid NOT NULL,
        cause     text NOT NULL,
        told      text[] NOT NULL DEFAULT '{}',
        told_at   timestamptz,
        looked_at timestamptz NOT NULL DEFAULT '-infinity',
        since     timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (notice_id, cause)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE notice_causes`);
    await runner.query(`DROP TABLE notices`);
  }
}
