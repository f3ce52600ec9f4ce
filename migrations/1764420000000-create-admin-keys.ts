import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Keys of administrators, each with a role; and in the audit the key's id and name, the request and its address. Rows
 * from before have none of the four: their actor is the fingerprint alone.
 */
export class CreateAdminKeys1764420000000 implements MigrationInterface {
  readonly name = 'CreateAdminKeys1764420000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE admin_keys (
        id           uuid PRIMARY KEY,
        name         text NOT NULL,
        role         text NOT NULL CONSTRAINT admin_keys_role_check CHECK (role IN ('viewer', 'operator', 'admin')),
        secret_hash  bytea NOT NULL CONSTRAINT admin_keys_secret_hash_key UNIQUE,
        created_by   text NOT NULL,
        created_at   timestamptz NOT NULL DEFAULT now(),
        updated_at   timestamptz NOT NULL DEFAULT now(),
        expires_at   timestamptz,
        disabled_at  timestamptz,
        last_used_at timestamptz
      )`);
    await runner.query(`CREATE UNIQUE INDEX admin_keys_name ON admin_keys (lower(name))`);
    await runner.query(`
      ALTER TABLE admin_audit
        ADD COLUMN key_id uuid, ADD COLUMN key_name text, ADD COLUMN request_id uuid, ADD COLUMN address text`);
    // In bytes: a list asks for a resource, or for all whose name begins with a kind.
    await runner.query(`CREATE INDEX admin_audit_target ON admin_audit (target COLLATE "C", id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX admin_audit_target`);
    await runner.query(`
      ALTER TABLE admin_audit DROP COLUMN key_id, DROP COLUMN key_name, DROP COLUMN request_id, DROP COLUMN address`);
    await runner.query(`DROP TABLE admin_keys`);
  }
}
