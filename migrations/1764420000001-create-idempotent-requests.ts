import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Creates that were sent with an `Idempotency-Key`. `done_at` is set in the transaction of the create itself, `answer` is
 * sealed. Rows go after a day.
 */
export class CreateIdempotentRequests1764420000001 implements MigrationInterface {
  readonly name = 'CreateIdempotentRequests1764420000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE idempotent_requests (
        id           uuid PRIMARY KEY,
        request_id   uuid NOT NULL,
        body_mac     bytea NOT NULL,
        locked_until timestamptz NOT NULL,
        created_at   timestamptz NOT NULL DEFAULT now(),
        done_at      timestamptz,
        status       smallint,
        answer       text
      )`);
    await runner.query(`CREATE INDEX idempotent_requests_age ON idempotent_requests (created_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE idempotent_requests`);
  }
}
