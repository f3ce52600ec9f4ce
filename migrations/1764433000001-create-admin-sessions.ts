import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Sessions of the console. The cookie's value is in here as its hash only. A session lives as long as its key: it names
 * the stored key, or keeps the hash of a key of `ADMIN_API_KEYS`, and is compared with it at every request.
 */
export class CreateAdminSessions1764433000001 implements MigrationInterface {
  readonly name = 'CreateAdminSessions1764433000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE admin_sessions (
        token_hash   bytea PRIMARY KEY,
        key_id       uuid,
        key_hash     bytea NOT NULL,
        created_at   timestamptz NOT NULL DEFAULT now(),
        idle_ends_at timestamptz NOT NULL,
        ends_at      timestamptz NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE admin_sessions`);
  }
}
